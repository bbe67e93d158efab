"""Suggesting a change, and deciding on it: by mouse, by keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from plans.actions.items import save_item
from plans.actions.suggestions import suggest
from plans.models import Suggestion
from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible

pytestmark = pytest.mark.once


@pytest.fixture
def item(plan):
    return make.find(plan, label="Category")


def dialog(page):
    return page.get_by_role("dialog", name="Suggest a change")


def send(page, text, reason=""):
    dialog(page).get_by_label("Your text").fill(text)
    dialog(page).get_by_label("Reason (optional)").fill(reason)
    dialog(page).get_by_role("button", name="Suggest", exact=True).click()


def suggestions(page):
    return page.locator("#threads .suggestion")


def test_a_reviewer_suggests_and_an_editor_accepts(visit, plan, item, alice, dana):
    theirs = steps.open_plan(visit(alice), plan)
    mine = steps.open_plan(visit(dana), plan)
    # Opening a value offers a suggestion in place of an edit.
    steps.value(mine, item).click()
    expect(dialog(mine).get_by_label("Your text")).to_be_focused()
    assert_accessible(mine, "the form of a suggestion is open")
    send(mine, "Plan", "Nothing new.")
    expect(dialog(mine).get_by_role("alert")).to_contain_text("the same as the text")
    expect(dialog(mine).get_by_label("Reason (optional)")).to_have_value("Nothing new.")
    send(mine, "Feature", "It is new.")
    expect(dialog(mine)).to_be_hidden()
    expect(steps.value(mine, item)).to_have_text("Plan")

    # It arrives by itself, and so does what is decided on it.
    mark = steps.item(theirs, item).get_by_title("Suggestions")
    expect(mark).to_contain_text("1 open suggestion")
    expect(theirs.locator("#panel-suggestions")).to_contain_text("It is new.")
    mark.click()
    expect(suggestions(theirs)).to_contain_text("Dana suggests")
    expect(suggestions(theirs).locator("ins")).to_contain_text("Feature")
    assert_accessible(theirs, "a suggestion is shown")
    accept = theirs.get_by_role("button", name="Accept the suggestion for")
    accept.click()
    expect(suggestions(theirs)).to_contain_text("Accepted by Alice")
    for page in (theirs, mine):
        expect(steps.value(page, item)).to_have_text("Feature")
        expect(page.get_by_title("Suggestions")).to_have_count(0)
    theirs.get_by_role("button", name="Close the comments").click()
    steps.undo(theirs)
    for page in (theirs, mine):
        expect(steps.value(page, item)).to_have_text("Plan")
        expect(page.get_by_title("Suggestions")).to_have_count(1)


def test_by_the_keyboard(visit, plan, item, alice, dana):
    page = steps.open_plan(visit(dana), plan)
    page.locator(f"#item-{item.pk}-comments").focus()
    page.keyboard.press("Shift+F10")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Suggest a change")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Your text")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Feature")
    page.keyboard.press("Tab")
    page.keyboard.type("New.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text("Suggestion sent.")
    # Each item is one stop of Tab, and arrows go from value to value.
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    steps.value(page, goal).get_by_role("link").focus()
    page.keyboard.press("Tab")
    steps.expect_at_rest(page, make.find(plan, text="The page"), "text")
    page.keyboard.press("Shift+Tab")
    steps.expect_at_rest(page, goal)
    risk = make.find(plan, cell="R-001")
    steps.value(page, risk, "cell-0").get_by_role("link").focus()
    page.keyboard.press("ArrowRight")
    steps.expect_at_rest(page, risk, "cell-1")
    assert_accessible(page, "values of a reviewer have links")
    words = {"cell-1": "The sensor drifts"}
    save_item(plan=plan, item=risk, actor=alice, values=words, seen=None)
    expect(steps.value(page, risk, "cell-1")).to_have_text("The sensor drifts")
    steps.expect_at_rest(page, risk, "cell-1")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Your text")).to_have_value("The sensor drifts")
    page.keyboard.press("Escape")
    steps.expect_at_rest(page, risk, "cell-1")
    # An editor chooses the text of a row: the one that the menu was opened at.
    page = steps.open_plan(visit(alice), plan)
    steps.press(page, make.find(plan, cell="R-001"), "Suggest a change")
    expect(dialog(page).get_by_label("Your text")).to_have_value("R-001")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()


def test_half_typed_decisions_stay(visit, plan, item, alice, bob, dana):
    who = {"plan": plan, "item": item, "actor": dana, "key": "value"}
    suggest(**who, text="Feature")
    page = steps.open_plan(visit(alice), plan)
    page.get_by_title("Suggestions").click()
    one = suggestions(page).first
    one.get_by_text("Edit and accept").click()
    box = one.get_by_label("Text to accept")
    box.fill("Feature of tides")
    make.edit(plan, bob, value="Bug")
    expect(one).to_contain_text("Outdated.")
    expect(box).to_have_value("Feature of tides")
    one.get_by_role("button", name="Accept this text").click()
    # What was edited is older than what the plan says: nothing is overwritten.
    expect(page.locator("#toasts")).to_contain_text("changed this")
    expect(steps.value(page, item)).to_have_text("Bug")
    expect(box).to_have_value("Feature of tides")


def test_a_half_typed_suggestion_is_kept(visit, plan, item, bob, dana):
    page = steps.open_plan(visit(dana), plan)
    steps.value(page, item).click()
    text = dialog(page).get_by_label("Your text")
    reason = dialog(page).get_by_label("Reason (optional)")
    text.fill("A new plan of tides")
    reason.fill("It says more.")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    # Each text has its own.
    steps.value(page, make.find(plan, label="Storage")).click()
    expect(text).to_have_value("")
    expect(reason).to_have_value("")
    page.keyboard.press("Escape")
    # It is sent with the text that it was typed into.
    make.edit(plan, bob, value="Plan, in short")
    expect(steps.value(page, item)).to_have_text("Plan, in short")
    steps.value(page, item).click()
    expect(text).to_have_value("A new plan of tides")
    expect(reason).to_have_value("It says more.")
    dialog(page).get_by_role("button", name="Suggest", exact=True).click()
    alert = dialog(page).get_by_role("alert")
    expect(alert).to_contain_text("Someone changed the text")
    expect(text).to_have_value("A new plan of tides")
    dialog(page).get_by_role("button", name="Suggest", exact=True).click()
    expect(dialog(page)).to_be_hidden()
    sent = Suggestion.objects.get()
    assert (sent.base, sent.text) == ("Plan, in short", "A new plan of tides")
    # What was sent is not there again.
    steps.value(page, item).click()
    expect(text).to_have_value("Plan, in short")


def test_without_javascript(visit, plan, item, alice, dana):
    page = visit(dana, java_script_enabled=False)
    steps.open_plan(page, plan)
    page.locator(f"#item-{item.pk}-comments").click()
    page.get_by_role("link", name="Suggest a change").click()
    page.get_by_label("Your text").fill("Feature")
    page.get_by_role("button", name="Suggest", exact=True).click()
    expect(page.locator(".suggestion")).to_contain_text("Dana suggests")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".messages")).to_contain_text("Suggestion withdrawn.")
    who = {"plan": plan, "item": item, "actor": dana, "key": "value"}
    suggest(**who, text="Feature")
    page = visit(alice, java_script_enabled=False)
    page.goto(f"{plan.get_absolute_url()}comments/")
    page.get_by_text("Decline", exact=True).click()
    page.get_by_label("Why?").fill("No.")
    page.get_by_role("button", name="Decline suggestion").click()
    expect(page.locator(".messages")).to_contain_text("Suggestion declined.")
    assert Suggestion.objects.last().answer == "No."
