"""A plan from the request for a signature to a file that is verified elsewhere.

Asked by a mail that a real server took, opened by its link, talked about, sent back,
edited, signed with a passkey, taken along.

On a phone by touch, and at a desk by keys alone: a mouse meets the same page there.
What the approver does is counted, and how long each way to a signature takes.
"""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plans.models import AuditRecord
from tests import make
from tests.browser import steps
from tests.browser.test_every_page import PHONE
from tests.browser.test_passkeys import add_passkey, sign_in, with_authenticator
from tests.browser.test_sign_off import decide, review_of
from tests.evidence_files import run_program

pytestmark = pytest.mark.once

WAYS = {"phone": PHONE, "keys": {}}
LAST_LINK = re.compile(r"https?://[^/\s]+(/plans/\S+)")


# More than any of these pages has.
MOST_TABS = 250
# Where the focus has to go. A group of radio buttons is one stop.
WHERE = """(it) => {
  const now = document.activeElement;
  const isOfGroup = it.type === "radio" && now.name === it.name && now.form === it.form;
  if (now === it || isOfGroup) return "here";
  const { DOCUMENT_POSITION_PRECEDING } = Node;
  return now.compareDocumentPosition(it) & DOCUMENT_POSITION_PRECEDING ? "back" : "on";
}"""


class Hand:
    """Presses what a person would, and counts. `steps`: taps, clicks or keys, those
    that are typed left out."""

    def __init__(self, page, way) -> None:
        self.page, self.way = page, way
        self.steps = 0

    def press(self, target) -> None:
        if self.way != "keys":
            self.steps += 1
            return target.tap() if self.way == "phone" else target.click()
        self.reach(target)
        if target.evaluate("it => it.type === 'radio'"):
            return self.pick(target)
        self.key("Enter")

    def key(self, name) -> None:
        self.steps += 1
        self.page.keyboard.press(name)

    def reach(self, target) -> None:
        """By Tab and Shift+Tab, from wherever the focus is."""
        for _ in range(MOST_TABS):
            where = target.evaluate(WHERE)
            if where == "here":
                expect(self.page.locator(":focus")).to_be_in_viewport()
                return
            self.key("Tab" if where == "on" else "Shift+Tab")
        raise AssertionError(f"no Tab leads to {target}")

    def pick(self, radio) -> None:
        """By the arrow keys; Space picks the one that is reached first."""
        if radio.evaluate("it => it === document.activeElement"):
            return self.key("Space")
        for _ in range(4):
            self.key("ArrowDown")
            if radio.is_checked():
                return
        raise AssertionError(f"no arrow leads to {radio}")

    def write(self, field, text) -> None:
        if self.way != "keys":
            return field.fill(text)
        self.reach(field)
        self.page.keyboard.type(text)

    def download(self, link) -> bytes:
        if self.way != "keys":
            return steps.downloaded(self.page, link)
        with self.page.expect_download() as download:
            self.press(link)
        return Path(download.value.path()).read_bytes()

    def next_change(self) -> None:
        if self.way != "keys":
            self.press(self.page.get_by_role("button", name="Next change"))
            return
        self.key("n")

    def choose(self, decision) -> None:
        """On a small screen the form is a sheet over the text."""
        opener = self.page.locator(".signoff-bar").get_by_role("link", name="Decide")
        if opener.is_visible():
            self.press(opener)
        self.press(self.page.get_by_role("radio", name=decision, exact=True))

    def sign(self) -> None:
        form = self.page.locator("form.decision").first
        self.press(form.get_by_role("button", name="Sign with your passkey"))


@pytest.fixture
def finished(team, alice, bob, dana):
    """Alice brought it, Bob edited it last; Dana and Alice are to sign it."""
    for user in (alice, bob, dana):
        user.email = f"{user.username}@harbour.test"
        user.save(update_fields=["email"])
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    make.edit(plan, bob, value="Plan of tides")
    return plan


def verified(folder, *files):
    """What the program says that needs neither this repository nor a network."""
    for name, data in zip(("plan.md", "approvals", "keys"), files, strict=True):
        (folder / name).write_bytes(data)
    arguments = ("plan.md", "--approvals", "approvals", "--keys", "keys")
    return run_program(*arguments, folder=folder)


@pytest.mark.parametrize("way", WAYS)
def test_from_a_mail_to_a_file_that_is_verified_elsewhere(
    visit, finished, bob, alice, mailbox, tmp_path, record_property, way
):
    # A passkey is of a name, and 127.0.0.1 is none.
    visit.server.url = visit.server.url.replace("127.0.0.1", "localhost")
    page = with_authenticator(visit(None, **WAYS[way]))
    sign_in(page, "dana")
    add_passkey(page, "dana")
    hand = Hand(page, way)

    # Asked by mail.
    bobs = visit(bob)
    bobs.goto(review_of(finished))
    bobs.get_by_role("button", name="Submit for sign-off").click()
    expect(bobs.get_by_text("Version 1 is ready to sign.")).to_be_visible()
    mail = mailbox.about("dana@harbour.test", "Version 1")

    # Opened by its link; a comment at an item, and changes requested with it.
    start = time.monotonic()
    page.goto(LAST_LINK.search(mail)[1])
    expect(page.get_by_text("Your decision on version 1").first).to_be_attached()
    storage = make.find(finished, label="Storage")
    hand.press(page.locator(f"#item-{storage.pk}-comments"))
    hand.write(page.get_by_label("Write a comment"), "Who runs it?")
    hand.press(page.get_by_role("button", name="Comment", exact=True))
    expect(page.locator("#threads .comment")).to_contain_text("Who runs it?")
    hand.press(page.get_by_role("button", name="Close the comments"))
    hand.choose("Request changes")
    expect(page.get_by_role("checkbox", name="Storage")).to_be_checked()
    hand.write(page.get_by_label("What needs to change"), "Name the service.")
    hand.sign()
    expect(page.get_by_text("Changes requested: Technical Design")).to_be_visible()
    record_property("changes requested", (hand.steps, time.monotonic() - start))

    # Edited and submitted again by whom a mail asked to.
    mail = mailbox.about("bob@harbour.test", "Name the service.")
    assert "Who runs it?" in mail
    steps.open_plan(bobs, finished)
    steps.control(bobs, storage).fill("PostgreSQL 17")
    steps.expect_saved(bobs, storage)
    bobs.goto(review_of(finished))
    bobs.get_by_role("button", name="Submit as version 2").click()
    expect(bobs.get_by_text("Version 2 is ready to sign.")).to_be_visible()
    mail = mailbox.about("dana@harbour.test", "Version 2")

    # What changed is walked, and approved.
    hand.steps, start = 0, time.monotonic()
    page.goto(LAST_LINK.search(mail)[1])
    expect(page.get_by_text("Your decision on version 2").first).to_be_attached()
    hand.next_change()
    expect(page.locator("#change-1")).to_be_in_viewport()
    expect(page.locator("#change-1 ins")).to_contain_text("PostgreSQL 17")
    hand.choose("Approve")
    hand.sign()
    expect(page.get_by_text("Approved: Technical Design, version 2.")).to_be_visible()
    record_property("approved", (hand.steps, time.monotonic() - start))
    alices = visit(alice)
    alices.goto(review_of(finished))
    decide(alices, "Alice", "Approve")
    expect(alices.get_by_text("Approved: Launch Approval, version 2.")).to_be_visible()

    # Taken along, and verified where there is no planner.
    page.goto(review_of(finished))
    file = hand.download(page.get_by_role("link", name="Download plan.md, version 2"))
    page.goto(f"{finished.get_absolute_url()}evidence/")
    link = page.get_by_role("link", name="plan.approvals.json", exact=True).last
    approvals = hand.download(link)
    keys = page.request.get("/.well-known/planner-keys").body()
    assert file.decode().count("version 2, sha256 ") == 2
    program = verified(tmp_path, file, approvals, keys)
    assert program.returncode == 0, program.stdout + program.stderr
    assert "plan.md: verified" in program.stdout
    assert "Dana" in program.stdout
    assert set(
        AuditRecord.objects.decisions().values_list("actor__username", "proof")
    ) == {("dana", "passkey"), ("alice", "password")}
