"""The main job with plain forms alone."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page(visit, alice):
    return visit(alice, java_script_enabled=False)


def saves(page, row) -> None:
    steps.item(page, row).get_by_role("button", name="Save", exact=True).last.click()


def test_somebody_signs_in_and_starts_a_plan(visit, alice):
    page = visit(java_script_enabled=False)
    page.goto("/new/")
    steps.sign_in(page, "alice")
    page.get_by_label("Feature").fill("Tide tables")
    page.get_by_role("button", name="Create plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tide tables")
    page.get_by_role("radio", name=re.compile("Web application")).check()
    page.get_by_role("button", name="Use this structure").click()
    tree = page.get_by_label("Code or directory tree").nth(1)
    expect(tree).to_have_value(re.compile(r"^backend/"))


def test_a_field_is_saved(page, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    steps.open_plan(page, plan)
    steps.control(page, goal).fill("A page for each pier")
    saves(page, goal)
    steps.expect_text(page, goal, "value", "A page for each pier")
    assert page.url.endswith(f"#item-{goal.pk}")
    assert "**Goal**: A page for each pier\n" in make.text_of(plan)


def test_a_check_is_ticked(page, plan):
    check = make.find(plan, text="Problem statement clear")
    steps.open_plan(page, plan)
    steps.control(page, check, "done").check()
    saves(page, check)
    expect(steps.control(page, check, "done")).to_be_checked()
    assert "- [x] Problem statement clear\n" in make.text_of(plan)


def test_a_row_is_added_filled_moved_and_removed(page, plan):
    steps.open_plan(page, plan)
    codes = page.get_by_label("Risk ID")
    page.get_by_role("button", name="Add a risk").click()
    expect(codes).to_have_count(3)
    row = steps.risks(page).nth(2)
    row.get_by_label("Description").fill("The harbour silts up")
    row.get_by_label("Impact").select_option("High")
    row.get_by_role("button", name="Save", exact=True).click()
    assert "The harbour silts up | High" in make.text_of(plan).replace("  ", " ")
    row.hover()
    row.get_by_role("button", name="Move up").click()
    expect(codes.nth(1)).to_have_value("R-003")
    row = steps.risks(page).nth(1)
    row.hover()
    row.get_by_role("button", name="Remove").click()
    expect(codes).to_have_count(2)
    page.get_by_role("button", name="Undo my last change").click()
    expect(codes).to_have_count(3)


def test_a_section_is_renamed_and_gets_a_list(page, plan):
    steps.open_plan(page, plan)
    page.get_by_role("heading", name="Summary").hover()
    page.get_by_label("Actions for Summary").click()
    page.get_by_label("Heading", exact=True).fill("Abstract")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Abstract")).to_be_visible()
    page.get_by_label("Actions for Abstract").click()
    page.get_by_label("Add to this section").select_option(label="List")
    page.get_by_role("button", name="Add", exact=True).click()
    section = page.locator(".section", has=page.get_by_role("heading", name="Abstract"))
    expect(section.get_by_role("button", name="Add an entry")).to_be_visible()
    assert "### Abstract\n" in make.text_of(plan)


def test_a_question_is_answered(page, plan):
    steps.open_plan(page, plan)
    page.get_by_label("Answer: Which harbours?").fill("All of them")
    page.get_by_role("button", name="Answer").click()
    assert "**Goal**: All of them\n" in make.text_of(plan)


def test_who_saves_second_sees_both_texts(page, visit, bob, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    steps.open_plan(page, plan)
    bobs = steps.open_plan(visit(bob, java_script_enabled=False), plan)
    for each, text in ((page, "Alice's goal"), (bobs, "Bob's goal")):
        steps.control(each, goal).fill(text)
        saves(each, goal)
    expect(bobs.locator(".conflict")).to_contain_text("Alice's goal")
    steps.expect_text(bobs, goal, "value", "Bob's goal")
    bobs.get_by_role("button", name="Keep my text").click()
    steps.expect_text(bobs, goal, "value", "Bob's goal")
    assert "**Goal**: Bob's goal\n" in make.text_of(plan)


def test_the_draft_is_downloaded(page, plan):
    steps.open_plan(page, plan)
    page.get_by_role("link", name="Preview").first.click()
    link = page.get_by_role("link", name="Download the draft")
    assert steps.downloaded(page, link).decode() == make.SMALL
