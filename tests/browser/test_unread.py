"""Unread comments are marked where one looks for them, and come by the feed."""

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment
from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible

pytestmark = pytest.mark.once


def test_a_comment_is_marked_until_it_is_read(visit, plan, alice, bob):
    item = make.find(plan, label="Storage")
    section = make.section_of(plan, "1. OBJECTIVE")
    page = steps.open_plan(visit(alice), plan)
    button = page.locator(f"#item-{item.pk}-comments")
    outline = page.locator(f'#plan-outline a[href="#section-{section.pk}"]')
    count = page.locator("#unread-count")
    thread = comment(plan=plan, item=item, actor=bob, text="Is it enough?").thread
    for place in (button, outline):
        expect(place).to_have_attribute("aria-description", "1 unread")
    expect(count).to_have_text("1 new")
    assert_accessible(page, "a comment is unread")
    button.click()
    expect(page.locator("#threads .comment")).to_contain_text("New")
    for place in (button, outline):
        expect(place).not_to_have_attribute("aria-description", "1 unread")
    expect(count).to_have_text("")
    # What comes while one looks at it is read.
    comment(plan=plan, thread=thread, actor=bob, text="Well?")
    expect(page.locator("#threads .comment")).to_have_count(2)
    expect(count).to_have_text("")
    page.keyboard.press("Escape")
    comment(plan=plan, thread=thread, actor=bob, text="And?")
    expect(count).to_have_text("1 new")
    page.reload()
    expect(count).to_have_text("1 new")
    expect(button).to_have_attribute("aria-description", "1 unread")
