"""A plan that people sign opens for reading, and is edited after a question."""

import pytest
from playwright.sync_api import expect

from plans.actions.items import save_item
from plans.actions.reviews import request_review
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def submitted(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=bob)
    return plan


def dialog(page):
    return page.get_by_role("dialog", name="Edit what people sign?")


def test_a_click_asks_before_it_edits_and_goes_on_there(visit, bob, submitted):
    page = steps.open_plan(visit(bob), submitted)
    storage = make.find(submitted, label="Storage")
    expect(page.get_by_text("Version 1 in review: open for reading.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a field").first).to_be_hidden()
    steps.value(page, storage).click()
    expect(dialog(page)).to_contain_text("No one has signed version 1 yet.")
    dialog(page).get_by_role("button", name="Edit").click()
    expect(page.locator(f"#item-{storage.pk}-value")).to_be_focused()
    page.keyboard.type("3 ")
    page.keyboard.press("Escape")
    steps.expect_saved(page, storage)
    expect(page.get_by_text("open for reading")).to_be_hidden()
    expect(page.get_by_role("button", name="Add a field").first).to_be_visible()


def test_it_can_go_on_being_read(visit, bob, submitted):
    page = steps.open_plan(visit(bob), submitted)
    storage = make.find(submitted, label="Storage")
    steps.value(page, storage).locator(".edit").press("Enter")
    dialog(page).get_by_role("button", name="Keep reading").click()
    expect(page.locator(".value.is-open")).to_have_count(0)
    page.keyboard.press("Shift+F10")
    items = page.get_by_role("menuitem")
    expect(items.filter(visible=True)).to_have_text(
        ["Comment", "Suggest a change", "Assign", "History"]
    )


def test_it_is_asked_once_for_a_version(visit, bob, submitted):
    page = steps.open_plan(visit(bob), submitted)
    steps.edit_signed(page)
    page.reload()
    storage = make.find(submitted, label="Storage")
    steps.control(page, storage).fill("PostgreSQL 17")
    steps.expect_saved(page, storage)
    request_review(plan=submitted, actor=bob)
    page.reload()
    expect(page.get_by_text("Version 2 in review: open for reading.")).to_be_visible()


def test_an_edit_of_a_colleague_ends_it_without_a_question(
    visit, alice, bob, submitted
):
    page = steps.open_plan(visit(bob), submitted)
    storage = make.find(submitted, label="Storage")
    values = {"value": "Files"}
    save_item(plan=submitted, item=storage, actor=alice, values=values, seen=None)
    expect(page.get_by_text("open for reading")).to_be_hidden()
    steps.control(page, storage).press("End")
    expect(dialog(page)).to_be_hidden()


def test_a_draft_and_a_reader_are_asked_nothing(visit, bob, dana, plan, submitted):
    page = steps.open_plan(visit(bob), plan)
    expect(page.get_by_text("open for reading")).to_be_hidden()
    page = steps.open_plan(visit(dana), submitted)
    expect(page.get_by_text("open for reading")).to_be_hidden()
