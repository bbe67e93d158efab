"""Which version of which plan a file at hand is, and what it is worth today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from plans import document as doc
from plans.content import export
from plans.models import AuditRecord, Version
from plans.reviews.completions import completed_versions
from plans.reviews.hash_chain import sha256_of, utc_timestamp
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_status
from plans.reviews.summary import join_words
from plans.reviews.verify import verify_evidence

Kind = AuditRecord.Kind
Edition = doc.Edition


@dataclass(frozen=True)
class SignatureCheck:
    """A decision that a file names. `stands`: ""; or why it does not (any more)."""

    role: str
    signature: doc.Signature
    stands: str = ""


class Variant(NamedTuple):
    """How a version can leave the planner beside its own bytes."""

    dialect: doc.Dialect | None = None
    is_compatible: bool = False

    def __str__(self) -> str:
        named = [f"in the {self.dialect} dialect"] if self.dialect else []
        if self.is_compatible:
            named.append("with the compatibility comment")
        return " ".join(named)


class Verdict(Enum):
    """What a version is worth today, the best first."""

    APPROVED = "approved"
    HALF_SIGNED = "half signed"
    UNSIGNED = "unsigned"
    OBJECTED = "objected to"
    SUPERSEDED = "superseded"
    UNSOUND = "unsound"


@dataclass(frozen=True)
class VersionMatch:
    """A version that a file is, with the decisions that it names. `form`: which one of
    the version's, if not its own bytes. `misfit`: why what is stored of that plan
    cannot be relied on, or ""."""

    version: Version
    signed: list[SignatureCheck]
    misfit: str = ""
    form: Variant = Variant()

    @property
    def fits(self) -> bool:
        return not self.misfit and not any(named.stands for named in self.signed)


def assess(match: VersionMatch) -> tuple[Verdict, str]:
    """With a sentence that says why; of an unsound one, its other lines tell."""
    if not match.fits:
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
        return Verdict.UNSIGNED, f"not approved: nobody has signed it yet{ended}"
    missing = [slot.approval.role for slot in state.required if not slot.is_approved]
    names, verb = join_words(missing), "is" if len(missing) == 1 else "are"
    return Verdict.HALF_SIGNED, f"not approved: {names} {verb} missing{ended}"


def identify_versions(text: str) -> list[VersionMatch]:
    """The versions that a file is, byte for byte: as they were frozen, with decisions
    in their Approvals lines, or either in another dialect. More than one when plans are
    the same."""
    matching = [
        match for how in reading_options(text) for match in _matches(text, *how)
    ]
    return sorted(matching, key=lambda m: (m.version.plan.slug, m.version.number))


def reading_options(text: str) -> Iterator[tuple[Edition, doc.Places]]:
    """The ways in which versions were frozen that a file may be one of."""
    for edition in Edition:
        yield edition, doc.NO_PLACES
    known: list[doc.Places] = []
    decided = Version.objects.exclude(places={}).order_by()
    for number, places in decided.values_list("edition", "places"):
        if places not in known and all(heading in text for heading in places):
            known.append(places)
            yield Edition(number), places


def _matches(text: str, edition: Edition, places: doc.Places) -> Iterator[VersionMatch]:
    """Those that were frozen under one edition, with what was decided of places."""
    lines = doc.approval_lines(text, edition, places)
    bare = doc.strip_signatures(text, edition, places)
    for version, form in _candidates(bare, edition, places):
        if len(lines) != len(version.slots):
            continue
        signatures = [line.signatures for line in lines]
        signed = doc.add_signatures(version.markdown, signatures, edition, places)
        if _in_form(signed, form) == text:
            named = list(_named(version, lines))
            yield VersionMatch(
                version, named, verify_evidence(version.plan).misfit, form
            )


def _candidates(
    bare: str, edition: Edition, places: doc.Places
) -> Iterator[tuple[Version, Variant]]:
    """The versions that a text without decisions is, and the form that it has."""
    versions = Version.objects.filter(edition=edition, places=dict(places))
    versions = versions.select_related("plan")
    for version in versions.filter(sha256=sha256_of(bare)):
        if version.markdown == bare:  # else verify_approvals tells of it
            yield version, Variant()
    # No form touches a heading, so these are the few that can be it.
    heading = next((line for line in bare.split("\n") if line.startswith("#")), None)
    if heading is None:
        return
    for version in versions.filter(markdown__contains=heading):
        form = _forms_of(version.markdown).get(sha256_of(bare))
        if form:
            yield version, form


@lru_cache(maxsize=100)
def _forms_of(markdown: str) -> dict[str, Variant]:
    """The forms of a version that are not its own bytes, by their digests."""
    forms = [
        Variant(dialect, is_compatible)
        for dialect in (None, *doc.Dialect)
        for is_compatible in (False, True)
    ]
    by_digest = {sha256_of(_in_form(markdown, form)): form for form in reversed(forms)}
    by_digest.pop(sha256_of(markdown), None)
    return by_digest


def _in_form(text: str, form: Variant) -> str:
    return export.in_form(text, dialect=form.dialect, compatible=form.is_compatible)


def _named(version: Version, lines: list[doc.ApprovalLine]) -> Iterator[SignatureCheck]:
    records = list(version.plan.records.select_related("version"))
    for item_id, line in zip(version.slots, lines, strict=False):
        for signature in line.signatures:
            why = _why_not(version, records, item_id, signature)
            yield SignatureCheck(line.role, signature, why)


def _why_not(
    version: Version, records: list[AuditRecord], item_id: int, signature: doc.Signature
) -> str:
    made = [
        record
        for record in records
        if record.is_approval
        and record.approval_id == item_id
        and signature_of(record) == signature
    ]
    if not made:
        return "no such sign-off was ever given"
    # Who withdrew and signed again on the same day has two that look the same.
    whys = [_why_it_fell(version, one, records) for one in made]
    return "" if "" in whys else whys[-1]


def _why_it_fell(
    version: Version, made: AuditRecord, records: list[AuditRecord]
) -> str:
    if not _is_of(version, made, records):
        number = made.version.number if made.version else 0
        return f"given to version {number}, whose text is another one"
    later = {r.kind: r for r in records if r.details.get("record") == made.number}
    if Kind.WITHDRAWN in later:
        return f"withdrawn on {utc_timestamp(later[Kind.WITHDRAWN].at)[:10]}"
    if made.kind == Kind.APPROVED_IF and Kind.CONDITION_MET not in later:
        return "given on a condition that is not met"
    return ""


def _is_of(version: Version, made: AuditRecord, records: list[AuditRecord]) -> bool:
    """Whether a sign-off is of these bytes, or was carried over to them: then it is
    among those that the record says made the version approved."""
    return made.sha256 == version.sha256 or any(
        record.kind == Kind.COMPLETED
        and record.version_id == version.pk
        and made.number in record.details["records"]
        for record in records
    )


def signature_of(record: AuditRecord) -> doc.Signature:
    """A sign-off as a finished file names it."""
    assert record.version
    details = record.details
    return doc.Signature(
        # Records from before they named the team are named as their files name them.
        name=doc.printed_account(record.name, details["team"], details["planner"])
        if "team" in details
        else doc.printed_name(record.name),
        day=record.at.date(),
        version=record.version.number,
        digest=record.digest,
    )
