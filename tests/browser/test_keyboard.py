"""Everything about a plan's rows, menus and problems, without a mouse."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

# Each thing that takes the focus, with how it looks while it has it.
LOOK = """() => {
  const element = document.activeElement;
  const seen = [element, element.closest(".plan-row, .option, .item")]
    .filter(Boolean).map((each) => getComputedStyle(each));
  return seen.map((style) => [style.outlineStyle, style.outlineColor,
    style.borderColor, style.boxShadow, style.backgroundColor].join(" ")).join(";");
}"""


def test_a_row_is_added_moved_removed_and_brought_back(visit, alice, plan):
    risk = make.find(plan, cell="R-001")
    page = steps.open_plan(visit(alice), plan)
    steps.control(page, risk, "cell-1").focus()

    page.keyboard.press("Control+Enter")
    expect_codes(page, "R-001", "R-002", "R-003")
    expect(steps.risks(page).nth(2).get_by_label("Description")).to_be_focused()
    page.keyboard.type("The harbour silts up")

    steps.expect_all_saved(page)
    new = make.find(plan, cell="R-003")
    steps.press(page, new, "Move up")
    expect_codes(page, "R-001", "R-003", "R-002")
    steps.expect_at_rest(page, new, "cell-0")
    steps.control(page, new, "cell-1").press("End")
    page.keyboard.type("!")
    steps.expect_all_saved(page)
    steps.press(page, new, "Move up")
    steps.press(page, new, "Move up")
    expect_codes(page, "R-003", "R-001", "R-002")
    steps.press(page, new, "Move down")
    expect_codes(page, "R-001", "R-003", "R-002")
    assert [line[2:7] for line in rows_of(plan)] == ["R-001", "R-003", "R-002"]
    assert "The harbour silts up!" in rows_of(plan)[1]

    steps.press(page, new, "Remove")
    expect_codes(page, "R-001", "R-002")
    expect(page.locator("#announcer")).to_contain_text("Removed")
    # The focus is where the row was.
    steps.expect_at_rest(page, make.find(plan, cell="R-002"), "cell-0")

    steps.undo(page)
    expect_codes(page, "R-001", "R-003", "R-002")
    assert "The harbour silts up!" in rows_of(plan)[1]


def expect_codes(page, *codes):
    steps.expect_texts(page, "Risk ID", [*codes])


def rows_of(plan):
    return [
        line for line in make.text_of(plan).split("\n") if line.startswith("| R-00")
    ]


# What edits or moves in a text on Windows, macOS or Linux. Ctrl and Alt together are
# AltGr, which writes letters: ż is AltGr Z in Polish. (Ctrl Enter and Cmd Enter are not
# among them: they write nothing anywhere. Nor is Ctrl K, which opens the palette: on a
# Mac it cuts a line off, and there it is Cmd K.)
MOVES = ["Backspace", "Delete", "Home", "End", "PageUp", "PageDown", "Insert"]
MOVES += [f"Arrow{way}" for way in ("Up", "Down", "Left", "Right")]
KEYS_OF_TEXT = [
    [key, *modifiers]
    for key in [*MOVES, *"abcdefghijklmnopqrstuvwxyz0123456789/,.-"]
    for modifiers in (
        [],
        ["shiftKey"],
        ["altKey"],
        ["ctrlKey"],
        ["metaKey"],
        ["altKey", "shiftKey"],
        ["ctrlKey", "shiftKey"],
        ["metaKey", "shiftKey"],
        ["ctrlKey", "altKey"],
        ["metaKey", "altKey"],
        ["ctrlKey", "altKey", "shiftKey"],
    )
] + [["Enter"], ["Enter", "shiftKey"], ["Enter", "altKey"]]
KEYS_OF_TEXT.remove(["k", "ctrlKey"])


@pytest.mark.once
def test_no_shortcut_takes_a_key_of_the_text(visit, alice, team):
    plan = make.make_plan(team=team, actor=alice, text=make.ASKING)
    page = steps.open_plan(visit(alice), plan)
    posts = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    places = [
        (make.find(plan, label="Category"), "value"),
        (make.find(plan, cell="R-001"), "cell-1"),
        (make.find(plan, text="research.md"), "text"),
        (make.find(plan, text="Show the tides of a harbour."), "text"),
        (make.find(plan, heading="Phase 0: Research", label="Goal"), "value-answer-0"),
    ]
    for row, name in places:
        # Enter ends a cell, and an entry; Shift Enter breaks their lines.
        goes_on = name.startswith("cell") or row.kind == "entry"
        keys = [key for key in KEYS_OF_TEXT if not (goes_on and key == ["Enter"])]
        place = steps.control(page, row, name)
        place.focus()
        taken = page.evaluate(
            """(keys) => keys.filter(([key, ...modifiers]) => {
                const options = { key, bubbles: true, cancelable: true };
                for (const each of modifiers) options[each] = true;
                const event = new KeyboardEvent("keydown", options);
                return !document.activeElement.dispatchEvent(event);
            })""",
            keys,
        )
        assert taken == []
    assert not [url for url in posts if "/live/" not in url]


DISTANCE = """ids => {
  const [a, b] = ids.map((id) => document.getElementById(id).getBoundingClientRect());
  return Math.abs(a.top - b.top);
}"""


def test_undo_reaches_every_kind_of_control(visit, alice, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    check = make.find(plan, text="Problem statement clear")
    risk = make.find(plan, cell="R-001")
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, goal)
    control.fill("A page for each pier")
    steps.undo(page)
    steps.expect_text(page, goal, "value", "A page for each harbour")
    page.get_by_role("button", name="Redo").click()
    steps.expect_text(page, goal, "value", "A page for each pier")

    steps.control(page, check, "done").check()
    steps.expect_saved(page, check)
    steps.undo(page)
    expect(steps.control(page, check, "done")).not_to_be_checked()

    steps.control(page, risk, "cell-2").select_option("Low")
    steps.expect_saved(page, risk)
    steps.undo(page)
    steps.expect_text(page, risk, "cell-2", "High")


def test_a_list_grows_and_shrinks(visit, alice, plan):
    entry = make.find(plan, text="research.md")
    page = steps.open_plan(visit(alice), plan)
    entries = page.get_by_role("list", name="Deliverables").first.locator(".value")
    steps.control(page, entry, "text").focus()
    page.keyboard.press("Control+Enter")
    expect(entries).to_have_count(3)
    expect(entries.nth(2).get_by_role("textbox")).to_be_focused()
    page.keyboard.type("A map")
    steps.expect_all_saved(page)
    new = make.find(plan, text="A map")
    steps.press(page, new, "Move up")
    expect(entries.nth(1)).to_have_text("A map")
    assert "  - research.md\n  - A map\n  - A list of gauges\n" in make.text_of(plan)
    steps.press(page, new, "Remove")
    expect(entries).to_have_count(2)
    expect(page.locator(".node .item:focus-within")).to_have_count(1)


def test_the_last_row_leaves_the_focus_at_the_button_that_adds_one(visit, alice, plan):
    metric = make.find(plan, cell="Response time")
    page = steps.open_plan(visit(alice), plan)
    steps.press(page, metric, "Remove")
    expect(page.get_by_role("button", name="Add a metric")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Metric", exact=True)).to_be_focused()


def test_the_menu_of_an_item_shows_while_it_has_the_focus(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    menu = page.locator("#item-more")
    expect(menu).to_be_hidden()
    for row, name in (
        (make.find(plan, cell="R-001"), "cell-1"),
        (make.find(plan, text="research.md"), "text"),
        (make.find(plan, heading="Phase 0: Research", label="Owner"), "value"),
        (make.find(plan, text="Problem statement clear"), "text"),
    ):
        steps.value(page, row, name).locator(".edit").focus()
        expect(menu).to_be_visible()
        distance = page.evaluate(DISTANCE, [f"item-{row.pk}", "item-more"])
        assert distance < menu.bounding_box()["height"]
        steps.control(page, row, name)
        expect(menu).to_be_visible()


def test_the_tab_key_reaches_everything_and_shows_where_it_is(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.evaluate("document.body.focus()")
    looks: dict[str, str] = {}
    number = """(e) => e.dataset.stop
      ??= String(document.querySelectorAll('[data-stop]').length)"""
    for _ in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(f"({number})(document.activeElement)")
        if at in looks and at == [*looks][-1]:
            continue  # a date has several places: its day, its month, its year
        if at in looks or page.evaluate("document.activeElement === document.body"):
            break
        looks[at] = page.evaluate(LOOK)
    missed = page.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], button, select, textarea, summary, input:not([type=hidden])")]
          .filter((e) => e.checkVisibility({ visibilityProperty: true })
            && !e.disabled && !e.dataset.stop
            // Comments on an item, and what else it has, are in its menu (Shift F10);
            // arrows lead to the other cells of a row; F and O fold a section and show
            // it alone; what a handle does, the menu does.
            && !e.matches(".item .comment-button, [tabindex='-1']"))
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert missed == []
    unlit = []
    for at, look in looks.items():
        page.evaluate(
            "(at) => { const e = document.querySelector(`[data-stop='${at}']`);"
            "document.activeElement.blur(); window.at = e; }",
            at,
        )
        plain = page.evaluate(LOOK.replace("document.activeElement", "window.at"))
        if plain == look:
            unlit.append(page.evaluate("window.at.outerHTML.slice(0, 120)"))
    assert unlit == []


def test_escape_closes_a_menu_and_gives_the_focus_back(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    menu = page.locator(".user-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_escape_closes_an_open_choice_and_then_leaves_it(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    risk = make.find(plan, cell="R-001")
    for name in ("cell-2", "cell-3"):
        choice = steps.control(page, risk, name)
        expect(choice).to_be_focused()
        page.keyboard.press("Alt+ArrowDown")  # shows the list
        page.keyboard.press("Escape")
        expect(choice).to_be_focused()
        page.keyboard.press("Escape")
        steps.expect_at_rest(page, risk, name)


def test_a_section_s_dialog_takes_the_focus_and_gives_it_back(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    for heading in ("Summary", "6. SUCCESS METRICS"):
        opener = page.get_by_label(f"Actions for {heading}")
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name=heading)
        expect(dialog.get_by_label("Heading", exact=True)).to_be_focused()
        expect(dialog.get_by_label("Heading", exact=True)).to_have_value(heading)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()


def test_a_problem_leads_into_its_item(visit, alice, plan):
    storage = make.find(plan, label="Storage")
    page = steps.open_plan(visit(alice), plan)
    page.locator("#panel-problems a", has_text="Storage").focus()
    page.keyboard.press("Enter")
    steps.expect_at_rest(page, storage)
    page.keyboard.press("Enter")
    page.keyboard.type("SQLite")
    steps.expect_saved(page, storage)
    # The panel follows.
    expect(page.locator("#panel-problems")).not_to_contain_text("Storage")


def test_a_question_leads_to_its_answer(visit, alice, plan):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    page = steps.open_plan(visit(alice), plan)
    page.locator("#panel-questions .question-place a").first.focus()
    page.keyboard.press("Enter")
    steps.expect_at_rest(page, goal)
    page.keyboard.press("Enter")
    page.keyboard.type("All")
    steps.expect_saved(page, goal)
    assert "- **Goal**: All\n" in make.text_of(plan)


def test_a_question_in_a_text_leads_to_its_answer(visit, alice, team):
    plan = make.make_plan(team=team, actor=alice, text=make.ASKING)
    page = steps.open_plan(visit(alice), plan)
    page.locator("#panel-questions .question-place a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer: Which harbours?")).to_be_focused()


def test_a_problem_on_another_page_leads_into_its_item(visit, alice, plan):
    storage = make.find(plan, label="Storage")
    page = visit(alice)
    page.goto(f"{plan.get_absolute_url()}preview/")
    page.locator("details summary", has_text="to resolve").click()
    page.locator(".problem a", has_text="Storage").click()
    steps.expect_at_rest(page, storage)
