"""The whole life of a sign-off, with everybody in a browser of their own."""

import hashlib
import re

import pytest
from playwright.sync_api import expect

from plans import document as doc
from plans.actions.reviews import request_review
from plans.models import AuditRecord, Plan, Version
from tests import make
from tests.browser import axe, steps
from tests.browser.test_every_page import PHONE, WIDER_THAN_THE_PAGE

pytestmark = pytest.mark.once

TEXT = make.FINISHED.replace(
    "- **Launch Approval**: Alice", "- **Security Review**: Emil\n- **Product**: Alice"
)


@pytest.fixture
def emil(team):
    return make.make_user("emil", team=team, role="reviewer")


@pytest.fixture
def finished(team, alice, bob, dana, emil):
    """Alice brought it, Bob edited it last; Dana, Emil and Alice are to sign it."""
    plan = make.make_plan(team=team, actor=alice, text=TEXT)
    make.edit(plan, bob, value="Plan of tides")
    return plan


@pytest.fixture
def submitted(finished, bob):
    request_review(plan=finished, actor=bob)
    return finished


def review_of(plan):
    return f"{plan.get_absolute_url()}review/"


def open_review(page, plan):
    page.goto(review_of(plan))
    return page


def decide(page, name, label, comment="", password=None):
    page.get_by_role("radio", name=label, exact=True).check()
    if comment:
        page.locator(".decision textarea").fill(comment)
    page.get_by_label("Your password").fill(password or name.lower())
    page.get_by_role("button", name=f"Sign as {name}").click()


def expect_state(page, text):
    expect(page.locator("#plan-state .badge").first).to_contain_text(text)


def test_the_whole_life_of_a_sign_off(visit, bob, dana, emil, alice, finished):
    bobs, danas, emils, alices = (visit(user) for user in (bob, dana, emil, alice))
    danas.goto("/inbox/")
    expect(danas.get_by_text("Nothing waits for you")).to_be_visible()
    for page in (emils, alices):
        steps.open_plan(page, finished)
        expect_state(page, "Draft")

    # Submitted: it comes to whoever waits, without a reload.
    bobs.goto(review_of(finished))
    bobs.get_by_role("button", name="Submit for sign-off").click()
    expect(bobs.get_by_text("Version 1 is ready to sign.")).to_be_visible()
    danas.get_by_role("link", name="asks you to sign Tide tables").click()
    for page in (emils, alices):
        expect_state(page, "Version 1 in review")

    # Two approve, one asks for changes.
    decide(danas, "Dana", "Approve", "Good.")
    emils.goto(review_of(finished))
    expect(emils.locator("#approvals")).to_contain_text("Good.")
    decide(emils, "Emil", "Request changes", "Name the database.")
    alices.goto(review_of(finished))
    decide(alices, "Alice", "Approve")
    expect_state(alices, "Changes requested on version 1")
    expect(danas.locator(".standing")).to_contain_text(
        "Emil asked for changes (Security Review)"
    )

    # An edit: what was signed is stale on every open page, with the item that did it.
    steps.open_plan(alices, finished)
    storage = make.find(finished, label="Storage")
    steps.open_plan(bobs, finished)
    steps.control(bobs, storage).fill("PostgreSQL 17")
    steps.expect_saved(bobs, storage)
    edited = alices.locator("#panel-signoff .seal-edits")
    expect(edited.get_by_role("link", name="Storage")).to_be_visible()
    expect(alices.locator(".seal", has_text="Technical Design")).to_contain_text(
        "Stale"
    )
    for page in (danas, emils):
        approved = page.locator(".signature", has_text="Technical Design")
        expect(approved).to_contain_text("Stale")
        expect(page.locator("#edits")).to_contain_text("PostgreSQL 17")

    # Submitted again: the newer version is offered, not put in the place of the older.
    bobs.goto(review_of(finished))
    bobs.get_by_role("button", name="Submit as version 2").click()
    for page in (danas, emils):
        page.get_by_role("link", name="Show it", exact=True).click()
        expect(page.locator("#changes")).to_contain_text("decided on version 1")
        expect(page.locator("#version-text ins")).to_contain_text("PostgreSQL 17")
    alices.goto(review_of(finished))
    for page, name in ((danas, "Dana"), (emils, "Emil"), (alices, "Alice")):
        decide(page, name, "Approve")
        expect(page.get_by_text("Approved: ").first).to_be_visible()
    for page in (bobs, danas, emils, alices):
        expect_state(page, "Version 2 approved")

    # The digests in the file, on the page and in the database agree.
    file = steps.downloaded(
        bobs, bobs.get_by_role("link", name="Download plan.md, version 2")
    )
    version = Version.objects.get(number=2)
    unsigned = doc.strip_signatures(file.decode()).encode()
    assert hashlib.sha256(unsigned).hexdigest() == version.sha256
    assert file.decode().count(f"version 2, sha256 {version.digest}") == 3
    assert unsigned.decode() == version.markdown
    expect(bobs.locator(".facts .digest")).to_have_text(version.sha256)
    shown = bobs.locator("#approvals .digest").evaluate_all(
        "all => all.map((digest) => digest.title)"
    )
    signed = AuditRecord.objects.decisions().filter(version=version)
    stored = list(signed.values_list("sha256", flat=True))
    assert shown == stored == [version.sha256] * 3


def test_what_is_typed_stays_while_the_page_follows(visit, bob, dana, emil, submitted):
    page = open_review(visit(dana), submitted)
    page.get_by_role("radio", name="Request changes").check()
    comment = page.get_by_label("What needs to change")
    comment.fill("Say more about")
    page.get_by_label("Your password").fill("dana")
    comment.focus()

    make.sign(submitted, emil, "Security Review", comment="Seen.")
    expect(page.locator("#approvals")).to_contain_text("Seen.")
    make.edit(submitted, bob, label="Storage", value="Oracle")
    expect(page.locator(".decision .notice-warning")).to_contain_text(
        "it can’t be signed now"
    )
    sign = page.get_by_role("button", name="Sign as Dana")
    expect(sign).to_be_disabled()
    expect(comment).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" the harbours")
    expect(comment).to_have_value("Say more about the harbours")
    expect(page.get_by_role("radio", name="Request changes")).to_be_checked()
    expect(page.get_by_label("Your password")).to_have_value("dana")

    # Undone: it is what she read again.
    make.edit(submitted, bob, label="Storage", value="SQLite")
    expect(sign).to_be_enabled()
    sign.click()
    expect_state(page, "Changes requested on version 1")
    assert (
        AuditRecord.objects.decisions().last().comment == "Say more about the harbours"
    )


def submit_another(plan, bob):
    make.edit(plan, bob, label="Storage", value="Oracle")
    request_review(plan=Plan.objects.get(pk=plan.pk), actor=bob)


def test_a_newer_version_is_never_put_in_the_place_of_the_one_being_read(
    visit, bob, dana, submitted
):
    page = open_review(visit(dana), submitted)
    page.locator(".decision textarea").fill("Fine by me")
    submit_another(submitted, bob)
    expect(page.get_by_text("Another version was submitted")).to_be_visible()
    expect(page.locator("article.markdown")).to_contain_text("SQLite")
    expect(page.locator(".decision textarea")).to_have_value("Fine by me")


def test_signing_what_is_no_longer_the_newest_shows_what_changed(
    visit, bob, dana, submitted
):
    page = visit(dana)
    # Nothing tells this page of anything.
    page.route("**/live/**", lambda route: route.fulfill(status=503))
    page.route(
        f"**{review_of(submitted)}",
        lambda route: (
            route.fulfill(status=503)
            if route.request.resource_type == "fetch"
            else route.continue_()
        ),
    )
    page.goto(review_of(submitted))
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.locator(".decision textarea").fill("Fine by me")
    page.get_by_label("Your password").fill("dana")
    submit_another(submitted, bob)
    page.get_by_role("button", name="Sign as Dana").click()
    refusal = page.locator(".decision [role=alert]")
    expect(refusal).to_contain_text("A newer version has been submitted")
    expect(refusal).to_be_focused()
    expect(refusal).to_be_in_viewport()
    expect(page.locator("#version-text ins")).to_contain_text("Oracle")
    expect(page.locator(".decision textarea")).to_have_value("Fine by me")
    expect(page.get_by_label("Your password")).to_have_value("")
    # What was chosen was chosen for another text.
    expect(page.locator("[name=decision]:checked")).to_have_count(0)
    assert not AuditRecord.objects.decisions()


def test_an_answer_to_a_refused_form_follows_too(visit, dana, emil, submitted):
    page = open_review(visit(dana), submitted)
    decide(page, "Dana", "Decline", "Not like this.", password="wrong")
    refusal = page.locator(".decision [role=alert]")
    expect(refusal).to_contain_text("This is neither your password")
    expect(page.get_by_label("Your password")).to_be_focused()
    expect(page.get_by_role("radio", name="Decline")).to_be_checked()

    make.sign(submitted, emil, "Security Review", comment="Seen.")
    expect(page.locator("#approvals")).to_contain_text("Seen.")
    expect(refusal).to_contain_text("This is neither your password")
    expect(page.locator(".decision textarea")).to_have_value("Not like this.")
    expect(page.get_by_role("radio", name="Decline")).to_be_checked()


def test_the_form_follows_what_is_chosen(visit, dana, submitted):
    page = visit(dana)
    page.goto(review_of(submitted))
    meaning = page.get_by_label("Meaning of your signature")
    comment = page.locator(".decision textarea")
    expect(meaning).to_have_value("I approve the technical design")
    for choice, label, says, is_needed in (
        ("Approve if …", "Your condition", "on a condition", True),
        ("Request changes", "What needs to change", "I ask for changes", True),
        ("Decline", "Why you decline", "I decline this plan", True),
        ("Approve", "Comment (optional)", "I approve", False),
    ):
        page.get_by_role("radio", name=choice, exact=True).check()
        expect(page.get_by_role("textbox", name=label, exact=True)).to_be_visible()
        expect(meaning).to_have_value(re.compile(re.escape(says)))
        assert comment.evaluate("area => area.required") is is_needed, choice
    meaning.fill("In my own words")
    page.get_by_role("radio", name="Decline", exact=True).check()
    expect(meaning).to_have_value("In my own words")


def test_signing_takes_no_mouse(visit, dana, submitted):
    page = visit(dana)
    page.goto("/inbox/")
    page.get_by_role("link", name="asks you to sign Tide tables").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#decide-"))  # and for the page
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Approve", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Approve if")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("The gauges are tested")
    page.keyboard.press("Tab")  # what the signature says
    page.keyboard.press("Tab")
    page.keyboard.type("dana")
    page.keyboard.press("Enter")
    expect(page.locator("#approvals")).to_contain_text("Condition, open")
    assert AuditRecord.objects.decisions().get().comment == "The gauges are tested"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_reads_and_decides(visit, bob, dana, submitted, scheme):
    submit_another(submitted, bob)
    page = visit(dana, **PHONE, color_scheme=scheme)
    open_review(page, submitted)
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    page.get_by_role("button", name="Next change").tap()
    note = page.locator("#change-1")
    expect(note).to_be_focused()
    expect(note).to_be_in_viewport()
    expect(note.locator("ins")).to_have_text(re.compile("Oracle"))

    # A comment at the item, which the writers see.
    item = make.find(submitted, label="Storage")
    page.locator(f"#item-{item.pk}-comments").tap()
    page.get_by_label("Write a comment").fill("Who runs it?")
    page.get_by_role("button", name="Comment", exact=True).tap()
    expect(page.locator("#threads .comment")).to_contain_text("Who runs it?")
    page.get_by_label("Start another thread").fill("Since when?")
    page.get_by_role("button", name="Ask a question").tap()
    question = page.locator("#threads .comment").filter(has_text="Since when?")
    expect(question.get_by_text("Question")).to_be_visible()
    page.get_by_role("button", name="Close the comments").tap()

    # The decision opens where one reads.
    at = page.evaluate("scrollY")
    page.locator(".signoff-bar").get_by_role("link", name="Decide").tap()
    sheet = page.locator("#decision-sheet")
    expect(sheet.get_by_role("radio", name="Approve", exact=True)).to_be_focused()
    assert abs(page.evaluate("scrollY") - at) < 100
    assert axe.violations(page) == []
    page.get_by_role("radio", name="Request changes").check()
    expect(sheet.get_by_role("checkbox", name="Who runs it?")).to_be_checked()
    sheet.get_by_role("link", name="Back to the text").tap()
    expect(sheet).to_be_hidden()
    page.locator(".signoff-bar").get_by_role("link", name="Decide").tap()
    expect(page.get_by_role("radio", name="Request changes")).to_be_checked()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Sign as Dana").tap()
    expect(sheet.get_by_role("alert")).to_be_in_viewport()
    page.get_by_label("Your password").fill("dana")
    page.get_by_role("button", name="Sign as Dana").tap()
    expect(page.get_by_text("Changes requested: Technical Design")).to_be_visible()
    assert "Who runs it?" in AuditRecord.objects.decisions().get().comment


def test_a_phone_without_javascript_opens_the_form_over_the_text(
    visit, dana, submitted
):
    page = visit(dana, **PHONE, java_script_enabled=False)
    page.goto(review_of(submitted))
    page.locator(".signoff-bar").get_by_role("link", name="Decide").tap()
    form = page.locator("form.decision")
    expect(form.get_by_role("radio", name="Decline")).to_be_in_viewport()
    page.get_by_role("link", name="Back to the text").tap()
    expect(form.get_by_role("radio", name="Decline")).not_to_be_in_viewport()


def test_keys_walk_from_change_to_change(visit, bob, dana, submitted):
    make.edit(submitted, bob, value="Plan of tides and moons")
    submit_another(submitted, bob)
    page = open_review(visit(dana), submitted)
    for key, number in (("n", 1), ("n", 2), ("n", 1), ("p", 2), ("p", 1)):
        page.keyboard.press(key)
        expect(page.locator(f"#change-{number}")).to_be_focused()
    page.get_by_role("radio", name="Decline").check()
    page.locator(".decision textarea").press_sequentially("nnpp")
    expect(page.locator(".decision textarea")).to_have_value("nnpp")


def test_without_javascript_everything_is_there(visit, dana, submitted):
    page = visit(dana, java_script_enabled=False)
    page.goto(review_of(submitted))
    expect(page.get_by_text("Required unless you approve")).to_be_visible()
    page.get_by_role("radio", name="Request changes").check()
    page.get_by_label("Your password").fill("dana")
    page.get_by_role("button", name="Sign as Dana").click()
    refusal = page.locator(".decision [role=alert]")
    expect(refusal).to_contain_text("Say what needs to change")
    expect(refusal).to_be_in_viewport()
    page.get_by_label("What needs to change").fill("The harbours")
    page.get_by_label("Your password").fill("dana")
    page.get_by_role("button", name="Sign as Dana").click()
    record = AuditRecord.objects.decisions().get()
    # Though the words of an approval stood in the form.
    assert record.meaning == "I ask for changes: Technical Design"

    page.get_by_text("Withdraw your decision").click()
    page.get_by_label("Reason for withdrawing").fill("I misread it")
    page.locator(".withdrawal").get_by_label("Your password").fill("dana")
    page.get_by_role("button", name="Withdraw my decision").click()
    expect(page.locator("#approvals")).to_contain_text("I misread it")
