"""Rows, entries, checks, fields, sections and phases are dragged, or moved by menu."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once
PHONE = {"width": 390, "height": 844}


def grip(page, at):
    """Point at something, and at the middle of its handle."""
    at.hover()
    handle = page.locator("#drag-handle")
    expect(handle).to_be_visible()
    return middle_of(handle)


def middle_of(element):
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, at, to, *, below=True):
    """Hold the handle of something over the lower or upper end of something else."""
    page.mouse.move(*grip(page, at))
    page.mouse.down()
    box = to.bounding_box()
    y = box["y"] + (box["height"] - 3 if below else 3)
    page.mouse.move(box["x"] + 30, y, steps=6)


def expect_codes(page, *codes):
    steps.expect_texts(page, "Risk ID", [*codes])


def test_a_row_is_dragged_and_all_see_it(visit, alice, bob, plan):
    make.find(plan, cell="R-002")
    page = steps.open_plan(visit(alice), plan)
    other = steps.open_plan(visit(bob), plan)
    expect(page.locator("#drag-handle")).to_be_hidden()
    rows = steps.risks(page)
    drag(page, rows.nth(0), rows.nth(1))
    expect(page.locator("#drop-line")).to_be_visible()
    expect_codes(page, "R-001", "R-002")
    page.mouse.up()
    expect_codes(page, "R-002", "R-001")
    expect(page.locator("#announcer")).to_have_text("R-001: now 2 of 2.")
    expect_codes(other, "R-002", "R-001")
    expect(page.locator("#drop-line")).to_be_hidden()
    steps.expect_at_rest(page, make.find(plan, cell="R-001"), "cell-0")
    steps.undo(page)
    expect_codes(other, "R-001", "R-002")
    assert make.text_of(plan) == make.SMALL


def test_escape_and_a_removed_row_end_a_drag(visit, alice, bob, plan):
    page = steps.open_plan(visit(alice), plan)
    rows = steps.risks(page)
    drag(page, rows.nth(0), rows.nth(1))
    page.keyboard.press("Escape")
    expect(page.locator("#drop-line")).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text("Not moved.")
    page.mouse.up()
    drag(page, rows.nth(0), rows.nth(1))
    other = steps.open_plan(visit(bob), plan)
    steps.choose(other, steps.risks(other).nth(0), "Remove")
    expect_codes(page, "R-002")
    page.mouse.move(300, 300)
    expect(page.locator("#drop-line")).to_be_hidden()
    page.mouse.up()
    expect_codes(page, "R-002")
    assert plan.changes.filter(verb="item.moved").count() == 0


def test_a_press_on_the_handle_opens_the_menu(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.mouse.click(*grip(page, steps.risks(page).nth(0)))
    page.get_by_role("menuitem", name="Move down").click()
    expect_codes(page, "R-002", "R-001")
    expect(page.locator("#announcer")).to_have_text("R-001: now 2 of 2.")


def test_entries_fields_and_phases_are_dragged(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    gauges = page.locator(".entry", has_text="A list of gauges")
    drag(page, gauges, page.locator(".entry", has_text="research.md"), below=False)
    page.mouse.up()
    expect(page.locator("#announcer")).to_contain_text("now 1 of 2")
    owner = page.locator(".field", has_text="Owner").first
    drag(page, owner, page.locator(".field", has_text="Goal").first, below=False)
    page.mouse.up()
    expect(page.locator("#announcer")).to_have_text("Owner: now 1 of 3.")
    build = page.get_by_role("heading", name="Phase 1: Build")
    research = page.get_by_role("heading", name="Phase 0: Research")
    drag(page, build, research, below=False)
    expect(page.locator("#drop-line")).to_have_text("Before Phase 0: Research")
    page.mouse.up()
    expect(page.locator("#announcer")).to_have_text("Phase 0: Build: now 1 of 2.")
    # Phases are numbered by their places.
    expect(page.get_by_label("Actions for Phase 0: Build")).to_be_focused()
    text = make.text_of(plan)
    assert text.index("Phase 0: Build") < text.index("Phase 1: Research")
    assert "  - A list of gauges\n  - research.md\n" in text
    assert "Research\n\n- **Owner**: Bob\n- **Goal**" in text


def test_a_row_is_dragged_with_a_finger(visit, alice, plan):
    page = visit(alice, has_touch=True, is_mobile=True, viewport=PHONE)
    steps.open_plan(page, plan)
    rows = steps.risks(page)
    rows.nth(0).locator(".value").nth(1).tap()
    page.keyboard.press("Escape")
    handle = page.locator("#drag-handle")
    expect(handle).to_be_visible()
    box = handle.bounding_box()
    assert box["width"] >= 44
    assert box["height"] >= 44
    x, y = middle_of(handle)
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": at} for at in points]},
        )

    send("touchStart", y)
    for share in range(1, 9):
        send("touchMove", y + (790 - y) * share / 8)
    expect(page.locator("#drop-line")).to_be_visible()
    send("touchEnd")
    expect_codes(page, "R-002", "R-001")


def test_near_the_edge_the_page_scrolls(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    build = page.get_by_role("heading", name="Phase 1: Build")
    x, y = grip(page, build)
    page.mouse.move(x, y)
    page.mouse.down()
    before = page.evaluate("scrollY")
    page.mouse.move(x, 715, steps=4)
    page.wait_for_function("(before) => scrollY > before + 100", arg=before)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert make.text_of(plan) == make.SMALL


def test_a_reader_has_no_handles(visit, dana, plan):
    page = steps.open_plan(visit(dana), plan)
    steps.risks(page).nth(0).hover()
    expect(page.locator("#drag-handle")).to_have_count(0)
    expect(page.locator(".add-line")).to_have_count(0)
