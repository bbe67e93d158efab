"""The file of approvals of a version: `plan.approvals.json`.

It states the digests of all forms in which the planner gives the version out, and every
decision on it with its record, as it is hashed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from planner_evidence.envelope import PREDICATE_TYPE, STATEMENT_TYPE, seal
from planner_evidence.verify import shown
from plans.errors import Refused
from plans.models import AuditRecord, Plan, Version
from plans.reviews.approved_file import completing_approvals, signed_text
from plans.reviews.evidence_keys import current_signer, planner_name
from plans.reviews.hash_chain import hash_input, sha256_of, utc_timestamp
from plans.reviews.identify import (
    VARIANTS,
    VersionMatch,
    assess,
    in_variant,
    why_invalid,
)
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence

Kind = AuditRecord.Kind


def approvals_file(plan: Plan, version: Version, made: datetime) -> bytes:
    """The bytes of the file. Raises Refused where nothing can be signed."""
    signer = current_signer()
    if signer is None:
        raise Refused(
            "This server has no key to sign evidence with. The person who runs it can "
            "make one with `manage.py make_evidence_key`."
        )
    report = verify_evidence(plan, most_characters=0, always={version.pk})
    if not report.is_valid:
        raise Refused(
            "The evidence of this plan is inconsistent, so the server does not sign "
            f"it. {report.problem}"
        )
    return seal(approvals_statement(plan, version, made), signer)


def approvals_statement(plan: Plan, version: Version, made: datetime) -> dict[str, Any]:
    """What the server states about a version, as an in-toto Statement."""
    records = _records(plan)
    completing = completing_approvals(version, review_status(plan), records)
    verdict, sentence = assess(VersionMatch(version, []))
    return {
        "_type": STATEMENT_TYPE,
        "subject": list(_forms(version, completing)),
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "planner": planner_name(),
            "plan": {
                "id": plan.pk,
                "slug": plan.slug,
                "title": plan.title,
                "team": plan.team.name,
            },
            "version": {
                "number": version.number,
                "sha256": version.sha256,
                "edition": version.edition,
                "submitted": utc_timestamp(version.created_at),
                "author": version.author.account,
            },
            "made": utc_timestamp(made),
            "state": verdict.value,
            "sentence": sentence,
            "decisions": [
                _decision(record, note)
                for record, note in _decisions(version, completing, records)
            ],
            "chain": {
                "records": len(records),
                "head": records[-1].hash if records else "",
            },
        },
    }


def _forms(version: Version, completing: list[AuditRecord]) -> Iterator[dict[str, Any]]:
    """Every form in which the planner gives a version out, each digest once."""
    texts = {"as it was frozen": version.markdown}
    if completing:
        texts["with its signatures"] = signed_text(version, completing)
    digests: set[str] = set()
    for how, text in texts.items():
        for variant in VARIANTS:
            digest = sha256_of(in_variant(text, variant))
            if digest not in digests:
                digests.add(digest)
                name = " ".join(filter(None, [how, str(variant)]))
                yield {"name": name, "digest": {"sha256": digest}}


def decisions_on(version: Version) -> list[tuple[AuditRecord, str]]:
    """Every decision on a version, and on an earlier one that holds for it; each with
    why it does not count (any more), or ""."""
    records = _records(version.plan)
    state = review_status(version.plan)
    completing = completing_approvals(version, state, records)
    return list(_decisions(version, completing, records))


def _records(plan: Plan) -> list[AuditRecord]:
    records = plan.records.order_by("number").select_related("version")
    return list(records.defer("version__markdown"))


def _decisions(
    version: Version, completing: list[AuditRecord], records: list[AuditRecord]
) -> Iterator[tuple[AuditRecord, str]]:
    for record in records:
        is_on_it = record.version_id == version.pk or record in completing
        if is_on_it and record.kind in AuditRecord.DECISIONS:
            yield record, why_invalid(version, record, records)


def _decision(record: AuditRecord, note: str) -> dict[str, Any]:
    """`note`: why it does not count (any more), or ""."""
    hashed = hash_input(record, record.previous)
    return {
        **shown(hashed[1]),
        "label": record.get_kind_display(),
        "version": record.version.number if record.version else 0,
        "hash": record.hash,
        "hashed": hashed,
        "note": note,
    }
