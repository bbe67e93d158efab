"""Which edits since a version concern a sign-off: a comparison of stored digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from plans import document as doc
from plans.models import Approval, AuditRecord, Plan, ReviewRules, Version
from plans.reviews import digests
from plans.reviews.completions import completed_versions
from plans.reviews.model import ReviewStatus


def mark_edits_in(status: ReviewStatus, plan: Plan, document: doc.Document) -> None:
    """Note how the text of a plan whose document is loaded differs from the newest
    version; it is divided only if it does."""
    version = status.version
    if version is None:
        return
    if digests.current_sha256(plan, document, status.edition) != version.sha256:
        current = digests.current_digests(plan, document, status.edition)
        mark_edits([(status, current)])


def mark_edits(statuses: Iterable[tuple[ReviewStatus, digests.TextDigests]]) -> None:
    """Note in each status how the current text differs from the newest version."""
    edited = [
        (status, status.version, current)
        for status, current in statuses
        if status.version and status.version.sha256 != current.sha256
    ]
    frozen = digests.version_digests(version for _, version, _ in edited)
    for status, version, current in edited:
        status.is_edited = True
        status.edited_parts = _edited_parts(version, current)
        _mark_stale_slots(status, version, frozen[version.pk], current)
    _mark_completed([status for status, _, _ in edited if status.slots_changed])


def _edited_parts(version: Version, current: digests.TextDigests) -> frozenset[str]:
    headings = version.parts.keys() | current.parts.keys()
    return frozenset(
        heading
        for heading in headings
        if version.parts.get(heading) != current.parts.get(heading)
    )


def _mark_stale_slots(
    status: ReviewStatus,
    version: Version,
    frozen: digests.TextDigests,
    current: digests.TextDigests,
) -> None:
    lines_before = _line_by_slot(version.slots, frozen.lines)
    slots = [slot.approval.pk for slot in status.slots]
    lines_now = _line_by_slot(slots, current.lines)
    status.slots_changed = lines_before != lines_now
    for slot in status.slots:
        pk = slot.approval.pk
        has_same_line = pk in lines_before and lines_before[pk] == lines_now.get(pk)
        slot.is_stale = not has_same_line or not is_unchanged_for(
            slot.approval, status, version, current
        )


def _line_by_slot(
    slots: list[int], lines: list[tuple[str, str]]
) -> dict[int, tuple[str, str]]:
    """The role and the names of each slot's Approvals line."""
    return dict(zip(slots, lines, strict=True)) if len(slots) == len(lines) else {}


def _mark_completed(statuses: list[ReviewStatus]) -> None:
    """Ask the audit log where the present slots cannot tell; at most one query."""
    if not statuses:
        return
    plan_ids = [status.version.plan_id for status in statuses if status.version]
    records: dict[int, list[AuditRecord]] = defaultdict(list)
    for record in AuditRecord.objects.filter(plan__in=plan_ids).order_by("number"):
        records[record.plan_id].append(record)
    for status in statuses:
        assert status.version
        completed = completed_versions(records[status.version.plan_id])
        status.was_completed = status.version.pk in completed


class _Digests(Protocol):
    """A version, or the TextDigests of the current text."""

    @property
    def sha256(self) -> str: ...
    @property
    def parts(self) -> dict[str, str]: ...
    @property
    def unticked(self) -> dict[str, Any]: ...


def is_unchanged_for(
    approval: Approval, status: ReviewStatus, before: _Digests, after: _Digests
) -> bool:
    """Whether two different texts are the same in everything that a slot covers. A part
    that is missing from either counts as changed.

    Ticks in the Definition of Done concern Launch Approval only; they concern every
    slot if the plan has no Launch Approval, or if its rules say so.
    """
    rules = status.rules
    covers_all = rules.stale_on != ReviewRules.StaleOn.COVERED or not approval.covers
    if not (before.unticked and after.unticked):  # one is of the first edition
        return not covers_all and _same_parts(approval, before.parts, after.parts)
    ticks_matter = (
        rules.stale_on == ReviewRules.StaleOn.EXACT
        or approval.is_launch
        or not any(slot.approval.is_launch for slot in status.slots)
    )
    without_ticks, new_without_ticks = before.unticked, after.unticked
    if ticks_matter and without_ticks["ticks"] != new_without_ticks["ticks"]:
        return False
    if covers_all:
        return bool(without_ticks["sha256"] == new_without_ticks["sha256"])
    return _same_parts(approval, without_ticks["parts"], new_without_ticks["parts"])


def _same_parts(
    approval: Approval, before: dict[str, str], after: dict[str, str]
) -> bool:
    return all(
        heading in before and before[heading] == after.get(heading)
        for heading in approval.covers
    )
