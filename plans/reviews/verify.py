"""Whether a plan's evidence still fits together."""

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
    """`problem`: a sentence about the first record that does not fit, or "" when all
    do. `head`: the hash of the newest record, to compare with a printed page."""

    records: int
    versions: int
    head: str
    problem: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.problem


def verify_evidence(plan: Plan) -> Verification:
    """Compute the chain and every digest of a plan again."""
    records = list(plan.records.order_by("number"))
    versions = {version.pk: version for version in plan.versions.all()}
    problem = next(_problems(plan, records, versions), "")
    head = records[-1].hash if records else ""
    return Verification(len(records), len(versions), head, problem)


def _problems(
    plan: Plan, records: list[AuditRecord], versions: dict[int, Version]
) -> Iterator[str]:
    previous = ""
    submitted: set[int] = set()
    for at, record in enumerate(records, start=1):
        said = f"Record {record.number} ({record})"
        if record.number != at:
            yield f"{said} stands where number {at} should: one is missing."
        if record.previous != previous:
            yield f"{said} does not follow from the record before it."
        if record_hash(record, previous) != record.hash:
            yield f"{said} was changed after it was written."
        previous = record.hash
        if record.version_id is None:
            continue
        version = versions.get(record.version_id)
        if version is None:
            yield f"{said} is about a version that is no longer there."
            continue
        if record.sha256 != version.sha256:
            yield f"{said} is about a text whose digest was another one."
        if record.kind == Kind.SUBMITTED:
            is_first = version.pk not in submitted
            submitted.add(version.pk)
            yield from _problems_of_version(said, record, version, is_first)
    for version in versions.values():
        if version.pk not in submitted:
            yield f"No record says that version {version.number} was submitted."
        if _end_told(version, records) != version.expires_at:
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


def _problems_of_version(
    said: str, record: AuditRecord, version: Version, is_first: bool
) -> Iterator[str]:
    text = compute_digests(
        version.markdown, doc.Edition(version.edition), version.places
    )
    if text.sha256 != version.sha256:
        yield (
            f"{said}: the text of version {version.number} is not the one that was "
            f"frozen. Its SHA-256 is {text.sha256} and was {version.sha256}."
        )
    if (text.parts, text.unticked) != (version.parts, version.unticked):
        yield f"{said}: the digests of the parts of version {version.number} are wrong."
    kept, now = (
        record.details | {"expires": ""},
        submission_details(version) | {"expires": ""},
    )
    kept.pop("settings", None)
    if kept != now:
        names = ", ".join(sorted(name for name in now if now[name] != kept.get(name)))
        yield f"{said}: what is kept about version {version.number} changed ({names})."
    if is_first and (record.actor_id, record.at) != (
        version.author_id,
        version.created_at,
    ):
        yield f"{said}: version {version.number} has another author or time."


def _end_told(version: Version, records: list[AuditRecord]) -> datetime | None:
    """When the request ends, by the newest record that says so."""
    for record in reversed(records):
        if record.version_id == version.pk and record.kind == Kind.EXPIRED:
            return record.at
        if record.version_id == version.pk and record.kind == Kind.SUBMITTED:
            told = record.details.get("expires")
            return datetime.fromisoformat(told) if told else None
    return None


def _problems_of_log(plan: Plan, records: list[AuditRecord]) -> Iterator[str]:
    """The change log tells of each action too: a record taken from the end shows."""
    told = plan.changes.filter(verb__startswith="review.")
    told = told.exclude(verb=Change.Verb.REVIEW_REMINDED).order_by("number")
    numbers = dict(told.values_list("number", "verb"))
    others = [record for record in records if record.kind != Kind.SEATED]
    recorded = {record.change_number for record in others}
    for number in numbers:
        if number not in recorded:
            yield f"Change {number} ({numbers[number]}) has no record: one was removed."
    for record in others:
        if record.change_number not in numbers:
            yield f"Record {record.number} ({record}) is of a change that is not there."
