"""Who wrote the current text of a plan, according to its change log.

Authors are the people whose words are in the text, or who removed words from it. A
change that was undone or overwritten makes no one an author.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from plans.document.diff.tokens import common_runs, tokenize
from plans.models import Block, Change, Item, Plan, Section
from plans.models.content import ASSIGNMENT

# A column of a row: the kind and id of the row, the column, and the index of a cell.
Column = tuple[str, int, str, int]
# Layout (blank lines, and the text as it was typed), and who looks after what.
_NO_WORDS = frozenset({"tail", "source"}) | ASSIGNMENT
_CREATION = (Change.Verb.PLAN_CREATED, Change.Verb.PLAN_IMPORTED)


@dataclass(frozen=True)
class TextAuthors:
    """The ids of all authors, and of the last one."""

    writers: list[int]
    last_writer: int | None


class Stage(NamedTuple):
    """The value of a column from one change on. `words`: each word with its author."""

    value: Any
    actor: int
    change: int
    words: list[tuple[str, int]]


@dataclass
class _History:
    """The stages that led to a column's current value. Returning to an earlier value
    removes the stages after it."""

    stages: list[Stage] = field(default_factory=list)

    def begin(self, value: Any, actor: int) -> None:
        self.stages.append(Stage(value, actor, 0, _words_by(actor, value)))

    def write(self, value: Any, actor: int, change: int, author: int) -> None:
        """`author`: whose words they are, where the actor accepted a suggestion."""
        for at, stage in enumerate(self.stages):
            if stage.value == value:
                del self.stages[at + 1 :]
                return
        words = _inherited(self.stages[-1].words, _words_by(author, value))
        self.stages.append(Stage(value, actor, change, words))

    @property
    def writers(self) -> set[int]:
        newest = self.stages[-1]
        return {newest.actor} | {actor for _, actor in newest.words}


def find_text_authors(plan: Plan) -> TextAuthors:
    """The authors of the plan's current text; four queries."""
    created = Q(verb__in=_CREATION)
    changes = plan.changes.filter(~Q(edits=[]) | created).order_by("number")
    columns, first = _histories(changes)
    histories = [
        history
        for column, history in _visible_columns(columns, _present_rows(plan))
        if len(history.stages) > 1
    ]
    writers = {actor for history in histories for actor in history.writers}
    if first:
        writers.add(first.actor_id)
    newest = [history.stages[-1] for history in histories]
    last = max(newest, key=lambda stage: stage.change, default=None)
    last_writer = last.actor if last else first.actor_id if first else None
    return TextAuthors(sorted(writers), last_writer)


def _histories(
    changes: Iterable[Change],
) -> tuple[dict[Column, _History], Change | None]:
    """The history of each column that was ever edited, and the plan's first change."""
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
                author = change.suggested_by_id or change.actor_id
                history.write(value, change.actor_id, change.number, author)
    return columns, first


def _columns(
    row: tuple[str, int], values: dict[str, Any]
) -> Iterator[tuple[Column, Any]]:
    for name, value in values.items():
        if name in _NO_WORDS:
            continue
        if name == "cells":
            for number, cell in enumerate(value or []):
                yield (*row, name, number), cell
        else:
            yield (*row, name, 0), value


def _visible_columns(
    columns: dict[Column, _History], present: set[tuple[str, int]]
) -> Iterator[tuple[Column, _History]]:
    """The columns that shape the current text: all of present rows, and the `removed`
    of rows that were there from the start. A row that was added and removed again
    leaves no trace."""
    for column, history in columns.items():
        kind, pk, name, _ = column
        was_there_first = not history.stages[0].value
        if (kind, pk) in present or (name == "removed" and was_there_first):
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
    """The words of `after`; those already in `before` keep their author."""
    authors = list(after)
    common = common_runs([word for word, _ in before], [word for word, _ in after])
    for match in common:
        stop = match.after + match.size
        authors[match.after : stop] = before[match.before : match.before + match.size]
    return authors
