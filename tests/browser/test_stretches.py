"""Comments on words that are selected in a text."""

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment
from plans.content.anchors import About
from plans.models import Thread
from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible

pytestmark = pytest.mark.once

SELECT = """([id, words]) => {
    const value = document.getElementById(id);
    const nodes = document.createTreeWalker(value, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return;
    }
}"""
# What is marked, and the middle of it.
MARKED = """() => [...(CSS.highlights.get("commented") ?? [])].map(String)"""
MIDDLE = """() => {
    const [range] = CSS.highlights.get("commented");
    const { left, top, width, height } = range.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
}"""


@pytest.fixture
def summary(plan):
    return make.find(plan, heading="Summary")


def select(page, item, words):
    page.evaluate(SELECT, [f"item-{item.pk}-text-view", words])


def drawer(page):
    return page.locator("#comments")


def expect_marked(page, *texts):
    page.wait_for_function(
        f"texts => String(({MARKED})()) === String(texts)", arg=texts
    )


def test_words_are_selected_and_commented_on(visit, plan, summary, alice, dana):
    page = steps.open_plan(visit(dana), plan)
    editors = steps.open_plan(visit(alice), plan)
    select(page, summary, "tides of a")
    page.get_by_role("button", name="Comment", exact=True).click()
    box = drawer(page).get_by_label("Write a comment")
    expect(box).to_be_focused()
    expect(drawer(page).locator(".comment-quote")).to_contain_text("tides of a")
    assert_accessible(page, "a comment on a stretch is begun")
    page.keyboard.type("Which ones?")
    page.keyboard.press("Control+Enter")
    thread = drawer(page).locator(".thread")
    expect(thread.locator(".thread-quote")).to_have_text("tides of a")
    expect(drawer(page).locator(".comment-quote")).to_have_count(0)
    for each in (page, editors):
        expect_marked(each, "tides of a")

    # The mark follows the words, and says so when they are gone.
    control = steps.control(editors, summary, "text")
    control.fill("At last, show all the tides of a harbour.")
    editors.keyboard.press("Escape")
    for each in (page, editors):
        expect(steps.value(each, summary, "text")).to_contain_text("At last")
        expect_marked(each, "tides of a")
    page.get_by_role("button", name="Close the comments").click()
    page.mouse.click(*page.evaluate(MIDDLE))
    expect(drawer(page).locator(".thread.is-wanted")).to_contain_text("Which ones?")
    expect(page.get_by_role("dialog", name="Suggest a change")).to_be_hidden()
    steps.control(editors, summary, "text").fill("Show the ebb.")
    editors.keyboard.press("Escape")
    expect(thread).to_contain_text("no longer in the plan")
    expect(thread.locator(".thread-quote")).to_have_text("tides of a")
    expect_marked(page)


def test_by_key_and_menu_and_with_a_change_of_mind(visit, plan, summary, alice):
    page = steps.open_plan(visit(alice), plan)
    select(page, summary, "tides")
    page.keyboard.press("c")
    quote = drawer(page).locator(".comment-quote")
    expect(quote).to_contain_text("tides")
    quote.get_by_role("button", name="Comment on all of it").click()
    expect(quote).to_have_count(0)
    page.keyboard.type("All of it.")
    page.keyboard.press("Control+Enter")
    expect(drawer(page).locator(".thread")).to_contain_text("All of it.")
    page.keyboard.press("Escape")
    steps.item(page, summary).locator(".edit").focus()
    select(page, summary, "harbour")
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Comment", exact=True).click()
    expect(quote).to_contain_text("harbour")
    drawer(page).get_by_label("Start another thread").fill("Which one?")
    page.keyboard.press("Control+Enter")
    expect(drawer(page).locator(".thread .thread-quote")).to_have_text("harbour")
    assert [thread.quote for thread in Thread.objects.all()] == ["", "harbour"]


def test_who_may_edit_goes_on_to_write_there(visit, plan, summary, alice, bob):
    about = About("text", "tides", prefix="Show the ", suffix=" of", position=9)
    comment(plan=plan, item=summary, actor=bob, text="Which?", about=about)
    page = steps.open_plan(visit(alice), plan)
    expect_marked(page, "tides")
    page.mouse.click(*page.evaluate(MIDDLE))
    expect(page.locator(f"#item-{summary.pk}-text")).to_be_focused()
    expect(drawer(page).locator(".thread.is-wanted")).to_contain_text("Which?")
    page.keyboard.press("Escape")
    expect_marked(page, "tides")
