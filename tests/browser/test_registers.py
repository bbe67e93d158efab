"""Risks of all plans: by the picture, in order, to their place in a plan, and as a
file; on a phone, in the dark and on paper."""

import csv

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE, WIDER_THAN_THE_PAGE

pytestmark = pytest.mark.once


@pytest.fixture
def plans(plan, team, alice):
    text = make.SMALL.replace("Tide tables", "Storm surge").replace("| Bob |", "| |")
    return [plan, make.make_plan(team=team, actor=alice, text=text)]


def test_from_the_picture_to_a_place_in_a_plan(visit, plans, alice):
    page = visit(alice)
    page.goto("/")
    page.get_by_role("link", name="Registers").click()
    rows = page.locator(".register-table tbody tr")
    expect(rows).to_have_count(4)
    assert not violations(page)
    # By keys, as any link.
    page.get_by_role("link", name="2 risks, impact high, likelihood low").press("Enter")
    expect(page.locator(".chip")).to_have_text(["Impact: High ×", "Likelihood: Low ×"])
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="High, no owner 1").click()
    expect(rows).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="Plan", exact=True).click()
    head = page.get_by_role("columnheader", name="Plan")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows.first).to_contain_text("Storm surge")
    assert not violations(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        codes = [(row["code"], row["plan"]) for row in csv.DictReader(file)]
    assert codes == [("R-001", "Storm surge"), ("R-001", "Tide tables")]
    rows.first.get_by_role("link", name="R-001").click()
    item = make.find(plans[1], cell="R-001")
    expect(page.locator(f"#item-{item.pk}")).to_be_in_viewport()


def test_on_a_phone_in_the_dark_and_on_paper(visit, plans, alice):
    page = visit(alice, **PHONE, color_scheme="dark")
    page.goto("/")
    # There is no room for it in the bar.
    page.locator(".user-menu > summary").click()
    page.locator(".user-menu").get_by_role("link", name="Registers").click()
    # The last tab doesn't fit in; it is in view where it is the current one.
    metrics = page.get_by_role("link", name="Metrics", exact=True)
    expect(metrics).not_to_be_in_viewport(ratio=0.9)
    metrics.click()
    expect(metrics).to_have_attribute("aria-current", "page")
    expect(metrics).to_be_in_viewport(ratio=0.9)
    page.get_by_role("link", name="Dependencies").click()
    expect(page.locator(".register-table tbody tr")).to_have_count(4)
    page.get_by_text("Filters", exact=True).click()
    page.locator("summary", has_text="Status").click()
    for name in ("Red", "Green"):
        page.get_by_label(name, exact=True).check()
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    assert not violations(page)
    page.get_by_label("Green", exact=True).uncheck()
    page.get_by_label("Sort", exact=True).select_option("Sort: Plan")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".register-table tbody tr")).to_have_count(2)
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    assert not violations(page)
    page.emulate_media(media="print")
    expect(page.locator(".counted-bar")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_hidden()
