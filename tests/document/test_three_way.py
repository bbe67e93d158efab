"""Comparing a plan with a text that was edited elsewhere: the laws of merging, and what
each kind of change looks like."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document.diff.compare import ValueChange
from plans.document.diff.item_changes import ChangeKind
from plans.document.diff.pieces import pieces_of
from plans.document.diff.three_way import plan_changes
from plans.document.reader import read
from tests.document.texts import FRAGMENTS, KINDS, documents
from tests.make import corpus_files

pytestmark = pytest.mark.once


def with_all(base, mine, theirs):
    changes = plan_changes(base, mine, theirs)
    return changes.text_with(changes.keys).text


LINES = [
    *("# Plan", "## A", "## B", "### B.1", "- **Label**: value", "- **Label**: [x]"),
    *("- one", "- two", "  - nested", "- [ ] check", "- [x] check", "Some words here."),
    *("Other words.", "| A | B |\n|---|---|", "| 1 | 2 |", "| 2 | 3 |", "---", "", ""),
    *("```\ncode\n```", "<!-- c -->", "**Bare**: field", "1. first", "2. second"),
]
plain = st.lists(st.sampled_from(LINES), max_size=25).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)
texts = st.one_of(plain, documents, st.just(KINDS))


@st.composite
def edited(draw, text):
    """A text with some of its lines taken out, moved, put in, and changed."""
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["put", "take", "move", "change"])):
            case "put":
                new = draw(st.sampled_from([*LINES, *FRAGMENTS]))
                lines.insert(at, draw(st.sampled_from([f"{new}\n", new])))
            case "take":
                del lines[at : at + draw(st.integers(1, 3))]
            case "move":
                moving = lines[at : at + 3]
                del lines[at : at + 3]
                to = draw(st.integers(0, len(lines)))
                lines[to:to] = moving
            case "change" if at < len(lines):
                lines[at] = lines[at].replace("o", "0").rstrip("\n") + " more\n"
    return "".join(lines)


@st.composite
def two(draw):
    base = draw(texts)
    return base, draw(st.one_of(edited(base), texts))


@st.composite
def three(draw):
    base = draw(texts)
    return base, draw(edited(base)), draw(edited(base))


def test_a_tick_is_named_by_what_its_check_says():
    base = "# Plan\n\n- [ ] Reviewed\n- [ ] Tested\n"
    (change,) = plan_changes(base, base, base.replace("[ ] T", "[x] T")).changes
    assert change.label == "Tested"
    assert change.values == (ValueChange("Done", "no", "yes"),)


@given(two())
def test_what_was_only_changed_there_comes_in_byte_for_byte(pair):
    base, theirs = pair
    assert with_all(base, base, theirs) == theirs


@given(two())
def test_what_was_only_changed_here_stays(pair):
    base, mine = pair
    changes = plan_changes(base, mine, base)
    assert changes.changes == []
    assert changes.text_with(changes.keys).text == mine


@given(two())
def test_what_both_have_alike_is_no_change(pair):
    base, mine = pair
    changes = plan_changes(base, mine, mine)
    assert changes.changes == []


@given(three(), st.randoms(use_true_random=False))
def test_nothing_that_somebody_wrote_vanishes(three, chance):
    """What the plan said is in the result, or was to see in a change that was taken;
    and of what was not taken, nothing is gone."""
    base, mine, theirs = three
    changes = plan_changes(base, mine, theirs)
    keys = {key for key in sorted(changes.keys) if chance.random() < 0.6}
    text = changes.text_with(keys).text
    taken = [change for change in changes.changes if change.key in keys]
    gone = {
        id(step.slot)
        for change in taken
        for step in change.steps
        if step.action in ("remove", "write")
    }
    for slot in changes._slots[0]:
        if id(slot) not in gone and not any(c.kind is ChangeKind.LAYOUT for c in taken):
            assert in_lines(slot.mine.text) in in_lines(text)
    shown = "\n".join(v.before for c in taken for v in (*c.values, *_labels(c)))
    for change in taken:
        for step in change.steps:
            if step.action == "remove" and change.count < 20:
                values = step.slot.mine.values
                assert all(value in shown or value in text for value in values)
            if step.action == "add":
                assert in_lines(step.slot.theirs.text) in in_lines(text)


def _labels(change):
    return [ValueChange("", change.label, "")]


def in_lines(text):
    """Without escapes: what would swallow all that comes to stand behind it, such as an
    open comment, is escaped."""
    text = text.replace("\\", "")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


@given(three())
def test_the_start_of_each_piece_is_known(three):
    changes = plan_changes(*three)
    joined = changes.text_with(changes.keys)
    _, pieces = pieces_of(read(changes.mine))
    starts = {piece.start for piece in pieces}
    assert {old for _, old in joined.origins} <= starts
    assert all(0 <= new <= len(joined.text) for new, _ in joined.origins)


def test_a_new_field_in_another_dialect_is_written_as_those_around_it():
    plan = "# Plan\n\n- **One**: 1\n- **Two**: 2\n\nWords.\n"
    bare = "# Plan\n\n**One**: 1\n\n**Two**: 2\n\nWords.\n"
    theirs = bare.replace("1\n", "1\n\n**Half**: 1.5\n").replace(": 2", ": zwei")
    assert with_all(bare, plan, theirs) == plan.replace(
        "1\n", "1\n- **Half**: 1.5\n", 1
    ).replace(": 2", ": zwei")
    theirs = plan.replace("1\n", "1\n- **Half**: 1.5\n").replace(": 2", ": zwei")
    assert with_all(plan, bare, theirs) == bare.replace(
        "1\n", "1\n\n**Half**: 1.5\n", 1
    ).replace(": 2", ": zwei")
    assert with_all(plan, plan, bare) == bare


@pytest.mark.slow
def test_real_plans():
    for number, path in enumerate(corpus_files("corpus", "templates")):
        check_real_plan(path.read_bytes().decode("utf-8", "replace"), number)


def check_real_plan(base, seed):
    chance = random.Random(seed)  # noqa: S311
    lines = base.splitlines(keepends=True)
    for _ in range(12):
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[at:at] = ["- something new\n"]
            case 1:
                del lines[at]
            case 2:
                lines[at:at] = [lines.pop(chance.randrange(len(lines)))]
            case 3:
                lines[at] = lines[at].replace("e", "E", 1)
    theirs = "".join(lines)
    assert with_all(base, base, theirs) == theirs
    assert with_all(base, theirs, base) == theirs
    assert with_all(base, theirs, theirs) == theirs
