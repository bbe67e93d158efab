"""Adding stands where one looks for it: between the parts of a plan."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


def headings(plan) -> list[str]:
    lines = make.text_of(plan).split("\n")
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def section_of(page, name):
    return page.locator(".section", has=page.get_by_role("heading", name=name))


def test_a_part_is_added_between_two_others(visit, alice, bob, plan):
    page = steps.open_plan(visit(alice), plan)
    other = steps.open_plan(visit(bob), plan)
    gates = section_of(page, "Definition of Ready")
    line = gates.get_by_label("Add below this list")
    expect(line).to_have_css("opacity", "0")
    line.hover()
    expect(line).to_have_css("opacity", "1")
    line.click()
    page.get_by_role("menuitem", name="Text", exact=True).click()
    expect(gates.get_by_label("text", exact=True)).to_be_focused()
    page.keyboard.type("Asked on Mondays.")
    steps.expect_all_saved(page)
    theirs = section_of(other, "Definition of Ready").locator(".block").nth(1)
    expect(theirs).to_contain_text("Asked on Mondays.")
    text = make.text_of(plan)
    assert "known\n\nAsked on Mondays.\n\n| Violation" in text
    steps.undo(page)
    expect(gates).not_to_contain_text("Asked")
    steps.undo(page)
    expect(gates.locator(".block")).to_have_count(2)
    assert make.text_of(plan) == make.SMALL


def test_a_phase_between_others_is_named_at_once(visit, alice, bob, plan):
    page = steps.open_plan(visit(alice), plan)
    other = steps.open_plan(visit(bob), plan)
    section_of(page, "Phase 0").get_by_label("Add below these fields").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Text", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Phase after “Phase 0")).to_be_focused()
    page.keyboard.press("Enter")
    name = page.get_by_label("Heading", exact=True)
    expect(name).to_be_focused()
    expect(name).to_be_in_viewport()
    expect(name).to_have_value("Phase 1: New phase")
    page.keyboard.type("Ask the harbours")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Phase 1: Ask the harbours")
    ).to_be_visible()
    expect(page.locator("#plan-outline")).to_contain_text("Phase 2: Build")
    phase = section_of(page, "Phase 1: Ask")
    expect(phase.get_by_label("Goal", exact=True)).to_be_focused()
    expect(section_of(other, "Phase 1: Ask")).to_be_visible()
    expect(other.get_by_role("heading", name="Phase 2: Build")).to_be_visible()
    assert headings(plan)[6:9] == [
        "Phase 0: Research",
        "Phase 1: Ask the harbours",
        "Phase 2: Build",
    ]


def test_a_heading_that_is_being_typed_is_not_replaced(visit, alice, bob, plan):
    page = steps.open_plan(visit(alice), plan)
    page.get_by_role("heading", name="Summary").click()
    name = page.get_by_label("Heading", exact=True)
    name.fill("In short")
    other = steps.open_plan(visit(bob), plan)
    other.get_by_role("heading", name="Summary").click()
    other.get_by_label("Heading", exact=True).fill("Abstract")
    other.keyboard.press("Enter")
    expect(page.locator("#plan-outline")).to_contain_text("Abstract")
    expect(name).to_have_value("In short")
    name.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The saved text is: “Abstract”")
    expect(name).to_be_focused()
    name.press("Enter")  # having read that
    expect(other.get_by_role("heading", name="In short")).to_be_visible()
    page.get_by_role("heading", name="In short").click(position={"x": 480, "y": 8})
    name.fill("Something else")
    name.press("Escape")
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    expect(page.get_by_label("Actions for In short")).to_be_focused()
    assert "### In short\n" in make.text_of(plan)


def test_a_row_and_a_section_are_duplicated(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    steps.choose(page, steps.risks(page).nth(0), "Duplicate")
    steps.expect_texts(page, "Risk ID", ["R-001", "R-003", "R-002"])
    expect(steps.risks(page).nth(1)).to_contain_text("The gauges fall silent")
    page.keyboard.press("Escape")
    steps.undo(page)
    steps.expect_texts(page, "Risk ID", ["R-001", "R-002"])
    page.get_by_role("heading", name="Phase 0").hover()
    page.get_by_label("Actions for Phase 0: Research").click()
    page.get_by_role("dialog").get_by_role("button", name="Duplicate").click()
    name = page.get_by_role("textbox", name="Heading", exact=True)
    expect(name).to_have_value("Phase 1: Research")
    expect(name).to_be_focused()
    page.keyboard.press("Escape")
    steps.undo(page)
    expect(page.get_by_role("heading", name="Phase 1: Build")).to_be_visible()
    assert make.text_of(plan) == make.SMALL


def test_with_a_finger_adding_is_always_there(visit, alice, plan):
    page = steps.open_plan(
        visit(alice, has_touch=True, is_mobile=True, viewport=PHONE), plan
    )
    summary = section_of(page, "Summary")
    line = summary.get_by_label("Add below this text")
    expect(line).to_have_css("opacity", "1")
    assert line.bounding_box()["height"] >= 44
    line.tap()
    page.get_by_role("menuitem", name="Section after “Summary”").tap()
    name = page.get_by_label("Heading", exact=True)
    expect(name).to_have_value("New section")
    name.fill("Glossary")
    name.press("Enter")
    expect(name).to_have_count(0)
    assert headings(plan)[2:4] == ["Summary", "Glossary"]


PHONE = {"width": 390, "height": 844}
