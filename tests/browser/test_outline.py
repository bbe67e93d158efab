"""The outline: who is where, what is mine; folding, and one section alone."""

import pytest
from playwright.sync_api import expect

from plans.actions.assignments import assign
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page(visit, alice, plan):
    return steps.open_plan(visit(alice), plan)


def press(page, keys):
    page.locator("body").press(keys)


def choose(page, name):
    press(page, "Control+k")
    page.get_by_label("Where to go").fill(name)
    page.keyboard.press("Enter")


def heading(page, name):
    return page.get_by_role("heading", name=name, exact=True)


def fold(page, name):
    page.locator(".section-heading", has=heading(page, name)).hover()
    page.get_by_role("button", name=f"Content of {name}").click()


def test_a_folded_section_stays_folded_and_what_is_looked_for_opens_it(page, plan):
    phases, build = heading(page, "4. IMPLEMENTATION PHASES"), "Phase 1: Build"
    fold(page, "4. IMPLEMENTATION PHASES")
    expect(heading(page, build)).to_be_hidden()
    expect(phases).to_be_visible()
    page.reload()
    expect(heading(page, build)).to_be_hidden()
    # By the outline
    page.get_by_label("Sections").get_by_role("link", name=build).click()
    expect(heading(page, build)).to_be_visible()
    fold(page, "4. IMPLEMENTATION PHASES")
    # By its text
    press(page, "/")
    page.get_by_role("searchbox", name="Find in this plan").fill(
        "A page for each harbour"
    )
    expect(heading(page, build)).to_be_visible()
    page.keyboard.press("Escape")
    # By an address
    fold(page, "4. IMPLEMENTATION PHASES")
    goal = make.find(plan, heading=build, label="Goal")
    page.goto("/help/")
    page.goto(f"{plan.get_absolute_url()}#item-{goal.pk}")
    expect(steps.item(page, goal)).to_be_in_viewport()


def test_folding_by_the_keyboard_and_blanks_in_what_is_folded(page, plan):
    choose(page, "Fold all")
    expect(heading(page, "Phase 1: Build")).to_be_hidden()
    expect(heading(page, "4. IMPLEMENTATION PHASES")).to_be_visible()
    expect(heading(page, "Phase 0: Research")).to_be_hidden()
    press(page, "n")
    expect(page.locator(".plan-body .value > .blank").first).to_be_visible()
    press(page, "f")
    expect(page.locator(".plan-body .value > .blank").first).to_be_hidden()
    choose(page, "Unfold all")
    expect(heading(page, "Phase 1: Build")).to_be_visible()
    page.emulate_media(media="print")
    choose(page, "Fold all")
    expect(heading(page, "4. IMPLEMENTATION PHASES")).to_be_visible()


def test_one_section_alone_with_next_and_previous_and_a_colleague_s_change(
    page, plan, bob
):
    expect(page.locator("#live-state")).to_have_text("Live")
    choose(page, "8. DEPENDENCIES")
    choose(page, "Show only this section")
    bar = page.get_by_role("region", name="One section")
    expect(bar).to_contain_text("8. DEPENDENCIES")
    expect(heading(page, "1. OBJECTIVE")).to_be_hidden()
    bar.get_by_role("button", name="Previous").click()
    expect(heading(page, "7. RISKS & MITIGATIONS")).to_be_focused()
    expect(heading(page, "8. DEPENDENCIES")).to_be_hidden()
    # What arrives comes into its place, and brings nothing else into view.
    make.edit(plan, bob, value="Map of tides")
    expect(page.locator(".plan-body")).to_contain_text("Map of tides")
    expect(heading(page, "1. OBJECTIVE")).to_be_hidden()
    # A link elsewhere leads there all the same.
    page.get_by_label("Sections").get_by_role("link", name="6. SUCCESS").click()
    expect(bar).to_contain_text("6. SUCCESS METRICS")
    bar.get_by_role("button", name="Show all").click()
    expect(heading(page, "1. OBJECTIVE")).to_be_visible()
    expect(bar).to_be_hidden()


def test_the_outline_shows_who_is_where_and_what_is_mine(page, visit, plan, alice, bob):
    outline = page.get_by_role("navigation", name="Sections")
    expect(page.locator("#live-state")).to_have_text("Live")
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    other = steps.open_plan(visit(bob), plan)
    steps.control(other, goal).focus()
    line = outline.get_by_role("listitem").filter(has_text="Phase 1: Build")
    expect(line).to_contain_text("Bob is here")
    assign(plan=plan, actor=bob, item=goal, assignee=alice, due=None)
    expect(steps.item(page, goal)).to_contain_text("Assigned to Alice")
    mine = outline.get_by_role("button", name="Mine")
    expect(outline.locator("[data-assignees]").first).to_be_attached()
    mine.press("Enter")
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(line).to_be_visible()
    expect(outline.get_by_role("link", name="6. SUCCESS")).to_be_hidden()
    mine.press("Enter")
    expect(outline.get_by_role("link", name="6. SUCCESS")).to_be_visible()
