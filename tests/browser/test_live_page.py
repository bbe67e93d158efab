"""A plan that several people have open: what one writes, the others see, and nothing
that anybody types is lost."""

import re

import pytest
from playwright.sync_api import expect

from plans.live import broker
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

GOAL = {"heading": "Phase 1: Build", "label": "Goal"}
TEXT = "A page for each harbour"

# Saves of one item, so many a second, until all are stored.
SAVE_MANY = """async ([id, name, texts, pause]) => {
    for (const text of texts) {
        const form = document.getElementById(`item-${id}-form`);
        const body = new URLSearchParams({ [name]: text });
        const control = document.getElementById(`item-${id}-${name}`);
        body.set(`was-${name}`, window.lastSaved ?? control.defaultValue);
        body.set("seen", form.elements.seen.value);
        const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
        const answer = await fetch(form.action, {
            method: "POST", body,
            headers: { "HX-Request": "true", "X-CSRFToken": token },
        });
        if (answer.status !== 200) return answer.status;
        window.lastSaved = text;
        await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return 200;
}"""


def open_live(page, plan):
    steps.open_plan(page, plan)
    expect_live(page)
    return page


def expect_live(page):
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")


@pytest.fixture
def pages(visit, alice, bob, plan):
    """Alice's and Bob's, both live."""
    return [open_live(visit(user), plan) for user in (alice, bob)]


def caret(page):
    return page.evaluate(
        "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    )


def select(control, start, end):
    control.evaluate(
        "(control, [start, end]) => control.setSelectionRange(start, end)", [start, end]
    )


# --- What others do is seen ---


@pytest.fixture
def looks_never(monkeypatch):
    """Nothing is found by looking every few seconds."""
    monkeypatch.setattr(broker, "POLL_INTERVAL", 3600.0)


@pytest.mark.usefixtures("looks_never")
def test_what_one_writes_the_other_sees_at_once(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    steps.control(alices, goal).fill("A page for each pier")
    written = "A page for each pier"
    steps.expect_text(bobs, goal, "value", written)
    # It is Bob's own page now: what he writes goes on from there.
    steps.control(bobs, goal).fill("A page for each pier and gauge")
    steps.expect_text(alices, goal, "value", "A page for each pier and gauge")


def test_rows_come_go_and_move_in_every_page(pages, plan):
    alices, bobs = pages
    alices.get_by_role("button", name="Add a risk").click()
    expect(steps.risks(bobs)).to_have_count(3)
    # The one who added it is in it; nobody else's focus moves.
    expect(alices.locator("tr.row:focus-within")).to_have_count(1)
    expect(bobs.locator("tr.row:focus-within")).to_have_count(0)
    first = make.find(plan, cell="R-001")
    steps.press(bobs, first, "Move down")
    expect(steps.risks(alices).first).to_contain_text("R-002")
    steps.press(bobs, first, "Remove")
    expect(steps.item(alices, first)).to_have_count(0)
    expect(steps.risks(alices)).to_have_count(2)


def test_the_panels_beside_the_plan_follow(pages, plan):
    alices, bobs = pages
    before = bobs.locator("#plan-progress .progress-label").inner_text()
    goal = make.find(plan, **GOAL)
    steps.control(alices, goal).fill("")
    steps.expect_saved(alices, goal)
    expect(bobs.locator("#plan-progress .progress-label")).not_to_have_text(before)


@pytest.mark.once
def test_a_choice_that_has_the_focus_shows_the_new_one(pages, plan):
    alices, bobs = pages
    risk = make.find(plan, cell="R-001")
    steps.control(bobs, risk, "cell-2").focus()
    steps.control(alices, risk, "cell-2").select_option("Low")
    steps.expect_text(bobs, risk, "cell-2", "Low")
    expect(steps.control(bobs, risk, "cell-2")).to_be_focused()


# --- What one is at stays ---


@pytest.mark.once
def test_focus_caret_selection_and_scroll_stay(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    category = make.find(plan, label="Category")
    mine = steps.control(bobs, goal)
    mine.scroll_into_view_if_needed()
    mine.focus()
    select(mine, 2, 6)
    top = mine.bounding_box()["y"]
    long = "\n".join(f"Line {number}" for number in range(12))
    steps.control(alices, category).fill(long)
    steps.expect_text(bobs, category, "value", long)
    expect(mine).to_be_focused()
    assert caret(bobs) == [2, 6]
    bobs.wait_for_timeout(200)
    assert abs(mine.bounding_box()["y"] - top) < 2


@pytest.mark.once
def test_a_text_that_is_only_looked_at_is_replaced_around_its_caret(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    mine = steps.control(bobs, goal)
    mine.focus()
    select(mine, len("A page"), len("A page"))
    steps.control(alices, goal).fill("Here: A page for each single harbour")
    expect(mine).to_have_value("Here: A page for each single harbour")
    assert caret(bobs) == [len("Here: A page")] * 2


def test_two_write_into_one_text_and_both_are_in_it(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    hers, his = steps.control(alices, goal), steps.control(bobs, goal)
    hers.focus()
    hers.press("Home")
    his.focus()
    his.press("End")
    for letter in range(6):
        alices.keyboard.type("Soon: "[letter])
        bobs.keyboard.type(" daily"[letter])
        alices.wait_for_timeout(120)
    together = f"Soon: {TEXT} daily"
    for page, control in ((alices, hers), (bobs, his)):
        expect(control).to_have_value(together)
        expect(control).to_be_focused()
        steps.expect_all_saved(page)
    assert caret(alices) == [len("Soon: ")] * 2
    assert caret(bobs) == [len(together)] * 2
    assert f"**Goal**: {together}\n" in make.text_of(plan)


@pytest.mark.once
def test_the_same_word_is_a_choice_and_nothing_is_overwritten(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    # Bob's save waits until Alice's is there.
    steps.slow_saves(bobs, 1.5)
    steps.control(bobs, goal).fill("A page for each gauge")
    expect(steps.status(bobs, goal)).to_have_text("Saving…")
    steps.control(alices, goal).fill("A page for each pier")
    conflict = steps.item(bobs, goal).locator(".conflict")
    expect(conflict).to_contain_text("A page for each pier")
    steps.expect_text(bobs, goal, "value", "A page for each gauge")
    assert "each pier" in make.text_of(plan)
    conflict.get_by_role("button", name="Keep my text").click()
    steps.expect_text(alices, goal, "value", "A page for each gauge")


@pytest.mark.once
def test_a_new_text_of_another_while_one_types_is_said(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    mine = steps.control(bobs, goal)
    mine.focus()
    # He writes on and on, so nothing is saved yet.
    typing = bobs.evaluate(
        """() => setInterval(() => document.activeElement.dispatchEvent(
            new Event("input", { bubbles: true })), 100)"""
    )
    bobs.keyboard.press("Control+a")
    bobs.keyboard.type("A page for each gauge")
    steps.control(alices, goal).fill("A page for each pier")
    expect(steps.status(bobs, goal)).to_contain_text("Alice changed this meanwhile")
    expect(mine).to_have_value("A page for each gauge")
    bobs.evaluate("typing => clearInterval(typing)", typing)
    expect(steps.item(bobs, goal).locator(".conflict")).to_contain_text("each pier")


@pytest.mark.once
def test_who_changed_a_text_comes_with_the_change(pages, plan):
    """Presence is told apart from changes, and may come later or never."""
    alices, bobs = pages
    alices.route("**/live/here/", lambda route: route.fulfill(status=204))
    goal = make.find(plan, **GOAL)
    keep_typing(bobs, goal, "A page for each gauge")
    steps.control(alices, goal).fill("A page for each pier")
    expect(steps.status(bobs, goal)).to_have_text("Alice changed this meanwhile")


@pytest.mark.once
def test_a_change_in_another_own_tab_is_said_to_be_one(visit, bob, plan):
    page = open_live(visit(bob), plan)
    other = open_live(page.context.new_page(), plan)
    goal = make.find(plan, **GOAL)
    keep_typing(page, goal, "A page for each gauge")
    steps.control(other, goal).fill("A page for each pier")
    status = steps.status(page, goal)
    expect(status).to_have_text("You changed this in another tab meanwhile")
    page.evaluate("clearInterval(window.typing)")
    conflict = steps.item(page, goal).locator(".conflict")
    expect(conflict).to_contain_text("You changed this in another tab")
    expect(conflict).not_to_contain_text("Somebody")


def keep_typing(page, row, text):
    """Type this, and go on and on, so that nothing is saved."""
    steps.control(page, row).focus()
    page.evaluate(
        """() => { window.typing = setInterval(() => document.activeElement
            .dispatchEvent(new Event("input", { bubbles: true })), 100); }"""
    )
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_no_keystroke_is_lost_among_many_changes(pages, plan):
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    category = make.find(plan, label="Category")
    texts = [f"Text {number}" for number in range(40)]
    steps.control(alices, category)
    alices.evaluate(
        f"given => {{ window.saving = ({SAVE_MANY})(given); }}",
        [category.pk, "value", texts, 60],
    )
    mine = steps.control(bobs, goal)
    mine.focus()
    mine.press("End")
    bobs.keyboard.type(", and what all of them say of the tide and the ice", delay=60)
    expect(mine).to_have_value(
        TEXT + ", and what all of them say of the tide and the ice"
    )
    assert alices.evaluate("window.saving") == 200
    steps.expect_saved(bobs, goal)
    steps.expect_text(bobs, category, "value", "Text 39")
    assert "of the tide and the ice\n" in make.text_of(plan)


@pytest.mark.once
def test_text_in_a_row_that_another_removes_is_offered(pages, plan):
    alices, bobs = pages
    risk = make.find(plan, cell="R-001")
    bobs.route(re.compile(r"/items/\d+/$"), lambda route: route.fulfill(status=500))
    cell = steps.control(bobs, risk, "cell-1")
    cell.fill("The gauges freeze")
    steps.press(alices, risk, "Remove")
    expect(steps.item(bobs, risk)).to_have_count(0)
    kept = bobs.locator(".kept-text")
    expect(kept).to_contain_text("no longer in the plan")
    expect(kept.get_by_label("What you typed")).to_have_value("The gauges freeze")
    # Not into a row that was not meant.
    expect(bobs.locator("tr.row:focus-within")).to_have_count(0)
    kept.get_by_role("button", name="Dismiss").click()
    expect(kept).to_have_count(0)


@pytest.mark.once
def test_text_in_a_row_that_another_moves_is_kept(pages, plan):
    alices, bobs = pages
    risk = make.find(plan, cell="R-001")
    cell = steps.control(bobs, risk, "cell-1")
    cell.focus()
    cell.press("Control+End")
    bobs.keyboard.type(" in win", delay=20)
    steps.press(alices, risk, "Move down")
    expect(steps.risks(bobs).first).to_contain_text("R-002")
    expect(cell).to_be_focused()
    bobs.keyboard.type("ter")
    steps.expect_saved(bobs, risk)
    expect(cell).to_have_value(re.compile("in winter$"))


@pytest.mark.once
def test_an_answer_being_written_stays(pages, plan, bob):
    alices, bobs = pages
    ask_within_a_text(plan, bob)
    answer = bobs.get_by_label("Answer: Which harbours?")
    answer.fill("All of")
    alices.get_by_role("button", name="Add a risk").click()
    expect(steps.risks(bobs)).to_have_count(3)
    expect(answer).to_have_value("All of")


def ask_within_a_text(plan, actor):
    """A question that takes a part of a text is answered beside it."""
    question = "[NEEDS CLARIFICATION: Which harbours?]"
    make.edit(plan, actor, value=f"Tides of the coast {question}")


# --- The connection ---


def test_without_a_connection_it_says_so_and_catches_up(visit, alice, bob, plan):
    goal, category = make.find(plan, **GOAL), make.find(plan, label="Category")
    alices = open_live(visit(alice), plan)
    bobs = without_worker(visit(bob))
    open_live(bobs, plan)
    bobs.context.set_offline(True)
    bobs.evaluate("window.dispatchEvent(new Event('offline'))")
    steps.control(alices, category).fill("Written meanwhile")
    steps.expect_saved(alices, category)
    steps.control(bobs, goal).fill("A page, and more")
    expect(steps.status(bobs, goal)).to_contain_text("no connection")
    bobs.context.set_offline(False)
    steps.expect_saved(bobs, goal)
    steps.expect_text(bobs, category, "value", "Written meanwhile")
    expect_live(bobs)
    steps.expect_text(alices, goal, "value", "A page, and more")
    forgive_lost_requests(visit)


def without_worker(page):
    page.add_init_script("delete window.SharedWorker")
    return page


def forgive_lost_requests(visit):
    """Chromium and htmx each note a request that got no answer."""
    visit.complaints[:] = [
        text
        for text in visit.complaints
        if "Failed to fetch" not in text and "net::ERR" not in text
    ]


@pytest.mark.once
def test_a_page_without_a_worker_has_a_feed_of_its_own(visit, alice, bob, plan):
    goal = make.find(plan, **GOAL)
    alices = open_live(without_worker(visit(alice)), plan)
    bobs = open_live(without_worker(visit(bob)), plan)
    steps.control(alices, goal).fill("A page for each pier")
    steps.expect_text(bobs, goal, "value", "A page for each pier")


@pytest.mark.once
def test_signed_out_elsewhere_it_says_so_and_goes_on_after_a_sign_in(
    visit, alice, bob, plan
):
    goal = make.find(plan, **GOAL)
    alices, bobs = open_live(visit(alice), plan), open_live(visit(bob), plan)
    other = bobs.context.new_page()
    other.goto("/")
    other.locator(".user-menu summary").click()
    other.get_by_role("button", name="Sign out").click()
    expect(bobs.locator("#live-state")).to_contain_text("Signed out")
    expect(bobs.locator("#live-note")).to_contain_text("Sign in in another tab")
    steps.control(alices, goal).fill("A page for each pier")
    other.goto("/accounts/login/")
    steps.sign_in(other, "bob")
    expect(other.get_by_role("heading", level=1)).to_have_text("Plans")
    bobs.bring_to_front()
    bobs.evaluate("window.dispatchEvent(new Event('focus'))")
    expect_live(bobs)
    expect(bobs.locator("#live-note")).to_be_hidden()
    steps.expect_text(bobs, goal, "value", "A page for each pier")


@pytest.mark.once
def test_eight_tabs_of_a_browser_are_all_live(visit, alice, bob, plan):
    goal = make.find(plan, **GOAL)
    alices = open_live(visit(alice), plan)
    first = visit(bob)
    tabs = [first, *(first.context.new_page() for _ in range(7))]
    for tab in tabs:
        open_live(tab, plan)
    steps.control(alices, goal).fill("A page for each pier")
    for tab in tabs:
        steps.expect_text(tab, goal, "value", "A page for each pier")
    tabs[3].close()
    steps.control(tabs[5], goal).fill("A page for each gauge")
    for tab in (alices, tabs[0], tabs[7]):
        steps.expect_text(tab, goal, "value", "A page for each gauge")


@pytest.mark.once
def test_a_tab_that_is_behind_gets_what_it_missed(visit, alice, plan):
    """The worker is at a newer number than a page that comes out of a slow answer."""
    goal = make.find(plan, **GOAL)
    page = open_live(visit(alice), plan)
    steps.control(page, goal).fill("A page for each pier")
    steps.expect_saved(page, goal)
    late = page.context.new_page()

    def as_of_before(route):
        answer = route.fetch()
        old = re.sub(r'data-change="\d+"', 'data-change="0"', answer.text())
        old = old.replace("A page for each pier", TEXT)
        route.fulfill(response=answer, body=old)

    late.route(re.compile(re.escape(plan.get_absolute_url()) + "$"), as_of_before)
    open_live(late, plan)
    steps.expect_text(late, goal, "value", "A page for each pier")


def test_the_list_of_plans_follows(visit, alice, bob, plan):
    alices = visit(alice)
    alices.goto("/")
    bobs = open_live(visit(bob), plan)
    before = alices.locator(".plan-row .progress-label").inner_text()
    goal = make.find(plan, **GOAL)
    steps.control(bobs, goal).fill("")
    steps.expect_saved(bobs, goal)
    expect(alices.locator(".plan-row .progress-label")).not_to_have_text(before)


# --- Drafts ---


@pytest.mark.once
def test_unsaved_text_outlives_a_reload(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    ask_within_a_text(plan, alice)
    page = steps.open_plan(visit(alice), plan)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.fulfill(status=500))
    steps.control(page, goal).fill("A page for each pier")
    page.get_by_label("Answer: Which harbours?").fill("All of")
    expect(steps.status(page, goal)).to_contain_text("the server had a problem")
    page.unroute(re.compile(r"/items/\d+/$"))
    page.reload()
    steps.expect_text(page, goal, "value", "A page for each pier")
    expect(page.get_by_label("Answer: Which harbours?")).to_have_value("All of")
    steps.expect_saved(page, goal)
    assert "**Goal**: A page for each pier\n" in make.text_of(plan)
    # Once it is stored there is nothing to put back.
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert not [key for key in kept if key.endswith("-value")]


@pytest.mark.once
def test_a_draft_goes_around_what_was_stored_meanwhile(visit, alice, bob, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.abort())
    page.route("**/live/**", lambda route: route.abort())
    steps.control(page, goal).fill(f"Soon: {TEXT}")
    other = steps.open_plan(visit(bob), plan)
    steps.control(other, goal).fill(f"{TEXT} daily")
    steps.expect_saved(other, goal)
    page.reload()
    steps.expect_text(page, goal, "value", f"Soon: {TEXT} daily")
    page.unroute(re.compile(r"/items/\d+/$"))
    steps.expect_saved(page, goal)
    assert f"**Goal**: Soon: {TEXT} daily\n" in make.text_of(plan)
    forgive_lost_requests(visit)


# --- Who is here ---


def test_others_are_shown_where_they_are(visit, alice, bob, plan):
    goal = make.find(plan, **GOAL)
    alices = open_live(visit(alice), plan)
    bobs = open_live(visit(bob), plan)
    expect(alices.locator("#people-here li:visible")).to_have_count(1)
    expect(alices.locator("#people-here li").first).to_have_attribute("title", bob.name)
    steps.control(bobs, goal).focus()
    marker = steps.item(alices, goal).locator(".here")
    expect(marker).to_contain_text(f"{bob.name} is here")
    # It outlives a swap of its item.
    bobs.keyboard.press("End")
    bobs.keyboard.type("!")
    steps.expect_text(alices, goal, "value", TEXT + "!")
    expect(marker).to_contain_text(f"{bob.name} is here")
    bobs.close()
    expect(marker).to_have_count(0)
    expect(alices.locator("#people-here")).to_be_hidden()


@pytest.mark.once
def test_a_second_tab_of_a_person_is_the_same_person(visit, alice, bob, plan):
    alices = open_live(visit(alice), plan)
    first = open_live(visit(bob), plan)
    second = open_live(first.context.new_page(), plan)
    goal, category = make.find(plan, **GOAL), make.find(plan, label="Category")
    steps.control(first, goal).focus()
    steps.control(second, category).focus()
    expect(steps.item(alices, goal).locator(".here")).to_have_count(1)
    expect(steps.item(alices, category).locator(".here")).to_have_count(1)
    expect(alices.locator("#people-here li:visible")).to_have_count(1)
    expect(second.locator("#people-here li:visible")).to_have_count(1)
    expect(second.locator(".here")).to_have_count(0)
    first.close()
    expect(steps.item(alices, goal).locator(".here")).to_have_count(0)
    expect(alices.locator("#people-here li:visible")).to_have_count(1)
