"""Somebody's first plan, from an empty list to the file, by what they see alone.

Clicks, keys and screens of each step are counted and held: they are what the interface
costs, so a step that gets dearer has to be meant. They are printed, and kept in the
report of the run (`record_property`).
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from plans.models import Plan
from tests import make
from tests.browser import steps
from tests.browser.test_every_page import PHONE
from tests.effort import thorough_only

pytestmark = pytest.mark.once


class Counted:
    """A page on which each press of the mouse, of a finger or of a key is counted, and
    each time that another page comes."""

    def __init__(self, page: Page, *, by_touch: bool) -> None:
        self.page, self.by_touch = page, by_touch
        self.totals: dict[str, tuple[int, int, int]] = {}
        self.clicks = self.keys = self.screens = 0
        self.address = page.url
        page.on("framenavigated", self.note_screen)

    def note_screen(self, frame) -> None:
        address = frame.url.partition("#")[0]
        if frame == self.page.main_frame and address != self.address:
            self.address = address
            self.screens += 1

    def step(self, name: str) -> None:
        """Ends a step."""
        self.totals[name] = (self.clicks, self.keys, self.screens)
        self.clicks = self.keys = self.screens = 0

    def click(self, what: Locator) -> None:
        """Where it is seen: something else in front of it gets the click."""
        expect(what).to_be_visible()
        what.scroll_into_view_if_needed()
        self.clicks += 1
        box = what.bounding_box()
        x, y = box["x"] + min(box["width"] / 2, 60), box["y"] + box["height"] / 2
        if self.by_touch:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    # What one does again and again.

    def go_to(self, section: str) -> None:
        """By the outline."""
        outline = self.page.get_by_role("navigation", name="Sections")
        link = outline.get_by_role("link", name=section)
        if not link.first.is_visible():
            self.click(outline.get_by_text("Sections", exact=True))
        self.click(link.first)

    def value(self, label: str, section: str | None = None) -> Locator:
        place = self.page.get_by_role("region", name=section, exact=True)
        link = (place if section else self.page).get_by_role(
            "link", name=f"Edit {label}"
        )
        return link.first

    def write(self, label: str, text: str, section: str | None = None) -> None:
        self.click(self.value(label, section))
        expect(self.page.locator("textarea:focus, input:focus")).to_be_visible()
        self.type(text)

    def menu_of(self, value: Locator) -> None:
        """The menu of an item is at its button, which a tap or the pointer brings."""
        value.scroll_into_view_if_needed()
        if self.by_touch:
            self.click(value)
        else:
            box = value.bounding_box()
            self.page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
        self.click(
            self.page.get_by_role("button", name=re.compile("^Actions for")).last
        )

    def link(self, name: str) -> None:
        """Of the toolbar: in its menu where there is no room."""
        links = self.page.get_by_role("link", name=name, exact=True).filter(
            visible=True
        )
        if not links.count():
            self.click(self.page.get_by_label("More", exact=True))
        self.click(links.first)


# At most: clicks, keys beyond the letters of the texts, screens.
DESKTOP = {
    "make a plan": (2, 0, 2),
    "fill three sections": (6, 0, 0),
    "add a risk": (2, 4, 0),
    "add a phase": (1, 1, 0),
    "ask a question": (3, 0, 0),
    "suggest a change": (3, 1, 0),
    "find": (1, 0, 0),
    "save a version": (1, 1, 0),
    "compare": (2, 0, 2),
    "download": (2, 0, 1),
}
# A tap brings the menu of an item, the outline is folded, and so is the toolbar.
MORE_ON_A_PHONE = {
    "add a risk": 1,
    "save a version": 1,
    "fill three sections": 1,
    "ask a question": 1,
    "suggest a change": 1,
    "find": 1,
    "download": 1,
}


@pytest.mark.parametrize(
    "device", ["desktop", pytest.param("phone", marks=thorough_only)]
)
def test_a_first_plan(visit, team, alice, record_property, device):
    is_phone = device == "phone"
    page = visit(alice, **(PHONE if is_phone else {}))
    page.goto("/")
    walk = Counted(page, by_touch=is_phone)
    letters = {}

    def step(name, *texts):
        letters[name] = sum(map(len, texts))
        walk.step(name)

    walk.click(page.get_by_role("link", name="New plan").first)
    expect(page.get_by_label("Feature")).to_be_focused()
    walk.type("Tide tables")
    walk.click(page.get_by_role("button", name="Create plan"))
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    step("make a plan", "Tide tables")

    filled = [
        ("Summary", "text", "The tides of each harbour."),
        ("Unit Tests", "Tools", "pytest"),
        ("Stakeholders", "Product", "Alice"),
    ]
    for section, label, text in filled:
        walk.go_to(section)
        walk.write(label, text, section)
    steps.expect_all_saved(page)
    step("fill three sections", *[text for _, _, text in filled])

    walk.link("Save a version")
    expect(page.get_by_label("Name of the version")).to_be_focused()
    walk.type("First draft")
    walk.press("Enter")
    saved = "Saved the version “First draft”."
    expect(page.get_by_role("status").get_by_text(saved).first).to_be_visible()
    step("save a version", "First draft")

    walk.go_to("Risk Matrix")
    walk.click(page.get_by_role("button", name="Add a risk"))
    expect(page.locator("textarea:focus")).to_be_visible()
    cells = ["Storms", "High", "Low", "Wait", "Bob"]
    for number, cell in enumerate(cells):
        if number or page.locator(":focus").get_attribute("aria-label") == "Risk ID":
            walk.press("Tab")
        walk.type(cell)
    steps.expect_all_saved(page)
    step("add a risk", *cells)

    add = page.get_by_role("button", name="Add a phase").last
    walk.click(add)
    name = page.get_by_label("Heading", exact=True)
    expect(name).to_be_focused()
    walk.type("Rollout")
    walk.press("Enter")
    expect(page.get_by_role("heading", name="Phase 5: Rollout")).to_be_visible()
    step("add a phase", "Rollout")

    walk.menu_of(walk.value("Tags"))
    walk.click(page.get_by_role("menuitem", name="Ask a question"))
    walk.type("Which team?")
    walk.click(page.get_by_role("button", name="Ask", exact=True))
    expect(page.get_by_role("dialog", name="Ask a question")).to_be_hidden()
    step("ask a question", "Which team?")

    walk.menu_of(walk.value("Category"))
    walk.click(page.get_by_role("menuitem", name="Suggest a change"))
    suggestion = page.get_by_role("dialog", name="Suggest a change")
    expect(suggestion.get_by_label("Your text")).to_be_focused()
    walk.press("ControlOrMeta+a")
    walk.type("Feature")
    walk.click(suggestion.get_by_role("button", name="Suggest", exact=True))
    expect(suggestion).to_be_hidden()
    step("suggest a change", "Feature")

    find = page.get_by_role("button", name="Find in this plan").filter(visible=True)
    if not find.count():
        walk.click(page.get_by_label("More", exact=True))
    walk.click(find.first)
    walk.type("harbour")
    expect(page.get_by_text("1 of 1", exact=True).first).to_be_visible()
    step("find", "harbour")

    walk.link("History")
    walk.click(page.get_by_role("link", name="Compare versions"))
    changes = page.get_by_role("region", name="What changed from")
    expect(changes).to_contain_text("Storms")
    expect(changes).to_contain_text("Phase 5: Rollout")
    step("compare")

    walk.link("Preview and download")
    expect(page.get_by_role("heading", name="As shown on GitHub")).to_be_visible()
    text = steps.downloaded(page, page.get_by_role("link", name="Download the draft"))
    walk.clicks += 1
    step("download")

    written = " ".join(text.decode().split())
    for words in ("The tides of each harbour.", "| Storms | High | Low | Wait | Bob |"):
        assert words in written
    assert "### Phase 5: Rollout" in written
    assert text.decode() == make.text_of(Plan.objects.get())

    costs = report(walk, letters, record_property, device)
    for name, (clicks, keys, screens) in costs.items():
        most = DESKTOP[name]
        more = MORE_ON_A_PHONE.get(name, 0) if is_phone else 0
        assert clicks <= most[0] + more, name
        assert (keys, screens) <= most[1:], name


def report(walk, letters, record_property, device):
    """What each step cost, without the letters of its texts."""
    costs = {
        name: (clicks, keys - letters[name], screens)
        for name, (clicks, keys, screens) in walk.totals.items()
    }
    totals = tuple(map(sum, zip(*costs.values(), strict=True)))
    for name, cost in [*costs.items(), ("all of it", totals)]:
        record_property(
            f"{device}: {name}", "clicks {}, keys {}, screens {}".format(*cost)
        )
        print(f"{device}: {name}: clicks {cost[0]}, keys {cost[1]}, screens {cost[2]}")
    return costs


# Keys beyond the letters of the texts, at most.
KEYBOARD = {
    "make a plan": 5,
    "fill three sections": 37,
    "add a risk": 15,
    "add a phase": 12,
    "ask a question": 15,
    "suggest a change": 19,
    "find": 2,
    "save a version": 8,
    "compare": 15,
    "download": 20,
}


class ByKeys(Counted):
    """The same without mouse or finger; letters that are typed to choose count, too."""

    def palette(self, words: str) -> None:
        """Go to a section, or do something: the first that fits."""
        self.page.wait_for_load_state()  # before, no script listens to keys
        self.press("Escape", "ControlOrMeta+k")
        expect(self.page.get_by_role("combobox")).to_be_focused()
        self.type(words)
        self.press("Enter")

    def skip(self) -> None:
        """To what the page is about, where it has just been opened."""
        link = self.page.get_by_role("link", name="Skip to content")
        self.press("Tab")
        expect(link).to_be_focused()
        self.press("Enter")

    def tab_to(self, what: Locator, most: int = 12) -> None:
        for _ in range(most):
            if what.evaluate("(e) => e === document.activeElement"):
                return
            self.press("Tab")
        expect(what).to_be_focused()

    def tab_to_value(self, label: str) -> None:
        name = "document.activeElement.ariaLabel"
        for _ in range(8):
            if self.page.evaluate(name) == f"Edit {label}":
                return
            self.press("Tab")
        assert self.page.evaluate(name) == f"Edit {label}"

    def choose(self, name: str) -> None:
        """From the menu of the item that has the focus."""
        self.press("Shift+F10")
        choice = self.page.get_by_role("menuitem", name=name, exact=True)
        expect(choice).to_be_visible()
        for _ in range(12):
            if choice.evaluate("(e) => e === document.activeElement"):
                break
            self.press("ArrowDown")
        self.press("Enter")


def test_a_first_plan_by_keys_alone(visit, team, alice, record_property):
    page = visit(alice)
    page.goto("/")
    walk = ByKeys(page, by_touch=False)
    letters = {}

    def step(name, *texts):
        letters[name] = sum(map(len, texts))
        walk.step(name)

    walk.skip()
    walk.tab_to(page.get_by_role("link", name="New plan").first)
    walk.press("Enter")
    expect(page.get_by_label("Feature")).to_be_focused()
    walk.type("Tide tables")
    walk.press("Enter")
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    step("make a plan", "Tide tables")

    filled = [
        ("summary", "text", "The tides of each harbour."),
        ("unit tests", "Tools", "pytest"),
        ("stakeh", "Product", "Alice"),
    ]
    for section, label, text in filled:
        walk.palette(section)
        walk.tab_to_value(label)
        walk.press("Enter")
        walk.type(text)
    walk.press("Escape")
    steps.expect_all_saved(page)
    step("fill three sections", *[text for _, _, text in filled])

    walk.palette("risk m")
    walk.press("ControlOrMeta+Enter")
    expect(page.get_by_label("Description", exact=True)).to_be_focused()
    cells = ["Storms", "High", "Low", "Wait", "Bob"]
    for number, cell in enumerate(cells):
        if number:
            walk.press("Tab")
        walk.type(cell)
    walk.press("Escape")
    steps.expect_all_saved(page)
    step("add a risk", *cells)

    walk.palette("add a ph")
    expect(page.get_by_label("Heading", exact=True)).to_be_focused()
    walk.type("Rollout")
    walk.press("Enter")
    expect(page.get_by_role("heading", name="Phase 5: Rollout")).to_be_visible()
    step("add a phase", "Rollout")

    walk.palette("metad")
    walk.tab_to_value("Priority")
    walk.choose("Ask a question")
    walk.type("Which one?")
    walk.press("Tab", "Enter")
    expect(page.get_by_role("dialog", name="Ask a question")).to_be_hidden()
    step("ask a question", "Which one?")

    walk.palette("metad")
    walk.tab_to_value("Spec")
    walk.choose("Suggest a change")
    suggestion = page.get_by_role("dialog", name="Suggest a change")
    expect(suggestion.get_by_label("Your text")).to_be_focused()
    walk.press("ControlOrMeta+a")
    walk.type("None")
    walk.press("Tab", "Tab", "Enter")
    expect(suggestion).to_be_hidden()
    step("suggest a change", "None")

    walk.press("Escape", "/")
    walk.type("harbour")
    expect(page.get_by_text("1 of 1", exact=True).first).to_be_visible()
    step("find", "harbour")

    walk.palette("save")
    expect(page.get_by_label("Name of the version")).to_be_focused()
    walk.type("Today")
    walk.press("Enter")
    saved = "Saved the version “Today”."
    expect(page.get_by_role("status").get_by_text(saved).first).to_be_visible()
    step("save a version", "Today")

    walk.palette("history")
    compare = page.get_by_role("link", name="Compare versions")
    expect(compare).to_be_visible()
    walk.skip()
    walk.tab_to(compare, 20)
    walk.press("Enter")
    expect(page.get_by_text("Nothing changed")).to_be_visible()
    step("compare")

    preview = page.get_by_role("link", name="Preview and download").filter(visible=True)
    walk.tab_to(preview, 20)
    walk.press("Enter")
    download = page.get_by_role("link", name="Download the draft")
    expect(download).to_be_visible()
    walk.skip()
    walk.tab_to(download, 24)
    with page.expect_download() as file:
        walk.press("Enter")
    text = file.value.path().read_text()
    step("download")
    assert "Storms" in text
    assert "### Phase 5: Rollout" in text
    assert "[NEEDS CLARIFICATION: Which one?]" in text

    costs = report(walk, letters, record_property, "keys")
    for name, (_, keys, screens) in costs.items():
        assert keys <= KEYBOARD[name], name
        assert screens <= DESKTOP[name][2], name
