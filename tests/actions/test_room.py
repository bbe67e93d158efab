"""What may be typed comes back in: every form of a plan is within what is taken in."""

import pytest

from plans import document as doc
from plans import limits, texts
from plans.actions.errors import Refused
from plans.actions.items import add_item, save_item
from plans.actions.plans import import_plan
from plans.actions.sections import add_section, rename_section
from plans.document import BlockKind
from plans.models import Block, Item, Plan, Section

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
pytestmark = pytest.mark.django_db


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
        for text in (texts.draft_text(plan, **form), texts.finished_text(plan, **form)):
            assert limits.decode(text.encode()) == text
            limits.check_items(doc.read(text))


def field(plan, label):
    return Item.objects.get(block__section__plan=plan, field__label=label)


def type_into(plan, actor, item, **values):
    save_item(plan=plan, item=item, actor=actor, values=values, seen=None)


def test_a_value_in_one_line_is_no_longer_than_a_line(small, alice):
    with pytest.raises(Refused, match="a line may have up to 20,000"):
        type_into(small, alice, field(small, "Goal"), value="x" * 100_000)
    type_into(small, alice, field(small, "Goal"), value="x" * 19_000)
    comes_back(small)


def test_a_label_counts_to_its_line(small, alice):
    goal = field(small, "Goal")
    with pytest.raises(Refused, match="a line may have up to 20,000"):
        type_into(small, alice, goal, label="L" * 10_000, value="x" * 10_000)


def test_a_heading_has_a_limit_of_its_own(small, alice):
    section = Section.objects.get(plan=small, heading="Summary")
    for heading in ("H" * 30_000, "H" * 1_001):
        with pytest.raises(Refused, match="A heading may have up to 1,000 characters"):
            rename_section(
                plan=small, section=section, actor=alice, heading=heading, seen=None
            )
        with pytest.raises(Refused, match="A heading may have up to 1,000 characters"):
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
    with pytest.raises(Refused, match="a line may have up to 20,000"):
        type_into(small, alice, row, **many)


def test_rows_are_added_up_to_the_cells_of_a_plan(small, alice, monkeypatch):
    shrink(monkeypatch, MAX_CELLS=20)
    block = Block.objects.get(section__plan=small, kind=BlockKind.TABLE)
    with pytest.raises(Refused, match="cells"):
        for _ in range(20):
            add_item(plan=small, block=block, actor=alice)
    comes_back(small)
