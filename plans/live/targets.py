"""Which parts of a plan's page some changes touch. Pure: no queries, no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from plans.models import Change

# What only the bytes of the file show.
_UNSEEN = frozenset({"tail", "source"})
_PLACES = frozenset({"position", "removed"})


@dataclass
class Targets:
    """Rows by their ids, each in the way that it was touched.

    `values`: of which something that people read changed. `added`: that are there now
    and were not. `placed`: that came, went or changed places, so that what they stand
    in has to be arranged anew. `talked`: whose comments changed.
    """

    sections: TouchedRows = field(default_factory=lambda: TouchedRows())
    blocks: TouchedRows = field(default_factory=lambda: TouchedRows())
    items: TouchedRows = field(default_factory=lambda: TouchedRows())
    is_whole: bool = False

    @property
    def is_structural(self) -> bool:
        """Whether more than the values of items changed: what there is, and where."""
        rows = (self.sections, self.blocks, self.items)
        return bool(self.sections.values) or any(touched.placed for touched in rows)


@dataclass
class TouchedRows:
    values: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    placed: set[int] = field(default_factory=set)
    talked: set[int] = field(default_factory=set)


def find_targets(changes: Iterable[Change]) -> Targets:
    """All that these changes, the oldest first, touch together."""
    found = Targets()
    by_name = {"section": found.sections, "block": found.blocks, "item": found.items}
    for change in changes:
        if change.verb in (Change.Verb.PLAN_ARCHIVED, Change.Verb.PLAN_RESTORED):
            found.is_whole = True
        if change.verb.startswith("comment."):
            if change.item_id:
                found.items.talked.add(change.item_id)
            elif change.section_id:
                found.sections.talked.add(change.section_id)
        for edit in change.edits:
            if edit["row"] == "block" and "kind" in edit["after"]:
                found.is_whole = True  # every control in it is another one
            _add(by_name[edit["row"]], edit["id"], edit["after"])
    return found


# Who wrote what a control says, and how: `{"12": {"cell-1": [3, "Alice", "undo"]}}` by
# the item's id and the control's name.
ControlAuthors = dict[str, dict[str, tuple[int, str, str]]]


def find_control_authors(changes: Iterable[Change]) -> ControlAuthors:
    """The last author of each text that these changes, the oldest first, wrote."""
    authors: ControlAuthors = {}
    for change in changes:
        author = (change.actor_id, change.actor.name, change.verb)
        for edit in change.edits:
            if edit["row"] == "item" and (names := _controls_of(edit)):
                written = authors.setdefault(str(edit["id"]), {})
                written.update(dict.fromkeys(names, author))
    return authors


def _controls_of(edit: dict[str, Any]) -> list[str]:
    """The names of the controls whose text an edit of an item changed."""
    before, after = edit["before"], edit["after"]
    names = [name for name in ("label", "value", "text", "done") if name in after]
    if "cells" in after:
        now, was = after["cells"], before.get("cells") or []
        names += [
            f"cell-{column}"
            for column, cell in enumerate(now)
            if column >= len(was) or cell != was[column]
        ]
    return names


def _add(touched: TouchedRows, pk: int, after: dict[str, object]) -> None:
    names = after.keys() - _UNSEEN
    if names & _PLACES:
        touched.placed.add(pk)
    if after.get("removed") is False:
        touched.added.add(pk)
    if names - _PLACES:
        touched.values.add(pk)
