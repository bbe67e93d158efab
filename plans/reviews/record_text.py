"""The `details` of audit records, described for the evidence page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from planner_evidence.verify import check_own_key
from plans.models import Approval, AuditRecord, ReviewRules
from plans.reviews.hash_chain import hash_input
from plans.reviews.rules import RULES

Kind = AuditRecord.Kind
_RULES = {rule.name: rule.label for rule in RULES}


def describe(
    record: AuditRecord, roles: Mapping[int, str], people: Mapping[int, str]
) -> list[str]:
    """Sentences about the details. `roles`: of all slots of the plan, removed ones too;
    `people`: names of the users in `referenced_user_ids`."""
    try:
        sentences = _describe(record, record.details, roles, people)
        return sentences + _together(record) + _guest(record.details)
    except (AttributeError, LookupError, TypeError, ValueError):
        # The database was tampered with; the page still has to show which record it is.
        return ["The details of this record can’t be read."]


def referenced_user_ids(records: Iterable[AuditRecord]) -> set[int]:
    """The users whom the details of records mention only by id."""
    ids: set[int] = set()
    for record in records:
        if record.kind != Kind.SEATED or not isinstance(record.details, dict):
            continue
        seats = record.details.get("seats")
        for seat in seats if isinstance(seats, list) else []:
            pks = seat if isinstance(seat, list) else []
            ids.update(pk for pk in pks if isinstance(pk, int))
    return ids


def _describe(
    record: AuditRecord,
    details: dict[str, Any],
    roles: Mapping[int, str],
    people: Mapping[int, str],
) -> list[str]:
    match record.kind:
        case Kind.SEATED:
            return [_approvers(details, people)]
        case Kind.SUBMITTED if details.get("expires"):
            return [f"The request ends on {_minute(details['expires'])} UTC."]
        case Kind.REPLACED:
            (_, leaves), (_, comes) = details["leaves"], details["comes"]
            return [f"{comes} signs in place of {leaves}."]
        case Kind.WITHDRAWN | Kind.CONDITION_MET:
            return [f"About record {details['record']}."]
        case Kind.COMPLETED:
            numbers = ", ".join(str(number) for number in details["records"])
            return [f"Given by records {numbers}."]
        case Kind.MOVED:
            return [f"From {details['from']} to {details['to']}."]
        case Kind.RULES_CHANGED:
            return list(_rules(details))
        case Kind.SLOT_CHANGED:
            return list(_slot(details, roles))
    covers = details.get("covers")
    return [f"Covers: {_headings(covers)}."] if covers else []


def own_key_text(record: AuditRecord) -> str:
    """Which key of the signer signed a record, or ""."""
    columns = hash_input(record, record.previous)[1]
    number = record.version.number if record.version else 0
    own_key, _ = check_own_key(columns, record.previous, number)
    return f"Signed with their own passkey: {own_key.fingerprint}" if own_key else ""


def _together(record: AuditRecord) -> list[str]:
    """For which other slots the same decision was given, with the same proof."""
    others = [
        str(role) for role in record.details.get("together", []) if role != record.role
    ]
    return [f"Given with one proof, together with: {', '.join(others)}."] * bool(others)


def _guest(details: Mapping[str, Any]) -> list[str]:
    """How a guest showed who they are, and who let them in."""
    guest = details.get("guest")
    if not guest:
        return []
    return [
        f"Signed as a guest, with a one-time code sent to {guest['email']}. "
        f"Invited by {guest['invited_by']}."
    ]


def represented_approver(record: AuditRecord) -> str:
    """The name in the plan's text in whose place the signer signed, or ""."""
    details = record.details if isinstance(record.details, dict) else {}
    return str(details.get("in_place_of", ""))


def _approvers(details: Mapping[str, Any], people: Mapping[int, str]) -> str:
    names = []
    for user, absent in details["seats"]:
        name = people.get(user, f"user {user}")
        if absent is not None:
            name += f" in place of {people.get(absent, f'user {absent}')}"
        names.append(name)
    invited = ", ".join(details.get("invited", []))
    waiting = f" Once they have joined: {invited}." if invited else ""
    if not names:
        return f"From now on, no one is asked to sign here.{waiting}"
    is_one_enough = len(names) > 1 and details["needs"] == Approval.Needs.ANY
    enough = " Any one of them is enough." if is_one_enough else ""
    return f"From now on, asked to sign: {', '.join(names)}.{enough}{waiting}"


def _rules(details: Mapping[str, Any]) -> Iterator[str]:
    for name, (before, after) in details.items():
        match name:
            case "stale_on":
                kinds = ReviewRules.StaleOn
                was, now = kinds(before).label, kinds(after).label
                yield f"What makes a sign-off stale: {was} → {now}."
            case "expires_after":
                yield f"Request expires after (days): {_days(before)} → {_days(after)}."
            case _:
                label = _RULES.get(name, name)
                yield f"{label}: {_switch(before)} → {_switch(after)}."


def _slot(details: Mapping[str, Any], roles: Mapping[int, str]) -> Iterator[str]:
    for name, (before, after) in details.items():
        match name:
            case "is_required":
                yield "Required from now on." if after else "Optional from now on."
            case "after":
                was, now = _roles(before, roles), _roles(after, roles)
                yield f"Comes after: {was} → {now}."
            case "covers":
                yield f"Covers: {_headings(before)} → {_headings(after)}."


def _switch(value: object) -> str:
    return "on" if value else "off"


def _days(value: object) -> str:
    return str(value) if value else "never"


def _roles(ids: list[int], roles: Mapping[int, str]) -> str:
    return ", ".join(roles.get(pk, f"slot {pk}") for pk in ids) or "no other"


def _headings(headings: list[str]) -> str:
    named = [heading or "the introduction" for heading in headings]
    return ", ".join(named) or "the whole plan"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
