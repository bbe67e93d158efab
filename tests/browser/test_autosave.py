"""Saving while typing: the text is stored, and none is lost on the way."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from plans.models import Item
from tests import make
from tests.browser import steps
from tests.views.test_items import EVERY_KIND

pytestmark = pytest.mark.once

GOAL = {"heading": "Phase 1: Build", "label": "Goal"}
CATEGORY = {"label": "Category"}


def stored(plan, label) -> list[str]:
    """What the plan says under this label."""
    return re.findall(rf"\*\*{label}\*\*: (.*)", make.text_of(plan))


def test_a_pause_saves_and_a_reload_shows_it(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, goal)
    control.focus()
    control.press("End")
    page.keyboard.type(", and for each pier")
    steps.expect_saved(page, goal)
    expect(control).to_be_focused()
    page.keyboard.type("!")
    steps.expect_saved(page, goal)
    page.reload()
    expect(steps.value(page, goal)).to_have_text(
        "A page for each harbour, and for each pier!"
    )


@pytest.mark.once
def test_a_new_line_and_a_pause_are_no_conflict_with_oneself(visit, alice, plan):
    """The save changes nothing; its answer is no newer than the feed, and left out."""
    goal, entry = make.find(plan, **GOAL), make.find(plan, text="research.md")
    summary = make.find(plan, text="Show the tides of a harbour.")
    page = steps.open_plan(visit(alice), plan)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    for row, name in ((goal, "value"), (entry, "text"), (summary, "text")):
        control = steps.control(page, row, name)
        control.fill("abc")
        steps.expect_saved(page, row)
        with page.expect_response(re.compile(r"/items/\d+/$")):
            # At the end of an entry, Enter alone makes the next entry.
            control.press("Shift+Enter" if row == entry else "Enter")
        page.keyboard.type("next")
        steps.expect_saved(page, row)
        expect(control).to_have_value("abc\nnext")
        expect(page.locator(".conflict")).to_have_count(0)


@pytest.mark.once
def test_a_space_at_the_end_of_a_line_stays_while_one_is_in_it(visit, alice, plan):
    summary = make.find(plan, text="Show the tides of a harbour.")
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, summary, "text")
    control.fill("one\ntwo")
    steps.expect_saved(page, summary)
    control.evaluate("control => control.setSelectionRange(3, 3)")
    with page.expect_response(re.compile(r"/items/\d+/$")):
        page.keyboard.type(" ")
    page.keyboard.type("more")
    steps.expect_saved(page, summary)
    expect(control).to_have_value("one more\ntwo")


@pytest.mark.once
def test_a_box_that_is_ticked_again_while_it_saves_stays_as_it_is(visit, alice, plan):
    check = make.find(plan, text="Problem statement clear")
    risk = make.find(plan, cell="R-001")
    page = steps.open_plan(visit(alice), plan)
    bodies = steps.slow_saves(page, 0.5)
    box = steps.control(page, check, "done")
    box.check()
    expect(steps.status(page, check)).to_have_text("Saving…")
    box.uncheck()
    steps.expect_saved(page, check)
    expect(box).not_to_be_checked()
    assert "- [ ] Problem statement clear" in make.text_of(plan)
    level = steps.control(page, risk, "cell-2")
    level.select_option("Low")
    expect(steps.status(page, risk)).to_have_text("Saving…")
    level.select_option("Med")
    steps.expect_saved(page, risk)
    expect(level).to_have_value("Med")
    assert len(bodies) == 4


@pytest.mark.once
def test_a_name_that_gets_long_keeps_its_control_while_one_writes(visit, alice, plan):
    owner = make.find(plan, heading="Phase 0: Research", label="Owner")
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, owner)
    name = "Bob, with everybody who has ever seen the tide of this harbour rise"
    control.fill(name)
    steps.expect_saved(page, owner)
    page.keyboard.type(" or fall")
    steps.expect_saved(page, owner)
    expect(control).to_have_value(f"{name} or fall")
    assert f"**Owner**: {name} or fall\n" in make.text_of(plan)


@pytest.mark.once
def test_a_label_is_renamed_again_and_again(visit, alice, plan):
    category = make.find(plan, **CATEGORY)
    page = steps.open_plan(visit(alice), plan)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    label = steps.value(page, category, "label")
    for name in ("Kind", "Sort", "Class"):
        steps.choose(page, steps.item(page, category), "Rename")
        page.keyboard.type(name)
        with page.expect_response(re.compile(r"/items/\d+/$")):
            page.keyboard.press("Enter")
        page.keyboard.type(" ")
        page.wait_for_timeout(300)
        label.locator("input").evaluate("label => label.blur()")
        expect(label).to_have_text(name)
        expect(page.locator(".conflict")).to_have_count(0)
    assert "- **Class**: Plan\n" in make.text_of(plan)


@pytest.mark.once
def test_a_save_whose_answer_was_lost_is_no_conflict(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = visit(alice)
    page.add_init_script("delete window.SharedWorker")
    page.route("**/live/**", lambda route: route.fulfill(status=503))
    steps.open_plan(page, plan)
    lost = []

    def lose(route):
        """The server stores it, and nobody hears of that."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/items/\d+/$"), lose)
    control = steps.control(page, goal)
    control.fill("A page")
    expect(steps.status(page, goal)).to_contain_text("Not saved: no connection")
    forgive_lost_requests(visit)
    control.press("End")
    page.keyboard.type(" for each pier")
    steps.expect_saved(page, goal)
    assert lost == [200]
    expect(control).to_have_value("A page for each pier")
    expect(page.locator(".conflict")).to_have_count(0)
    assert stored(plan, "Goal")[1] == "A page for each pier"


def test_typing_goes_on_while_a_save_is_under_way(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    bodies = steps.slow_saves(page)
    control = steps.control(page, goal)
    control.focus()
    control.press("Home")
    page.keyboard.type("Soon: ")
    expect(steps.status(page, goal)).to_have_text("Saving…")
    page.keyboard.type("quite soon: ", delay=120)
    at = page.evaluate("document.activeElement.selectionStart")
    assert at == len("Soon: quite soon: ")
    steps.expect_saved(page, goal)
    assert page.evaluate("document.activeElement.selectionStart") == at
    expect(control).to_have_value("Soon: quite soon: A page for each harbour")
    assert stored(plan, "Goal")[1] == "Soon: quite soon: A page for each harbour"
    assert len(bodies) >= 2


def test_the_next_field_is_written_while_the_last_one_saves(visit, alice, plan):
    goal, category = make.find(plan, **GOAL), make.find(plan, **CATEGORY)
    page = steps.open_plan(visit(alice), plan)
    steps.slow_saves(page, 0.4)
    steps.control(page, category).fill("Draft")
    steps.control(page, goal).fill("A page")
    steps.control(page, category).fill("Plan of a team")
    steps.expect_saved(page, goal)
    steps.expect_saved(page, category)
    assert stored(plan, "Goal")[1] == "A page"
    assert stored(plan, "Category")[0] == "Plan of a team"


def test_leaving_a_field_saves_at_once(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = visit(alice)
    page.clock.install()
    steps.open_plan(page, plan)
    page.clock.pause_at(datetime.now() + timedelta(minutes=1))
    steps.control(page, goal).fill("A page")
    page.keyboard.press("Tab")
    # Earlier than a pause in typing would have it saved.
    with page.expect_request(re.compile(r"/items/\d+/$")):
        page.clock.run_for(100)
    page.clock.resume()
    steps.expect_saved(page, goal)


def test_following_a_link_waits_for_the_save(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    steps.control(page, goal).fill("A page")
    page.get_by_role("link", name="Preview").first.click()
    expect(page.locator("pre.raw")).to_contain_text("**Goal**: A page\n")
    assert dialogs == []


def test_a_failure_of_the_server_is_told_and_tried_again(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    failures = []

    def fail_once(route):
        if route.request.method == "POST" and not failures:
            failures.append(route.request.url)
            route.fulfill(status=500, body="no")
        else:
            route.continue_()

    page.route(re.compile(r"/items/\d+/$"), fail_once)
    control = steps.control(page, goal)
    control.fill("A page")
    expect(steps.status(page, goal)).to_contain_text("Not saved: the server")
    expect(control).to_have_value("A page")
    steps.expect_saved(page, goal)
    assert stored(plan, "Goal")[1] == "A page"


def test_without_a_connection_the_text_waits(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    page.context.set_offline(True)
    control = steps.control(page, goal)
    control.fill("A page")
    expect(steps.status(page, goal)).to_contain_text("Not saved: no connection")
    page.keyboard.type(", and more")
    expect(steps.status(page, goal)).to_contain_text("Not saved: no connection")
    page.context.set_offline(False)
    steps.expect_saved(page, goal)
    expect(control).to_have_value("A page, and more")
    assert stored(plan, "Goal")[1] == "A page, and more"
    forgive_lost_requests(visit)


def forgive_lost_requests(visit):
    """Chromium and htmx each note a request that got no answer."""
    visit.complaints[:] = [
        text
        for text in visit.complaints
        if "Failed to fetch" not in text and "net::ERR" not in text
    ]


def test_leaving_with_unsaved_text_asks_first(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.fulfill(status=500))
    steps.control(page, goal).fill("A page")
    expect(steps.status(page, goal)).to_contain_text("Not saved")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = '/'")
    page.wait_for_timeout(300)
    assert dialogs == ["beforeunload"]
    steps.expect_text(page, goal, "value", "A page")
    page.unroute(re.compile(r"/items/\d+/$"))


def test_nothing_unsaved_asks_nothing(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    steps.control(page, goal).fill("A page")
    steps.expect_saved(page, goal)
    page.goto("/")
    assert dialogs == []


def test_signed_out_elsewhere_the_text_is_kept_until_one_is_back(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    other = page.context.new_page()
    other.goto("/")
    other.locator(".user-menu summary").click()
    other.get_by_role("button", name="Sign out").click()
    control = steps.control(page, goal)
    control.fill("A page")
    expect(steps.status(page, goal)).to_contain_text("sign in again in another tab")
    expect(page.locator(".toast")).to_contain_text("what you typed is still")
    expect(control).to_have_value("A page")
    other.goto("/accounts/login/")
    steps.sign_in(other, "alice")
    expect(other.get_by_role("heading", level=1)).to_have_text("Plans")
    page.bring_to_front()
    control.press("End")
    page.keyboard.type("!")
    steps.expect_saved(page, goal)
    assert stored(plan, "Goal")[1] == "A page!"


def test_text_of_another_field_outlives_an_added_row(visit, alice, plan):
    """An answer that redraws a whole table, or the plan, replaces no unsaved text."""
    risk = make.find(plan, cell="R-001")
    page = steps.open_plan(visit(alice), plan)
    page.route(re.compile(r"/items/\d+/$"), lambda route: route.abort())
    cell = steps.control(page, risk, "cell-1")
    cell.fill("The gauges freeze")
    expect(steps.status(page, risk)).to_contain_text("Not saved")
    page.get_by_role("button", name="Add a risk").click()
    expect(page.locator("tr.row").filter(has_text="R-")).not_to_have_count(0)
    steps.expect_texts(page, "Risk ID", ["R-001", "R-002", "R-003"])
    expect(cell).to_have_value("The gauges freeze")
    page.unroute(re.compile(r"/items/\d+/$"))
    steps.expect_saved(page, risk)
    assert "The gauges freeze" in make.text_of(plan)
    forgive_lost_requests(visit)


def test_an_answer_being_written_outlives_other_changes(visit, alice, team):
    plan = make.make_plan(team=team, actor=alice, text=make.ASKING)
    page = steps.open_plan(visit(alice), plan)
    answer = page.get_by_label("Answer: Which harbours?")
    answer.fill("All of")
    page.get_by_role("button", name="Add a risk").click()
    steps.undo(page)
    expect(page.get_by_label("Risk ID")).to_have_count(2)
    expect(answer).to_have_value("All of")
    page.get_by_role("button", name="Answer").click()
    expect(answer).to_have_count(0)
    assert "- **Goal**: The tides of All of\n" in make.text_of(plan)


@pytest.mark.once
def test_a_save_that_arrived_too_slowly_is_sent_again(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = steps.open_plan(visit(alice), plan)
    slow = []

    def refuse_once(route):
        if route.request.method == "POST" and not slow:
            slow.append(route)
            route.fulfill(status=408, body="It did not arrive in time.")
        else:
            route.continue_()

    page.route(re.compile(r"/items/\d+/$"), refuse_once)
    steps.control(page, goal).fill("A page for each pier")
    steps.expect_saved(page, goal)
    assert stored(plan, "Goal")[1] == "A page for each pier"


@pytest.mark.once
def test_an_error_of_what_is_no_longer_there_is_cleared(visit, alice, team):
    """The text was invalid, and is again what is stored before the server says so."""
    plan = make.make_plan(team=team, actor=alice, text=EVERY_KIND)
    front_matter = Item.objects.get(kind="front_matter")
    page = steps.open_plan(visit(alice), plan)
    bodies = steps.slow_saves(page)
    control = steps.control(page, front_matter, "text")
    stored = control.input_value()
    control.fill("no dashes")
    expect(steps.status(page, front_matter)).to_have_text("Saving…")
    with page.expect_response(re.compile(r"/items/\d+/$")) as refused:
        control.fill(stored)
    assert refused.value.status == 422
    steps.expect_saved(page, front_matter)
    expect(control).to_have_value(stored)
    # What was refused is not taken for what is stored.
    control.fill(stored.replace("---\n", "---\nstatus: draft\n", 1))
    steps.expect_saved(page, front_matter)
    expect(page.locator(".conflict")).to_have_count(0)
    assert "status: draft\n" in make.text_of(plan)
    assert len(bodies) == 2
