"""Who wrote the text that a plan has now, by its change log.

A change that was taken back, or written over, makes nobody an author: whose words stand
in the text, or who took words out of it, wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from plans.document.diff.tokens import common_runs, tokenize
from plans.models import Block, Change, Item, Plan, Section

# A column of a row: its kind, its id, the column, and which cell of a row of cells.
Column = tuple[str, int, str, int]
# Blank lines and form follow from what was written, and say nothing themselves.
_LAYOUT = frozenset({"tail", "source"})
_BEGAN = (Change.Verb.PLAN_CREATED, Change.Verb.PLAN_IMPORTED)


@dataclass(frozen=True)
class TextAuthors:
    """The ids of all whose writing stands, and of who wrote last of them."""

    writers: list[int]
    last_writer: int | None


class Stage(NamedTuple):
    """What a column said from one change on. `words`: the author of each word."""

    value: Any
    actor: int
    change: int
    words: list[tuple[str, int]]


@dataclass
class _History:
    """The stages of a column that lead to what it says now: going back to an earlier
    one takes away all that came since."""

    stages: list[Stage] = field(default_factory=list)

    def begin(self, value: Any, actor: int) -> None:
        self.stages.append(Stage(value, actor, 0, _words_by(actor, value)))

    def write(self, value: Any, actor: int, change: int) -> None:
        for at, stage in enumerate(self.stages):
            if stage.value == value:
                del self.stages[at + 1 :]
                return
        words = _inherited(self.stages[-1].words, _words_by(actor, value))
        self.stages.append(Stage(value, actor, change, words))

    @property
    def writers(self) -> set[int]:
        newest = self.stages[-1]
        return {newest.actor} | {actor for _, actor in newest.words}


def find_text_authors(plan: Plan) -> TextAuthors:
    """Everybody whose writing stands in the plan's text; four queries."""
    began = Q(verb__in=_BEGAN)
    changes = plan.changes.filter(~Q(edits=[]) | began).order_by("number")
    columns, first = _histories(changes)
    standing = [
        history
        for column, history in _standing(columns, _present_rows(plan))
        if len(history.stages) > 1
    ]
    writers = {actor for history in standing for actor in history.writers}
    if first:
        writers.add(first.actor_id)
    newest = [history.stages[-1] for history in standing]
    last = max(newest, key=lambda stage: stage.change, default=None)
    last_writer = last.actor if last else first.actor_id if first else None
    return TextAuthors(sorted(writers), last_writer)


def _histories(
    changes: Iterable[Change],
) -> tuple[dict[Column, _History], Change | None]:
    """The history of each column that was ever written, and the plan's beginning."""
    columns: dict[Column, _History] = defaultdict(_History)
    added_by: dict[tuple[str, int], int] = {}
    first: Change | None = None
    for change in changes:
        first = first or change
        for edit in change.edits:
            row = (edit["row"], edit["id"])
            if edit["before"].get("removed") and row not in added_by:
                added_by[row] = change.actor_id
            origin = added_by.setdefault(row, first.actor_id)
            before = dict(_columns(row, edit["before"]))
            for column, value in _columns(row, edit["after"]):
                history = columns[column]
                if not history.stages:
                    history.begin(before.get(column, ""), origin)
                history.write(value, change.actor_id, change.number)
    return columns, first


def _columns(
    row: tuple[str, int], values: dict[str, Any]
) -> Iterator[tuple[Column, Any]]:
    for name, value in values.items():
        if name in _LAYOUT:
            continue
        if name == "cells":
            for number, cell in enumerate(value or []):
                yield (*row, name, number), cell
        else:
            yield (*row, name, 0), value


def _standing(
    columns: dict[Column, _History], present: set[tuple[str, int]]
) -> Iterator[tuple[Column, _History]]:
    """The columns that the text shows. Of a row that was taken out of it, that it was;
    unless it came in later, for then the text is as if it had never been there."""
    for column, history in columns.items():
        kind, pk, name, _ = column
        was_there = not history.stages[0].value
        if (kind, pk) in present or (name == "removed" and was_there):
            yield column, history


def _present_rows(plan: Plan) -> set[tuple[str, int]]:
    sections = Section.objects.present().filter(plan=plan).values_list("pk")
    blocks = Block.objects.present().filter(section__plan=plan).values_list("pk")
    items = Item.objects.present().filter(block__section__plan=plan).values_list("pk")
    rows = {"section": sections, "block": blocks, "item": items}
    return {(kind, pk) for kind, ids in rows.items() for (pk,) in ids}


def _words_by(actor: int, value: Any) -> list[tuple[str, int]]:
    words = tokenize(value) if isinstance(value, str) else []
    return [(word.strip(), actor) for word in words if word.strip()]


def _inherited(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> list[tuple[str, int]]:
    """The words of `after`, those that were there with their first authors."""
    authors = list(after)
    common = common_runs([word for word, _ in before], [word for word, _ in after])
    for match in common:
        stop = match.after + match.size
        authors[match.after : stop] = before[match.before : match.before + match.size]
    return authors
