"""What is pressed takes the focus only from where it was pressed."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.test_live_page import expect_live

pytestmark = pytest.mark.once

GOAL = {"heading": "Phase 1: Build", "label": "Goal"}
CATEGORY = {"label": "Category"}


@pytest.fixture
def page(visit, alice, plan):
    opened = steps.open_plan(visit(alice), plan)
    expect_live(opened)
    return opened


def add_a_risk(page):
    page.get_by_role("button", name="Add a risk").click()


def slow_threads(page):
    def slowly(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route(re.compile(r"/comments/\?|/sections/\d+/$"), slowly)


def test_a_row_asked_for_before_a_save_leaves_the_focus_where_one_writes(page, plan):
    goal, category = make.find(plan, **GOAL), make.find(plan, **CATEGORY)
    steps.slow_saves(page)
    steps.control(page, goal).fill("A page")
    add_a_risk(page)
    control = steps.control(page, category)
    page.keyboard.type("Draft ")
    expect(steps.risks(page)).to_have_count(3)
    page.wait_for_timeout(300)
    expect(control).to_be_focused()


def test_a_row_asked_for_before_a_save_has_the_focus_of_who_waits(page, plan):
    bodies = steps.slow_saves(page)
    steps.control(page, make.find(plan, **GOAL)).fill("A page")
    add_a_risk(page)
    new = steps.risks(page).nth(2)
    expect(new.get_by_label("Description")).to_be_focused()
    page.wait_for_timeout(700)
    assert len(bodies) == 1


def test_a_label_is_renamed_while_its_value_is_saved(page, plan):
    category = make.find(plan, **CATEGORY)
    steps.slow_saves(page)
    steps.control(page, category).fill("Draft")
    steps.choose(page, steps.item(page, category), "Rename")
    page.keyboard.type("Kind", delay=400)
    page.keyboard.press("Enter")
    steps.expect_saved(page, category)
    assert "- **Kind**: Draft\n" in make.text_of(plan)


def test_a_rename_that_one_leaves_takes_no_words(page, plan):
    goal, category = make.find(plan, **GOAL), make.find(plan, **CATEGORY)
    steps.slow_saves(page)
    steps.control(page, category).fill("Draft")
    steps.choose(page, steps.item(page, category), "Rename")
    control = steps.control(page, goal)
    control.press("End")
    page.keyboard.type(", and each pier", delay=200)
    steps.expect_saved(page, goal)
    expect(control).to_be_focused()
    expect(control).to_have_value("A page for each harbour, and each pier")
    expect(steps.value(page, category, "label")).to_have_text("Category")


def test_comments_that_come_late_leave_the_focus_where_one_writes(page, plan):
    goal, category = make.find(plan, **GOAL), make.find(plan, **CATEGORY)
    slow_threads(page)
    steps.choose(page, steps.item(page, category), "Comment")
    control = steps.control(page, goal)
    expect(page.locator("#comments")).to_be_visible()
    expect(control).to_be_focused()


def test_a_menu_that_comes_late_stays_closed_for_who_writes(page, plan):
    slow_threads(page)
    goal = make.find(plan, **GOAL)
    menu = page.locator("[data-do=section-menu]").first
    with page.expect_response(re.compile(r"/sections/\d+/$")):
        menu.click()
        control = steps.control(page, goal)
    page.wait_for_timeout(300)
    expect(control).to_be_focused()
    expect(page.locator("#section-menu")).to_be_hidden()
    menu.click()
    expect(page.locator("#section-menu")).to_be_visible()


def test_a_removal_takes_no_focus_later(page, plan, visit, bob):
    """It was left for another text, and then nobody was in any text."""
    goal, risk = make.find(plan, **GOAL), make.find(plan, cell="R-002")

    def slowly(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route(re.compile(r"/remove/$"), slowly)
    steps.press(page, risk, "Remove")
    control = steps.control(page, goal)
    expect(steps.risks(page)).to_have_count(1)
    expect(control).to_be_focused()
    control.blur()
    bobs = steps.open_plan(visit(bob), plan)
    steps.control(bobs, goal).fill("A page")
    steps.expect_text(page, goal, "value", "A page")
    assert page.evaluate("document.activeElement === document.body")
