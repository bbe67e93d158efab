"""Ctrl Z in a text is the browser's: it takes back what one typed there."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.test_live_page import GOAL, TEXT, caret, pages  # noqa: F401

pytestmark = pytest.mark.once


def test_it_takes_back_more_than_a_letter(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, goal)
    control.press("End")
    page.keyboard.type(" and each pier")
    # A pause, on a busy machine, ends what is taken back at once.
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(control).to_have_value(TEXT)


def test_it_goes_on_after_a_save(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, goal)
    control.press("End")
    page.keyboard.insert_text(" daily")
    steps.expect_saved(page, goal)
    page.keyboard.press("Control+z")
    expect(control).to_have_value(TEXT)
    steps.expect_saved(page, goal)
    assert f"**Goal**: {TEXT}\n" in make.text_of(plan)


def test_it_takes_back_the_own_text_around_a_colleague_s(pages, plan):  # noqa: F811
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    mine = steps.control(bobs, goal)
    mine.press("End")
    bobs.keyboard.insert_text(" daily")
    steps.expect_saved(bobs, goal)
    steps.control(alices, goal).fill(f"Soon:\n{TEXT} daily")
    expect(mine).to_have_value(f"Soon:\n{TEXT} daily")
    bobs.keyboard.press("Control+z")
    expect(mine).to_have_value(f"Soon:\n{TEXT}")
    assert caret(bobs) == [len(f"Soon:\n{TEXT}")] * 2
    # Nothing of his is left to be taken back, and what is hers stays.
    bobs.keyboard.press("Control+z")
    expect(mine).to_have_value(f"Soon:\n{TEXT}")
    steps.expect_saved(bobs, goal)
    steps.expect_text(alices, goal, "value", f"Soon:\n{TEXT}")
    bobs.keyboard.type("!")
    steps.expect_saved(bobs, goal)
    steps.expect_text(alices, goal, "value", f"Soon:\n{TEXT}!")


def test_it_is_redone_around_a_colleague_s_text(pages, plan):  # noqa: F811
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    mine = steps.control(bobs, goal)
    mine.press("End")
    for words in (" daily", " and hourly"):
        bobs.keyboard.insert_text(words)
        steps.expect_saved(bobs, goal)
    own = f"{TEXT} daily and hourly"
    steps.control(alices, goal).fill(f"Soon:\n{own}")
    expect(mine).to_have_value(f"Soon:\n{own}")
    while mine.input_value() != f"Soon:\n{TEXT}":
        bobs.keyboard.press("Control+z")
    bobs.keyboard.press("Control+Shift+z")
    bobs.keyboard.press("Control+z")
    bobs.keyboard.press("Control+y")
    bobs.keyboard.press("Control+y")
    expect(mine).to_have_value(f"Soon:\n{own}")
    assert caret(bobs) == [len(f"Soon:\n{own}")] * 2
    steps.expect_saved(bobs, goal)
    steps.expect_text(alices, goal, "value", f"Soon:\n{own}")
    # What is typed after an undo leaves nothing to be redone.
    bobs.keyboard.press("Control+z")
    bobs.keyboard.insert_text("!")
    typed = mine.input_value()
    bobs.keyboard.press("Control+y")
    expect(mine).to_have_value(typed)
