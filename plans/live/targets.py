"""Which parts of a plan's page a list of changes affects. No queries, no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from plans.models import Change

# Columns that show in the file's bytes but not on the page.
_INVISIBLE = frozenset({"tail"})
_PLACEMENT = frozenset({"position", "removed"})
_WHOLE_BLOCK = frozenset({"kind", "head"})
# Of one change that is shown part by part.
_MOST_EDITS = 100
# An item that goes to another section or item has two places on the page.
_ELSEWHERE = frozenset({"block_id", "parent_id"})


@dataclass
class Targets:
    """The affected rows. `needs_reload`: the whole page has to be fetched. `labels`: of
    fields that were renamed, those before and after."""

    sections: TouchedRows = field(default_factory=lambda: TouchedRows())
    blocks: TouchedRows = field(default_factory=lambda: TouchedRows())
    items: TouchedRows = field(default_factory=lambda: TouchedRows())
    needs_reload: bool = False
    labels: set[str] = field(default_factory=set)

    @property
    def is_structural(self) -> bool:
        """Whether parts came, went or moved, or a heading or columns changed."""
        rows = (self.sections, self.blocks, self.items)
        is_edited = self.sections.edited or self.blocks.edited
        return bool(is_edited) or any(touched.moved for touched in rows)


@dataclass
class TouchedRows:
    """The ids of affected rows of one kind.

    `edited`: their visible content changed. `added`: they are new. `moved`: they were
    added, removed or moved, so their parent has to be rendered again. `commented`:
    their comments changed.
    """

    edited: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    commented: set[int] = field(default_factory=set)


_OF_WHOLE_PLAN = (
    Change.Verb.PLAN_ARCHIVED,
    Change.Verb.PLAN_RESTORED,
    Change.Verb.PLAN_MOVED,
)


def find_targets(changes: Iterable[Change]) -> Targets:
    """Everything that the changes (oldest first) affect."""
    targets = Targets()
    by_name = {
        "section": targets.sections,
        "block": targets.blocks,
        "item": targets.items,
    }
    for change in changes:
        if change.verb in _OF_WHOLE_PLAN:
            targets.needs_reload = True
        if change.verb.startswith("comment."):
            if change.item_id:
                targets.items.commented.add(change.item_id)
            elif change.section_id:
                targets.sections.commented.add(change.section_id)
        if change.verb.startswith("suggestion.") and change.item_id:
            targets.items.edited.add(change.item_id)  # its mark says how many there are
        # A version that was restored, or an undo of that.
        if len(change.edits) > _MOST_EDITS:
            targets.needs_reload = True
        for edit in change.edits:
            if edit["row"] == "plan":
                # Line ends show nowhere; the guidance of a template does.
                targets.needs_reload |= "template_version_id" in edit["after"]
                continue
            if edit["row"] == "block" and edit["after"].keys() & _WHOLE_BLOCK:
                targets.needs_reload = True  # every control in it is replaced
            if edit["after"].keys() & _ELSEWHERE:
                targets.needs_reload = True
            labels = {edit[time].get("label") for time in ("before", "after")}
            targets.labels |= labels - {None}
            _add(by_name[edit["row"]], edit["id"], edit["after"])
    return targets


# Who last wrote the text of a control, and by which verb, by item id and control name:
# `{"12": {"cell-1": [3, "Alice", "undo"]}}`.
ControlAuthors = dict[str, dict[str, tuple[int, str, str]]]


def find_control_authors(changes: Iterable[Change]) -> ControlAuthors:
    """The last author of each text that the changes (oldest first) wrote."""
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
    names = after.keys() - _INVISIBLE
    if names & _PLACEMENT:
        touched.moved.add(pk)
    if after.get("removed") is False:
        touched.added.add(pk)
    if names - _PLACEMENT:
        touched.edited.add(pk)
