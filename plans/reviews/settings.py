"""The sign-off settings of a plan's newest version: its rules, slots and approvers.

Both as the rows have them and as the audit log recorded them. They differ only if the
rows were changed without an action.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from django.db.models import Max

from plans.models import Approval, AuditRecord, Plan, ReviewRules

Kind = AuditRecord.Kind
# {"rules": {column: value}, "slots": {id of a slot: {column: value, "seats": [...]}}}
Settings = dict[str, dict[str, Any]]

_RULES = [
    field.name for field in ReviewRules._meta.concrete_fields if field.name != "plan"
]


def current_settings(plan: Plan, slots: Iterable[int]) -> Settings:
    """The settings in the rows. `slots`: those of the newest version; slots added later
    belong to the next one."""
    rules = ReviewRules.objects.filter(plan=plan).first() or ReviewRules(plan=plan)
    approvals = Approval.objects.filter(pk__in=list(slots)).prefetch_related(
        "seats", "invited_seats"
    )
    return {
        "rules": {name: getattr(rules, name) for name in _RULES},
        "slots": {
            str(approval.pk): {
                "is_required": approval.is_required,
                "after": after,
                "covers": approval.covers,
                **approver_settings(approval),
            }
            for approval, after in approvals.with_predecessors()
        },
    }


def approver_settings(approval: Approval) -> dict[str, Any]:
    """The approvers of a slot, each with the person they replace, and whether one of
    them is enough; where there are some, the names of those who were invited."""
    seats = sorted(approval.seats.all(), key=lambda seat: seat.pk)
    invited = [seat.name for seat in approval.invited_seats.all() if seat.is_named]
    return {
        "needs": str(approval.needs),
        "seats": [[seat.user_id, seat.in_place_of_id] for seat in seats],
        **({"invited": sorted(invited)} if invited else {}),
    }


def recorded_settings(records: Iterable[AuditRecord]) -> Settings | None:
    """The settings of the newest submission with every change recorded since. None if
    there is none, or if its release did not record settings."""
    settings: Settings | None = None
    for record in records:
        if record.kind == Kind.SUBMITTED:
            settings = deepcopy(record.details.get("settings"))
        elif settings is not None:
            _apply(record, settings)
    return settings


def _apply(record: AuditRecord, settings: Settings) -> None:
    slot = settings["slots"].get(str(record.approval_id), {})
    match record.kind:
        case Kind.RULES_CHANGED:
            for name, (_, after) in record.details.items():
                settings["rules"][name] = after
        case Kind.SLOT_CHANGED:
            for name, (_, after) in record.details.items():
                slot[name] = after
        case Kind.SEATED | Kind.REPLACED:
            for name in ("needs", "seats"):
                slot[name] = record.details.get(name, slot.get(name))
            slot["invited"] = record.details.get("invited")


def unrecorded_changes(plan: Plan, records: list[AuditRecord]) -> list[str]:
    """Descriptions of the settings that differ from the audit log."""
    recorded = recorded_settings(records)
    if recorded is None:
        return []
    current = current_settings(plan, map(int, recorded["slots"]))
    changed = [
        f"the rule {name}"
        for name, value in recorded["rules"].items()
        if current["rules"].get(name) != value
    ]
    for pk, slot in recorded["slots"].items():
        columns = current["slots"].get(pk, {})
        changed += [
            f"{_WORDS.get(name, name)} slot {pk}"
            for name, value in slot.items()
            if columns.get(name) != value
        ]
    return changed


_WORDS = {
    "is_required": "whether there has to be a sign-off in",
    "after": "what comes before",
    "covers": "the parts covered by",
    "needs": "how many have to sign in",
    "seats": "who is to sign in",
    "invited": "who was invited to sign in",
}


def newest_rules_record(plan: Plan) -> int:
    """The number of the newest record that changed the rules, or 0."""
    changed = AuditRecord.objects.filter(plan=plan, kind=Kind.RULES_CHANGED)
    return changed.aggregate(newest=Max("number"))["newest"] or 0


def newest_slot_records(plan: Plan) -> dict[int, int]:
    """By slot, the number of the newest record that changed it."""
    changed = AuditRecord.objects.filter(plan=plan, kind=Kind.SLOT_CHANGED)
    numbers = changed.order_by("number").values_list("approval", "number")
    return {pk: number for pk, number in numbers if pk}
