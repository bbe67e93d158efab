"""One person writes at random in every kind of value, and all of it is kept.

They open the values by a click, by Enter or F2 on what is at rest, and by Tab from the
one before, and leave them by Esc, by Tab, or for another one.

The page notes what every input event leaves in its control. Whatever a control says at
the next key has to be just that: nothing but the person's keys may change it while they
are in it. In the end what is stored is what they typed last, no text is lost, and there
was never a conflict. Nothing is refused but front matter that lost its dashes, until
the person puts them back. Enter in a check breaks no line: it leads on to the next one,
or makes it. Backspace removes a row, a check or an entry that is empty.
"""

import os
import random

import pytest
from playwright.sync_api import expect

from plans import document as doc
from plans.content.values import as_stored, value_of, values_of_row
from plans.models import Item
from tests import make
from tests.browser import steps
from tests.effort import IS_THOROUGH
from tests.views.test_items import EVERY_KIND

pytestmark = pytest.mark.once

KEYS = int(os.environ.get("WALK_KEYS", "2000" if IS_THOROUGH else "1000"))
SEED = int(os.environ.get("WALK_SEED", "1"))

# What is pressed, and how often.
PRESSED = {
    **dict.fromkeys("abcdeftnors", 5),
    **dict.fromkeys(".,-1#|*", 1),
    "Space": 12,
    "Enter": 5,
    "Backspace": 8,
    "Delete": 2,
    "Shift+Enter": 1,
    "Alt+Backspace": 2,
    "Alt+ArrowUp": 1,
    "Alt+ArrowDown": 1,
    "Alt+ArrowLeft": 1,
    "Alt+ArrowRight": 1,
    "ArrowLeft": 3,
    "ArrowRight": 2,
    "ArrowUp": 2,
    "ArrowDown": 2,
    "Home": 1,
    "End": 3,
    "Control+ArrowLeft": 1,
    "Shift+ArrowLeft": 1,
}

WATCH = """() => {
  const text = (control) =>
    control.type === "checkbox" ? String(control.checked) : control.value;
  window.walk = { typed: {}, changed: [], broken: [], keys: [] };
  let now = null;
  const note = ({ target }) => { now = { target, text: text(target) }; };
  addEventListener("focusin", note, true);
  addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    note(event);
    const isBroken = walk.keys.at(-1) === "Enter"
      && event.inputType === "insertLineBreak";
    if (isBroken && event.target.closest(".check > .value")) {
      walk.broken.push(event.target.id);
    }
    if (event.target.id) walk.typed[event.target.id] = text(event.target);
  }, true);
  addEventListener("keydown", ({ target, key, shiftKey }) => {
    walk.keys.push(shiftKey ? `Shift+${key}` : key);
    if (now?.target === target && now.text !== text(target)) {
      walk.changed.push([target.id, now.text, text(target), walk.keys.slice(-12)]);
    }
  }, true);
}"""

# Ids of all values of the page in which one can write, and of its boxes.
PLACES = """() => [...document.querySelectorAll(
    ".item :is(.value[data-control]:not(.field-label), .check-box > input)")]
  .filter((place) => place.checkVisibility())
  .map((place) => place.id)"""

# The id of the open value that one is in.
HERE = """() =>
  document.activeElement.closest(".value.is-open:not(.field-label)")?.id ?? "" """

IS_WRITING = "document.activeElement.matches('textarea, input:not([type=checkbox])')"

# What was left is at rest, or cannot be: it was refused.
IS_LEFT = """id => {
  const value = document.getElementById(id);
  const isRefused = value.closest(".item")
    .querySelector('.item-status[data-state="error"]');
  return isRefused || document.activeElement === value.querySelector(".edit");
}"""


class Walk:
    def __init__(self, page, chance) -> None:
        self.page, self.chance = page, chance
        self.here: list[str] = []
        self.has_renamed = False
        self.ways: set[str] = set()

    def run(self, keys: int) -> None:
        names, weights = list(PRESSED), list(PRESSED.values())
        left = 0
        for _ in range(keys):
            if left == 0:
                self.go_somewhere()
                left = self.chance.randint(5, 40)
            left -= 1
            (key,) = self.chance.choices(names, weights)
            # Where one cannot write, letters are shortcuts: they fold sections away.
            if not key.isalpha() or len(key) > 1 or self.page.evaluate(IS_WRITING):
                self.page.keyboard.press(key)
            if self.chance.random() < 0.015:
                self.page.wait_for_timeout(self.chance.choice([550, 650, 800]))

    def go_somewhere(self) -> None:
        """Into each of the values in turn, by chance; or on from this one."""
        if self.chance.random() < 0.3 and self.go_on():
            return
        if not self.here:
            self.here = self.page.evaluate(PLACES)
            self.chance.shuffle(self.here)
        place = self.page.locator(f"[id='{self.here.pop()}']")
        if not place.count() or not place.is_visible():
            return
        if (not self.has_renamed or self.chance.random() < 0.1) and self.rename(place):
            self.has_renamed = True
            return
        self.open(place)

    def go_on(self) -> bool:
        """By Tab, or by Esc and the arrows, where one is in an open value."""
        here = self.page.evaluate(HERE)
        if not here:
            return False
        way = self.chance.choice(["Tab", "Shift+Tab", "Escape"])
        self.ways.add(way)
        self.page.keyboard.press(way)
        if way == "Escape":
            if self.page.evaluate("document.activeElement.matches('select')"):
                self.page.keyboard.press("Escape")  # the first one closed its list
            self.page.wait_for_function(IS_LEFT, arg=here)
            if self.page.evaluate(HERE):
                return True
            for _ in range(self.chance.randint(0, 3)):
                self.page.keyboard.press(self.chance.choice(["ArrowDown", "ArrowUp"]))
            self.page.keyboard.press(self.chance.choice(["Enter", "F2"]))
        return bool(self.page.evaluate(HERE))

    def open(self, place) -> None:
        """By the mouse or the keyboard; a box has the focus as it is."""
        if place.evaluate("place => !place.matches('.value:not(.is-open)')"):
            control = place.locator("xpath=descendant-or-self::*[self::textarea or "
                                    "self::select or self::input]").first  # fmt: skip
            control.focus()
        elif self.chance.random() < 0.5:
            self.ways.add("click")
            box = place.bounding_box()
            x = self.chance.uniform(1, box["width"] / 2)
            place.click(position={"x": x, "y": box["height"] / 2})
        else:
            key = self.chance.choice(["Enter", "F2"])
            self.ways.add(key)
            place.locator(".edit").press(key)
        self.page.evaluate(
            """share => {
              const control = document.activeElement;
              if (typeof control.selectionStart !== "number") return;
              const at = Math.floor(share * (control.value.length + 1));
              control.setSelectionRange(at, at);
            }""",
            self.chance.random(),
        )

    def rename(self, place) -> bool:
        """Into its label, where it has one, by its menu."""
        if not place.evaluate("place => place.closest('.item').matches('.field')"):
            return False
        self.open(place)
        self.page.keyboard.press("Shift+F10")
        self.page.get_by_role("menuitem", name="Rename").press("Enter")
        return True


def is_of(control: str, items: set[int]) -> bool:
    """Whether a control, by its id, is one of these items."""
    item = control.split("-")[1]
    return item.isdecimal() and int(item) in items


def test_a_walk_of_one_person_ends_with_what_they_typed(visit, team, alice):
    category = "Plan [NEEDS CLARIFICATION: Which coast?]"
    text = EVERY_KIND.replace("**Category**: Plan", f"**Category**: {category}")
    plan = make.make_plan(team=team, actor=alice, text=text)
    items = set(Item.objects.present().values_list("pk", flat=True))
    page = steps.open_plan(visit(alice), plan)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    front_matter = Item.objects.get(kind="front_matter")
    refusals: list[tuple[int, str, str]] = []

    def note_refusal(answer) -> None:
        request = answer.request
        if request.method != "POST" or answer.status < 400:
            return
        if request.url.endswith(f"/items/{front_matter.pk}/") and answer.status == 422:
            return
        refusals.append((answer.status, request.url, request.post_data or ""))

    page.on("response", note_refusal)
    page.evaluate(WATCH)

    # What waits for a button is left half written: a comment, an answer.
    steps.press(page, make.find(plan, label="Category"), "Comment")
    expect(page.get_by_label("Write a comment")).to_be_focused()
    page.keyboard.type("A half comment")
    page.keyboard.press("Enter")
    answer = page.locator(".plan-body").get_by_label("Answer: Which coast?")
    answer.fill("Half an ans")
    # A check that Enter makes is one more to write in.
    checks = page.locator(".check > .value")
    checks.last.locator(".edit").press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(checks).to_have_count(4)
    expect(checks.last.locator("textarea")).to_be_focused()
    page.locator(".check-box > input").first.press("Space")
    walk = Walk(page, random.Random(SEED))  # noqa: S311
    walk.run(KEYS)

    # What was pressed while something was unsaved happens before the person goes on.
    page.evaluate("document.activeElement.blur()")
    expect(page.locator('.item-status[data-state="saving"]')).to_have_count(0)
    control = steps.control(page, front_matter, "text")
    control.focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(f"---\n{control.input_value().replace('---', '')}\n---")
    page.evaluate("document.activeElement.blur()")
    assert refusals == []
    steps.expect_all_saved(page)
    page.wait_for_timeout(700)
    steps.expect_all_saved(page)
    walked = page.evaluate("window.walk")
    assert refusals == []
    assert walked["changed"] == []
    assert walked["broken"] == []
    expect(page.locator(".conflict")).to_have_count(0)
    present = set(Item.objects.present().values_list("pk", flat=True))
    assert present - items
    # Backspace removes what they had emptied, and nothing else.
    gone = [control for control in walked["typed"] if is_of(control, items - present)]
    assert {int(control.split("-")[1]) for control in gone} == items - present
    assert {walked["typed"][control] for control in gone} <= {""}
    kinds = set()
    for control, typed in walked["typed"].items():
        _, item, name = control.split("-", 2)
        if "answer" in name or not is_of(control, present):
            continue
        part, block = values_of_row(make.row_of(plan, int(item)))
        stored = value_of(part, name)
        kinds.add((str(part.kind), name.split("-")[0]))
        if typed == "" and doc.is_question(stored):
            continue  # nothing is no answer
        if name == "done":
            assert stored == (typed == "true"), control
        else:
            assert stored == as_stored(part, block, name, typed), control
    every = "field value, field label, check text, check done, entry text, row cell"
    for kind in [*every.split(", "), "passage text", "code text"]:
        assert tuple(kind.split()) in kinds or KEYS < 2000, kind
    ways = {"click", "Enter", "F2", "Tab", "Shift+Tab", "Escape"}
    assert walk.ways == ways or KEYS < 2000
