"""Talking about a plan: the drawer, the keyboard, a phone, and no JavaScript."""

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment, resolve
from plans.models import Comment, Thread
from tests import make
from tests.browser import steps
from tests.browser.test_accessibility import assert_accessible
from tests.browser.test_every_page import (
    NAMELESS,
    PHONE,
    REPEATED_IDS,
    WIDER_THAN_THE_PAGE,
)

pytestmark = pytest.mark.once

ANNOUNCE = "document.dispatchEvent(new Event('planner:comments'))"


@pytest.fixture
def item(plan):
    return make.find(plan, label="Storage")


@pytest.fixture
def page(visit, alice, plan):
    return steps.open_plan(visit(alice), plan)


def button(page, item):
    return page.locator(f"#item-{item.pk}-comments")


def drawer(page):
    return page.locator("#comments")


def box(page, item):
    return page.locator(f"#comment-on-item-{item.pk}")


def opened(page, item):
    """The drawer with the comments of an item, opened by its button, or by its menu
    where nobody has commented yet."""
    if button(page, item).get_attribute("href"):
        button(page, item).focus()
        page.keyboard.press("Enter")
    else:
        steps.press(page, item, "Comment")
    expect(drawer(page)).to_be_visible()
    expect(drawer(page)).to_contain_text("1. OBJECTIVE › Storage")
    return drawer(page)


def test_a_thread_from_its_start_to_its_end_and_on(page, plan, item):
    opened(page, item)
    # Nothing is said yet, so one comes to write.
    expect(box(page, item)).to_be_focused()
    page.keyboard.type("Is *SQLite* enough?")
    page.keyboard.press("Control+Enter")
    thread = drawer(page).locator(".thread")
    expect(thread).to_contain_text("Is SQLite enough?")
    expect(box(page, item)).to_have_value("")
    expect(button(page, item)).to_contain_text("1 open comment on Storage")
    expect(page.locator("#announcer")).to_have_text("Comment added.")
    expect(page.locator("#panel-comments")).to_contain_text("Is SQLite enough?")

    reply = thread.get_by_label("Reply")
    reply.fill("For a harbour, yes.")
    thread.get_by_role("button", name="Reply").click()
    expect(thread.locator(".comment")).to_have_count(2)
    expect(reply).to_have_value("")

    thread.get_by_role("button", name="Resolve").click()
    expect(drawer(page).get_by_text("1 resolved")).to_be_visible()
    expect(button(page, item).locator(".comment-count")).to_have_count(0)
    # The button that had the focus is folded away with its thread.
    expect(page.locator("#threads-title")).to_be_focused()

    drawer(page).get_by_text("1 resolved").click()
    drawer(page).get_by_role("button", name="Reopen").click()
    expect(button(page, item).locator(".comment-count")).to_have_text("1")
    assert [c.text for c in Comment.objects.all()] == [
        "Is *SQLite* enough?",
        "For a harbour, yes.",
    ]


def test_a_question_is_answered_in_its_thread(visit, page, plan, dana):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    reviewers = steps.open_plan(visit(dana), plan)
    reviewers.locator("#panel-questions").get_by_text("Which harbours?").click()
    reviewers.get_by_label("Answer: Which harbours?").fill("The **north**.")
    reviewers.get_by_role("button", name="Answer", exact=True).click()
    expect(drawer(reviewers).locator(".comment")).to_contain_text("The north.")
    expect(steps.value(reviewers, goal)).to_have_text("Which harbours?")
    # An editor sees it arrive.
    expect(button(page, goal)).to_contain_text("1 open comment")
    button(page, goal).click()
    assert_accessible(page, "an answered question is shown")
    drawer(page).get_by_role("button", name="Use as the text").click()
    for each in (page, reviewers):
        expect(steps.value(each, goal)).to_have_text("The north.")
        expect(each.locator("#panel-questions .count")).to_have_text("0")
    assert "- **Goal**: The **north**.\n" in make.text_of(plan)


def test_a_comment_is_edited_and_removed(page, plan, item, alice):
    comment(plan=plan, actor=alice, item=item, text="Is this enough?")
    opened(page, item)
    remark = drawer(page).locator(".comment")
    remark.hover()
    remark.get_by_text("Edit", exact=True).click()
    remark.get_by_label("Your comment").fill("Is that enough?")
    remark.get_by_role("button", name="Save").click()
    expect(remark.locator(".comment-text")).to_have_text("Is that enough?")
    expect(remark).to_contain_text("edited")
    expect(remark.get_by_label("Your comment")).to_be_hidden()
    remark.get_by_text("Edit", exact=True).click()
    expect(remark.get_by_label("Your comment")).to_have_value("Is that enough?")

    page.once("dialog", lambda dialog: dialog.dismiss())
    remark.get_by_role("button", name="Remove").click()
    expect(remark.locator(".comment-text")).to_have_text("Is that enough?")
    page.once("dialog", lambda dialog: dialog.accept())
    remark.get_by_role("button", name="Remove").click()
    expect(button(page, item).locator(".comment-count")).to_have_count(0)
    drawer(page).get_by_text("1 resolved").click()
    expect(remark).to_contain_text("Removed by its author.")


def test_the_drawer_is_left_with_escape_or_its_button(page, plan, item, alice):
    comment(plan=plan, actor=alice, item=item, text="Why?")
    expect(button(page, item)).to_contain_text("1")
    opened(page, item)
    expect(page.locator("#threads-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer(page)).to_be_hidden()
    expect(button(page, item)).to_be_focused()
    opened(page, item)
    page.get_by_role("button", name="Close the comments").click()
    expect(drawer(page)).to_be_hidden()
    expect(button(page, item)).to_be_focused()


def test_a_drawer_opened_by_a_menu_is_left_to_where_the_menu_was(page, plan):
    risk = make.find(plan, cell="R-002")
    steps.value(page, risk, "cell-1").locator(".edit").focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Comment", exact=True).press("Enter")
    expect(box(page, risk)).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer(page)).to_be_hidden()
    steps.expect_at_rest(page, risk, "cell-1")


def test_the_panel_opens_a_thread_and_leads_to_its_place(page, plan, alice):
    section = make.section_of(plan, "7. RISKS & MITIGATIONS")
    comment(plan=plan, actor=alice, section=section, text="Is this all?")
    page.reload()
    panel = page.locator("#panel-comments")
    panel.get_by_role("link", name="Is this all?").click()
    expect(drawer(page)).to_contain_text("Is this all?")
    page.keyboard.press("Escape")
    expect(panel.get_by_role("link", name="Is this all?")).to_be_focused()
    panel.get_by_role("link", name="7. RISKS").click()
    expect(page.get_by_role("heading", name="7. RISKS")).to_be_in_viewport()


# --- Mentions ---


def test_a_member_is_mentioned_from_the_keyboard(page, plan, item, bob, dana):
    opened(page, item)
    options = page.get_by_role("listbox").get_by_role("option")
    page.keyboard.type("Ask @")
    expect(options).to_have_count(3)  # alice, bob, dana
    assert page.evaluate(NAMELESS) == []
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box(page, item)).to_have_attribute(
        "aria-activedescendant", options.nth(1).get_attribute("id")
    )
    expect(page.locator("#announcer")).to_contain_text("Bob @bob, 2 of 3")
    page.keyboard.press("Enter")
    expect(box(page, item)).to_have_value("Ask @bob ")
    expect(options).to_have_count(0)

    page.keyboard.type("or @da")
    expect(options).to_have_count(1)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(drawer(page)).to_be_visible()
    page.keyboard.type("n")
    options.click()
    expect(box(page, item)).to_have_value("Ask @bob or @dana ")
    page.keyboard.type("first, x@bo")
    expect(options).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(drawer(page).locator(".mention")).to_have_text(["@bob", "@dana"])
    remark = Comment.objects.get()
    assert {mention.user for mention in remark.mentions.all()} == {bob, dana}


# --- Nothing that is half written is lost ---


def test_a_half_written_reply_stays_while_comments_arrive(page, plan, item, alice, bob):
    remark = comment(plan=plan, actor=bob, item=item, text="Why?")
    opened(page, item)
    reply = drawer(page).get_by_label("Reply")
    reply.fill("Because of")
    page.locator("#threads-title").focus()
    comment(plan=plan, actor=bob, thread=remark.thread, text="Anyone?")
    page.evaluate(ANNOUNCE)
    expect(drawer(page)).to_contain_text("Anyone?")
    expect(reply).to_have_value("Because of")
    # And with the caret in it.
    reply.press("Home")
    comment(plan=plan, actor=bob, thread=remark.thread, text="Hello?")
    page.evaluate(ANNOUNCE)
    expect(drawer(page)).to_contain_text("Hello?")
    page.keyboard.type("I think: ")
    expect(reply).to_have_value("I think: Because of")
    expect(reply).to_be_focused()


def test_a_half_written_comment_is_there_when_one_comes_back(page, plan, item):
    other = make.find(plan, label="Category")
    opened(page, item)
    box(page, item).fill("Is it")
    steps.press(page, other, "Comment")
    expect(box(page, other)).to_have_value("")
    expect(drawer(page)).to_contain_text("Category")
    steps.press(page, item, "Comment")
    expect(box(page, item)).to_have_value("Is it")
    box(page, item).press("Control+Enter")
    expect(drawer(page).locator(".thread")).to_contain_text("Is it")
    steps.press(page, other, "Comment")
    expect(drawer(page)).to_contain_text("Category")
    button(page, item).dispatch_event("click")
    expect(drawer(page).locator(".thread")).to_contain_text("Is it")
    expect(box(page, item)).to_have_value("")


def test_what_is_refused_stays(page, plan, item):
    opened(page, item)
    box(page, item).fill("x" * 5_001)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("the limit is 5,000")
    expect(box(page, item)).to_have_value("x" * 5_001)
    assert not Thread.objects.exists()


def test_typing_into_the_plan_goes_on_beside_the_drawer(page, plan, item):
    opened(page, item)
    steps.control(page, item).fill("SQLite")
    steps.expect_saved(page, item)
    expect(drawer(page)).to_be_visible()
    assert "**Storage**: SQLite\n" in make.text_of(plan)


# --- Other screens ---


def test_comments_are_a_sheet_on_a_phone(visit, alice, plan, item, bob):
    comment(plan=plan, actor=bob, item=item, text="word " * 200)
    check = make.find(plan, text="Problem statement clear")
    comment(plan=plan, actor=bob, item=check, text="Is it?")
    page = steps.open_plan(visit(alice, **PHONE), plan)
    # What was said is seen without touching the line.
    button(page, check).tap()
    expect(drawer(page)).to_contain_text("Is it?")
    drawer(page).get_by_role("button", name="Close the comments").tap()
    button(page, item).tap()
    sheet = drawer(page)
    expect(sheet).to_contain_text("word word")
    place = sheet.bounding_box()
    assert place["x"] == 0 and place["width"] == 390
    assert place["y"] > 60 and place["y"] + place["height"] <= 845
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    box(page, item).fill("Yes")
    sheet.get_by_role("button", name="Comment", exact=True).tap()
    expect(sheet.locator(".thread")).to_have_count(2)
    sheet.get_by_role("button", name="Close the comments").tap()
    expect(sheet).to_be_hidden()
    page.goto(f"{plan.url}comments/")
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []


def test_a_viewer_reads_and_is_told_why_not_more(visit, victor, plan, item, alice):
    comment(plan=plan, actor=alice, item=item, text="Why?")
    page = steps.open_plan(visit(victor), plan)
    opened(page, item)
    expect(drawer(page)).to_contain_text("Why?")
    expect(drawer(page)).to_contain_text("You can read comments")
    expect(drawer(page).locator("textarea, form")).to_have_count(0)


def test_the_page_of_all_comments_works_by_itself(visit, alice, plan, item, bob):
    remark = comment(plan=plan, actor=bob, item=item, text="Why?")
    done = comment(plan=plan, actor=bob, item=item, text="Done?")
    resolve(plan=plan, actor=bob, thread=done.thread)
    page = visit(alice)
    page.goto(f"{plan.url}comments/?resolved=1")
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(REPEATED_IDS) == []
    thread = page.locator(f"#thread-{remark.thread_id}")
    thread.get_by_label("Reply").fill("Because.")
    thread.get_by_role("button", name="Reply").click()
    expect(thread.locator(".comment")).to_have_count(2)
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Resolve")).to_have_count(2)


def test_comments_work_without_javascript(visit, alice, plan, item):
    page = visit(alice, java_script_enabled=False)
    steps.open_plan(page, plan)
    steps.item(page, item).get_by_role("link", name="Edit Storage").click()
    page.get_by_role("link", name="Comments", exact=True).click()
    page.get_by_label("Write a comment").fill("Is it, @bob?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment-text")).to_have_text("Is it, @bob?")
    page.get_by_label("Reply").fill("It is.")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator(".comment")).to_have_count(2)
    page.get_by_role("button", name="Resolve").click()
    # It is where one comes back to, so the browser has unfolded it.
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    page.get_by_role("link", name="Tide tables", exact=True).click()
    expect(button(page, item)).to_contain_text("1 open comment on Storage")
