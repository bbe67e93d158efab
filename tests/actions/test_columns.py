"""That columns come, go, move and change names, and other cells keep their bytes."""

import random
from collections import Counter

import pytest

from plans import document as doc
from plans.actions.columns import add_column, move_column, remove_column, rename_column
from plans.actions.history import restore
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.errors import NotAllowed, Outdated, Refused
from plans.models import Block, Change, Item, Plan
from tests.effort import examples
from tests.make import make_plan, row_of, text_of

TABLE = (
    "# A\n\n## B\n\n| One  | Two | Three |\n|:-----|-----|:-:|\n"
    "| a    |  b\\|c  | `d` |\n| short |\n| x | [blank] | z | more |\n\nEnd\n"
)
PLAIN = "# A\n\nName | Age\n--- | ---:\na | - 3\nb | 4"


def table_of(plan):
    return Block.objects.select_related("section").get(
        section__plan=plan, kind="table", removed=False
    )


def is_whole(plan):
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    again = doc.read(doc.write(stored))
    return doc.outline(again) == doc.outline(stored)


def cells_of(plan):
    """What the cells say, in whatever order."""
    items = [item for _, _, item in storage.load(plan).document.walk()]
    return Counter(text for item in items for text in doc.values_of(item) if text)


@pytest.fixture
def do(team, bob):
    def do(plan, action, **values):
        action(plan=plan, block=table_of(plan), actor=bob, **values)

    return do


@pytest.mark.parametrize(
    ("text", "action", "values", "expected"),
    [
        (
            TABLE,
            add_column,
            {"name": "New | one", "at": 1},
            "| One  | New \\| one | Two | Three |\n|:-----|------------|-----|:-:|\n"
            "| a    |            |  b\\|c  | `d` |\n| short |            |\n"
            "| x |            | [blank] | z | more |\n",
        ),
        (
            TABLE,
            rename_column,
            {"column": 1, "named": "Two", "name": "2"},
            "| One  | 2   | Three |\n|:-----|-----|:-:|\n| a    |  b\\|c  | `d` |\n"
            "| short |\n| x | [blank] | z | more |\n",
        ),
        (
            TABLE,
            move_column,
            {"column": 0, "named": "One", "to": 2},
            "| Two | Three | One  |\n|-----|:-:|:-----|\n|  b\\|c  | `d` | a    |\n"
            "|  |  | short |\n| [blank] | z | x | more |\n",
        ),
        (
            TABLE,
            remove_column,
            {"column": 0, "named": "One"},
            "| Two | Three |\n|-----|:-:|\n|  b\\|c  | `d` |\n|  |\n"
            "| [blank] | z | more |\n",
        ),
        (
            PLAIN,
            move_column,
            {"column": 0, "named": "Name", "to": 1},
            "| Age | Name |\n| ---: | --- |\n| - 3 | a |\n| 4 | b |",
        ),
        (
            PLAIN,
            remove_column,
            {"column": 1, "named": "Age"},
            "| Name |\n| --- |\n| a |\n| b |",
        ),
    ],
)
def test_other_cells_keep_their_bytes(team, bob, do, text, action, values, expected):
    for written, end in ((text, "\n"), (text.replace("\n", "\r\n"), "\r\n")):
        plan = make_plan(team=team, text=written)
        do(plan, action, **values)
        assert expected.replace("\n", end) in text_of(plan)
        assert is_whole(plan)
        changed = text_of(plan)
        assert plan.changes.filter(verb=Change.Verb.SECTION_COLUMNS).count() == 1
        undo(plan=plan, actor=bob)
        assert text_of(plan) == written
        redo(plan=plan, actor=bob)
        assert text_of(plan) == changed
        undo(plan=plan, actor=bob)
        assert text_of(plan) == written


@pytest.mark.parametrize("seed", range(examples(3)))
def test_any_walk_reads_back_and_every_step_can_be_undone(team, bob, do, seed):
    chance = random.Random(seed)  # noqa: S311
    plan = make_plan(team=team, text=chance.choice([TABLE, PLAIN]))
    for step in range(12):
        before = text_of(plan)
        names = doc.columns_of(doc.Block(kind="table", head=table_of(plan).head))
        at = chance.randrange(len(names))
        rows = list(Item.objects.filter(block=table_of(plan), removed=False))
        cells = cells_of(plan)
        try:
            match chance.randrange(5):
                case 0:
                    do(plan, add_column, name=f"C{step}", at=at + chance.randrange(2))
                case 1:
                    name = chance.choice(["a|b", "*x*", f"N{step}", "\\"])
                    do(plan, rename_column, column=at, named=names[at], name=name)
                case 2:
                    to = chance.randrange(len(names))
                    do(plan, move_column, column=at, named=names[at], to=to)
                case 3:
                    do(plan, remove_column, column=at, named=names[at])
                    cells = Counter()
                case 4:
                    row = row_of(plan, chance.choice(rows).pk)
                    text = chance.choice(["new", "", "a | b", "# x"])
                    save_item(
                        plan=plan,
                        item=row,
                        actor=bob,
                        values={f"cell-{at}": text},
                        seen=None,
                    )
                    cells = Counter()
        except Refused:
            assert text_of(plan) == before
            continue
        after = text_of(plan)
        assert is_whole(plan)
        assert cells <= cells_of(plan)
        if after != before:
            undo(plan=plan, actor=bob)
            assert text_of(plan) == before
            redo(plan=plan, actor=bob)
            assert text_of(plan) == after


def test_a_row_that_was_removed_comes_back_in_its_columns(team, bob, do):
    plan = make_plan(team=team, text=TABLE)
    first = row_of(plan, Item.objects.filter(block=table_of(plan)).first().pk)
    change = plan.changes.first()
    remove_item(plan=plan, item=first, actor=bob)
    do(plan, move_column, column=0, named="One", to=2)
    undo(plan=plan, actor=bob)
    do(plan, move_column, column=0, named="One", to=2)
    restore(plan=plan, item=first, actor=bob, change=change)
    assert "|  b\\|c  | `d` | a    |\n" in text_of(plan)
    assert is_whole(plan)


def test_an_older_text_is_not_restored_into_other_columns(team, bob, do):
    plan = make_plan(team=team, text=TABLE)
    row = row_of(plan, Item.objects.filter(block=table_of(plan)).first().pk)
    change = plan.changes.first()
    save_item(plan=plan, item=row, actor=bob, values={"cell-0": "aa"}, seen=None)
    do(plan, remove_column, column=1, named="Two")
    with pytest.raises(Refused, match="other columns now"):
        restore(plan=plan, item=row_of(plan, row.pk), actor=bob, change=change)
    undo(plan=plan, actor=bob)


def test_a_new_row_has_the_new_columns(team, bob, do):
    plan = make_plan(team=team, text=TABLE)
    do(plan, add_column, name="Four", at=3)
    row = add_item(
        plan=plan, block=table_of(plan), actor=bob, values={"cell-3": "here"}
    )
    assert row_of(plan, row.pk).cells["3"] == "here"
    assert is_whole(plan)


def test_columns_are_refused_in_words(team, bob, do):
    plan = make_plan(team=team, text=TABLE)
    with pytest.raises(Refused, match="needs a name"):
        do(plan, add_column, name=" ", at=0)
    with pytest.raises(Outdated, match="meanwhile"):
        do(plan, rename_column, column=0, named="Two", name="x")
    with pytest.raises(Outdated, match="meanwhile"):
        do(plan, remove_column, column=7, named="Two")
    for _ in range(2):
        names = doc.columns_of(doc.Block(kind="table", head=table_of(plan).head))
        do(plan, remove_column, column=0, named=names[0])
    with pytest.raises(Refused, match="only column"):
        do(plan, remove_column, column=0, named="Three")


def test_a_plain_table_does_not_become_another(team, bob, do):
    plan = make_plan(team=team, text="# A\n\n| Risk | Plan |\n|--|--|\n| a | b |\n")
    with pytest.raises(Refused, match="a table that the planner knows"):
        do(plan, rename_column, column=1, named="Plan", name="Mitigation")
    assert "| Risk | Plan |\n" in text_of(plan)


def test_known_tables_keep_their_columns(plan, bob):
    risks = Block.objects.get(section__plan=plan, kind="risks")
    with pytest.raises(Refused, match="so they stay"):
        add_column(plan=plan, block=risks, actor=bob, name="More", at=0)


def test_a_reader_changes_no_columns(team, dana):
    plan = make_plan(team=team, text=TABLE)
    with pytest.raises(NotAllowed):
        add_column(plan=plan, block=table_of(plan), actor=dana, name="x", at=0)
