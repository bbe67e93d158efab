"""Which versions of a plan got all of their sign-offs, as its record says.

What stands now is computed (plans.reviews.status); this is about what stood once: the
approved version that can be downloaded while a newer one is in review, or while the
Approvals lines name other people already.
"""

from __future__ import annotations

from collections.abc import Iterable

from plans.models import AuditRecord

Kind = AuditRecord.Kind
# They change what the newest version needs, so it has to be said anew that it has it.
_SETTINGS = (Kind.REPLACED, Kind.SLOT_CHANGED, Kind.RULES_CHANGED)
_OBJECTIONS = (Kind.CHANGES_REQUESTED, Kind.DECLINED)


def completed_versions(records: Iterable[AuditRecord]) -> dict[int, AuditRecord]:
    """By version, the entry that says so and that nothing has overtaken since.

    It is overtaken when one of its sign-offs is withdrawn, somebody objects to the same
    bytes, or what the version needs is changed while it is the newest one. `records`:
    all of a plan, the oldest first.
    """
    found: dict[int, AuditRecord] = {}
    newest = 0
    for record in records:
        version = record.version_id or 0
        if record.kind == Kind.COMPLETED:
            found[version] = record
        elif record.kind == Kind.SUBMITTED:
            newest = version
            found.pop(version, None)
        elif record.kind in _SETTINGS:
            found.pop(newest, None)
        elif record.kind == Kind.WITHDRAWN:
            gone = record.details["record"]
            found = {
                pk: said
                for pk, said in found.items()
                if gone not in said.details["records"]
            }
        elif record.kind in _OBJECTIONS:
            found = {
                pk: said for pk, said in found.items() if said.sha256 != record.sha256
            }
    return found
