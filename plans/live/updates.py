"""The change log as a feed: the update that a page at a given change number needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from plans.live import fragments
from plans.live.targets import ControlAuthors, find_control_authors, find_targets
from plans.models import Change, Item, Plan
from plans.notifications.notify import SavedItem

# After more changes than this, the page reloads instead of applying fragments.
MAX_GAP = 200
# So many saves are remembered of an open plan.
MOST_SAVES = 50


@dataclass(frozen=True)
class Update:
    """Brings a page to `number`, by fragments for each kind of reader (True: may edit)
    or by a reload. `changed_at`: the time of the newest change. `authors`: the last
    author of each changed text, where known."""

    number: int
    html: dict[bool, str] = field(default_factory=dict)
    needs_reload: bool = False
    changed_at: datetime | None = None
    authors: ControlAuthors = field(default_factory=dict)


def load_update_after(plan: Plan, number: int, kinds: Iterable[bool]) -> Update:
    """The update from a change number to `plan.change_number`.

    The plan's number is read before the rows, so the markup may already contain newer
    changes. They are sent again with the next update, and none is skipped.
    """
    newest = plan.change_number
    # A number from the future means that a backup was restored: start over.
    if newest - number > MAX_GAP or number > newest:
        return Update(newest, needs_reload=True)
    changes = plan.changes.filter(number__gt=number, number__lte=newest)
    changes = changes.select_related("actor").order_by("number")
    return _update_of(plan, newest, changes, kinds)


class RecentSaves:
    """What the savers of this process have handed over of a plan lately."""

    def __init__(self) -> None:
        # By the numbers of their changes; of those before, only which item it was.
        self._new: dict[int, SavedItem] = {}
        self._items: dict[int, int] = {}

    def add(self, saved: SavedItem) -> None:
        number = saved.change.number
        self._new[number] = saved
        self._items[number] = saved.item.pk
        if len(self._items) > MOST_SAVES:
            self._new.pop(oldest := min(self._items), None)
            del self._items[oldest]

    def take_after(self, number: int) -> list[SavedItem]:
        """Every change after `number` up to the newest, in their order; nothing where
        one of them is missing or out of date: the log has it."""
        new, self._new = self._new, {}
        saves = [new[each] for each in sorted(new) if each > number]
        is_whole = [one.change.number for one in saves] == [
            *range(number + 1, number + 1 + len(saves))
        ]
        return saves if is_whole and all(map(self._is_current, saves)) else []

    def _is_current(self, saved: SavedItem) -> bool:
        """Whether only other items were saved between its reading and its change."""
        between = range(saved.read_at + 1, saved.change.number)
        items = [self._items.get(each) for each in between]
        return None not in items and saved.item.pk not in items


def update_of_saved(saved: Sequence[SavedItem], kinds: Iterable[bool]) -> Update:
    """As `load_update_after` from the change before the first of these, without a query
    and without the pictures that show them, which come with the side panels."""
    newest = saved[-1]
    items = {one.item.pk: one.item for one in saved}  # of one, as it was last
    update = _update_of(
        newest.plan,
        newest.change.number,
        [one.change for one in saved],
        kinds,
        list(items.values()),
    )
    return replace(update, changed_at=newest.plan.updated_at)


def _update_of(
    plan: Plan,
    newest: int,
    changes: Iterable[Change],
    kinds: Iterable[bool],
    items: list[Item] | None = None,
) -> Update:
    targets, authors = find_targets(changes), find_control_authors(changes)
    try:
        html = fragments.render_changes(plan, targets, kinds, items)
    except fragments.NeedsReload:
        return Update(newest, needs_reload=True, authors=authors)
    return Update(newest, html, authors=authors)
