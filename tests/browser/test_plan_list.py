"""The list of plans in a browser: filters, selected plans, the menu, and what changes
meanwhile; on a wide screen and on a phone."""

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment
from plans.actions.plans import archive_plan
from plans.models import Plan
from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE

pytestmark = pytest.mark.once


@pytest.fixture
def fleet(team, alice, bob, dana):
    make.make_submitted(team=team, actor=alice, editor=bob)
    for title in ("Buoys", "Currents", "Anchors"):
        make.make_plan(team=team, actor=bob, text=f"# Plan: {title}\n\nSail.\n")


def titles(page):
    return page.locator(".plan-row-title")


def test_a_day_with_the_list(visit, fleet, alice):
    page = visit(alice)
    page.goto("/")
    expect(titles(page)).to_have_count(4)
    assert not violations(page)
    # Values of a panel apply when it closes, are chips, and are kept under a name.
    page.locator(".filter-choice > summary", has_text="Created by").click()
    for name in ("Bob", "Me"):
        page.locator("[open]").get_by_label(name, exact=True).check()
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(page.locator(".chip")).to_have_text(
        ["Created by: Me ×", "Created by: Bob ×"]
    )
    page.get_by_label("Remove the filter Created by: Me").click()
    expect(titles(page)).to_have_text(["Anchors", "Currents", "Buoys"])
    page.get_by_label("Order").select_option("Title")
    expect(titles(page)).to_have_text(["Anchors", "Buoys", "Currents"])
    page.get_by_text("Save this filter").click()
    page.get_by_label("Name").fill("Bob’s, by title")
    page.get_by_role("button", name="Save", exact=True).click()
    current = page.locator(".plan-views > [aria-current]")
    expect(current).to_have_text("Bob’s, by title")
    # Two of them are tagged and archived together, and come back.
    for title in ("Anchors", "Buoys"):
        page.get_by_label(f"Select {title}").check()
    bar = page.get_by_role("group", name="With the selected plans")
    expect(bar).to_contain_text("2 selected")
    assert not violations(page)
    bar.get_by_label("Tag").fill("Harbour")
    bar.get_by_role("button", name="Add tag").click()
    expect(page.locator(".plan-row .plan-tag")).to_have_text(["Harbour", "Harbour"])
    for title in ("Anchors", "Buoys"):
        page.get_by_label(f"Select {title}").check()
    bar.get_by_role("button", name="Archive").click()
    expect(titles(page)).to_have_text(["Currents"])
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_count(3)
    # The menu of a row, by keys.
    row = page.locator(".plan-row", has_text="Buoys")
    row.get_by_role("link", name="Actions for Buoys").press("Enter")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(row.get_by_role("link", name="Actions for Buoys")).to_be_focused()
    row.get_by_role("link", name="Actions for Buoys").click()
    menu.get_by_role("menuitem", name="Archive").click()
    expect(titles(page)).to_have_text(["Anchors", "Currents"])
    expect(current).to_have_text("Bob’s, by title")


def test_the_list_follows_but_not_under_somebody_s_hands(visit, fleet, alice, bob):
    page = visit(bob)
    page.goto("/")
    expect(page.locator(".home")).to_contain_text("Lately in your teams")
    page.wait_for_function("document.querySelector('#plans') !== null")
    plans = {plan.title: plan for plan in Plan.objects.all()}
    archive_plan(plan=plans["Buoys"], actor=alice)
    expect(titles(page)).to_have_count(3)
    page.get_by_label("Select Anchors").check()
    archive_plan(plan=plans["Currents"], actor=alice)
    page.wait_for_timeout(3000)
    expect(titles(page)).to_have_count(3)
    expect(page.get_by_label("Select Anchors")).to_be_checked()
    page.get_by_role("button", name="Clear").click()
    page.locator("h1").click()
    expect(titles(page)).to_have_count(2)
    # What is for the person comes to the same page.
    text = "Which gauges, @bob?"
    section = make.section_of(plans["Anchors"], "Plan: Anchors")
    comment(plan=plans["Anchors"], actor=alice, section=section, text=text)
    expect(page.locator(".entry")).to_contain_text(["Which gauges"])


def test_on_a_phone(visit, fleet, alice):
    page = visit(alice, **PHONE)
    page.goto("/")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    assert not violations(page)
    page.locator(".plan-row", has_text="Buoys").get_by_role(
        "link", name="Actions for Buoys"
    ).tap()
    page.get_by_role("menuitem", name="Duplicate").tap()
    page.get_by_label("Title").fill("Lighthouses")
    page.get_by_role("button", name="Duplicate").tap()
    expect(page.get_by_role("heading", name="Lighthouses").first).to_be_visible()
    page.get_by_label("More", exact=True).tap()
    page.get_by_role("link", name="More for this plan").tap()
    page.get_by_role("menuitem", name="Tags").tap()
    page.get_by_label("New tags").fill("Coast, Night")
    page.get_by_role("button", name="Save").tap()
    expect(page.locator(".plan-tags .plan-tag")).to_have_text(["Coast", "Night"])
    page.goto("/?tag=coast")
    expect(titles(page)).to_have_text(["Lighthouses"])
    page.get_by_label("Select Lighthouses").check()
    bar = page.get_by_role("group", name="With the selected plans")
    bar.get_by_role("button", name="Archive").tap()
    expect(page.get_by_text("No plans match")).to_be_visible()
