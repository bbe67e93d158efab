"""A compiled query says what its queryset says."""

import threading
from datetime import timedelta

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    connection,
    connections,
    transaction,
)
from django.db.models import F
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.accounts import sessions
from plans.actions import change_log, values
from plans.actions.change_log import update_if_version
from plans.content import storage
from plans.errors import Stale
from plans.models import Change, Item, Plan, Session
from plans.models.compiled import CompiledRows, Parameter, quick_rows
from plans.views import shortcuts
from tests import make
from tests.kept import kept_plan, small_plan

team, plan = kept_plan(small_plan)


def contents(row, seen=()):
    """Every column and annotation of a row, and of the rows that came with it."""
    if row is None or row in seen:
        return row and (type(row), row.pk)
    seen = (*seen, row)
    values = {name: value for name, value in vars(row).items() if name != "_state"}
    values |= vars(row._state) | {"fields_cache": None}
    related = row._state.fields_cache.items()
    return values | {f"{name} →": contents(other, seen) for name, other in related}


def test_an_item_comes_with_all_that_its_queryset_brings(plan, alice, charlie):
    item = make.find(plan, label="Category")
    item.assignee, item.due = alice, timezone.localdate()
    item.save()
    kinds = set()
    for pk in Item.objects.filter(block__section__plan=plan).values_list("pk"):
        for user in (alice, charlie):
            parameters = {"item": pk[0], "slug": plan.slug, "user": user}
            (row,) = shortcuts._ITEM_AND_PLAN(**parameters)
            (expected,) = shortcuts.item_and_plan_rows(**parameters)
            assert contents(row) == contents(expected)
            assert row._state.db == expected._state.db
            assert not row._state.adding
            kinds.add(row.kind)
    assert len(kinds) > 4


def test_a_plan_is_loaded_as_several_are(plan, team, alice):
    other = make.make_plan(team=team, actor=alice)
    item = make.find(plan, label="Category")
    item.assignee, item.due = alice, timezone.localdate()
    item.save()
    gone = make.find(plan, text="research.md")
    Item.objects.filter(pk=gone.pk).update(removed=True)
    for each in (plan, other):
        (expected,) = storage.load_many([each])
        loaded = storage.load(each)
        assert loaded.document == expected.document
        for name in ("sections", "blocks", "items"):
            rows, same = getattr(loaded, name), getattr(expected, name)
            assert [*rows] == [*same]
            for pk, row in rows.items():
                assert contents(row) == contents(same[pk])
    assert gone.pk not in storage.load(plan).items


def test_who_listens_for_new_rows_is_told(plan):
    loaded = []

    def listen(sender, instance, **kwargs):
        loaded.append(instance)

    post_init.connect(listen, sender=Item)
    try:
        compiled = CompiledRows(
            lambda: Item.objects.filter(pk=Parameter("pk", Item._meta.pk))
        )
        assert compiled(pk=make.find(plan, label="Category").pk) == loaded[-1:]
    finally:
        post_init.disconnect(listen, sender=Item)


@pytest.mark.parametrize(
    "other",
    [
        {"slug": "another-plan"},
        {"item": 0},
        {"item": 10**30},  # no number of a row, and too large for the driver
        {"item": -(10**30)},
    ],
)
def test_there_are_no_rows_where_the_queryset_has_none(plan, alice, other):
    item = make.find(plan, label="Category")
    parameters = {"item": item.pk, "slug": plan.slug, "user": alice} | other
    assert not shortcuts.item_and_plan_rows(**parameters)
    assert shortcuts._ITEM_AND_PLAN(**parameters) == []


def test_a_session_comes_with_its_user(alice):
    store = sessions.SessionStore()
    store.create()
    row = Session.objects.get(session_key=store.session_key)
    row.user = alice
    row.save()
    now = timezone.now()
    (compiled,) = sessions._CURRENT(key=store.session_key, now=now)
    assert contents(compiled) == contents(Session.objects.get(pk=row.pk))
    assert compiled.user == alice
    later = now + timedelta(days=400)
    assert sessions._CURRENT(key=store.session_key, now=later) == []
    assert sessions._CURRENT(key=None, now=now) == []


@pytest.mark.parametrize("cells", [{}, {"0": "a “cell”", "12": "x\ny"}])
def test_an_update_writes_what_a_queryset_writes(plan, alice, cells):
    rows = [make.find(plan, label="Category"), make.find(plan, text="research.md")]
    columns = {
        "text": "100 % of 'it'",
        "cells": cells,
        "fillable": 3,
        "updated_by": alice,
        "updated_at": timezone.now(),
        "due": None,
    }
    compiled, plain = rows
    update_if_version(compiled, None, **columns)
    present = Item.objects.present().filter(pk=plain.pk, version=plain.version)
    assert present.update(version=F("version") + 1, **columns) == 1
    names = [*columns, "version"]
    same = Item.objects.values_list(*names)
    assert same.get(pk=compiled.pk) == same.get(pk=plain.pk)
    assert compiled.version == 1
    assert Item.objects.filter(text=columns["text"]).count() == 2


@pytest.mark.parametrize("note", ["", "Because of 100 % 'tides'"])
def test_an_insert_stores_what_saving_stores(plan, alice, bob, note):
    item = make.find(plan, label="Category")
    of_item = {"item": item, "section": item.block.section, "suggested_by": bob}
    edits = [{"row": "item", "id": item.pk, "before": {"value": None}, "after": {}}]
    with CaptureQueriesContext(connection) as queries:
        for number, values in enumerate([{}, of_item]):
            rows = [
                Change(
                    plan=plan,
                    actor=alice,
                    number=100 + 2 * number + turn,
                    verb="item.edited",
                    edits=edits,
                    note=note,
                    **values,
                )
                for turn in range(2)
            ]
            change_log._insert(rows[0])
            rows[1].save()
    compiled, plain, *_ = (query["sql"] for query in queries)
    assert compiled.partition("VALUES")[0] == plain.partition("VALUES")[0]
    for compiled, plain in ((100, 101), (102, 103)):
        one = Change.objects.values().get(number=compiled)
        other = Change.objects.values().get(number=plain)
        assert other.pop("created_at") - one.pop("created_at") < timedelta(minutes=1)
        assert other.pop("number") - one.pop("number") == 1
        assert other.pop("id") > one.pop("id")
        assert one == other


def test_an_inserted_row_is_as_one_that_was_saved(plan, alice):
    change = Change(plan=plan, actor=alice, number=100, verb="item.edited", note="")
    change_log._insert(change)
    assert contents(change) | {"plan →": 0, "actor →": 0} == contents(
        Change.objects.get(pk=change.pk)
    ) | {"plan →": 0, "actor →": 0}
    assert (change._state.db, change._state.adding) == ("default", False)
    again = Change(plan=plan, actor=alice, number=100, verb="item.edited", note="")
    with pytest.raises(IntegrityError), transaction.atomic():
        change_log._insert(again)
    change.note = "Later"
    change.save()
    assert Change.objects.get(number=100).note == "Later"


@pytest.mark.parametrize("gone", ["item", "block", "section"])
def test_an_update_is_refused_where_the_row_is_gone(plan, gone):
    item = make.find(plan, label="Category")
    row = {"item": item, "block": item.block, "section": item.block.section}[gone]
    type(row).objects.filter(pk=row.pk).update(removed=True)
    with pytest.raises(Stale):
        update_if_version(item, None, text="late")
    assert item.version == 0


def test_an_update_is_refused_on_another_version(plan):
    item = make.find(plan, label="Category")
    update_if_version(item, None, text="first")
    with pytest.raises(Stale):
        update_if_version(item, 0, text="second")
    item.refresh_from_db()
    assert (item.text, item.version) == ("first", 1)


@pytest.mark.parametrize(
    ("known", "name", "columns"),
    [
        ({"label": "Category"}, "field", {"label": "Sort", "value": "x % 'y'"}),
        ({"text": "Constraints known"}, "checklist_item", {"done": False}),
        ({"cell": "R-001"}, "risk", {"impact": "Low", "impact_level": ""}),
    ],
)
def test_the_details_of_an_item_are_written_whole(plan, alice, known, name, columns):
    detail = getattr(make.find(plan, **known), name)
    if name == "checklist_item":
        columns = columns | {"done_by": None, "text": "Who?"}
    for column, value in columns.items():
        setattr(detail, column, value)
    values._write_detail(detail)
    again = type(detail).objects.get(pk=detail.pk)
    assert contents(again) == {
        key: value for key, value in contents(detail).items() if "→" not in key
    }
    detail.pk = 0
    with pytest.raises(DatabaseError):
        values._write_detail(detail)


def test_its_sql_is_the_one_of_the_queryset(plan, alice):
    """So that what Django adds to its queries one day is in these too."""
    item = make.find(plan, label="Category")
    parameters = {"item": item.pk, "slug": plan.slug, "user": alice.pk}
    shortcuts._ITEM_AND_PLAN(**parameters)
    with CaptureQueriesContext(connection) as queries:
        shortcuts._ITEM_AND_PLAN(**parameters)
        list(shortcuts.item_and_plan_rows(**parameters))
    compiled, plain = (query["sql"] for query in queries)
    assert compiled.replace("(", "").replace(")", "") == plain.replace("(", "").replace(
        ")", ""
    )


def test_each_thread_compiles_its_own(plan):
    compiled_in = []

    def rows():
        compiled_in.append(threading.get_ident())
        return Plan.objects.filter(pk=Parameter("pk", Plan._meta.pk))

    compiled = CompiledRows(rows)
    assert compiled(pk=plan.pk) == compiled(pk=plan.pk) == [plan]
    statements = {id(compiled.statement())}

    def in_thread():
        statements.add(id(compiled.statement()))
        connections.close_all()

    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
    assert len(set(compiled_in)) == len(statements) == 2


def test_an_update_is_compiled_once_for_the_same_columns(plan):
    item = make.find(plan, label="Category")
    change_log._update_of.cache_clear()
    update_if_version(item, None, text="a", cells={})
    update_if_version(item, None, cells={}, text="b")
    assert change_log._update_of.cache_info().currsize == 1


def test_quick_rows_are_those_of_the_queryset(plan, alice):
    rows = Item.objects.filter(block__section__plan=plan).order_by("pk")
    rows = rows.select_related("block__section", "field", "assignee").defer("source")
    rows = rows.annotate(twice=F("position") * 2)
    assert [contents(row) for row in quick_rows(rows)] == [*map(contents, rows)]
    some = rows.filter(field__isnull=False).prefetch_related("threads")[:3]
    with CaptureQueriesContext(connection) as queries:
        (one, *_) = quick_rows(some)
        assert list(one.threads.all()) == []
    assert len(queries) == 2
    assert quick_rows(rows.filter(pk__in=[])) == []
