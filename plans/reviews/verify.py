"""Verification of a plan's evidence: hash chain, digests, change log and text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from planner_evidence.verify import check_own_key, signature_used
from plans.models import AuditRecord, Change, Plan, Version
from plans.reviews.digests import VerifiedTexts, verify_texts
from plans.reviews.drift import has_drifted
from plans.reviews.hash_chain import hash_input, record_hash, submission_details
from plans.reviews.settings import recorded_settings, unrecorded_changes

Kind = AuditRecord.Kind


@dataclass(frozen=True)
class Verification:
    """`problem`: a sentence about the first mismatch, or "". `head`: the hash of the
    newest record, to compare with a printed evidence page. `divided`: the number of
    versions whose chapters were verified, too. `has_settings`: whether the records say
    what rules and seats are. `own_keys`: how many records their signers signed with
    their own key."""

    records: int
    versions: int
    head: str
    problem: str = ""
    divided: int = 0
    has_settings: bool = False
    own_keys: int = 0

    @property
    def is_valid(self) -> bool:
        return not self.problem

    @property
    def is_complete(self) -> bool:
        return self.divided == self.versions


def verify_evidence(
    plan: Plan, *, most_characters: int | None = None, always: Collection[int] = ()
) -> Verification:
    """Recompute the hash chain and every digest of a plan.

    `most_characters`, `always`: which texts are divided into chapters for that
    (`digests.verify_texts`); without them all are. The digest of each whole text is
    computed in any case, and the chain protects the digests of chapters that were
    recorded: only who wrote the chain anew could have put in others.
    """
    records = list(plan.records.order_by("number"))
    versions = {version.pk: version for version in plan.versions.defer("markdown")}
    texts = verify_texts(
        versions.values(), most_characters=most_characters, always=always
    )
    problem = next(_problems(plan, records, versions, texts), "")
    head = records[-1].hash if records else ""
    return Verification(
        records=len(records),
        versions=len(versions),
        head=head,
        problem=problem,
        divided=len(texts.digests),
        has_settings=not problem and recorded_settings(records) is not None,
        own_keys=sum(
            isinstance(record.details, dict) and "assertion" in record.details
            for record in records
        ),
    )


def _problems(
    plan: Plan,
    records: list[AuditRecord],
    versions: dict[int, Version],
    texts: VerifiedTexts,
) -> Iterator[str]:
    submitted: set[int] = set()
    yield from _problems_of_records(records, versions, texts, submitted)
    ends = _recorded_ends(records)
    for version in versions.values():
        if version.pk not in submitted:
            yield f"No record says that version {version.number} was submitted."
        if ends.get(version.pk) != version.expires_at:
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
    records: list[AuditRecord],
    versions: dict[int, Version],
    texts: VerifiedTexts,
    submitted: set[int],
) -> Iterator[str]:
    """Check the hash chain, and add the versions that it submits to `submitted`."""
    previous = ""
    used: set[tuple[str, Any]] = set()
    for position, record in enumerate(records, start=1):
        name = f"Record {record.number} ({record})"
        if record.number != position:
            yield f"{name} stands where number {position} should: one is missing."
        if record.previous != previous:
            yield f"{name} does not follow from the record before it."
        if record_hash(record, previous) != record.hash:
            yield f"{name} was changed after it was written."
        columns = hash_input(record, previous)[1]
        version = versions.get(record.version_id or 0)
        _, problem = check_own_key(columns, previous, version.number if version else 0)
        if problem:
            yield f"{name}: {problem}"
        if (signature := signature_used(columns)) is not None:
            if signature in used:
                yield f"{name}: its passkey’s signature is that of another record."
            used.add(signature)
        previous = record.hash
        if record.version_id is None:
            continue
        if version is None:
            yield f"{name} is about a version that is no longer there."
            continue
        if record.sha256 != version.sha256:
            yield f"{name} is about a text whose digest was another one."
        if record.kind == Kind.SUBMITTED:
            is_first = version.pk not in submitted
            submitted.add(version.pk)
            yield from _problems_of_version(name, record, version, texts, is_first)


def _problems_of_version(
    name: str,
    record: AuditRecord,
    version: Version,
    texts: VerifiedTexts,
    is_first: bool,
) -> Iterator[str]:
    sha256, text = texts.sha256[version.pk], texts.digests.get(version.pk)
    if sha256 != version.sha256:
        yield (
            f"{name}: the text of version {version.number} is not the one that was "
            f"frozen. Its SHA-256 is {sha256} and was {version.sha256}."
        )
    if text and (text.parts, text.unticked) != (version.parts, version.unticked):
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


def _recorded_ends(records: list[AuditRecord]) -> dict[int | None, datetime | None]:
    """When the request for each version ends, by the newest record about it."""
    ends: dict[int | None, datetime | None] = {}
    for record in records:
        if record.kind == Kind.EXPIRED:
            ends[record.version_id] = record.at
        if record.kind == Kind.SUBMITTED:
            expires = record.details.get("expires")
            ends[record.version_id] = (
                datetime.fromisoformat(expires) if expires else None
            )
    return ends


def _problems_of_log(plan: Plan, records: list[AuditRecord]) -> Iterator[str]:
    """Compare with the change log, which shows when records at the end are missing."""
    is_recorded = Q(verb__startswith="review.") | Q(verb=Change.Verb.PLAN_MOVED)
    changes = plan.changes.filter(is_recorded)
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
