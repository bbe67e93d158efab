"""What went wrong is announced, and what a slip of the hand would do is not done."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.test_autosave import forgive_lost_requests

pytestmark = pytest.mark.once

ITEM = re.compile(r"/items/\d+/$")
# The button of a selector's form to remove all of a table fills the window.
COVERED = """(selector) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    ${selector} .block-remove { position: fixed; inset: 0; z-index: 99; opacity: 1; }
    ${selector} .block-remove button { width: 100%; height: 100%; }`);
  document.adoptedStyleSheets = [sheet];
}"""
GOAL = {"heading": "Phase 1: Build", "label": "Goal"}


@pytest.fixture
def page(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    yield page
    forgive_lost_requests(visit)


def announcements(page):
    return page.locator("#announcer")


@pytest.mark.parametrize("status", [403, 409, 422, 503, None])
def test_a_save_that_fails_is_announced(page, plan, status):
    goal = make.find(plan, **GOAL)
    page.route(
        ITEM,
        lambda route: route.fulfill(status=status) if status else route.abort(),
    )
    steps.control(page, goal).fill("A page")
    expect(announcements(page)).to_contain_text("Goal: Not saved")
    page.unroute(ITEM)


def test_a_failure_is_announced_once_until_it_is_over(page, plan):
    goal = make.find(plan, **GOAL)
    page.route(ITEM, lambda route: route.fulfill(status=503))
    page.evaluate("""() => {
        window.announced = [];
        const place = document.getElementById("announcer");
        new MutationObserver(() => {
            if (place.textContent) window.announced.push(place.textContent);
        }).observe(place, { childList: true });
    }""")
    steps.control(page, goal).fill("A page")
    expect(announcements(page)).to_contain_text("Not saved")
    with page.expect_request(ITEM):  # it tries again
        pass
    expect(steps.status(page, goal)).to_contain_text("the server had a problem")
    page.unroute(ITEM)
    steps.expect_saved(page, goal)
    assert len(page.evaluate("window.announced")) == 1


@pytest.mark.parametrize("status", [404, 503, None])
def test_an_action_that_fails_is_told_and_announced(page, plan, status):
    page.route(
        re.compile("/add/$"),
        lambda route: (
            route.fulfill(status=status, content_type="text/html", body="<p>no</p>")
            if status
            else route.abort()
        ),
    )
    page.get_by_role("button", name="Add a risk").click()
    expect(page.locator(".toast")).to_contain_text("Not done")
    expect(announcements(page)).to_contain_text("Not done")


def test_enter_in_a_check_leads_to_the_next_one(page, plan):
    first = make.find(plan, text="Problem statement clear")
    second = make.find(plan, text="Constraints known")
    steps.control(page, first, "text").press("End")
    page.keyboard.press("Enter")
    expect(page.locator(f"#item-{second.pk}-text")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    checks = steps.item(page, first).locator("xpath=../..").locator(".check > .value")
    expect(checks).to_have_count(3)
    expect(checks.nth(2).get_by_role("textbox")).to_be_focused()
    # An empty one at the end needs no other one behind it.
    page.keyboard.press("Enter")
    page.keyboard.type("Gauges counted")
    steps.expect_all_saved(page)
    expect(checks).to_have_count(3)
    text = make.text_of(plan)
    assert "- [x] Constraints known\n- [ ] Gauges counted\n" in text
    assert "clear\n- [x]" in text


def test_two_clicks_remove_one_thing(page, plan):
    violation = make.find(plan, cell="A second project")
    steps.open_menu(page, steps.item(page, violation))
    button = page.get_by_role("menuitem", name="Remove")
    table = page.locator(f"#block-{violation.block_id}")
    # The button to remove all of the table, right under the pointer.
    page.evaluate(COVERED, f"#block-{violation.block_id}:not(:has(tr.row))")
    posts = []
    page.on(
        "request", lambda each: posts.append(each.url) if each.method == "POST" else 0
    )
    button.hover()
    box = button.bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*at)
    expect(table.locator("tr.row")).to_have_count(0)
    page.mouse.click(*at)
    page.wait_for_timeout(300)
    expect(table).to_be_visible()
    assert len([url for url in posts if url.endswith("/remove/")]) == 1
    # Who looks at what is there now can still remove it.
    page.wait_for_timeout(1000)
    page.mouse.click(*at)
    expect(table).to_have_count(0)


def test_aiming_again_removes_what_is_there_now(page, plan):
    violation = make.find(plan, cell="A second project")
    steps.open_menu(page, steps.item(page, violation))
    button = page.get_by_role("menuitem", name="Remove")
    table = page.locator(f"#block-{violation.block_id}")
    page.evaluate(COVERED, f"#block-{violation.block_id}:not(:has(tr.row))")
    button.hover()
    box = button.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("Date.now = () => 0")  # however long it takes here
    page.mouse.click(x, y)
    expect(table.locator("tr.row")).to_have_count(0)
    page.mouse.move(x - 60, y)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(table).to_have_count(0)


def test_the_place_in_a_link_outlives_the_sign_in(visit, alice, plan):
    goal = make.find(plan, **GOAL)
    page = visit()
    page.goto(f"{plan.get_absolute_url()}#item-{goal.pk}")
    steps.sign_in(page, "nobody")
    expect(page.get_by_role("alert").first).to_be_visible()
    steps.sign_in(page, "alice")
    page.wait_for_url(re.compile(rf"/plans/.*#item-{goal.pk}$"))
    steps.expect_at_rest(page, goal)
