"""Verification of a plan's evidence: hash chain, digests, change log and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from plans import document as doc
from plans.models import AuditRecord, Change, Plan, Version
from plans.reviews.digests import compute_digests
from plans.reviews.drift import has_drifted
from plans.reviews.hash_chain import record_hash, submission_details
from plans.reviews.settings import unrecorded_changes

Kind = AuditRecord.Kind


@dataclass(frozen=True)
class Verification:
    """`problem`: a sentence about the first mismatch, or "". `head`: the hash of the
    newest record, to compare with a printed evidence page."""

    records: int
    versions: int
    head: str
    problem: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.problem


def verify_evidence(plan: Plan) -> Verification:
    """Recompute the hash chain and every digest of a plan."""
    records = list(plan.records.order_by("number"))
    versions = {version.pk: version for version in plan.versions.all()}
    problem = next(_problems(plan, records, versions), "")
    head = records[-1].hash if records else ""
    return Verification(len(records), len(versions), head, problem)


def _problems(
    plan: Plan, records: list[AuditRecord], versions: dict[int, Version]
) -> Iterator[str]:
    submitted: set[int] = set()
    yield from _problems_of_records(records, versions, submitted)
    for version in versions.values():
        if version.pk not in submitted:
            yield f"No record says that version {version.number} was submitted."
        if _recorded_end(version, records) != version.expires_at:
            yield f"The end of the request for version {version.number} was changed."
    yield from _problems_of_log(plan, records)
    for setting in unrecorded_changes(plan, records):
        yield f"Something was changed behind the records: {setting}."
    newest = max(versions.values(), key=lambda version: version.number, default=None)
    if newest and has_drifted(plan, newest):
        yield (
            "The text of the plan was changed behind the change log: it is neither "
            f"that of version {newest.number} nor what was edited since."
        )


def _problems_of_records(
    records: list[AuditRecord], versions: dict[int, Version], submitted: set[int]
) -> Iterator[str]:
    """Check the hash chain, and add the versions that it submits to `submitted`."""
    previous = ""
    for position, record in enumerate(records, start=1):
        name = f"Record {record.number} ({record})"
        if record.number != position:
            yield f"{name} stands where number {position} should: one is missing."
        if record.previous != previous:
            yield f"{name} does not follow from the record before it."
        if record_hash(record, previous) != record.hash:
            yield f"{name} was changed after it was written."
        previous = record.hash
        if record.version_id is None:
            continue
        version = versions.get(record.version_id)
        if version is None:
            yield f"{name} is about a version that is no longer there."
            continue
        if record.sha256 != version.sha256:
            yield f"{name} is about a text whose digest was another one."
        if record.kind == Kind.SUBMITTED:
            is_first = version.pk not in submitted
            submitted.add(version.pk)
            yield from _problems_of_version(name, record, version, is_first)


def _problems_of_version(
    name: str, record: AuditRecord, version: Version, is_first: bool
) -> Iterator[str]:
    text = compute_digests(
        version.markdown, doc.Edition(version.edition), version.places
    )
    if text.sha256 != version.sha256:
        yield (
            f"{name}: the text of version {version.number} is not the one that was "
            f"frozen. Its SHA-256 is {text.sha256} and was {version.sha256}."
        )
    if (text.parts, text.unticked) != (version.parts, version.unticked):
        yield f"{name}: the digests of the parts of version {version.number} are wrong."
    # Other checks cover the end of the request and the settings.
    recorded = record.details | {"expires": ""}
    current = submission_details(version) | {"expires": ""}
    recorded.pop("settings", None)
    if recorded != current:
        changed = [key for key in current if current[key] != recorded.get(key)]
        columns = ", ".join(sorted(changed))
        yield (
            f"{name}: what is kept about version {version.number} changed ({columns})."
        )
    if is_first and (record.actor_id, record.at) != (
        version.author_id,
        version.created_at,
    ):
        yield f"{name}: version {version.number} has another author or time."


def _recorded_end(version: Version, records: list[AuditRecord]) -> datetime | None:
    """When the request ends, according to the newest record about it."""
    for record in reversed(records):
        if record.version_id == version.pk and record.kind == Kind.EXPIRED:
            return record.at
        if record.version_id == version.pk and record.kind == Kind.SUBMITTED:
            expires = record.details.get("expires")
            return datetime.fromisoformat(expires) if expires else None
    return None


def _problems_of_log(plan: Plan, records: list[AuditRecord]) -> Iterator[str]:
    """Compare with the change log, which shows when records at the end are missing."""
    changes = plan.changes.filter(verb__startswith="review.")
    changes = changes.exclude(verb=Change.Verb.REVIEW_REMINDED).order_by("number")
    verbs = dict(changes.values_list("number", "verb"))
    # A new approver is recorded with the change of another action.
    records = [record for record in records if record.kind != Kind.SEATED]
    recorded = {record.change_number for record in records}
    for number, verb in verbs.items():
        if number not in recorded:
            yield f"Change {number} ({verb}) has no record: one was removed."
    for record in records:
        if record.change_number not in verbs:
            yield f"Record {record.number} ({record}) is of a change that is not there."
