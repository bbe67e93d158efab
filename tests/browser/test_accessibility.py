"""No page breaks a rule of axe-core, in any state that people meet."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE, addresses, assert_whole

pytestmark = pytest.mark.once

__all__ = ["addresses"]


def assert_accessible(page, where):
    broken = violations(page)
    assert not broken, where + "\n" + "\n".join(broken)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page(visit, alice, addresses, scheme):
    page = visit(alice, color_scheme=scheme)
    broken = {}
    # The colours of the dark pages are one list of tokens: a few pages have them all.
    for address in addresses if scheme == "light" else addresses[5:8]:
        page.goto(address)
        assert_whole(page, address)
        assert visit.complaints == [], address
        if lines := violations(page):
            broken[address] = lines
    assert not broken, "\n".join(
        f"{address}\n  " + "\n  ".join(lines) for address, lines in broken.items()
    )


def test_a_plan_in_every_state_of_its_page(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    risk = make.find(plan, cell="R-001")
    for row, name in [(goal, "value"), (risk, "cell-2"), (risk, "cell-1")]:
        steps.control(page, row, name)
        assert_accessible(page, f"{name} is open")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+F10")
    assert_accessible(page, "the menu is open")
    page.keyboard.press("Escape")
    for keys in ["Control+k", "?", "/"]:
        page.locator("body").press(keys)
        if keys == "?":
            page.get_by_role("dialog", name="Keys").wait_for()
        assert_accessible(page, f"{keys} was pressed")
        page.keyboard.press("Escape")
    page.locator(".section-heading [data-do=comments]").last.click()
    page.locator("#threads").wait_for()
    assert_accessible(page, "comments are open")


def test_an_outline_longer_than_the_window(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.set_viewport_size({"width": 1280, "height": 320})
    outline = page.locator("#plan-outline")
    assert outline.evaluate("it => it.scrollHeight - it.clientHeight") > 20
    assert_accessible(page, "the outline scrolls")
    # Open beside the page, folded above it on a small screen.
    fold = outline.locator("details")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(fold).not_to_have_attribute("open", "")
    page.set_viewport_size({"width": 1280, "height": 320})
    expect(fold).to_have_attribute("open", "")


def test_on_a_phone_and_for_readers(visit, alice, dana, plan):
    for user in (alice, dana):
        page = steps.open_plan(visit(user, **PHONE), plan)
        assert_accessible(page, f"{user.username} on a phone")
    page.get_by_label("More").click()
    assert_accessible(page, "the toolbar's menu is open")


def test_that_it_notices(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.evaluate("document.querySelector('.find-bar').hidden = false")
    page.evaluate("document.querySelector('[for=find-text]').remove()")
    page.evaluate("document.querySelector('#find-text').placeholder = ''")
    assert any(line.startswith("label") for line in violations(page))


def test_a_text_that_is_to_be_imported(visit, alice):
    page = visit(alice, color_scheme="dark")
    page.goto("/import/")
    page.get_by_label("Or paste its text").fill(make.SMALL)
    page.get_by_role("button", name="Preview").click()
    plan = page.get_by_role("region", name="The plan as it will look")
    expect(plan.get_by_role("heading", name="Phase 0: Research")).to_be_visible()
    expect(plan.get_by_role("columnheader", name="Impact Choice")).to_be_visible()
    assert_accessible(page, "a text is shown before it is imported")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page, "a text is shown on a small screen")
