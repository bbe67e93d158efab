"""The law of typing: one person in one tab never sees a conflict.

A tab is played at the level of its requests: whatever is typed into any control, and
whenever it is saved, each save names as its base what the tab knows to be stored. That
may be the text of the last answer, the text that was sent (its answer was left out) or,
where an answer was lost on the way, one of several.
"""

import hypothesis.strategies as st
import pytest
from bs4 import Tag
from hypothesis import HealthCheck, given, settings

from plans.models import Item
from tests import make
from tests.effort import examples
from tests.views.asking import HTMX, signed_in, soup, url_of
from tests.views.test_items import motley  # noqa: F401

pytestmark = pytest.mark.once

PIECES = [
    *"ab |`*-#<>[]:\\/1.~_!",
    *("\n", "  \n", "\n\n\n", "\t", "<br>", "```", "- ", "[ ] ", "\\|", "\u3000", "é"),
    *("next", "[DATE]", "[NEEDS CLARIFICATION: which?]", "High/Med/Low", "2026-02-03"),
]
pieces = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)

# What a person does between two saves: a text, put behind what stands there or in its
# place, and what becomes of the answer.
steps = st.lists(
    st.tuples(pieces, st.booleans(), st.sampled_from(["shown", "left out", "lost"])),
    min_size=2,
    max_size=5,
)


class Tab:
    """One control of a page, and what its script knows of it."""

    def __init__(self, browser, plan, control: Tag) -> None:
        self.browser = browser
        self.item = int(control["form"].split("-")[1])
        self.name = control["name"]
        self.url = url_of("item", plan, self.item)

    def load(self) -> None:
        control = self._control_in(self.browser.get(self.url, headers=HTMX))
        self.text = self._text_in(control)
        self.bases = [self.text]

    def _control_in(self, answer) -> Tag:
        return soup(answer).select_one(f"[form][name={self.name}]")

    def _text_in(self, control: Tag) -> str:
        if control.name == "textarea":
            return control.get_text().removeprefix("\n")
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            return chosen["value"] if chosen else ""
        return control.get("value", "")

    def save(self, answer_is: str) -> None:
        typed = {self.name: self.text, f"was-{self.name}": self.bases}
        answer = self.browser.post(self.url, typed | {"seen": "0"}, headers=HTMX)
        if answer_is == "lost":
            self.bases.append(self.text)
            return
        assert answer.status_code in (200, 422), (answer.status_code, typed)
        if answer.status_code == 422:
            return
        self.bases = [self.text]
        if answer_is == "shown":
            self.bases = [self._text_in(self._control_in(answer))]


def controls_of(browser, plan) -> list[Tag]:
    page = soup(browser.get(url_of("plan", plan)))
    names = ("text", "value", *(f"cell-{column}" for column in range(9)))
    controls = page.select(".item [form][name]")
    return [control for control in controls if control["name"] in names]


def test_one_person_in_one_tab_never_sees_a_conflict(motley, alice):  # noqa: F811
    browser = signed_in(alice)
    everything = controls_of(browser, motley)
    kinds = {Item.objects.get(pk=int(c["form"].split("-")[1])).kind for c in everything}
    assert kinds >= {"field", "check", "entry", "row", "passage", "code"}

    @settings(
        max_examples=examples(12),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(which=st.integers(0, len(everything) - 1), steps=steps)
    def law(which, steps):
        tab = Tab(browser, motley, everything[which])
        tab.load()
        for text, is_behind, answer_is in steps:
            tab.text = tab.text + text if is_behind else text
            tab.save(answer_is)

    law()


@pytest.mark.parametrize("base", ["sent", "either"])
def test_a_text_goes_on_after_a_save_that_only_changed_white_space(plan, alice, base):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    browser, url = signed_in(alice), url_of("item", plan, goal.pk)
    stored = "A page for each harbour"
    first = {"value": f"{stored}\n", "was-value": stored, "seen": goal.version}
    assert browser.post(url, first, headers=HTMX).status_code == 200
    bases = {"sent": f"{stored}\n", "either": ["of before", f"{stored}\n"]}
    then = {"value": f"{stored}\nnext", "was-value": bases[base]}
    answer = browser.post(url, then, headers=HTMX)
    assert answer.status_code == 200
    assert "harbour\n  next\n" in make.text_of(plan)
