"""Which versions of a plan had every sign-off, according to the audit log.

The present status is computed (plans.reviews.status). The log remembers the past: an
approved version can be downloaded while a newer one is in review, or after the
Approvals lines were edited to name other people.
"""

from __future__ import annotations

from collections.abc import Iterable

from plans.models import AuditRecord

Kind = AuditRecord.Kind
# They change what the newest version needs, so an earlier completion no longer counts.
_SETTINGS = (Kind.REPLACED, Kind.SLOT_CHANGED, Kind.RULES_CHANGED)
_OBJECTIONS = (Kind.CHANGES_REQUESTED, Kind.DECLINED)


def completed_versions(records: Iterable[AuditRecord]) -> dict[int, AuditRecord]:
    """The completion that still counts, by version id. `records`: all of a plan, oldest
    first.

    A completion stops counting when one of its sign-offs is withdrawn, an approver
    objects to the same bytes, or the settings of the newest version change.
    """
    completions: dict[int, AuditRecord] = {}
    newest = 0
    for record in records:
        version = record.version_id or 0
        if record.kind == Kind.COMPLETED:
            completions[version] = record
        elif record.kind == Kind.SUBMITTED:
            newest = version
            completions.pop(version, None)
        elif record.kind in _SETTINGS:
            completions.pop(newest, None)
        elif record.kind == Kind.WITHDRAWN:
            withdrawn = record.details["record"]
            completions = {
                pk: completion
                for pk, completion in completions.items()
                if withdrawn not in completion.details["records"]
            }
        elif record.kind in _OBJECTIONS:
            completions = {
                pk: completion
                for pk, completion in completions.items()
                if completion.sha256 != record.sha256
            }
    return completions
