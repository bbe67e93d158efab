"""The hash chain of a plan's audit log: a record contains the hash of the one before.

Changing a record means changing every record after it; printed evidence pages show the
newest hash of their day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from planner_evidence.canonical import canonical_json as canonical_json
from planner_evidence.canonical import sha256_of as sha256_of
from plans import document as doc
from plans.models import AuditRecord, Version


def record_hash(record: AuditRecord, previous: str) -> str:
    """The hash of a record that follows one with the hash `previous`: the SHA-256 of
    its hash input as canonical JSON."""
    return sha256_of(canonical_json(hash_input(record, previous)))


def hash_input(record: AuditRecord, previous: str) -> list[Any]:
    """The previous hash, and every column of the record except the two hashes."""
    columns = {
        "plan": record.plan_id,
        "number": record.number,
        "kind": str(record.kind),
        "version": record.version_id,
        "approval": record.approval_id,
        "actor": record.actor_id,
        "name": record.name,
        "role": record.role,
        "meaning": record.meaning,
        "comment": record.comment,
        "sha256": record.sha256,
        "proof": record.proof,
        "details": record.details,
        "change": record.change_number,
        "at": utc_timestamp(record.at),
    }
    return [previous, columns]


def utc_timestamp(at: datetime) -> str:
    """A time in UTC to the microsecond, the precision of both databases."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def submission_details(version: Version) -> dict[str, Any]:
    """The `details` of a submission: the columns of its version to protect."""
    details = {
        "number": version.number,
        "change": version.change_number,
        "slots": version.slots,
        "parts": version.parts,
        "writers": version.writers,
        "last_writer": version.last_writer_id,
        "problems": sha256_of(canonical_json(version.problems)),
        "created": utc_timestamp(version.created_at),
        "expires": utc_timestamp(version.expires_at) if version.expires_at else "",
    }
    if version.edition > doc.Edition.FIRST:  # the first edition had no such columns
        details |= {"edition": version.edition, "unticked": version.unticked}
        if version.places:
            details["places"] = version.places
    return details
