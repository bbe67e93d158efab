"""What the live page does when the server, or what somebody may do there, changes."""

import re

import pytest
from playwright.sync_api import TimeoutError, expect

from plans.actions.items import save_item
from plans.actions.reviews import request_review
from plans.actions.sections import rename_section
from plans.live import updates
from plans.models import Membership, Plan
from tests import make
from tests.browser import steps
from tests.browser.test_live_page import expect_live, open_live
from tests.conftest import Visit

BODY = """() => {
    // What says nothing about the plan.
    const NAMES = ["data-htmx-powered", "hx-morph-skip", "class", "style", "open"];
    const body = document.getElementById("plan-body").cloneNode(true);
    for (const gone of body.querySelectorAll(
        "[name=csrfmiddlewaretoken], [name=opened-by], .item-status, .here, " +
        ".visually-hidden, time",
    )) gone.remove();
    for (const each of body.querySelectorAll("*")) {
        for (const name of NAMES) {
            each.removeAttribute(name);
        }
        // A morph adds at the end what a fresh page has in its place.
        const sorted = [...each.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const { name, value } of sorted) {
            each.removeAttribute(name);
            each.setAttribute(name, value);
        }
    }
    return body.innerHTML.replace(/\\s+/g, " ").replace(/> </g, "><");
}"""


def expect_like_a_fresh_page(page, visit, user, plan):
    """Once it has come to rest: with what a page shows that is opened now."""
    fresh = open_live(visit(user), plan).evaluate(BODY)
    try:
        page.wait_for_function(
            f"fresh => ({BODY})() === fresh", arg=fresh, polling=steps.POLLING
        )
    except TimeoutError:
        assert page.evaluate(BODY).split("<") == fresh.split("<")


def test_three_people_end_with_one_plan(visit, alice, bob, dana, plan):
    Membership.objects.filter(user=dana).update(role="editor")
    one, two, three = (open_live(visit(user), plan) for user in (alice, bob, dana))
    storage, risk = make.find(plan, label="Storage"), make.find(plan, cell="R-002")
    deliverable = make.find(plan, text="A list of gauges")
    # All at once, in different places, and two of them in one text.
    steps.control(one, storage).fill("SQLite")
    steps.control(two, risk, "cell-1").fill("Summer time, and winter time")
    three.get_by_role("button", name="Add a risk").click()
    steps.control(three, deliverable, "text").press("Home")
    steps.control(two, deliverable, "text").press("End")
    three.keyboard.type("Soon: ")
    two.keyboard.type(" and buoys")
    steps.press(one, make.find(plan, cell="R-001"), "Move down")
    for page in (one, two, three):
        steps.expect_all_saved(page)
    for page in (one, two, three):
        steps.expect_text(page, storage, "value", "SQLite")
        steps.expect_text(page, risk, "cell-1", "Summer time, and winter time")
        steps.expect_text(page, deliverable, "text", "Soon: A list of gauges and buoys")
    one.locator("body").click(position={"x": 5, "y": 300})  # out of every control
    expect_like_a_fresh_page(one, visit, alice, plan)
    text = make.text_of(plan)
    assert "Soon: A list of gauges and buoys" in text
    assert text.index("| R-002") < text.index("| R-001")
    assert "| R-003 |" in text


def test_a_server_that_is_killed_loses_nothing(served, browser, alice, bob, plan):
    server = served()
    visit = Visit(browser, server)
    writing, watching = (open_live(visit(user), plan) for user in (alice, bob))
    storage, goal = make.find(plan, label="Storage"), make.find(plan, cell="R-001")
    steps.control(writing, storage).fill("Before")
    steps.expect_text(watching, storage, "value", "Before")
    server.kill()
    # The browser takes a moment to find out, as people do.
    steps.control(writing, storage).fill("Written while it was dead")
    expect(writing.locator("#live-state")).to_have_attribute("data-state", "offline")
    expect(writing.locator("#live-note")).to_contain_text("What you type is kept here")
    steps.control(watching, goal, "cell-1").fill("Written by the other")
    server.start()
    for page in (writing, watching):
        expect(page.locator("#live-state")).to_have_attribute(
            "data-state", "live", timeout=40_000
        )
        steps.expect_all_saved(page)
    steps.expect_text(watching, storage, "value", "Written while it was dead")
    steps.expect_text(writing, goal, "cell-1", "Written by the other")
    for context in visit.contexts:
        context.close()
    assert "Written while it was dead" in make.text_of(plan)
    assert "Written by the other" in make.text_of(plan)
    # The dead server is told of in the console; nothing else is.
    known = ("net::ERR", "Failed to fetch")
    assert all(any(k in each for k in known) for each in visit.complaints)


def test_an_editor_who_becomes_a_reader_gets_a_readers_page(visit, bob, alice, plan):
    page = open_live(visit(bob), plan)
    Membership.objects.filter(user=bob).update(role="viewer")
    expect(page.locator("#plan-body textarea")).to_have_count(0)
    expect_live(page)
    item = make.find(plan, label="Storage")
    save_item(plan=plan, item=item, actor=alice, values={"value": "Disk"}, seen=None)
    expect(steps.item(page, item)).to_contain_text("Disk")


def test_who_loses_access_is_told_so(visit, bob, plan):
    page = open_live(visit(bob), plan)
    Membership.objects.filter(user=bob).delete()
    state = page.locator("#live-state")
    expect(state).to_have_attribute("data-state", "refused")
    expect(page.locator("#live-note")).to_contain_text("isn’t shared with you")


def edit_and_rename(plan, actor):
    """A saved item may be handed to the feed, and then leaves no gap in the log; a
    heading is always read from there."""
    item = make.find(plan, label="Storage")
    save_item(plan=plan, item=item, actor=actor, values={"value": "Disk"}, seen=None)
    summary = make.section_of(plan, "Summary")
    rename_section(
        plan=plan, section=summary, actor=actor, heading="Tides of today", seen=None
    )
    return item


def test_a_page_that_missed_too_much_fetches_itself(
    visit, alice, bob, plan, monkeypatch
):
    page = open_live(visit(bob), plan)
    monkeypatch.setattr(updates, "MAX_GAP", 0)
    typing = make.find(plan, cell="R-001")
    steps.control(page, typing, "cell-1").press_sequentially("Half")
    item = edit_and_rename(plan, alice)
    steps.expect_text(page, item, "value", "Disk")
    expect(page.get_by_role("heading", name="Tides of today")).to_be_visible()
    expect(steps.control(page, typing, "cell-1")).to_be_focused()
    steps.control(page, typing, "cell-1").press_sequentially(" typed")
    expect(steps.control(page, typing, "cell-1")).to_have_value(
        re.compile("Half typed")
    )
    # The answer to the first half may say "Saved" for a moment meanwhile.
    steps.expect_all_saved(page)
    page.wait_for_timeout(700)
    steps.expect_all_saved(page)
    assert "Half typed" in make.text_of(plan)


def test_a_page_that_comes_late_takes_back_no_save(
    visit, alice, bob, plan, monkeypatch
):
    """The whole page was asked for, and made, before a save that it arrives after."""
    page = open_live(visit(bob), plan)
    monkeypatch.setattr(updates, "MAX_GAP", 0)
    held = []
    page.route("**/body/*", lambda route: held.append((route, route.fetch())))
    with page.expect_request("**/body/*"):
        item = edit_and_rename(plan, alice)
    typing = steps.control(page, make.find(plan, cell="R-001"), "cell-1")
    while not held:
        page.wait_for_timeout(50)
    typing.press_sequentially("Half")
    expect(typing).to_have_value(re.compile("Half$"))
    steps.expect_all_saved(page)
    route, response = held.pop()
    route.fulfill(response=response)
    page.unroute("**/body/*")
    steps.expect_text(page, item, "value", "Disk")
    expect(page.get_by_role("heading", name="Tides of today")).to_be_visible()
    assert typing.input_value().endswith("Half")
    typing.press_sequentially(" typed")
    expect(typing).to_have_value(re.compile("Half typed$"))
    steps.expect_all_saved(page)
    assert "Half typed" in make.text_of(plan)


def test_a_page_that_lacks_a_part_fetches_itself(visit, alice, bob, plan):
    page = open_live(visit(bob), plan)
    row = make.find(plan, cell="R-002")
    page.evaluate("id => document.getElementById(id).remove()", f"item-{row.pk}")
    other = open_live(visit(alice), plan)
    other.get_by_role("button", name="Add a risk").click()
    steps.expect_text(page, row, "cell-1", "Summer time")
    expect_like_a_fresh_page(page, visit, bob, plan)


# --- The sign-off page ---


@pytest.fixture
def submitted(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=bob)
    return plan


def test_a_signature_appears_on_the_open_sign_off_page(visit, alice, dana, submitted):
    page = visit(alice)
    page.goto(f"{submitted.get_absolute_url()}review/")
    expect(page.get_by_text("Technical Design").first).to_be_visible()
    make.sign(submitted, dana, comment="Seen and liked.")
    approvals = page.locator("#approvals")
    expect(approvals.get_by_text("Seen and liked.")).to_be_visible()


def test_the_version_somebody_reads_is_not_replaced(visit, alice, bob, dana, submitted):
    page = visit(dana)
    page.goto(f"{submitted.get_absolute_url()}review/")
    item = make.find(submitted, label="Storage")
    save_item(plan=submitted, item=item, actor=bob, values={"value": "Disk"}, seen=None)
    request_review(plan=Plan.objects.get(pk=submitted.pk), actor=bob)
    link = page.get_by_role("link", name="Show it", exact=True)
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#review")).to_have_attribute("data-live-version", "2")
