"""The change log as a feed: what a page that is at some number has to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from plans.live import fragments
from plans.live.targets import ControlAuthors, find_control_authors, find_targets
from plans.models import Plan

# More changes than this are not told one by one: the page fetches itself.
MAX_GAP = 200


@dataclass(frozen=True)
class Update:
    """Brings a page to `number`: by markup for each kind of reader (True: may edit),
    or, when that would be too much, by fetching itself. `made_at`: when the newest
    change of it happened. `authors` of the texts in it, as far as they are known."""

    number: int
    html: dict[bool, str] = field(default_factory=dict)
    is_reload: bool = False
    made_at: datetime | None = None
    authors: ControlAuthors = field(default_factory=dict)


def load_update_after(plan: Plan, number: int, kinds: Iterable[bool]) -> Update:
    """What happened to a plan after a number, up to `plan.change_number`.

    The rows are read after the plan's number was, so the markup is of that number or of
    a newer one, which is told again later: nothing is skipped.
    """
    newest = plan.change_number
    # A number that is not from this database (a restored backup): start over.
    if newest - number > MAX_GAP or number > newest:
        return Update(newest, is_reload=True)
    changes = plan.changes.filter(number__gt=number, number__lte=newest)
    changes = changes.select_related("actor").order_by("number")
    targets, authors = find_targets(changes), find_control_authors(changes)
    try:
        html = fragments.render_changes(plan, targets, kinds)
    except fragments.NeedsReload:
        return Update(newest, is_reload=True, authors=authors)
    return Update(newest, html, authors=authors)
