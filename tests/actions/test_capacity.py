"""What may be typed comes back in: every form of a plan is within what is taken in."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.actions.blocks import add_block
from plans.actions.items import add_item, save_item
from plans.actions.plans import import_plan
from plans.actions.sections import add_section, rename_section
from plans.actions.undo import undo
from plans.content import export, limits, storage
from plans.document import BlockKind
from plans.errors import Refused, Stale
from plans.models import Block, Item, Plan, Section
from tests.effort import examples

TEXT = """# Plan

## Summary

- **Storage**: disk
- **Goal**: one

| Name | Note |
|------|------|
| a | b |
"""
FORMS = [
    {"dialect": dialect, "compatible": compatible}
    for dialect in (None, *doc.Dialect)
    for compatible in (False, True)
]
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]


@pytest.fixture
def small(team, alice):
    return import_plan(team=team, actor=alice, text=TEXT)


def shrink(monkeypatch, **sizes):
    """Lower the limits, as if the plans had been stored under the lower ones."""
    for name, size in sizes.items():
        monkeypatch.setattr(limits, name, size)
    Plan.objects.update(fullness=None)


def comes_back(plan):
    for form in FORMS:
        for text in (
            export.draft_text(plan, **form),
            export.finished_text(plan, **form),
        ):
            assert limits.decode(text.encode()) == text
            limits.check_items(doc.read(text))


def field(plan, label):
    return Item.objects.get(block__section__plan=plan, field__label=label)


def type_into(plan, actor, item, **values):
    save_item(plan=plan, item=item, actor=actor, values=values, seen=None)


def test_a_value_in_one_line_is_no_longer_than_a_line(small, alice):
    with pytest.raises(Refused, match="a line can have up to 20,000"):
        type_into(small, alice, field(small, "Goal"), value="x" * 100_000)
    type_into(small, alice, field(small, "Goal"), value="x" * 19_000)
    comes_back(small)


def test_a_label_counts_to_its_line(small, alice):
    goal = field(small, "Goal")
    with pytest.raises(Refused, match="a line can have up to 20,000"):
        type_into(small, alice, goal, label="L" * 10_000, value="x" * 10_000)


def test_a_heading_has_a_limit_of_its_own(small, alice):
    section = Section.objects.get(plan=small, heading="Summary")
    for heading in ("H" * 30_000, "H" * 1_001):
        with pytest.raises(Refused, match="A heading can have up to 1,000 characters"):
            rename_section(
                plan=small, section=section, actor=alice, heading=heading, seen=None
            )
        with pytest.raises(Refused, match="A heading can have up to 1,000 characters"):
            add_section(
                plan=small,
                after=section,
                actor=alice,
                heading=heading,
                kind=BlockKind.LIST,
            )


def test_many_long_values_are_no_more_than_a_plan(small, alice, monkeypatch):
    shrink(monkeypatch, MAX_PLAN_BYTES=100_000)
    item = field(small, "Goal")
    with pytest.raises(Refused, match="longer than 1 MB"):
        for _ in range(12):
            item = add_item(plan=small, block=item.block, actor=alice)
            type_into(small, alice, item, value=("x" * 900 + "\n") * 11)
    comes_back(small)


def test_a_row_is_no_longer_than_a_line(small, alice):
    row = Item.objects.get(block__section__plan=small, kind="row")
    many = {"cell-0": "a" * 15_000, "cell-1": "|" * 5_000}
    with pytest.raises(Refused, match="a line can have up to 20,000"):
        type_into(small, alice, row, **many)


def test_rows_are_added_up_to_the_cells_of_a_plan(small, alice, monkeypatch):
    shrink(monkeypatch, MAX_CELLS=20)
    block = Block.objects.get(section__plan=small, kind=BlockKind.TABLE)
    with pytest.raises(Refused, match="cells"):
        for _ in range(20):
            add_item(plan=small, block=block, actor=alice)
    comes_back(small)


# --- Whatever is typed, in any order ---

SMALL_LIMITS = {
    "MAX_PLAN_BYTES": 900,
    "MAX_LINES": 40,
    "MAX_LINE_CHARACTERS": 120,
    "MAX_CELLS": 40,
    "MAX_ITEMS": 24,
    "MAX_HEADING_CHARACTERS": 60,
}
WORDS = st.sampled_from(
    [
        "x" * 60,
        "x" * 110,
        "|" * 50,
        "* _" * 20,
        "one\ntwo\n\nthree",
        "word " * 20,
        "é" * 70,
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["type", "label", "add", "block", "section", "rename", "undo"]),
        st.integers(0, 30),
        TEXTS,
    ),
    min_size=4,
    max_size=14,
)


def take_step(plan, actor, verb, number, text):
    items = Item.objects.present().filter(block__section__plan=plan)
    item = list(items.select_related("block__section"))[number % items.count()]
    section = item.block.section
    section.plan = plan
    match verb:
        case "type":
            names = {"field": "value", "row": f"cell-{number % 2}"}
            type_into(plan, actor, item, **{names.get(item.kind, "text"): text})
        case "label":
            type_into(plan, actor, item, label=text)
        case "add":
            add_item(plan=plan, block=item.block, actor=actor)
        case "block":
            kind = BlockKind.PASSAGE
            add_block(plan=plan, section=section, actor=actor, kind=kind, text=text)
        case "section":
            kind = BlockKind.TABLE
            add_section(plan=plan, after=section, actor=actor, heading=text, kind=kind)
        case "rename":
            rename_section(
                plan=plan, section=section, actor=actor, heading=text, seen=None
            )
        case "undo":
            undo(plan=plan, actor=actor)


@settings(max_examples=examples(6), suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_is_typed_comes_back(team, alice, steps):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        for name, size in SMALL_LIMITS.items():
            patch.setattr(limits, name, size)
        plan = import_plan(team=team, actor=alice, text=TEXT)
        for step in steps:
            with contextlib.suppress(Refused, Stale), transaction.atomic():
                take_step(plan, alice, *step)
        bare = export.snapshot_of(plan, storage.load(plan).document).text
        drafts = [export.draft_text(plan, **form) for form in FORMS]
        for text in [*drafts, *(export.in_form(bare, **form) for form in FORMS)]:
            assert limits.decode(text.encode()) == text
            limits.check_items(doc.read(text))
        again = import_plan(team=team, actor=alice, text=drafts[-1])
        assert export.draft_text(again) == drafts[-1]
        transaction.set_rollback(True)
