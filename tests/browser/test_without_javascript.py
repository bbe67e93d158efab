"""The main job with plain forms alone: an item is edited on a page of its own."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page(visit, alice):
    return visit(alice, java_script_enabled=False)


def edits(page, place, name) -> None:
    """To the page of an item, by the link over one of its values."""
    place.get_by_role("link", name=f"Edit {name}").click()


def saves(page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_somebody_signs_in_and_starts_a_plan(visit, alice):
    page = visit(java_script_enabled=False)
    page.goto("/new/")
    steps.sign_in(page, "alice")
    page.get_by_label("Feature").fill("Tide tables")
    page.get_by_role("button", name="Create plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tide tables")
    page.get_by_role("radio", name=re.compile("Web application")).check()
    page.get_by_role("button", name="Use this structure").click()
    expect(page.locator(".item.code").nth(1)).to_contain_text("backend/")


def test_a_field_is_saved(page, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    steps.open_plan(page, plan)
    edits(page, steps.item(page, goal), "Goal")
    page.get_by_label("Goal", exact=True).fill("A page for each pier")
    saves(page)
    steps.expect_text(page, goal, "value", "A page for each pier")
    assert page.url.endswith(f"#item-{goal.pk}")
    assert "**Goal**: A page for each pier\n" in make.text_of(plan)


def test_a_field_is_renamed_and_its_history_and_comments_are_near(page, plan):
    storage = make.find(plan, label="Storage")
    steps.open_plan(page, plan)
    edits(page, steps.item(page, storage), "Storage")
    page.get_by_label("Label", exact=True).fill("Database")
    saves(page)
    expect(steps.item(page, storage)).to_contain_text("Database")
    edits(page, steps.item(page, storage), "Database")
    page.locator("main").get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Database")
    page.go_back()
    page.get_by_role("link", name="Comments", exact=True).click()
    expect(page.get_by_label("Write a comment")).to_be_visible()


def test_a_check_is_ticked(page, plan):
    check = make.find(plan, text="Problem statement clear")
    box = steps.item(page, check).get_by_role("checkbox")
    steps.open_plan(page, plan)
    edits(page, steps.item(page, check), "text of the check")
    page.get_by_label("Done", exact=True).check()
    saves(page)
    expect(box).to_be_checked()
    assert "- [x] Problem statement clear\n" in make.text_of(plan)


def test_a_row_is_added_filled_moved_and_removed(page, plan):
    steps.open_plan(page, plan)
    rows = steps.risks(page)
    page.get_by_role("button", name="Add a risk").click()
    expect(rows).to_have_count(3)
    edits(page, rows.nth(2), "Description")
    page.get_by_label("Description", exact=True).fill("The harbour silts up")
    page.get_by_label("Impact", exact=True).select_option("High")
    saves(page)
    assert "The harbour silts up | High" in make.text_of(plan).replace("  ", " ")
    edits(page, rows.nth(2), "Description")
    page.get_by_role("button", name="Move up").click()
    expect(rows.nth(1)).to_contain_text("R-003")
    edits(page, rows.nth(1), "Risk ID")
    page.get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Undo my last change").click()
    expect(rows).to_have_count(3)


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
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    steps.open_plan(page, plan)
    expect(steps.item(page, goal)).to_contain_text("Which harbours?")
    edits(page, steps.item(page, goal), "Goal")
    page.get_by_placeholder("Which harbours?").fill("All of them")
    saves(page)
    assert "**Goal**: All of them\n" in make.text_of(plan)


def test_a_question_is_dismissed(page, plan):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    steps.open_plan(page, plan)
    edits(page, steps.item(page, goal), "Goal")
    page.get_by_label("Why is “Which harbours?” dismissed?").fill("All of them.")
    page.get_by_role("button", name="Dismiss: Which harbours?").click()
    assert "Which harbours?" not in make.text_of(plan)


def test_a_question_within_a_text_is_answered(page, plan, alice):
    question = "[NEEDS CLARIFICATION: Which coast?]"
    make.edit(plan, alice, value=f"Tides of {question}")
    steps.open_plan(page, plan)
    page.get_by_label("Answer: Which coast?").fill("the north")
    page.get_by_role("button", name="Answer").click()
    assert "**Category**: Tides of the north\n" in make.text_of(plan)


def test_who_saves_second_sees_both_texts(page, visit, bob, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    steps.open_plan(page, plan)
    bobs = steps.open_plan(visit(bob, java_script_enabled=False), plan)
    for each in (page, bobs):
        edits(each, steps.item(each, goal), "Goal")
    for each, text in ((page, "Alice's goal"), (bobs, "Bob's goal")):
        each.get_by_label("Goal", exact=True).fill(text)
        saves(each)
    expect(bobs.locator(".conflict:visible")).to_contain_text("Alice's goal")
    expect(bobs.get_by_label("Goal", exact=True)).to_have_value("Bob's goal")
    bobs.get_by_role("button", name="Keep my text").click()
    steps.expect_text(bobs, goal, "value", "Bob's goal")
    assert "**Goal**: Bob's goal\n" in make.text_of(plan)


def test_the_draft_is_downloaded(page, plan):
    steps.open_plan(page, plan)
    page.get_by_role("link", name="Preview").first.click()
    link = page.get_by_role("link", name="Download the draft")
    assert steps.downloaded(page, link).decode() == make.SMALL


def test_the_box_of_a_check_leads_to_its_page(page, plan):
    check = make.find(plan, text="Problem statement clear")
    steps.open_plan(page, plan)
    steps.item(page, check).scroll_into_view_if_needed()
    box = steps.item(page, check).get_by_role("checkbox").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("checkbox", name="Done").check()
    saves(page)
    expect(steps.item(page, check).get_by_role("checkbox")).to_be_checked()


def test_parts_and_columns_are_added_by_links(page, plan):
    steps.open_plan(page, plan)
    page.get_by_label("Add below this text").first.click()
    page.get_by_label("Add to this section").select_option(label="Table")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Column 2", exact=True).click()
    page.get_by_label("New column").fill("Height")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("columnheader", name="Height")).to_be_visible()
    assert "harbour.\n\n| Column 1 | Column 2 | Height |\n" in make.text_of(plan)
