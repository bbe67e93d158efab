"""The bar of a longer text, its keys, and lists that go on at Enter."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible

pytestmark = pytest.mark.once
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def summary(plan):
    return make.find(plan, text="Show the tides of a harbour.")


def bar(page):
    return page.get_by_role("toolbar", name="Formatting")


def test_buttons_and_keys_write_markdown(visit, alice, plan, summary):
    page = steps.open_plan(visit(alice), plan)
    expect(bar(page)).to_be_hidden()
    before = page.locator(".section", has_text="Summary").last.bounding_box()
    control = steps.control(page, summary, "text")
    expect(bar(page)).to_be_visible()
    after = page.locator(".section", has_text="Summary").last.bounding_box()
    assert abs(before["y"] - after["y"]) < 1
    control.press("Control+A")
    bar(page).get_by_role("button", name="Bold").click()
    expect(control).to_have_value("**Show the tides of a harbour.**")
    expect(control).to_be_focused()
    bar(page).get_by_role("button", name="Bold").click()
    expect(control).to_have_value("Show the tides of a harbour.")
    control.press("End")
    control.press("Enter")
    bar(page).get_by_role("button", name="List").click()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("end")
    expect(control).to_have_value("Show the tides of a harbour.\n- one\n- two\nend")
    for _ in range(3):
        control.press("Control+Z")
    expect(control).not_to_have_value("Show the tides of a harbour.\n- one\n- two\nend")
    steps.expect_all_saved(page)
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()


def test_the_keyboard_reaches_the_bar_and_comes_back(visit, alice, plan, summary):
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, summary, "text")
    control.press("Alt+F10")
    expect(bar(page).get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # Link
    expect(control).to_be_focused()
    expect(control).to_have_value("Show the tides of a harbour.[](https://)")
    control.press("Alt+F10")
    page.keyboard.press("Escape")
    expect(control).to_be_focused()
    steps.written_in(page.locator(".entry").first, "list entry").press("End")
    expect(bar(page)).to_be_hidden()


def test_a_value_gets_the_bar_once_it_is_long(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    storage = make.find(plan, label="Storage")
    control = steps.control(page, storage)
    expect(bar(page)).to_be_hidden()
    page.keyboard.type(
        "Readings in a file for each harbour, kept for as long as **a year**"
    )
    expect(bar(page)).to_be_visible()
    assert bar(page).bounding_box()["y"] > control.bounding_box()["y"] + 20
    for name in ("List", "Task", "Table"):
        expect(bar(page).get_by_role("button", name=name)).to_be_hidden()
    control.press("Control+A")
    bar(page).get_by_role("button", name="Code").click()
    expect(control).to_have_value(re.compile("^`.*`$"))
    bar(page).get_by_role("button", name="Preview below").click()
    preview = steps.item(page, storage).get_by_role("region", name="Preview")
    expect(preview.locator("code")).to_contain_text("for each harbour")
    # One line has no Enter that goes on with a list, and a cell no room for a preview.
    steps.expect_all_saved(page)
    page.keyboard.press("Escape")
    steps.expect_at_rest(page, storage)
    risk = make.find(plan, cell="R-001")
    cell = steps.control(page, risk, "cell-4")
    cell.fill("Show the age of a reading next to it, and ask for a new one at once")
    expect(bar(page).get_by_role("button", name="Bold")).to_be_visible()
    expect(bar(page).get_by_role("button", name="Preview below")).to_be_hidden()
    expect(steps.item(page, risk).get_by_role("region", name="Preview")).to_have_count(
        0
    )


def test_the_bar_of_a_text_that_ends_out_of_view_is_at_the_screen_s_end(
    visit, alice, plan, summary
):
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, summary, "text")
    control.fill("One more line.\n" * 80)
    control.press("Control+Home")
    box, height = bar(page).bounding_box(), page.viewport_size["height"]
    assert height - 12 < box["y"] + box["height"] < height
    page.keyboard.press("Control+End")
    expect(bar(page)).to_be_in_viewport(ratio=1)


def test_a_finger_finds_large_buttons(visit, alice, plan, summary):
    page = steps.open_plan(
        visit(alice, has_touch=True, is_mobile=True, viewport=PHONE), plan
    )
    steps.value(page, summary, "text").tap()
    for button in bar(page).locator("button:visible, a").all():
        box = button.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44
    box = bar(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert PHONE["height"] - 12 < box["y"] + box["height"] <= PHONE["height"]
    bar(page).get_by_role("button", name="Task").tap()
    expect(steps.control(page, summary, "text")).to_have_value(
        "- [ ] Show the tides of a harbour."
    )


def test_a_preview_stands_below_or_beside(visit, alice, bob, plan, summary):
    page, other = steps.open_plan(visit(alice), plan), steps.open_plan(visit(bob), plan)
    control = steps.control(page, summary, "text")
    preview = steps.item(page, summary).get_by_role("region", name="Preview")
    expect(preview).to_have_count(0)
    below = bar(page).get_by_role("button", name="Preview below")
    below.click()
    expect(below).to_have_attribute("aria-pressed", "true")
    expect(preview).to_have_text("Show the tides of a harbour.")
    expect(control).to_be_focused()
    control.press("End")
    page.keyboard.type("\n\n- **ebb**")
    expect(preview.locator("li strong")).to_have_text("ebb")
    preview.locator("li").click()
    expect(control).to_be_focused()
    assert preview.bounding_box()["y"] > control.bounding_box()["y"] + 20
    # Beside it, by the keyboard.
    control.press("Alt+F10")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    beside = bar(page).get_by_role("button", name="Preview beside")
    expect(beside).to_be_focused()
    page.keyboard.press("Enter")
    expect(beside).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(control).to_be_focused()
    box = preview.bounding_box()
    assert box["x"] > control.bounding_box()["x"] + control.bounding_box()["width"] - 1
    assert_accessible(page, "a preview is open")
    # What a colleague writes shows too.
    steps.expect_all_saved(page)
    theirs = steps.control(other, summary, "text")
    theirs.fill(theirs.input_value().replace("harbour", "port"))
    expect(preview).to_contain_text("Show the tides of a port.")
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    # It is there again with the next text, also after a reload; and goes for good.
    page.reload()
    control = steps.control(page, summary, "text")
    expect(preview.locator("li strong")).to_have_text("ebb")
    page.set_viewport_size(PHONE)
    expect(preview).to_have_attribute("data-place", "below")
    expect(beside).to_be_hidden()
    below.click()
    expect(preview).to_have_count(0)


def test_a_preview_that_fails_says_so(visit, alice, plan, summary):
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, summary, "text")
    page.route("**/preview/", lambda route: route.abort())
    bar(page).get_by_role("button", name="Preview below").click()
    preview = steps.item(page, summary).get_by_role("region", name="Preview")
    expect(preview).to_contain_text("What you typed is still here")
    page.unroute("**/preview/")
    control.press("End")
    page.keyboard.type(" More.")
    expect(preview).to_contain_text("harbour. More.")
    assert all("ERR_FAILED" in text for text in visit.complaints)
    visit.complaints.clear()
