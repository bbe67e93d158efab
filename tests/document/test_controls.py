"""Which control a value has: by its label, its heading, its column."""

from collections import Counter

import pytest

from plans import document as doc
from plans.document import Dialect
from plans.parts import section_parts
from plans.storage import load
from tests import make

pytestmark = pytest.mark.once


def controls_of(plan):
    """Every control of the page: where it is and what it is."""

    def all_of(item):
        yield from item.controls
        for child in item.children:
            yield from all_of(child)

    return [
        (section.title, control.label, control.kind, control)
        for section in section_parts(plan, load(plan))
        for block in section.blocks
        for item in block.items
        if item.kind not in ("guidance", "front_matter")
        for control in all_of(item)
    ]


def kinds_of(plan):
    return [(title, label, kind) for title, label, kind, _ in controls_of(plan)]


def answer_for(label, kind, control):
    match kind:
        case "choice":
            return control.choices[-1]
        case "date":
            return "2026-05-01"
        case "person":
            return "Dana"
        case "suggest":
            return control.choices[0]
    return f"An answer for {label or 'this'}"


def filled_in(plan):
    """The plan's document with an answer in every control that waits for one."""
    document = load(plan).document
    found = iter(controls_of(plan))
    for _, _, item in document.walk():
        if item.kind in (doc.ItemKind.GUIDANCE, doc.ItemKind.FRONT_MATTER):
            continue
        answers = [
            answer_for(label, kind, control) if control.is_waiting else control.value
            for value, (_, label, kind, control) in zip(
                doc.values_of(item), found, strict=False
            )
        ]
        match item:
            case doc.Field() if item.value or not item.children:
                (item.value,) = answers
            case doc.Check() | doc.Entry() | doc.Text():
                (item.text,) = answers
            case doc.Row():
                item.cells = answers
    return document


@pytest.mark.xfail(strict=True, reason="choices and dates follow from the blank")
@pytest.mark.django_db
@pytest.mark.parametrize("dialect", [None, Dialect.UPSTREAM])
def test_a_plan_that_is_imported_again_keeps_its_controls(team, alice, dialect):
    plan = make.make_plan_from_template(team=team, actor=alice)
    expected = kinds_of(plan)
    counts = Counter(kind for *_, kind in expected)
    assert counts["choice"] == 15
    assert counts["date"] == 5
    assert counts["person"] == 20
    text = doc.draft(filled_in(plan), dialect=dialect)
    again = make.make_plan(team=team, actor=alice, text=text, name="again")
    assert kinds_of(again) == expected
