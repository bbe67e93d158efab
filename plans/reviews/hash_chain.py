"""The hash that ties each record of a plan's evidence to the one before it.

Whoever changes a record, or what it was about, has to change all that follow; and the
newest hash stands on every evidence page that was printed meanwhile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from plans import document as doc
from plans.models import AuditRecord, Version


def sha256_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, as hexadecimal digits."""
    return sha256(text.encode("utf-8")).hexdigest()


def record_hash(record: AuditRecord, previous: str) -> str:
    """What `record.hash` has to be behind a record whose hash is `previous`: the
    SHA-256 of what is hashed, as JSON with sorted keys and no white space."""
    return sha256_of(canonical_json(hash_input(record, previous)))


def hash_input(record: AuditRecord, previous: str) -> list[Any]:
    """What the hash of a record is made of: the hash of the record before, and every
    column of the record but the two hashes."""
    said = {
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
    return [previous, said]


def canonical_json(value: Any) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def utc_timestamp(at: datetime) -> str:
    """A time in UTC, to the microsecond, as both databases keep it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def submission_details(version: Version) -> dict[str, Any]:
    """What the record of a submission keeps of its version beside the digest."""
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
    if version.edition > doc.Edition.FIRST:  # records of the first name none
        details |= {"edition": version.edition, "unticked": version.unticked}
        if version.places:
            details["places"] = version.places
    return details
