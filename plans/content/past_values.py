"""What an item said in the past.

The log keeps for each change only what became different, so a value of the past is
found by going back from what an item says now.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from plans.content.values import attributes, values_of_row
from plans.models import Change, Item, Plan
from plans.models.change import Edit

# Changes that may have written any item: another text of the plan, or undo of that.
OF_WHOLE_PLAN = Q(
    item=None,
    section=None,
    verb__in=[
        Change.Verb.PLAN_UPDATED,
        Change.Verb.PLAN_UP_TO_DATE,
        Change.Verb.VERSION_RESTORED,
        *Change.REVERSALS,
    ],
)


def values_after(plan: Plan, item: Item, change: Change) -> dict[str, Any]:
    """What an item said right after a change, by name: what it says now, with each
    later change taken back, the newest first."""
    part, _ = values_of_row(item)
    values = attributes(part)
    own = Q(item_id=item.pk) | OF_WHOLE_PLAN
    later = plan.changes.filter(own | _of_columns(item), number__gt=change.number)
    for edits in later.values_list("edits", flat=True).iterator(chunk_size=50):
        values |= values_before(edits, item.pk, values)
    return values


def _of_columns(item: Item) -> Q:
    """Changes that may have changed the columns of an item's table, or undid that."""
    verbs = [Change.Verb.SECTION_COLUMNS, *Change.REVERSALS]
    return Q(item=None, section=item.block.section_id, verb__in=verbs)


def has_other_columns(plan: Plan, item: Item, change: Change) -> bool:
    """Whether an item's table has got other columns since a change."""
    later = plan.changes.filter(_of_columns(item), number__gt=change.number)
    return any(
        one["row"] == "block" and one["id"] == item.block_id and "head" in one["after"]
        for edits in later.values_list("edits", flat=True)
        for one in edits
    )


def values_before(
    edits: list[Edit], item_id: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Those of an item's `values` that a change replaced, as they were before it."""
    return {
        name: value
        for one in reversed(edits)
        if one["row"] == "item" and one["id"] == item_id
        for name, value in one["before"].items()
        if name in values
    }
