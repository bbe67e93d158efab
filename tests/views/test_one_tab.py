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
from tests.pages import stored_in
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
    """The control of one value of a page, and what its script knows of it."""

    def __init__(self, browser, plan, value: Tag) -> None:
        self.browser = browser
        self.value = value["id"]
        self.name = name_of(value)
        self.url = url_of("item", plan, item_of(value))

    def load(self) -> None:
        self.text = self._stored_in(self.browser.get(self.url, headers=HTMX))
        self.bases = [self.text]

    def _stored_in(self, answer) -> str:
        return stored_in(soup(answer).find(id=self.value))

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
            self.bases = [self._stored_in(answer)]


def item_of(value: Tag) -> int:
    return int(value["id"].split("-")[1])


def name_of(value: Tag) -> str:
    return value["id"].removeprefix(f"item-{item_of(value)}-").removesuffix("-view")


def test_one_person_in_one_tab_never_sees_a_conflict(motley, alice):  # noqa: F811
    browser = signed_in(alice)
    page = soup(browser.get(url_of("plan", motley)))
    everything = page.select(".item .value[data-control]:not(.field-label)")
    kinds = {Item.objects.get(pk=item_of(value)).kind for value in everything}
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
