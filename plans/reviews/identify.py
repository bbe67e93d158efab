"""Identify a file: the versions it is, byte for byte, and whether they are approved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet

from plans import document as doc
from plans.content import export
from plans.models import AuditRecord, Plan, Version
from plans.reviews.completions import completed_versions
from plans.reviews.hash_chain import sha256_of, utc_timestamp
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_status
from plans.reviews.summary import join_words
from plans.reviews.verify import verify_evidence

Kind = AuditRecord.Kind
Edition = doc.Edition
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class SignatureCheck:
    """A signature in a file. `problem`: why it is not valid, or ""."""

    role: str
    signature: doc.Signature
    problem: str = ""


class Variant(NamedTuple):
    """A form in which a version can be exported; the default is its own bytes."""

    dialect: doc.Dialect | None = None
    is_compatible: bool = False

    def __str__(self) -> str:
        named = [f"in the {self.dialect} dialect"] if self.dialect else []
        if self.is_compatible:
            named.append("with the compatibility comment")
        return " ".join(named)


VARIANTS = [
    Variant(dialect, is_compatible)
    for dialect in (None, *doc.Dialect)
    for is_compatible in (False, True)
]


class Verdict(Enum):
    """The present status of an identified version, best first."""

    APPROVED = "approved"
    HALF_SIGNED = "half signed"
    UNSIGNED = "unsigned"
    OBJECTED = "objected to"
    SUPERSEDED = "superseded"
    UNSOUND = "unsound"


@dataclass(frozen=True)
class VersionMatch:
    """A version that a file is, with the signatures in the file. `variant`: the form in
    which it was exported. `problem`: why the stored evidence of the plan is not valid,
    or ""."""

    version: Version
    signatures: list[SignatureCheck]
    problem: str = ""
    variant: Variant = Variant()

    @property
    def is_valid(self) -> bool:
        return not self.problem and not any(named.problem for named in self.signatures)


def assess(match: VersionMatch) -> tuple[Verdict, str]:
    """The verdict on a match, and the reason. For an unsound match, `SignatureCheck`
    and `VersionMatch` have the details."""
    if not match.is_valid:
        return Verdict.UNSOUND, "what it names does not stand"
    version, plan = match.version, match.version.plan
    state = review_status(plan)
    assert state.version
    if state.version.pk != version.pk:
        records = plan.records.order_by("number")
        was = "it was" if version.pk in completed_versions(records) else "it was never"
        return (
            Verdict.SUPERSEDED,
            f"{was} approved, and version {state.version.number} was submitted since",
        )
    match state.name:
        case "approved":
            return Verdict.APPROVED, "approved, and every sign-off stands"
        case "superseded":
            return Verdict.SUPERSEDED, "approved, but the plan was edited since"
        case "changes":
            return Verdict.OBJECTED, f"not approved: {_objections(state)}"
    return _not_yet(state)


def _objections(state: ReviewStatus) -> str:
    words = {"declined": "declined", "changes": "asked for changes"}
    return "; ".join(
        f"{approver.user.name} {words[approver.state]} for {slot.approval.role}"
        for slot in state.slots
        for approver in slot.approvers
        if approver.state in words
    )


def _not_yet(state: ReviewStatus) -> tuple[Verdict, str]:
    ended = "; the request has ended" if state.has_expired else ""
    if not any(slot.has_decision for slot in state.slots):
        return Verdict.UNSIGNED, f"not approved: no one has signed it yet{ended}"
    missing = [slot.approval.role for slot in state.required if not slot.is_approved]
    names, verb = join_words(missing), "is" if len(missing) == 1 else "are"
    return Verdict.HALF_SIGNED, f"not approved: {names} {verb} missing{ended}"


# Those among which to look; None for all of them.
Plans = QuerySet[Plan] | None


def identify_versions(text: str, plans: Plans = None) -> list[VersionMatch]:
    """The versions that a file is, byte for byte, in any variant and with or without
    signatures. Several if plans have the same text."""
    matching = [
        match for how in reading_options(text) for match in _matches(text, plans, *how)
    ]
    return sorted(matching, key=lambda m: (m.version.plan.slug, m.version.number))


def reading_options(text: str) -> Iterator[tuple[Edition, doc.Places]]:
    """The editions and sets of places under which the file may have been frozen."""
    for edition in Edition:
        yield edition, doc.NO_PLACES
    known: list[doc.Places] = []
    decided = Version.objects.exclude(places={}).order_by()
    for number, places in decided.values_list("edition", "places"):
        if places not in known and all(heading in text for heading in places):
            known.append(places)
            yield Edition(number), places


def _matches(
    text: str, plans: Plans, edition: Edition, places: doc.Places
) -> Iterator[VersionMatch]:
    """The matches among versions frozen under one edition and one set of places."""
    bare = doc.strip_signatures(text, edition, places)
    lines: list[doc.ApprovalLine] | None = None
    for version, variant in _candidates(bare, plans, edition, places):
        lines = lines or doc.approval_lines(text, edition, places)
        if len(lines) != len(version.slots):
            continue
        signatures = [line.signatures for line in lines]
        signed = doc.add_signatures(version.markdown, signatures, edition, places)
        if in_variant(signed, variant) == text:
            checks = list(_check_signatures(version, lines))
            yield VersionMatch(version, checks, _problem_with(version, lines), variant)


def _problem_with(version: Version, lines: list[doc.ApprovalLine]) -> str:
    """What is wrong with the stored evidence, or "". Of the texts, those are divided
    into chapters on which the answer rests: the version's own, the newest, and those
    that were signed in its place."""
    numbers = {one.version for line in lines for one in line.signatures}
    signed = version.plan.versions.filter(number__in=numbers).order_by()
    decided = {
        approver.decision.version_id or 0
        for slot in review_status(version.plan).slots
        for approver in slot.approvers
        if approver.decision
    }
    relied_on = {version.pk, *signed.values_list("pk", flat=True), *decided}
    return verify_evidence(version.plan, most_characters=0, always=relied_on).problem


def _versions(plans: Plans) -> QuerySet[Version]:
    versions = Version.objects.all()
    return versions if plans is None else versions.filter(plan__in=plans)


def _candidates(
    bare: str, plans: Plans, edition: Edition, places: doc.Places
) -> Iterator[tuple[Version, Variant]]:
    """The versions that a text without signatures may be, each with its variant."""
    versions = _versions(plans).filter(edition=edition, places=dict(places))
    versions = versions.select_related("plan")
    for version in versions.filter(sha256=sha256_of(bare)):
        if version.markdown == bare:  # otherwise verify_approvals reports it
            yield version, Variant()
    # No variant changes a heading, so only versions with this one come into question.
    heading = next((line for line in bare.split("\n") if line.startswith("#")), None)
    if heading is None:
        return
    letters = _letters(bare)
    candidates = versions.filter(markdown__contains=heading)
    # All variants have the letters of the version; to make them takes much longer.
    for version in candidates.iterator(chunk_size=50):
        if not letters.startswith(_letters(version.markdown)):
            continue
        variant = _digests_of_variants(version.markdown).get(sha256_of(bare))
        if variant:
            yield version, variant


def why_not(text: str, plans: Plans = None) -> str:
    """What is closest to the truth about a file that is no version."""
    unix = text.replace("\r\n", "\n").removeprefix("\ufeff")
    if unix != text and identify_versions(unix, plans):
        return (
            "not a version as it is; with LF line ends and without a byte order mark "
            "it would be one. Something converted the file."
        )
    frozen = {
        sha256_of(doc.strip_signatures(text, *how)) for how in reading_options(text)
    }
    if _versions(plans).filter(sha256__in=frozen).exists():
        return (
            "the text is that of a version, but the decisions in its Approvals lines "
            "are not as the planner writes them, or the stored text was changed."
        )
    return "not a version of any plan here: no byte-for-byte match."


def _letters(text: str) -> str:
    """The letters and digits of a text. Only marks and spaces differ in its variants,
    and the compatibility comment stands behind it."""
    return _NO_LETTERS.sub("", text)


@lru_cache(maxsize=100)
def _digests_of_variants(markdown: str) -> dict[str, Variant]:
    """The variants of a version other than its own bytes, by digest."""
    by_digest = {
        sha256_of(in_variant(markdown, variant)): variant
        for variant in reversed(VARIANTS)
    }
    by_digest.pop(sha256_of(markdown), None)
    return by_digest


def in_variant(text: str, variant: Variant) -> str:
    return export.in_form(
        text, dialect=variant.dialect, compatible=variant.is_compatible
    )


def _check_signatures(
    version: Version, lines: list[doc.ApprovalLine]
) -> Iterator[SignatureCheck]:
    records = list(version.plan.records.select_related("version"))
    for item_id, line in zip(version.slots, lines, strict=False):
        for signature in line.signatures:
            problem = _problem_of(version, records, item_id, signature)
            yield SignatureCheck(line.role, signature, problem)


def _problem_of(
    version: Version, records: list[AuditRecord], item_id: int, signature: doc.Signature
) -> str:
    matching = [
        record
        for record in records
        if record.is_approval
        and record.approval_id == item_id
        and signature_of(record) == signature
    ]
    if not matching:
        return "no such sign-off was ever given"
    # After a withdrawal and a new approval on the same day, two records match.
    problems = [why_invalid(version, record, records) for record in matching]
    return "" if "" in problems else problems[-1]


def why_invalid(
    version: Version, signed: AuditRecord, records: list[AuditRecord]
) -> str:
    """Why an approval does not count for a version (any more), or ""."""
    if not _applies_to(version, signed, records):
        number = signed.version.number if signed.version else 0
        return f"given to version {number}, whose text is another one"
    later = {r.kind: r for r in records if r.details.get("record") == signed.number}
    if Kind.WITHDRAWN in later:
        return f"withdrawn on {utc_timestamp(later[Kind.WITHDRAWN].at)[:10]}"
    if signed.kind == Kind.APPROVED_IF and Kind.CONDITION_MET not in later:
        return "given on a condition that is not met"
    return ""


def _applies_to(
    version: Version, signed: AuditRecord, records: list[AuditRecord]
) -> bool:
    """Whether a sign-off is on these bytes or was carried over to them; then the audit
    log names it in the completion of the version."""
    return signed.sha256 == version.sha256 or any(
        record.kind == Kind.COMPLETED
        and record.version_id == version.pk
        and signed.number in record.details["records"]
        for record in records
    )


def signature_of(record: AuditRecord) -> doc.Signature:
    """The signature in an exported file for a record."""
    assert record.version
    details = record.details
    return doc.Signature(
        # Records of older releases name no team, and neither do their files.
        name=doc.printed_account(record.name, details["team"], details["planner"])
        if "team" in details
        else doc.printed_name(record.name),
        day=record.at.date(),
        version=record.version.number,
        digest=record.digest,
    )
