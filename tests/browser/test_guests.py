"""A guest from the invitation to the end, in a browser of their own."""

import re

import pytest
from playwright.sync_api import expect

from plans.actions.reviews import request_review
from plans.models import AuditRecord, Guest
from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE
from tests.notifications.mailbox import text_in, until

pytestmark = pytest.mark.once

TEXT = make.FINISHED.replace("**Technical Design**: Dana", "**Technical Design**: ")


GRETA = "greta@customer.example"


def newest_code(mailbox, number):
    """The one-time code of so many mails that brought one: the server sends them."""

    def codes():
        texts = map(text_in, mailbox.to(GRETA))
        found = (re.search(r"^ +(\d{6})\s*$", text, re.MULTILINE) for text in texts)
        return [each[1] for each in found if each]

    until(lambda: len(codes()) == number, f"no code number {number} was sent")
    return codes()[-1]


def test_a_guest_is_asked_reads_signs_and_sees_nothing_after_the_end(
    visit, alice, bob, team, mailbox
):
    plan = make.make_plan(team=team, actor=alice, text=TEXT)
    other = make.make_plan(team=team, actor=alice)
    owners = visit(alice)
    owners.goto(f"{plan.get_absolute_url()}sharing/")
    owners.get_by_label("Email address").fill(GRETA)
    owners.get_by_label("As", exact=True).select_option("guest")
    owners.get_by_role("textbox", name="Name").fill("Greta Moss")
    owners.get_by_label("Signs").select_option("Technical Design")
    owners.get_by_role("button", name="Invite", exact=True).click()
    expect(owners.get_by_text("Invitation sent to Greta Moss.")).to_be_visible()
    request_review(plan=plan, actor=bob)

    # In by the mail's link and a code.
    page = visit(None, **PHONE)
    invitation = mailbox.about(GRETA, "/guest/")
    page.goto(re.search(r"http[^/]+//[^/]+(/guest/\S+)", invitation)[1])
    assert violations(page) == []
    page.get_by_role("button", name="Email me a code").click()
    expect(page.get_by_text("We sent a code to")).to_be_visible()
    page.get_by_label("Code from the email").fill(newest_code(mailbox, 1))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Sign-off", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Share")).to_have_count(0)
    assert violations(page) == []

    # Reads and comments.
    page.goto(
        f"{plan.get_absolute_url()}comments/?item={make.find(plan, label='Storage').pk}"
    )
    page.get_by_placeholder("Write a comment").fill("Which version?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(
        page.get_by_role("paragraph").filter(has_text="Which version?")
    ).to_be_visible()

    # Signs with another code.
    page.goto(f"{plan.get_absolute_url()}review/")
    page.locator(".signoff-bar").get_by_role("link", name="Decide").tap()
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.get_by_role("button", name="Email me a code").click()
    expect(page.get_by_text("A code was sent to g•••@customer.example")).to_be_visible()
    page.get_by_label("Code from the email").fill(newest_code(mailbox, 2))
    page.get_by_role("button", name="Sign as Greta Moss").click()
    expect(page.get_by_text("Approved: Technical Design, version 1.")).to_be_visible()
    record = AuditRecord.objects.decisions().get()
    assert record.actor == Guest.objects.get().user
    assert record.proof == "one-time code by mail"

    # Nothing else, and nothing after the end.
    page.goto(other.get_absolute_url())
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    owners.goto(f"{plan.get_absolute_url()}sharing/")
    owners.get_by_role("button", name="End access of Greta Moss").click()
    expect(owners.get_by_text("Greta Moss no longer has access.")).to_be_visible()
    page.goto(f"{plan.get_absolute_url()}review/")
    expect(page.get_by_role("heading", name="Sign in to Planner")).to_be_visible()
    assert AuditRecord.objects.decisions().count() == 1
