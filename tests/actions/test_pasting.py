"""That several lines and cells go in as one change, and come out as one."""

import re

import pytest

from plans import document as doc
from plans.actions.pasting import MOST_ROWS, paste_items
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.errors import NotAllowed, Refused, Stale
from plans.models import Approval, Change, Plan, Risk
from tests.make import (
    SMALL,
    find,
    make_plan,
    make_plan_from_template,
    row_of,
    text_of,
)


def is_whole(plan):
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    return doc.outline(doc.read(doc.write(stored))) == doc.outline(stored)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("# A\n\n- one\n- two\n\nZ\n", "one", "# A\n\n- 1\n- 2\n- 3\n- two\n\nZ\n"),
        ("# A\n\n- one\n- two\n\nZ\n", "two", "# A\n\n- one\n- 1\n- 2\n- 3\n\nZ\n"),
        ("# A\n\n1. one\n2. two", "one", "# A\n\n1. 1\n2. 2\n3. 3\n4. two"),
        ("# A\r\n\r\n* [x] one", "one", "# A\r\n\r\n* [x] 1\r\n* [ ] 2\r\n* [ ] 3"),
    ],
)
def test_lines_become_entries(team, bob, text, at, expected):
    plan = make_plan(team=team, text=text)
    paste_items(
        plan=plan,
        item=find(plan, text=at),
        actor=bob,
        values={"text": "1"},
        rows=[{"text": "2"}, {"text": "3"}],
        seen=0,
    )
    assert text_of(plan) == expected
    assert is_whole(plan)
    assert plan.changes.filter(verb=Change.Verb.ITEM_ADDED).count() == 1
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text
    redo(plan=plan, actor=bob)
    assert text_of(plan) == expected


def test_cells_become_rows_with_ids_of_their_own(plan, bob):
    risk = find(plan, cell="R-001")
    paste_items(
        plan=plan,
        item=risk,
        actor=bob,
        values={},
        rows=[{"cell-1": "Ice | snow", "cell-2": "High"}, {"cell-1": "Fog"}],
        seen=0,
    )
    assert re.search(r"\| R-003 \| Ice \\\| snow +\| High +\|", text_of(plan))
    assert is_whole(plan)
    codes = Risk.objects.filter(item__block__section__plan=plan)
    assert sorted(codes.values_list("code", flat=True)) == [
        "R-001", "R-002", "R-003", "R-004",
    ]  # fmt: skip
    undo(plan=plan, actor=bob)
    assert text_of(plan) == SMALL


def test_what_a_colleague_changed_is_not_pasted_over(plan, bob):
    with pytest.raises(Stale):
        paste_items(
            plan=plan,
            item=find(plan, cell="R-001"),
            actor=bob,
            values={"cell-1": "x"},
            rows=[],
            seen=7,
        )


@pytest.mark.parametrize("rows", [[], [{"cell-1": "x"}] * (MOST_ROWS + 1)])
def test_nothing_and_too_much_are_refused(plan, bob, rows):
    risk = find(plan, cell="R-001")
    with pytest.raises(Refused):
        paste_items(plan=plan, item=risk, actor=bob, values={}, rows=rows, seen=0)
    assert text_of(plan) == SMALL


def test_sign_offs_are_not_pasted(team, bob):
    plan = make_plan_from_template(actor=bob)
    slot = Approval.objects.filter(item__block__section__plan=plan).first()
    with pytest.raises(Refused, match="one by one"):
        paste_items(
            plan=plan,
            item=row_of(plan, slot.pk),
            actor=bob,
            values={},
            rows=[{"value": "x"}],
            seen=None,
        )


def test_a_reader_pastes_nothing(plan, dana):
    risk = find(plan, cell="R-001")
    with pytest.raises(NotAllowed):
        paste_items(plan=plan, item=risk, actor=dana, values={}, rows=[{}], seen=0)
