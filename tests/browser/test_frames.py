"""Frames: the page keeps what they say it has, and moves it to its new place."""

import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from plans.content import storage
from plans.page import items
from plans.page.view_models import BlockView
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

SWAP = (
    """html => htmx.swap({ text: html, sourceElement: document.body, swap: "none" })"""
)
# Where the caret is, once the browser has had the time to move it.
CARET = """() => [document.activeElement.id, document.activeElement.selectionStart,
  document.activeElement.selectionEnd]"""


@pytest.fixture(params=["moves", "inserts"])
def page(request, visit, alice, plan):
    """Browsers that can move an element keep its state; others insert it again."""
    page = visit(alice)
    if request.param == "inserts":
        page.add_init_script("delete Element.prototype.moveBefore")
    return steps.open_plan(page, plan)


def blocks_of(plan) -> list[BlockView]:
    sections = items.section_views(plan, storage.load(plan))
    return [block for section in sections for block in section.blocks]


def block_of(plan, row) -> BlockView:
    return next(block for block in blocks_of(plan) if block.row.pk == row.block_id)


def frame(plan, block) -> str:
    context = {"plan": plan, "block": block, "can_edit": True}
    html = render_to_string("plans/_block.html", context)
    return (
        f'<hx-partial hx-target="#block-{block.row.pk}" hx-swap="outerMorph">'
        f"{html}</hx-partial>"
    )


@pytest.mark.parametrize("typed_in", ["R-001", "R-002"])
def test_rows_move_with_what_is_typed_in_them(page, plan, typed_in):
    row = make.find(plan, cell=typed_in)
    block = block_of(plan, row)
    block.items.reverse()
    for item in block.items:
        item.keep = True
    cell = steps.control(page, row, "cell-1")
    text = cell.input_value()
    cell.focus()
    cell.evaluate("e => e.setSelectionRange(3, 3)")
    page.keyboard.type("xyz")
    page.evaluate(SWAP, frame(plan, block))
    steps.expect_texts(page, "Risk ID", ["R-002", "R-001"])
    assert page.evaluate(CARET) == [f"item-{row.pk}-cell-1", 6, 6]
    expect(cell).to_have_value(text[:3] + "xyz" + text[3:])
    expect(page.locator("[data-keep]")).to_have_count(0)
    # The row works where it is now.
    page.keyboard.type("!")
    steps.expect_saved(page, row)
    assert text[:3] + "xyz!" + text[3:] in make.text_of(plan)


def test_a_field_keeps_its_own_part_while_its_list_changes(page, plan):
    entry = make.find(plan, text="research.md")
    goal = make.find(plan, heading="Phase 0: Research", label="Owner")
    block = block_of(plan, entry)
    for item in block.items:
        item.keep = item.row.pk != entry.parent_id
        if not item.keep:
            item.keep_own = True
            item.children.reverse()
            item.children[1].keep = True
            item.children[0].controls[0].value = "A list of all gauges"
    steps.control(page, goal).fill("Bob, half")
    text = steps.control(page, entry, "text")
    text.focus()
    page.keyboard.press("End")
    page.keyboard.type(" of")
    page.evaluate(SWAP, frame(plan, block))
    entries = page.get_by_role("list", name="Deliverables").first.locator(".value")
    expect(entries.nth(0)).to_have_text("A list of all gauges")
    expect(entries.nth(1).get_by_role("textbox")).to_have_value("research.md of")
    expect(text).to_be_focused()
    steps.expect_text(page, goal, "value", "Bob, half")
    expect(page.locator("[data-keep]")).to_have_count(0)


def test_a_page_that_lacks_what_it_should_keep_says_so(page, plan):
    row = make.find(plan, cell="R-001")
    block = block_of(plan, row)
    for item in block.items:
        item.keep = True
    page.evaluate("id => document.getElementById(id).remove()", f"item-{row.pk}")
    page.evaluate(
        "() => document.addEventListener('planner:lost', () => { window.isLost = 1; })"
    )
    page.evaluate(SWAP, frame(plan, block))
    assert page.evaluate("window.isLost") == 1


def test_a_frame_of_all_that_is_there_changes_nothing(page, plan):
    before = page.evaluate("document.getElementById('plan-body').outerHTML")
    for block in blocks_of(plan):
        for item in block.items:
            item.keep = True
        page.evaluate(SWAP, frame(plan, block))
    after = page.evaluate("document.getElementById('plan-body').outerHTML")
    assert parts_of(after) == parts_of(before)


def parts_of(html) -> list[str]:
    """Its tags and texts; what stands between two tags is for those who read it."""
    html = re.sub(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>', "", html)
    return re.sub(r">\s+<", "><", html).split("<")
