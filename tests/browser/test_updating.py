"""A file that was edited elsewhere comes back, while a colleague goes on writing."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from plans.models import Suggestion
from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible

pytestmark = pytest.mark.once


def upload(page, text, name="plan.md"):
    page.get_by_label("The edited file").set_input_files(
        {"name": name, "mimeType": "text/markdown", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Show the changes").click()


def test_a_file_comes_back_and_one_undo_takes_it_away(visit, plan, alice, bob):
    before = make.text_of(plan)
    page = steps.open_plan(visit(bob), plan)
    page.goto(f"{plan.get_absolute_url()}menu/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download plan.md").click()
    text = Path(download.value.path()).read_text()
    assert text == before
    text = text.replace("- **Category**: Plan", "- **Category**: File")
    text = text.replace("R-001", "R-010") + "\n## New\n\nWords\n"

    theirs = steps.open_plan(visit(alice), plan)
    category = make.find(plan, label="Category")
    steps.control(theirs, category).fill("Colleague")
    steps.control(theirs, category).press("Tab")
    steps.expect_all_saved(theirs)

    page.get_by_role("link", name="Update from a file").click()
    assert_accessible(page, "the form of an update")
    upload(page, text)
    expect(page.get_by_role("heading", level=1)).to_have_text("3 changes in plan.md")
    expect(page.get_by_text("becomes a suggestion")).to_be_visible()
    assert_accessible(page, "the list of changes")
    expect(page.get_by_role("button", name="Take 3 changes")).to_be_enabled()
    new = page.get_by_role("checkbox", name="New")
    new.press("Space")
    button = page.get_by_role("button", name="Take 2 changes")
    button.press("Enter")
    expect(page.locator(".messages")).to_contain_text(
        "Took 1 change from plan.md. 1 text became a suggestion."
    )
    expect(steps.value(page, category)).to_have_text("Colleague")
    # It arrives on the colleague's page, too.
    expect(theirs.locator("body")).to_contain_text("R-010")
    assert Suggestion.objects.get().text == "File"
    page.locator(".messages").get_by_role("button", name="Undo").click()
    expect(page.locator("body")).not_to_contain_text("R-010")
    assert make.text_of(plan) == before.replace(": Plan", ": Colleague", 1)


def test_a_text_is_pasted_on_a_phone_without_javascript(visit, plan, alice):
    page = visit(
        alice, java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page.goto(f"{plan.get_absolute_url()}update/")
    page.get_by_role("button", name="Show the changes").click()
    expect(page.get_by_text("There’s no text yet")).to_be_visible()
    word = "Donaudampfschifffahrtsgesellschaft" * 3
    text = make.text_of(plan).replace("- **Category**: Plan", f"- **Category**: {word}")
    page.get_by_label("Or paste its text").fill(text)
    page.get_by_role("button", name="Show the changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 change in the pasted text"
    )
    page.get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="Take the chosen changes").click()
    expect(page.get_by_role("alert")).to_have_text("Choose at least one change.")
    box = page.locator("body").bounding_box()
    assert box["width"] <= 320
    page.get_by_role("button", name="Take all 1").click()
    expect(page.locator(".messages")).to_contain_text("Took 1 change")
    assert word in make.text_of(plan)
    page.locator(".messages").get_by_role("button", name="Undo").click()
    assert word not in make.text_of(plan)
