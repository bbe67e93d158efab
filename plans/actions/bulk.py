"""The same action for several plans: each is done or refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from plans.actions.plans import archive_plan
from plans.actions.tags import change_tags
from plans.errors import Refused
from plans.models import Plan, User


@dataclass
class BulkResult:
    """`changed`: where something was done; `refused`: the reason, by plan."""

    changed: list[Plan] = field(default_factory=list)
    refused: list[tuple[Plan, str]] = field(default_factory=list)


def archive_plans(
    *, plans: Iterable[Plan], actor: User, archived: bool = True
) -> BulkResult:
    return _each(
        plans, lambda plan: archive_plan(plan=plan, actor=actor, archived=archived)
    )


def tag_plans(
    *, plans: Iterable[Plan], actor: User, tag: str, is_added: bool = True
) -> BulkResult:
    """Give the plans a tag, or take it from them."""
    add, remove = ([tag], []) if is_added else ([], [tag])
    return _each(
        plans,
        lambda plan: change_tags(plan=plan, actor=actor, add=add, remove=remove),
    )


def _each(plans: Iterable[Plan], act: Callable[[Plan], bool]) -> BulkResult:
    result = BulkResult()
    for plan in plans:
        try:
            if act(plan):
                result.changed.append(plan)
        except Refused as refusal:
            result.refused.append((plan, str(refusal)))
    return result
