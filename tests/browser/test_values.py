"""Values at rest, and opening them: by the mouse, by the keyboard, by their menu."""

import re

import pytest
from playwright.sync_api import expect

from plans.models import Membership
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

RICH = make.SMALL.replace(
    "- **Category**: Plan",
    "- **Category**: See [the tables](https://example.org/tides) of **all** harbours",
)
GOAL = {"heading": "Phase 1: Build", "label": "Goal"}
TEXT = "A page for each harbour"
# Where the words of a value begin, on the screen.
PLACE = """([id, words]) => {
  const texts = document.createTreeWalker(
    document.getElementById(id), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + words.length);
    const { left, top, right, height } = range.getBoundingClientRect();
    return [left + 1, top + height / 2, right - 1];
  }
}"""
# Where items, and what else is in sections, begin in the page.
TOPS = """() => [...document.querySelectorAll(".item, .section, .block")]
  .map((each) => each.getBoundingClientRect().top + scrollY)"""
CONTROLS = ".plan-body :is(textarea, select, input:not([type=checkbox]))"


@pytest.fixture
def plan(team, alice):
    return make.make_plan(team=team, actor=alice, text=RICH)


@pytest.fixture
def page(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    return page


@pytest.fixture
def goal(plan):
    return make.find(plan, **GOAL)


@pytest.fixture
def category(plan):
    return make.find(plan, label="Category")


def link(page, row, name="value"):
    return steps.value(page, row, name).locator(".edit")


def opened(page, row, name="value"):
    return page.locator(f"#item-{row.pk}-{name}")


def place_of(page, row, words, name="value"):
    steps.value(page, row, name).scroll_into_view_if_needed()
    return page.evaluate(PLACE, [f"item-{row.pk}-{name}-view", words])


def click_before(page, row, words):
    x, y, _ = place_of(page, row, words)
    page.mouse.click(x, y)


def expect_nothing_open(page):
    expect(page.locator(CONTROLS).locator("visible=true")).to_have_count(0)
    expect(page.locator(".item-form")).to_have_count(0)


# --- Opening ---


def test_a_click_puts_the_caret_where_it_was(page, plan, goal):
    click_before(page, goal, "each")
    expect(opened(page, goal)).to_be_focused()
    page.keyboard.type("almost ")
    steps.expect_saved(page, goal)
    expect(opened(page, goal)).to_have_value("A page for almost each harbour")


def test_a_click_finds_its_place_behind_markup(page, plan, category):
    click_before(page, category, "harbours")
    page.keyboard.type("the ")
    steps.expect_saved(page, category)
    assert "of **all** the harbours\n" in make.text_of(plan)


@pytest.mark.parametrize("key", ["Enter", "F2"])
def test_a_key_opens_it_with_the_caret_at_its_end(page, plan, goal, key):
    link(page, goal).focus()
    page.keyboard.press(key)
    page.keyboard.type("!")
    expect(opened(page, goal)).to_have_value(f"{TEXT}!")
    steps.expect_saved(page, goal)
    assert f"**Goal**: {TEXT}!\n" in make.text_of(plan)


def test_nothing_is_lost_of_what_one_types_at_once(page, plan):
    """From value to value by the Tab key, without looking."""
    first = make.find(plan, cell="R-001")
    link(page, first, "cell-1").focus()
    for key in ["Enter", "Control+A", *"Ice on the gauges", "Tab", *"L", "Tab", *"L"]:
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Heat them")
    page.keyboard.press("Escape")
    steps.expect_all_saved(page)
    expect_nothing_open(page)
    row = "| R-001 | Ice on the gauges | Low | Low | Heat them | Bob |\n"
    assert row in re.sub(" +", " ", make.text_of(plan))


def test_opening_asks_nobody(page, goal):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    click_before(page, goal, "each")
    expect(opened(page, goal)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+F10")
    page.wait_for_timeout(300)
    # The feed, and the count in the navigation of every page, ask by themselves.
    own = ("/live/", "/inbox/count/")
    assert [url for url in requests if not any(path in url for path in own)] == []


def test_only_what_is_open_is_a_control(page, plan, goal, category):
    controls = page.locator(CONTROLS).locator("visible=true")
    expect_nothing_open(page)
    for row, name in (
        (goal, "value"),
        (category, "value"),
        (make.find(plan, cell="R-001"), "cell-2"),
        (make.find(plan, text="Problem statement clear"), "text"),
        (make.find(plan, text="Show the tides of a harbour."), "text"),
    ):
        steps.control(page, row, name)
        expect(controls).to_have_count(1)
        expect(controls).to_be_focused()
        expect(page.locator(".item-form")).to_have_count(1)
    page.keyboard.press("Escape")
    expect_nothing_open(page)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (GOAL, "value"),
        ({"label": "Storage"}, "value"),
        ({"text": "Show the tides of a harbour."}, "text"),
        ({"text": "research.md"}, "text"),
        ({"text": "Problem statement clear"}, "text"),
        ({"cell": "R-001"}, "cell-0"),
        ({"cell": "R-001"}, "cell-2"),
        ({"cell": "Gauge feed"}, "cell-4"),
    ],
    ids=str,
)
def test_what_follows_stays_where_it_is(page, plan, place, name):
    row = make.find(plan, **place)
    steps.item(page, row).scroll_into_view_if_needed()
    before = page.evaluate(TOPS)
    steps.control(page, row, name)
    expect(opened(page, row, name)).to_be_focused()
    after = page.evaluate(TOPS)
    moved = [abs(a - b) for a, b in zip(before, after, strict=True)]
    assert max(moved) <= 2


def test_a_link_in_a_text_is_followed(page, category):
    page.route("https://example.org/**", lambda route: route.fulfill(body="Tides"))
    target = steps.value(page, category).get_by_role("link", name="the tables")
    if target.get_attribute("target"):
        with page.expect_popup() as popup:
            target.click()
        assert popup.value.url == "https://example.org/tides"
        expect_nothing_open(page)
    else:
        target.click()
        page.wait_for_url("https://example.org/tides")


def test_text_is_selected_without_opening_it(page, goal):
    x, y, right = place_of(page, goal, "for each")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(right, y, steps=5)
    page.mouse.up()
    assert page.evaluate("String(getSelection())").strip() == "for each"
    expect_nothing_open(page)


# --- Leaving ---


def test_escape_shows_the_text_and_keeps_the_focus(page, plan, goal):
    steps.control(page, goal).fill("A **page** for each")
    page.keyboard.press("Escape")
    steps.expect_at_rest(page, goal)
    expect_nothing_open(page)
    expect(steps.value(page, goal).locator("strong")).to_have_text("page")
    assert "**Goal**: A **page** for each\n" in make.text_of(plan)


def test_leaving_it_shows_the_text(page, plan, goal, category):
    steps.control(page, goal).fill("A **page** for each")
    steps.control(page, category)
    expect(opened(page, goal)).to_have_count(0)
    expect(steps.value(page, goal).locator("strong")).to_have_text("page")
    expect(opened(page, category)).to_be_focused()
    page.mouse.click(2, 300)
    expect_nothing_open(page)


def test_who_goes_on_writing_after_escape_stays_in_it(page, plan, goal):
    steps.slow_saves(page, 0.7)
    steps.control(page, goal).fill("A page")
    page.keyboard.press("Escape")
    expect(steps.status(page, goal)).to_have_text("Saving…")
    page.keyboard.type(" for each")
    steps.expect_saved(page, goal)
    expect(opened(page, goal)).to_be_focused()
    expect(opened(page, goal)).to_have_value("A page for each")


def test_what_is_not_saved_stays_open(page, goal, category):
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.fulfill(status=503))
    steps.control(page, goal).fill("A page")
    page.keyboard.press("Escape")
    expect(steps.status(page, goal)).to_contain_text("Not saved")
    steps.control(page, category)
    expect(opened(page, goal)).to_have_value("A page")
    page.unroute(re.compile(r"/items/\d+/$"))
    steps.expect_saved(page, goal)
    expect(opened(page, goal)).to_have_count(0)
    expect(opened(page, category)).to_be_focused()


# --- Walking ---


def test_arrows_walk_over_values_at_rest(page, plan):
    first, second = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    link(page, first, "cell-5").focus()
    for key, row, name in (
        ("ArrowRight", second, "cell-0"),
        ("ArrowUp", first, "cell-0"),
        ("ArrowRight", first, "cell-1"),
        ("ArrowDown", second, "cell-1"),
        ("ArrowLeft", second, "cell-0"),
        ("ArrowLeft", first, "cell-5"),
    ):
        page.keyboard.press(key)
        steps.expect_at_rest(page, row, name)
    edits = page.locator(".plan-body .edit").locator("visible=true")
    page.keyboard.press("Home")
    expect(edits.first).to_be_focused()
    page.keyboard.press("End")
    expect(edits.last).to_be_focused()
    expect_nothing_open(page)


def test_the_tab_key_opens_the_next_value_and_shift_tab_the_last(page, plan):
    risk = make.find(plan, cell="R-001")
    steps.control(page, risk, "cell-0")
    page.keyboard.press("Tab")
    expect(opened(page, risk, "cell-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(opened(page, risk, "cell-2")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(opened(page, risk, "cell-1")).to_be_focused()
    page.keyboard.press("Escape")
    steps.expect_at_rest(page, risk, "cell-1")
    page.keyboard.press("Tab")
    steps.expect_at_rest(page, make.find(plan, cell="R-002"), "cell-0")


def test_a_row_is_one_stop_of_the_tab_key(page, plan):
    first, second = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    link(page, first, "cell-0").focus()
    page.keyboard.press("Tab")
    steps.expect_at_rest(page, second, "cell-0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(opened(page, second, "cell-1")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    steps.expect_at_rest(page, second, "cell-0")
    page.keyboard.press("Shift+Tab")
    steps.expect_at_rest(page, first, "cell-0")


def test_a_cell_that_was_left_keeps_the_focus_when_the_new_row_comes(page, plan):
    dependency = make.find(plan, cell="Map tiles")
    held = []
    page.route("**/add/", lambda route: held.append(route))
    steps.control(page, dependency, "cell-5").press("Enter")
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    steps.expect_at_rest(page, dependency, "cell-5")
    assert len(held) == 1
    held[0].continue_()
    expect(
        page.locator(".block", has=steps.item(page, dependency)).locator(".row")
    ).to_have_count(3)
    page.wait_for_timeout(300)
    steps.expect_at_rest(page, dependency, "cell-5")


# --- The menu of an item ---


def test_the_menu_opens_by_the_mouse(page, plan, category):
    steps.open_menu(page, steps.item(page, category))
    names = page.get_by_role("menuitem").locator("visible=true")
    expect(names).to_have_text(
        ["Rename", "Comment", "Suggest a change", "Ask a question", "Assign"]
        + ["History", "Move up", "Move down", "Duplicate", "Remove"]
    )
    page.get_by_role("menuitem", name="Move down").click()
    expect(page.get_by_role("menu")).to_be_hidden()
    storage = r"\*\*Storage\*\*: .*\n- \*\*Category\*\*"
    steps.expect_all_saved(page)
    expect(page.locator(".field-label").nth(1)).to_have_text("Category")
    assert re.search(storage, make.text_of(plan))


def test_the_menu_is_walked_by_arrows_and_gives_the_focus_back(page, plan):
    risk = make.find(plan, cell="R-001")
    link(page, risk, "cell-4").focus()
    page.keyboard.press("Shift+F10")
    for key, name in (
        ("ArrowDown", "Suggest a change"),
        ("End", "Remove"),
        ("ArrowDown", "Comment"),
        ("ArrowUp", "Remove"),
        ("Home", "Comment"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("menuitem", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    steps.expect_at_rest(page, risk, "cell-4")


def test_a_menu_opened_while_one_writes_gives_the_control_back(page, plan):
    risk = make.find(plan, cell="R-001")
    steps.control(page, risk, "cell-4")
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menuitem").locator("visible=true").first).to_be_focused()
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    expect(opened(page, risk, "cell-4")).to_be_focused()
    page.keyboard.press("Shift+F10")
    page.mouse.click(2, 300)
    expect(page.get_by_role("menu")).to_be_hidden()
    expect_nothing_open(page)


def test_what_waits_for_a_save_is_done_to_the_item_it_was_chosen_for(page, plan, goal):
    first, second = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    steps.slow_saves(page)
    steps.control(page, goal).fill("A page")
    steps.choose(page, steps.item(page, second), "Remove")
    steps.open_menu(page, steps.item(page, first))
    expect(steps.item(page, second)).to_have_count(0)
    expect(steps.item(page, first)).to_have_count(1)
    text = make.text_of(plan)
    assert "| R-001 |" in text and "| R-002 |" not in text


def test_a_renamed_label_leaves_the_focus_in_its_item(page, plan, category):
    steps.press(page, category, "Rename")
    expect(opened(page, category, "label")).to_be_focused()
    page.keyboard.type("Kind")
    page.keyboard.press("Escape")
    expect(steps.value(page, category, "label")).to_have_text("Kind")
    steps.expect_at_rest(page, category)
    steps.press(page, category, "Rename")
    page.keyboard.press("Tab")
    expect(opened(page, category)).to_be_focused()
    assert "- **Kind**: See" in make.text_of(plan)


def test_a_question_is_dismissed_by_the_menu(page, plan):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    expect(steps.value(page, goal)).to_have_text("Which harbours?")
    steps.press(page, goal, "Dismiss the question")
    why = page.get_by_role("dialog", name="Dismiss the question")
    expect(why).to_contain_text("Which harbours?")
    why.get_by_label("Why is it dismissed?").fill("All of them.")
    why.get_by_role("button", name="Dismiss the question").click()
    expect(steps.value(page, goal)).not_to_contain_text("Which harbours?")
    assert "Which harbours?" not in make.text_of(plan)


# --- Who may only read ---


def test_a_reader_has_nothing_to_open(visit, team, plan, goal):
    reader = make.make_user("erin", team=team, role=Membership.Role.VIEWER)
    page = steps.open_plan(visit(reader), plan)
    expect(steps.value(page, goal)).to_have_text(TEXT)
    expect(page.locator(".edit, [data-control], #item-more, #item-menu")).to_have_count(
        0
    )
    steps.value(page, goal).click()
    expect_nothing_open(page)


def test_enter_at_the_end_makes_the_next_entry_after_it(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    first = make.find(plan, text="research.md")
    steps.control(page, first, "text").press("End")
    page.keyboard.press("Enter")
    expect(page.locator(".entry textarea:focus")).to_have_value("")
    page.keyboard.type("A map")
    page.keyboard.press("Enter")
    expect(page.locator(".entry textarea:focus")).to_have_value("")
    page.keyboard.type("A legend")
    page.keyboard.press("Escape")
    steps.expect_all_saved(page)
    assert (
        "  - research.md\n  - A map\n  - A legend\n  - A list of gauges\n"
        in make.text_of(plan)
    )


def test_enter_within_an_entry_breaks_its_line(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    first = make.find(plan, text="research.md")
    control = steps.control(page, first, "text")
    control.press("Home")
    page.keyboard.press("Enter")
    expect(control).to_have_value("\nresearch.md")


def test_enter_in_a_table_goes_down_and_makes_a_row_at_its_end(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    first, second = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    steps.control(page, first, "cell-1").press("Enter")
    expect(steps.control(page, second, "cell-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(steps.risks(page)).to_have_count(3)
    expect(steps.risks(page).nth(2).locator("textarea")).to_be_focused()


def test_backspace_removes_what_is_empty_and_undo_brings_it_back(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    entry = make.find(plan, text="A list of gauges")
    steps.control(page, entry, "text").fill("")
    steps.expect_saved(page, entry)
    page.keyboard.press("Backspace")
    expect(steps.item(page, entry)).to_have_count(0)
    assert "A list of gauges" not in make.text_of(plan)
    risk = make.find(plan, cell="R-001")
    steps.control(page, risk, "cell-1").fill("")
    page.keyboard.press("Backspace")  # other cells have text
    expect(steps.risks(page)).to_have_count(2)


def test_backspace_goes_on_at_the_end_of_the_one_before_at_once(visit, alice, plan):
    """What is typed while the removal is on its way is not typed into what goes."""
    page = steps.open_plan(visit(alice), plan)
    before = make.find(plan, text="research.md")
    entry = make.find(plan, text="A list of gauges")
    steps.control(page, entry, "text").fill("")
    steps.expect_saved(page, entry)
    page.route(
        "**/remove/", lambda route: (page.wait_for_timeout(500), route.continue_())
    )
    page.keyboard.press("Backspace")
    page.keyboard.type(", in full")
    expect(steps.item(page, entry)).to_have_count(0)
    page.keyboard.press("Escape")
    steps.expect_text(page, before, "text", "research.md, in full")
    steps.expect_all_saved(page)
    assert "  - research.md, in full\n" in make.text_of(plan)


def test_backspace_removes_no_row_with_text_that_is_not_saved_yet(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.get_by_role("button", name="Add a metric").click()
    row = page.locator("tr.row", has=page.locator("textarea:focus"))
    expect(row).to_be_visible()
    page.keyboard.type("Availability")
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    steps.expect_all_saved(page)
    assert "Availability" in make.text_of(plan)


def test_backspace_twice_asks_once_to_remove(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    before = make.find(plan, text="research.md")
    entry = make.find(plan, text="A list of gauges")
    steps.control(page, entry, "text").fill("")
    steps.expect_saved(page, entry)
    requests = []

    def slowly(route):
        requests.append(route.request.url)
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/remove/", slowly)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")  # as anywhere: the last letter of the one before
    expect(steps.item(page, entry)).to_have_count(0)
    page.wait_for_timeout(200)
    assert len(requests) == 1
    steps.expect_text(page, before, "text", "research.m")
