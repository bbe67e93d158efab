"""Finding one's way in a plan: from blank to blank, by text, by the palette."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page(visit, alice, plan):
    return steps.open_plan(visit(alice), plan)


def press(page, keys):
    page.locator("body").press(keys)


def test_n_and_p_walk_over_what_is_open(page, plan):
    open_places = page.locator(".plan-body .value:has(> .blank)")
    total = open_places.count()
    assert total > 2
    press(page, "n")
    first = open_places.first.locator(".edit")
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    page.keyboard.press("n")
    expect(first).not_to_be_focused()
    page.keyboard.press("p")
    expect(first).to_be_focused()
    page.keyboard.press("p")
    expect(open_places.last.locator(".edit")).to_be_focused()


def test_a_button_goes_from_blank_to_blank(page):
    open_places = page.locator(".plan-body .value:has(> .blank) .edit")
    button = page.get_by_role("button", name="Next blank").first
    for place in (0, 1):
        button.click()
        expect(open_places.nth(place)).to_be_focused()


def test_single_keys_are_letters_where_somebody_writes(page, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    control = steps.control(page, goal)
    control.press("End")
    page.keyboard.type("n/?p")
    steps.expect_text(page, goal, "value", "A page for each harbourn/?p")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_single_keys_can_be_switched_off_and_on(page):
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_label("Single keys").uncheck()
    keys.get_by_role("button", name="Close").click()
    press(page, "?")
    expect(keys).to_be_hidden()
    press(page, "Control+k")
    page.get_by_label("Where to go").fill("keys")
    page.keyboard.press("Enter")
    keys.get_by_label("Single keys").check()
    page.keyboard.press("Escape")
    press(page, "?")
    expect(keys).to_be_visible()


def test_text_is_found_counted_and_walked(page):
    press(page, "/")
    find = page.get_by_role("search")
    find.get_by_label("Find in this plan").fill("harbour")
    count = page.locator("#find-count")
    expect(count).to_have_text("1 of 4")
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 of 4")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text("1 of 4")
    assert page.evaluate("CSS.highlights.get('found').size") == 4
    find.get_by_label("Find in this plan").fill("no such words")
    expect(count).to_have_text("No matches")
    page.keyboard.press("Escape")
    expect(find).to_be_hidden()
    assert page.evaluate("CSS.highlights.get('found').size") == 0


def test_the_palette_leads_to_a_section(page):
    press(page, "Control+k")
    palette = page.get_by_role("dialog", name="Go somewhere")
    page.keyboard.type("phase 1")
    expect(palette.get_by_role("option").first).to_contain_text("Phase 1: Build")
    page.keyboard.press("Enter")
    expect(palette).to_be_hidden()
    expect(page.get_by_role("heading", name="Phase 1: Build")).to_be_in_viewport()


def test_the_palette_does_what_buttons_do(page, plan):
    press(page, "Control+k")
    palette = page.get_by_role("dialog", name="Go somewhere")
    page.keyboard.type("add a ph")
    palette.get_by_role("option", name="Add a phase").click()
    expect(page.get_by_role("heading", name="Phase 2")).to_be_visible()
    press(page, "Control+k")
    page.keyboard.type("zzz")
    expect(palette.get_by_text("Nothing fits.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_the_palette_names_each_action_once(page):
    press(page, "Control+k")
    names = page.get_by_role("option").evaluate_all(
        "lines => lines.map((line) => line.textContent)"
    )
    actions = [name for name in names if name.endswith("Action")]
    assert "HistoryAction" in actions
    assert len(actions) == len(set(actions))


def test_the_list_of_keys_says_whether_they_work_however_it_opens(page):
    press(page, "Control+k")
    page.keyboard.type("show the keys")
    page.keyboard.press("Enter")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_label("Single keys")).to_be_checked()


def test_readers_find_their_way_too(visit, dana, plan):
    page = steps.open_plan(visit(dana), plan)
    press(page, "/")
    page.get_by_label("Find in this plan").last.fill("harbour")
    expect(page.locator("#find-count")).to_have_text("1 of 4")
