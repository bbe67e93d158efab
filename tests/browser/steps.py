"""What people do on a plan's page, in the words of the tests."""

import re

from playwright.sync_api import Locator, Page, expect


def open_plan(page: Page, plan) -> Page:
    page.goto(plan.get_absolute_url())
    return page


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_role("button", name="Sign in", exact=True).click()


def item(page: Page, row) -> Locator:
    """An item of the page, by its row."""
    return page.locator(f"#item-{row.pk}")


def control(page: Page, row, name: str = "value") -> Locator:
    return page.locator(f"#item-{row.pk}-{name}")


def press(page: Page, row, name: str) -> None:
    """Press one of an item's buttons by the keyboard: Move up, Remove, …"""
    item(page, row).get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo my last change").click()


def status(page: Page, row) -> Locator:
    return page.locator(f"#item-{row.pk}-status")


def expect_saved(page: Page, row) -> None:
    expect(status(page, row)).to_have_attribute("data-state", "saved")
    expect(status(page, row)).to_have_text("Saved")


def expect_all_saved(page: Page) -> None:
    """Nothing is on its way, nothing was refused."""
    expect(page.locator('.item-status[data-state="saving"]')).to_have_count(0)
    expect(page.locator('.item-status[data-state="error"]')).to_have_count(0)


def risks(page: Page) -> Locator:
    """The rows of the table of risks."""
    return page.locator("table", has=page.get_by_label("Risk ID")).locator("tr.row")


def downloaded(page: Page, link: Locator) -> bytes:
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def slow_saves(page, seconds=1.0) -> list[str]:
    """Each save takes this much longer; returns the bodies as they are sent."""
    bodies = []

    def slowly(route):
        if route.request.method == "POST":
            bodies.append(route.request.post_data)
            page.wait_for_timeout(seconds * 1000)
        route.continue_()

    page.route(re.compile(r"/items/\d+/$"), slowly)
    return bodies
