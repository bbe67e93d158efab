"""What is typed and not stored yet: it outlives a reload, is sent, and looks unsent."""

import re

import pytest
from playwright.sync_api import expect

from plans.actions.comments import comment
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

# htmx begins by a timer of its own, which a quick page's `load` event can overtake.
HTMX_STARTS_LATE = """
  const soon = window.setTimeout;
  window.setTimeout = (run, wait, ...rest) => {
    const isLate = wait === undefined && document.readyState !== "complete";
    return soon(run, isLate ? 800 : wait, ...rest);
  };
"""


@pytest.fixture
def plan(team, alice):
    return make.make_plan(team=team, actor=alice, text=make.ASKING)


@pytest.fixture
def page(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def reload(page):
    page.reload()
    expect(page.locator("#live-state")).to_contain_text("Live")


def test_a_draft_is_sent_though_htmx_starts_late(page, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    page.add_init_script(HTMX_STARTS_LATE)
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.fulfill(status=401))
    steps.control(page, goal).fill("A page for each pier")
    expect(steps.status(page, goal)).to_contain_text("sign in again")
    page.unroute(re.compile(r"/items/\d+/$"))
    page.reload()
    steps.expect_text(page, goal, "value", "A page for each pier")
    steps.expect_saved(page, goal)
    assert "**Goal**: A page for each pier\n" in make.text_of(plan)


def test_a_half_typed_answer_looks_unsent(page):
    answer = page.get_by_label("Answer: Which harbours?")
    form = page.locator(".question-form").first
    expect(form.get_by_text("Not sent yet")).to_be_hidden()
    answer.fill("All of")
    expect(form.get_by_text("Not sent yet")).to_be_visible()
    page.get_by_role("button", name="Add a risk").click()
    expect(steps.risks(page)).to_have_count(3)
    expect(form.get_by_text("Not sent yet")).to_be_visible()
    reload(page)
    expect(answer).to_have_value("All of")
    expect(form.get_by_text("Not sent yet")).to_be_visible()
    answer.fill("")
    expect(form.get_by_text("Not sent yet")).to_be_hidden()


def test_a_half_typed_question_outlives_a_cancel_and_a_reload(page, plan):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    storage = make.find(plan, label="Storage")
    dialog = page.locator("#ask")

    def ask_about(row):
        steps.choose(page, steps.item(page, row), "Ask a question")
        return dialog.get_by_label("What needs clarification?")

    ask_about(goal).fill("Which pi")
    expect(dialog.get_by_text("Not sent yet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(ask_about(storage)).to_have_value("")
    expect(dialog.get_by_text("Not sent yet")).to_be_hidden()
    page.keyboard.press("Escape")
    reload(page)
    expect(ask_about(goal)).to_have_value("Which pi")
    # Refused, it is there again; stored, it is not.
    page.route("**/question/", lambda route: route.fulfill(status=503))
    dialog.get_by_role("button", name="Ask").click()
    expect(dialog).to_be_hidden()
    page.unroute("**/question/")
    expect(ask_about(goal)).to_have_value("Which pi")
    page.keyboard.press("End")
    page.keyboard.type("er?")
    dialog.get_by_role("button", name="Ask").click()
    expect(page.get_by_label("Answer: Which pier?")).to_be_visible()
    expect(page.locator(".kept-text")).to_have_count(0)
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert not [key for key in kept if "ask-" in key]


def test_half_typed_headings_outlive_a_reload(page, plan):
    section = make.section_of(plan, "7. RISKS & MITIGATIONS")
    heading = page.locator(f"#section-{section.pk}")
    heading.locator('[data-do="section-menu"]').first.click()
    page.get_by_label("New section after this one").fill("Tides at ni")
    unsent = page.locator("#section-menu .unsent").locator("visible=true")
    expect(unsent).to_have_count(1)
    reload(page)
    heading.locator('[data-do="section-menu"]').first.click()
    new = page.get_by_label("New section after this one")
    expect(new).to_have_value("Tides at ni")
    new.fill("Tides at night")
    page.get_by_role("button", name="Add section").click()
    expect(page.get_by_role("heading", name="Tides at night")).to_be_visible()
    heading.locator('[data-do="section-menu"]').first.click()
    expect(new).to_have_value("")


def test_half_typed_comments_outlive_a_reload_on_their_page(page, plan, alice):
    storage = make.find(plan, label="Storage")
    thread = comment(plan=plan, actor=alice, item=storage, text="Enough?").thread
    page.goto(f"{plan.url}comments/?item={storage.pk}")
    new = page.locator(f"#comment-on-item-{storage.pk}")
    reply = page.locator(f"#reply-to-{thread.pk}")
    edit = page.get_by_label("Your comment")
    new.fill("And for two har")
    reply.fill("For one")
    page.get_by_text("Edit", exact=True).click()
    edit.fill("Is it enough?")
    expect(page.get_by_text("Not sent yet").locator("visible=true")).to_have_count(3)
    page.reload()
    expect(new).to_have_value("And for two har")
    expect(reply).to_have_value("For one")
    expect(edit).to_have_value("Is it enough?")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator(".comment")).to_have_count(2)
    expect(reply).to_have_value("")
    expect(page.get_by_text("Not sent yet").locator("visible=true")).to_have_count(2)
    page.reload()
    expect(new).to_have_value("And for two har")
    expect(reply).to_have_value("")
