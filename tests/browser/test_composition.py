"""Input methods: until a composition is committed, its letters are nobody else's."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps
from tests.browser.test_live_page import GOAL, TEXT, pages  # noqa: F401

pytestmark = pytest.mark.once


class InputMethod:
    """Writes into the control that has the focus, as those of Asia do."""

    def __init__(self, page) -> None:
        self.session = page.context.new_cdp_session(page)

    def compose(self, text: str) -> None:
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        self.session.send("Input.imeSetComposition", {"text": text, **place})

    def commit(self, text: str) -> None:
        self.session.send("Input.insertText", {"text": text})


def test_nothing_is_saved_while_a_composition_is_open(pages, plan):  # noqa: F811
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    mine = steps.control(bobs, goal)
    mine.press("End")
    method = InputMethod(bobs)
    bobs.keyboard.type("!")
    for text in ("s", "sh", "shi"):
        method.compose(text)
        bobs.wait_for_timeout(800)
    assert f"**Goal**: {TEXT}\n" in make.text_of(plan)
    expect(mine).to_have_value(f"{TEXT}!shi")
    method.commit("世界")
    steps.expect_saved(bobs, goal)
    steps.expect_text(alices, goal, "value", f"{TEXT}!世界")
    assert f"**Goal**: {TEXT}!世界\n" in make.text_of(plan)


def test_what_arrives_meanwhile_waits_for_its_end(pages, plan):  # noqa: F811
    alices, bobs = pages
    goal = make.find(plan, **GOAL)
    hers, mine = steps.control(alices, goal), steps.control(bobs, goal)
    mine.press("End")
    method = InputMethod(bobs)
    method.compose("shi")
    hers.fill(f"Soon: {TEXT}")
    steps.expect_saved(alices, goal)
    alices.get_by_role("button", name="Add a risk").click()
    expect(steps.risks(alices)).to_have_count(3)
    bobs.wait_for_timeout(700)
    expect(mine).to_have_value(f"{TEXT}shi")
    method.commit("世界")
    for page in pages:
        steps.expect_text(page, goal, "value", f"Soon: {TEXT}世界")
    expect(steps.risks(bobs)).to_have_count(3)
    assert f"**Goal**: Soon: {TEXT}世界\n" in make.text_of(plan)
