"""Two people at one plan whose pages do not hear of each other: nobody's text is lost,
and nobody is asked without need."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def pages(visit, alice, bob, plan):
    """Alice's and Bob's, both opened before either of them writes, without the feed."""
    pages = [visit(user) for user in (alice, bob)]
    for page in pages:
        page.add_init_script("delete window.SharedWorker")
        page.route("**/live/**", lambda route: route.fulfill(status=503))
    return [steps.open_plan(page, plan) for page in pages]


def clash(pages, goal):
    """Alice and Bob write into one field; Bob is told, and sees both texts."""
    alices, bobs = pages
    steps.control(alices, goal).fill("A page for each pier")
    steps.expect_saved(alices, goal)
    steps.control(bobs, goal).fill("A page for each gauge")
    conflict = steps.item(bobs, goal).locator(".conflict")
    expect(conflict).to_contain_text("A page for each pier")
    steps.expect_text(bobs, goal, "value", "A page for each gauge")
    return conflict


def cells_of(plan, first) -> list[str]:
    """The cells of the row that starts with this one."""
    (line,) = [
        line for line in make.text_of(plan).split("\n") if line.startswith(f"| {first}")
    ]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_second_of_two_can_keep_what_they_typed(pages, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    conflict = clash(pages, goal)
    assert "each pier" in make.text_of(plan)
    conflict.get_by_role("button", name="Keep my text").click()
    steps.expect_saved(pages[1], goal)
    expect(conflict).to_have_count(0)
    assert "each gauge" in make.text_of(plan)
    # And goes on as if nothing had been.
    steps.control(pages[1], goal).fill("A page for each gauge and pier")
    steps.expect_saved(pages[1], goal)
    assert "each gauge and pier" in make.text_of(plan)


def test_the_second_of_two_can_take_what_is_stored(pages, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    conflict = clash(pages, goal)
    conflict.get_by_role("button", name="Use the saved text").click()
    expect(conflict).to_have_count(0)
    steps.expect_text(pages[1], goal, "value", "A page for each pier")
    steps.control(pages[1], goal).fill("A page for each pier and gauge")
    steps.expect_saved(pages[1], goal)
    assert "each pier and gauge" in make.text_of(plan)


def test_a_conflict_is_not_settled_by_typing_on_or_by_other_changes(pages, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    conflict = clash(pages, goal)
    bobs = pages[1]
    steps.control(bobs, goal).press("End")
    bobs.keyboard.type(", finally")
    bobs.keyboard.press("Tab")
    bobs.get_by_role("button", name="Add a phase").click()
    expect(bobs.get_by_role("heading", name="Phase 2")).to_be_visible()
    expect(conflict).to_contain_text("A page for each pier")
    steps.expect_text(bobs, goal, "value", "A page for each gauge, finally")
    assert "each pier" in make.text_of(plan)
    conflict.get_by_role("button", name="Keep my text").click()
    steps.expect_saved(bobs, goal)
    assert "each gauge, finally" in make.text_of(plan)


def test_different_fields_do_not_meet(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    category = make.find(plan, label="Category")
    steps.control(alices, goal).fill("A page for each pier")
    steps.control(bobs, category).fill("Draft")
    steps.expect_saved(alices, goal)
    steps.expect_saved(bobs, category)
    assert "each pier" in make.text_of(plan)
    assert "**Category**: Draft" in make.text_of(plan)


def test_different_cells_of_a_row_do_not_meet(pages, plan):
    alices, bobs = pages
    risk = make.find(plan, cell="R-001")
    steps.control(alices, risk, "cell-1").fill("The gauges freeze")
    steps.expect_saved(alices, risk)
    steps.control(bobs, risk, "cell-2").select_option("Low")
    steps.expect_saved(bobs, risk)
    # Bob sees now what Alice wrote.
    steps.expect_text(bobs, risk, "cell-1", "The gauges freeze")
    assert cells_of(plan, "R-001")[1:3] == ["The gauges freeze", "Low"]


def test_the_same_cell_of_a_row_meets_and_names_the_cell(pages, plan):
    alices, bobs = pages
    risk = make.find(plan, cell="R-001")
    steps.control(alices, risk, "cell-1").fill("The gauges freeze")
    steps.expect_saved(alices, risk)
    steps.control(bobs, risk, "cell-1").fill("The gauges drown")
    conflict = steps.item(bobs, risk).locator(".conflict")
    expect(conflict).to_contain_text("Description: saved text")
    expect(conflict).to_contain_text("The gauges freeze")
    conflict.get_by_role("button", name="Keep my text").click()
    steps.expect_saved(bobs, risk)
    assert cells_of(plan, "R-001")[1:3] == ["The gauges drown", "High"]


def test_a_tick_and_a_new_text_of_one_check_do_not_meet(pages, plan):
    alices, bobs = pages
    check = make.find(plan, text="Problem statement clear")
    steps.control(alices, check, "text").fill("Problem statement agreed")
    steps.expect_saved(alices, check)
    steps.control(bobs, check, "done").check()
    steps.expect_saved(bobs, check)
    assert "- [x] Problem statement agreed\n" in make.text_of(plan)


def test_text_that_is_taken_back_while_it_saves_is_taken_back(visit, alice, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    page = steps.open_plan(visit(alice), plan)
    steps.slow_saves(page, 0.6)
    steps.control(page, goal).fill("A page for each pier")
    expect(steps.status(page, goal)).to_have_text("Saving…")
    steps.control(page, goal).fill("A page for each harbour")
    page.keyboard.press("Tab")
    steps.expect_saved(page, goal)
    steps.expect_text(page, goal, "value", "A page for each harbour")
    assert "**Goal**: A page for each harbour\n" in make.text_of(plan)
