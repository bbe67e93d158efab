"""The change log as the history pages tell it.

Which changes a page shows is asked for by its view; here they get their places on the
plan's page and what they did to each value. Three queries and the plan's content,
however many changes there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from planner.server.disconnects import check_client
from plans import document as doc
from plans.content import storage
from plans.content.past_values import OF_WHOLE_PLAN, values_after, values_before
from plans.content.rows import block_from_row
from plans.content.values import attributes, values_of_row
from plans.models import Change, Item, Plan, User
from plans.models.change import Edit
from plans.page import items as page_items

# As much text as one page compares, in characters: about half a second of work.
_MAX_COMPARED = 300_000
# Who pauses for longer begins something else.
_ONE_GO = timedelta(minutes=10)


@dataclass
class Value:
    """One value of an item. `name` is empty where the place says it already."""

    name: str
    text: str


@dataclass
class Comparison:
    """What a change did to one value; without pieces when it is too long to compare."""

    name: str
    pieces: list[doc.DiffSpan]


@dataclass
class HistoryEntry:
    """A change with what a page shows of it.

    `earlier`: the saves of the same typing before it, newest first.
    `place`: where it happened on the plan's page, if that is still there.
    `has_history`: whether the item that it is about has a page of its own.
    `values`: what its item said afterwards; `is_now`: and says still.
    """

    change: Change
    earlier: list[Change] = field(default_factory=list)
    place: str = ""
    has_history: bool = False
    is_undone: bool = False
    comparisons: list[Comparison] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    is_now: bool = False
    is_beginning: bool = False


@dataclass
class Day:
    date: date
    entries: list[HistoryEntry]

    @property
    def name(self) -> str:
        today = timezone.localdate()
        names = {today: "Today", today - timedelta(days=1): "Yesterday"}
        return names.get(self.date, "")


def by_day(entries: Iterable[HistoryEntry]) -> list[Day]:
    """The same order, grouped by the days on which it happened."""

    def day_of(entry: HistoryEntry) -> date:
        return timezone.localdate(entry.change.created_at)

    return [Day(day, list(group)) for day, group in groupby(entries, day_of)]


def entries_of(
    plan: Plan, changes: Sequence[Change], *, is_grouped: bool = False
) -> list[HistoryEntry]:
    """Changes with their places and comparisons. `is_grouped`: one entry for what one
    person typed into one item."""
    loaded = storage.load(plan)
    places = page_items.places(loaded.document)
    items = _items_in(changes)
    undone = _undone(plan, changes)
    compare = _Comparer(items, _people_in(changes))
    groups = _typing_in(changes, undone) if is_grouped else [[each] for each in changes]
    entries = []
    for change, *earlier in groups:
        place = ""
        if change.item_id in loaded.items:
            place = places.get(change.item_id, f"#item-{change.item_id}")
        elif change.section_id in loaded.sections:
            place = f"#section-{change.section_id}"
        entries.append(
            HistoryEntry(
                change,
                earlier,
                place=place,
                has_history=change.item_id in items,
                is_undone=change.pk in undone,
                comparisons=compare(_together([change, *earlier])),
            )
        )
    return entries


def _typing_in(changes: Sequence[Change], undone: set[int]) -> list[list[Change]]:
    """Changes, newest first, those together that one person typed in one go."""
    groups: list[list[Change]] = []
    for change in changes:
        if groups and _is_one_go(groups[-1][-1], change, undone):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _is_one_go(later: Change, change: Change, undone: set[int]) -> bool:
    return (
        later.verb == change.verb == Change.Verb.ITEM_EDITED
        and later.item_id == change.item_id
        and later.actor_id == change.actor_id
        and not {later.pk, change.pk} & undone
        and later.created_at - change.created_at <= _ONE_GO
    )


def _together(changes: Sequence[Change]) -> list[Edit]:
    """The edits of changes, newest first, as those of one change."""
    edits: dict[tuple[str, int], Edit] = {}
    for change in reversed(changes):
        for one in change.edits:
            known = edits.get((one["row"], one["id"]))
            if known is None:
                edits[one["row"], one["id"]] = one
                continue
            edits[one["row"], one["id"]] = known | {
                "before": one["before"] | known["before"],
                "after": known["after"] | one["after"],
            }
    return list(edits.values())


def _items_in(changes: Sequence[Change]) -> dict[int, Item]:
    """The items that the changes refer to, removed ones too, by id."""
    ids = {change.item_id for change in changes if change.item_id}
    for change in changes:
        ids |= {one["id"] for one in change.edits if one["row"] == "item"}
    return Item.objects.select_related("block").in_bulk(ids)


def _people_in(changes: Sequence[Change]) -> dict[int, User]:
    """Those to whom the changes gave something, or from whom they took it."""
    ids = {
        one[side].get("assignee")
        for change in changes
        for one in change.edits
        for side in ("before", "after")
    } - {None}
    return User.objects.in_bulk(ids) if ids else {}


def _undone(plan: Plan, changes: Sequence[Change]) -> set[int]:
    """Those that do not stand: undone, and not done again since."""
    if not changes:
        return set()
    later = plan.changes.filter(number__gt=min(change.number for change in changes))
    undone_by = dict(later.exclude(undoes=None).values_list("undoes_id", "pk"))
    undone = set()
    for change in changes:
        last, times = change.pk, 0
        while last in undone_by:
            last, times = undone_by[last], times + 1
        if times % 2 and change.verb not in Change.REVERSALS:
            undone.add(change.pk)
    return undone


class _Comparer:
    """Compares values until a page has enough of it."""

    def __init__(self, items: dict[int, Item], people: dict[int, User]) -> None:
        self.items = items
        self.people = people
        self.left = _MAX_COMPARED

    def __call__(self, edits: list[Edit]) -> list[Comparison]:
        return [
            self.compared(name, before, after)
            for one in edits
            for name, before, after in self.values_in(one)
        ]

    def values_in(self, one: Edit) -> Iterable[tuple[str, str, str]]:
        """The names of the values that an edit changed, with both texts."""
        before, after = one["before"], one["after"]
        if "head" in after:
            yield "Columns", _columns_in(before["head"]), _columns_in(after["head"])
        if after.keys() == {"source", "cells"}:
            return  # it came with other columns of its table
        item = self.items.get(one["id"]) if one["row"] == "item" else None
        if item:
            old, new = named_values(item, before), named_values(item, after)
            for name in {**old, **new}:
                if old.get(name, "") != new.get(name, ""):
                    yield name, old.get(name, ""), new.get(name, "")
        elif "heading" in after:
            yield "Heading", before["heading"], after["heading"]
        if "assignee" in after:
            names = (self.people.get(side["assignee"]) for side in (before, after))
            old_name, new_name = (user.name if user else "" for user in names)
            yield "Assigned to", old_name, new_name
        if "due" in after:
            yield "Due", before["due"] or "", after["due"] or ""

    def compared(self, name: str, before: str, after: str) -> Comparison:
        check_client()
        self.left -= len(before) + len(after)
        if self.left < 0:
            return Comparison(name, [])
        return Comparison(name, doc.fold_unchanged(doc.word_diff(before, after)))


def _columns_in(head: str) -> str:
    columns = doc.columns_of(doc.Block(kind=doc.BlockKind.TABLE, head=head))
    return ", ".join(columns)


def named_values(item: Item, values: dict[str, Any]) -> dict[str, str]:
    """Values as people know them: by column, without a name where there is but one."""
    named = {}
    for name, value in values.items():
        if name == "cells":
            columns = doc.columns_of(block_from_row(item.block))
            for at, cell in enumerate(value):
                column = columns[at] if at < len(columns) else ""
                named[column or f"Column {at + 1}"] = cell
        elif name == "done":
            named["Done"] = "yes" if value else "no"
        elif name == "label":
            named["Label"] = value
        elif name in ("value", "text"):
            named[""] = value
    return named


# --- one item ------------------------------------------------------------------------


def changes_of(plan: Plan, item: Item) -> QuerySet[Change]:
    """What happened to an item: its own changes, comings and goings of what it is
    nested in, and changes of the whole plan, which may have nothing to do with it
    (`concerning`)."""
    above = []
    parent = item.parent
    while parent is not None:
        above.append(parent.pk)
        parent = parent.parent
    comings = [Change.Verb.ITEM_REMOVED, Change.Verb.ITEM_RESTORED, *Change.REVERSALS]
    around = Q(item__in=above, verb__in=comings)
    return plan.changes.filter(Q(item=item) | around | OF_WHOLE_PLAN)


def concerning(item: Item, changes: Iterable[Change]) -> list[Change]:
    """Without those that did nothing to it; of one of the whole plan, what it did to
    the item."""
    kept = []
    for change in changes:
        if change.item_id is None:
            change.edits = [one for one in change.edits if _is_of(item, one)]
        if change.item_id is not None or change.edits:
            kept.append(change)
    return kept


def with_values(
    plan: Plan, item: Item, entries: Sequence[HistoryEntry]
) -> list[HistoryEntry]:
    """Entries of one item, newest first, with what it said after each of them.

    What is above an item and does not concern it is left out.
    """
    part, _ = values_of_row(item)
    now = attributes(part)
    values = values_after(plan, item, entries[0].change) if entries else now
    shown = []
    for entry in entries:
        own = [one for one in entry.change.edits if _is_of(item, one)]
        is_own = entry.change.item_id == item.pk
        if not own and not is_own:
            continue
        if is_own or any(one["after"].keys() & values.keys() for one in own):
            entry.values = listed_values(item, values)
            entry.is_now = values == now
        shown.append(entry)
        values = values | values_before(own, item.pk, values)
    return shown


def _is_of(item: Item, one: Edit) -> bool:
    return bool(one["row"] == "item" and one["id"] == item.pk)


def beginning(plan: Plan, item: Item) -> HistoryEntry | None:
    """What an item said when the plan, or its section, began; None for an item that was
    added by itself."""
    first = plan.changes.filter(item=item).last()
    if first and first.verb == Change.Verb.ITEM_ADDED:
        return None
    start = plan.changes.last()
    assert start is not None
    part, _ = values_of_row(item)
    values = values_after(plan, item, start)
    return HistoryEntry(
        start,
        values=listed_values(item, values),
        is_now=values == attributes(part),
        is_beginning=True,
    )


def listed_values(item: Item, values: dict[str, Any]) -> list[Value]:
    return [Value(name, text) for name, text in named_values(item, values).items()]
