"""For everyone: fingers, narrow and wide windows, zoom, text from right to left, forced
colours, and no movement for those who want none."""

import pytest
from playwright.sync_api import expect

from plans.actions.reviews import request_review
from tests import make
from tests.browser import steps
from tests.browser.test_every_page import PHONE, WIDER_THAN_THE_PAGE

pytestmark = pytest.mark.once

# Where a finger of 44 px would miss: it is put on the middle of each thing that can be
# pressed. Links in a text are as high as the text (WCAG 2.5.8), and a link that opens a
# value is pressed through the value.
TOO_SMALL = """() => {
  const REACH = 21.4;
  const pressable = document.querySelectorAll(
    `a[href]:not(.edit), button, summary, select, textarea, input:not([type=hidden]),
     [data-control]:not(.is-open, [data-control=label])`);
  const isInText = (e) => e.matches("a, button") && e.closest("p, dd, .markdown");
  const belongs = (e, hit) => hit && (e.contains(hit)
    || [...(e.labels ?? [])].some((label) => label.contains(hit)));
  const small = [];
  for (const one of pressable) {
    // All of a choice can be pressed.
    const isBox = one.matches("[type=radio], [type=checkbox]");
    const e = (isBox && one.closest(".choice, .option, label")) || one;
    const looks = { visibilityProperty: true, opacityProperty: true };
    if (!e.checkVisibility(looks)) continue;
    if (e.closest(".visually-hidden, .skip-link") || e.disabled) continue;
    if (isInText(e)) continue;
    e.scrollIntoView({ block: "center", behavior: "instant" });
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const points = [];
    if (box.height < 43.5) points.push([0, -REACH], [0, REACH]);
    if (box.width < 43.5) points.push([-REACH, 0], [REACH, 0]);
    const missed = points.filter(
      ([dx, dy]) => !belongs(e, document.elementFromPoint(x + dx, y + dy)));
    if (missed.length) {
      small.push(`${Math.round(box.width)}x${Math.round(box.height)} ${
        missed.join(" ")} ${e.outerHTML
        .replace(/\\s+/g, " ").slice(0, 120)}`);
    }
  }
  return small;
}"""


@pytest.fixture
def submitted(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=bob)
    return plan


def test_a_finger_meets_what_it_is_put_on(visit, alice, dana, plan, submitted):
    pages = [
        (alice, "/"),
        (alice, plan.get_absolute_url()),
        (dana, submitted.get_absolute_url()),
        (dana, f"{submitted.get_absolute_url()}review/"),
    ]
    small = {}
    for user, address in pages:
        page = visit(user, **PHONE)
        page.goto(address)
        page.wait_for_load_state()
        if lines := page.evaluate(TOO_SMALL):
            small[address] = sorted(lines)
    assert not small, "\n".join(
        f"{address}\n  " + "\n  ".join(lines) for address, lines in small.items()
    )


TOOLBAR = """() => {
  const toolbar = document.querySelector(".toolbar");
  const frame = toolbar.getBoundingClientRect();
  const isShown = (e) => e.checkVisibility()
    && e.getBoundingClientRect().width > 1
    && !e.closest(".menu-list, .visually-hidden");
  const nameOf = (e) => e.ariaLabel ?? e.textContent.trim().slice(0, 30);
  const wrong = [];
  let end = -1;
  for (const e of [...toolbar.querySelectorAll("*")].filter(isShown)) {
    const { left, right, top, bottom } = e.getBoundingClientRect();
    const isOutside = left < -0.5 || right > innerWidth + 0.5
      || top < frame.top - 0.5 || bottom > frame.bottom + 0.5;
    if (isOutside) wrong.push(`outside: ${nameOf(e)}`);
    // A title may be shortened, if enough of it is left.
    const isShort = e.scrollWidth > e.clientWidth + 1 && e.clientWidth
      && getComputedStyle(e).overflowX !== "visible";
    if (isShort && (e.clientWidth < 60 || e.matches("button, .button"))) {
      wrong.push(`clipped to ${e.clientWidth}: ${nameOf(e)}`);
    }
    if (e.matches("a, button, summary, .badge, .save-state, .live-state")) {
      if (left < end - 1 && !e.closest("a, button")?.parentElement.closest("a")) {
        if (!e.matches(".badge")) wrong.push(`over its neighbour: ${nameOf(e)}`);
      }
      end = Math.max(end, right);
    }
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) wrong.push("the page is wider than the window");
  return wrong;
}"""
WIDTHS = [320, 360, 390, 480, 600, 768, 900, 1024, 1151, 1152, 1280, 1440, 1920, 2560]


def test_the_toolbar_fits_every_window(visit, alice, dana, submitted):
    wrong = {}
    address = submitted.get_absolute_url()
    for user, page_of in [
        (alice, ""),
        (dana, ""),
        (alice, "review/"),
        (dana, "history/"),
    ]:
        page = visit(user)
        page.goto(f"{address}{page_of}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if found := page.evaluate(TOOLBAR):
                wrong[user.username, page_of, width] = found
    assert not wrong


def test_a_page_at_200_percent_fits_and_can_be_written(visit, alice, plan):
    """A window of 1,280 px zoomed to 200 %, as browsers do it."""
    page = visit(alice, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    storage = make.find(plan, label="Storage")
    for address in ("/", plan.get_absolute_url(), f"{plan.get_absolute_url()}review/"):
        page.goto(address)
        assert page.evaluate(WIDER_THAN_THE_PAGE) == [], address
    steps.open_plan(page, plan)
    page.get_by_role("link", name="Edit Storage").press("Enter")
    steps.control(page, storage).fill("Files at 200 %")
    steps.expect_saved(page, storage)
    # Nothing that stays in view covers what is written.
    box = steps.control(page, storage).bounding_box()
    hit = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).id",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert hit == f"item-{storage.pk}-value"


ARABIC = "جداول المد والجزر"
HEBREW = "שלום, עולם"
RIGHT_TO_LEFT = f"""\
# Implementation Plan: {ARABIC}

## الأهداف

- **التخزين**: {HEBREW} (SQLite 3)
- **Storage**: files

{ARABIC} في كل ميناء.

- [ ] {ARABIC}

## Risks

| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |
|---------|-------------|--------|------------|------------|-------|
| R-001 | {ARABIC} | High | Low | {HEBREW} | Bob |
"""


def direction(locator):
    return locator.evaluate("(e) => getComputedStyle(e).direction")


def test_text_from_right_to_left_is_read_and_written_so(visit, team, alice):
    plan = make.make_plan(team=team, actor=alice, text=RIGHT_TO_LEFT)
    page = steps.open_plan(visit(alice), plan)
    stored = make.find(plan, label="التخزين")
    risk = make.find(plan, cell="R-001")
    shown = [
        page.get_by_role("heading", name="الأهداف"),
        steps.value(page, stored).locator("[dir]"),
        steps.value(
            page, make.find(plan, text=f"{ARABIC} في كل ميناء."), "text"
        ).locator("p"),
        steps.value(page, risk, "cell-1").locator("[dir]"),
    ]
    assert [direction(each) for each in shown] == ["rtl"] * 4
    assert direction(steps.value(page, make.find(plan, label="Storage"))) == "ltr"
    # The line ends on the left: a click there opens it with the caret at its end.
    box = steps.value(page, stored).locator("[dir]").bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    control = page.locator(f"#item-{stored.pk}-value")
    expect(control).to_be_focused()
    caret = "(e) => [e.selectionStart, e.value.length]"
    at, length = control.evaluate(caret)
    assert at >= length - 1
    page.keyboard.press("Home")
    # So it does in the control.
    box = control.bounding_box()
    page.mouse.click(box["x"] + 9, box["y"] + box["height"] / 2)
    at, length = control.evaluate(caret)
    assert at == length
    page.keyboard.type(" ועוד")
    steps.expect_saved(page, stored)
    assert make.text_of(plan).count(f"{HEBREW} (SQLite 3) ועוד") == 1


def test_nothing_moves_for_those_who_want_no_movement(visit, alice, plan):
    page = steps.open_plan(visit(alice, reduced_motion="reduce"), plan)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const style = getComputedStyle(e);
          const seconds = `${style.transitionDuration},${style.animationDuration}`
            .split(",").map(parseFloat);
          return Math.max(...seconds) > 0.01 || style.scrollBehavior === "smooth";
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_states_are_seen_where_a_system_chooses_all_colours(visit, alice, plan):
    """What is only a tint elsewhere has an edge, a line or a word there."""
    page = steps.open_plan(visit(alice, forced_colors="active"), plan)
    blank = steps.value(page, make.find(plan, label="Owner", heading="Phase 1: Build"))
    words = blank.locator(".blank")
    assert words.evaluate("(e) => getComputedStyle(e).borderBottomStyle") == "dashed"
    cell = page.get_by_role("link", name="impact high, likelihood low")
    rect = cell.locator("rect")
    edge, ground = rect.evaluate(
        "(e) => [getComputedStyle(e).stroke, getComputedStyle(e.ownerSVGElement).color]"
    )
    assert edge == ground
    edit = page.get_by_role("link", name="Edit Storage")
    edit.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outline = edit.evaluate("(e) => getComputedStyle(e).outlineStyle")
    assert outline not in ("none", "")
