"""Searching all plans: in the header, on the search's page, and in the palette."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE


@pytest.fixture
def other(team, alice):
    """Another plan, whose words are to be found."""
    text = make.SMALL.replace("Tide tables", "Lighthouse lamps")
    text = text.replace("The gauges fall silent", "The lamp burns out at Éclair Point")
    return make.make_plan(team=team, actor=alice, text=text)


def test_from_the_header_to_the_item(visit, alice, plan, other):
    page = visit(alice)
    page.goto("/help/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search all plans")).to_be_focused()
    page.keyboard.type("eclair lamp")
    page.keyboard.press("Enter")
    result = page.locator(".search-result")
    expect(result).to_have_count(1)
    expect(result.locator("mark")).to_have_text(["lamp", "Éclair"])
    assert not violations(page)
    result.get_by_role("link").click()
    row = make.find(other, cell="R-001")
    expect(page).to_have_url(re.compile(rf"{other.slug}/#item-{row.pk}$"))
    expect(steps.item(page, row)).to_be_in_viewport()
    assert page.locator(":target").get_attribute("id") == f"item-{row.pk}"


def test_the_palette_finds_in_all_plans(visit, alice, plan, other):
    page = steps.open_plan(visit(alice), plan)
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go somewhere")
    page.keyboard.type("éclair")
    option = palette.get_by_role("option")
    expect(option.first).to_contain_text("Lighthouse lamps")
    expect(option.first.locator("mark")).to_have_text("Éclair")
    expect(palette.get_by_role("status")).to_have_text("1 result")
    page.keyboard.press("ArrowDown")
    expect(option.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert not violations(page)
    page.keyboard.press("Enter")
    row = make.find(other, cell="R-001")
    expect(page).to_have_url(re.compile(rf"{other.slug}/#item-{row.pk}$"))
    expect(steps.item(page, row)).to_be_in_viewport()
    # What is on the page itself comes first, and at once.
    page.keyboard.press("Control+k")
    page.keyboard.type("phase 1")
    expect(option.first).to_contain_text("Phase 1: Build")
    expect(option.last).to_contain_text("Search all plans for “phase 1”")
    option.last.click()
    expect(page.get_by_role("heading", name="Search", exact=True)).to_be_visible()
    expect(page.locator(".search-result mark").first).to_be_visible()


@pytest.mark.once
def test_the_palette_leads_from_a_page_without_a_plan(visit, alice, plan, other):
    page = visit(alice, **PHONE, color_scheme="dark")
    page.goto("/help/")
    page.get_by_role("link", name="Search", exact=True).tap()
    palette = page.get_by_role("dialog", name="Go somewhere")
    option = palette.get_by_role("option")
    # What changed last is first, before anything is typed.
    expect(option.first).to_have_text("Lighthouse lampsPlan")
    assert not violations(page)
    page.keyboard.type("risks")
    expect(option.first).to_have_text("Risks of all plansRegister")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("tide")
    # A plan that is there already is no result once more.
    expect(palette.get_by_role("option", name="Tide tables Plan")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{plan.slug}/$"))


@pytest.mark.once
def test_on_a_phone_without_javascript(visit, alice, plan, other):
    page = visit(alice, color_scheme="dark", java_script_enabled=False, **PHONE)
    page.goto("/")
    page.get_by_role("link", name="Search", exact=True).click()
    form = page.get_by_role("search")
    form.get_by_label("Words to search for").fill("gauges OR NEAR(\"'")
    form.get_by_role("button").click()
    expect(page.get_by_text("No results for")).to_be_visible()
    form.get_by_label("Words to search for").fill("lamps")
    form.get_by_role("button").click()
    expect(page.locator(".search-result")).to_have_count(1)
    page.locator(".search-result-link").click()
    expect(page).to_have_url(re.compile(rf"{other.slug}/$"))
