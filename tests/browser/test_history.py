"""Looking back, and bringing a text back, as a person does it."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


def test_an_earlier_text_comes_back_to_its_place(visit, alice, bob, plan):
    summary = make.find(plan, heading="Phase 1: Build", label="Goal")
    page = steps.open_plan(visit(alice), plan)
    for text in ("A page for each pier", "A page for each gauge"):
        steps.control(page, summary).fill(text)
        steps.expect_saved(page, summary)

    steps.choose(page, steps.item(page, summary), "History")
    newest = page.locator(".history-entry").first
    expect(newest.locator("del")).to_contain_text("pier")
    expect(newest.locator("ins")).to_contain_text("gauge")
    older = page.locator(".history-entry", has_text="each pier").last
    older.get_by_text("Full text").click()
    expect(older.locator(".history-text")).to_have_text(
        ["Goal", "A page for each pier"]
    )
    older.get_by_role("button", name="Restore this text").click()

    steps.expect_text(page, summary, "value", "A page for each pier")
    expect(steps.item(page, summary)).to_be_in_viewport()
    expect(page.locator(".messages")).to_contain_text("Restored")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".history-entry").first).to_contain_text("restored")


def test_a_removed_row_is_found_in_the_history_and_comes_back(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    row = make.find(plan, cell="R-002")
    steps.choose(page, steps.item(page, row), "Remove")
    expect(steps.item(page, row)).to_have_count(0)
    page.get_by_role("link", name="History", exact=True).click()
    removal = page.locator(".history-entry").first
    removal.get_by_role("link", name="Previous versions").click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(steps.item(page, row)).to_be_in_viewport()
    assert make.text_of(plan) == make.SMALL


def test_a_version_is_saved_in_one_dialog(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    opener = page.get_by_role("link", name="Save a version")
    dialog = page.get_by_role("dialog", name="Save a version")
    opener.filter(visible=True).click()
    expect(dialog.get_by_label("Name of the version")).to_be_focused()
    page.keyboard.type("Before the work")
    page.keyboard.press("Escape")
    # On a phone it is in the menu; what was typed is still there.
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".toolbar-more > summary").click()
    opener.filter(visible=True).click()
    expect(dialog.get_by_label("Name of the version")).to_have_value("Before the work")
    page.keyboard.press("End")
    page.keyboard.type("shop")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text(
        "Saved the version “Before the workshop”"
    )
    assert plan.saved_versions.get().name == "Before the workshop"
    page.locator(".toolbar-more > summary").click()
    opener.filter(visible=True).click()
    expect(dialog.get_by_label("Name of the version")).to_have_value("")
