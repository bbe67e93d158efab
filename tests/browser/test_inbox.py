"""The inbox of one person, while another asks things of them; by keys, and without
JavaScript."""

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment
from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE

pytestmark = pytest.mark.once


@pytest.fixture
def submitted(team, alice, bob, dana):
    return make.make_submitted(team=team, actor=alice, editor=bob)


def ask(plan, actor, text):
    item = make.find(plan, label="Storage")
    return comment(plan=plan, actor=actor, item=item, text=text).thread


def test_the_count_follows_on_any_page_and_the_list_by_itself(
    visit, submitted, alice, dana
):
    """A page without a plan, a plan's page and the inbox, all open beforehand."""
    page = visit(dana)
    others = [page.context.new_page() for _ in range(2)]
    for each, address in zip(
        (*others, page), ("/help/", submitted.url, "/inbox/"), strict=True
    ):
        each.goto(address)
        expect(each.locator("#inbox-count")).to_have_text("1")
    ask(submitted, alice, "Which gauges, @dana?")
    for each in (page, *others):
        each.bring_to_front()
        expect(each.locator("#inbox-count")).to_have_text("2")
    page.bring_to_front()
    entry = page.locator(".entry", has_text="Alice mentioned you")
    expect(entry).to_contain_text("Which gauges, @dana?")
    entry = page.locator(".entry", has_text="Which gauges, @dana?")
    # What is being typed stays when the next thing is asked.
    entry.get_by_text("Reply", exact=True).click()
    entry.get_by_label("Your reply").fill("All of")
    ask(submitted, alice, "And who, @dana?")
    expect(page.locator(".entry")).to_have_count(3)
    expect(entry.get_by_label("Your reply")).to_have_value("All of")
    entry.get_by_role("button", name="Send reply").click()
    expect(page.locator("#inbox-count")).to_have_text("2")
    assert not violations(page)


def test_by_keys_alone(visit, submitted, alice, dana):
    for text in ("One, @dana?", "Two, @dana?"):
        ask(submitted, alice, text)
    page = visit(dana)
    page.goto("/inbox/")
    links = page.locator(".entry-link")
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    expect(links.nth(1)).to_contain_text("One")
    page.keyboard.press("d")
    expect(links).to_have_count(2)
    expect(links.nth(1)).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Done.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("s")
    expect(links).to_have_count(1)
    expect(page.locator("#inbox-count")).to_have_text("1")
    # What is opened is read.
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/**")
    page.goto("/inbox/")
    expect(page.locator(".entry.is-unread")).to_have_count(0)
    page.get_by_role("link", name="Later").click()
    expect(links).to_have_count(1)
    expect(links).to_contain_text("Two")


def test_on_a_phone_and_without_javascript(visit, submitted, alice, dana):
    ask(submitted, alice, "Which gauges, @dana?")
    page = visit(dana, **PHONE)
    page.goto("/inbox/")
    assert not violations(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    for button in page.locator(".entry-tools :is(a, button, summary)").all():
        if button.is_visible():
            assert button.bounding_box()["height"] >= 44
    plain = visit(dana, java_script_enabled=False)
    plain.goto("/inbox/")
    entry = plain.locator(".entry", has_text="Alice mentioned you")
    entry.get_by_role("button", name="Done with").click()
    expect(plain.get_by_text("If you’re asked again, it comes back")).to_be_visible()
    expect(plain.locator("#inbox-count")).to_have_text("1")
    plain.get_by_role("link", name="Done 1").click()
    entry.get_by_role("button", name="back to the inbox").click()
    expect(plain.locator("#inbox-count")).to_have_text("2")
