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


def update_of_saved(saved: SavedItem, kinds: Iterable[bool]) -> Update:
    """As `load_update_after` from the change before, without the pictures that show the
    item, which come with the side panels, and without a query, except after a field was
    renamed in a plan from a template."""
    plan, change = saved.plan, saved.change
    update = _update_of(plan, change.number, [change], kinds, [saved.item])
    return replace(update, changed_at=plan.updated_at)


class RecentSaves:
    """What the savers of this process have handed over of a plan lately."""

    def __init__(self) -> None:
        # By the numbers of their changes.
        self._updates: dict[int, Update] = {}
        self._items: dict[int, tuple[int, int]] = {}  # its id, and where it was read

    def add(self, saved: SavedItem, update: Update) -> None:
        self._updates[update.number] = update
        self._items[update.number] = saved.item.pk, saved.read_at
        if len(self._items) > MOST_SAVES:
            self._updates.pop(oldest := min(self._items), None)
            del self._items[oldest]

    def take_after(self, number: int) -> Update | None:
        """All after `number` as one. None where one of them is missing or was out of
        date: the log has it."""
        numbers = sorted(each for each in self._updates if each > number)
        updates = [self._updates[each] for each in numbers]
        self._updates.clear()
        is_whole = numbers == [*range(number + 1, number + 1 + len(numbers))]
        if not updates or not is_whole or not all(map(self._was_current, numbers)):
            return None
        return _joined(updates)

    def _was_current(self, number: int) -> bool:
        """Whether only other items were saved between its reading and its change."""
        item, read_at = self._items[number]
        between = [self._items.get(each) for each in range(read_at + 1, number)]
        return all(other is not None and other[0] != item for other in between)


def _joined(updates: Sequence[Update]) -> Update:
    """For the kinds of readers that all of them are for. Of an item that comes twice,
    the page keeps the later one."""
    kinds = set.intersection(*(set(update.html) for update in updates))
    html = {kind: "".join(update.html[kind] for update in updates) for kind in kinds}
    authors: ControlAuthors = {}
    for update in updates:
        for item, names in update.authors.items():
            authors[item] = authors.get(item, {}) | names
    return replace(updates[-1], html=html, authors=authors)


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
