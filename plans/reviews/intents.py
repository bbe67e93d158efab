"""The intent that a person signs with their own key: of the records to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import get_random_string

from planner_evidence.intent import Intent, make_intent
from plans.models import AuditRecord
from plans.reviews.evidence_keys import planner_name


@dataclass(frozen=True)
class OwnSignature:
    """An intent, and the assertion with which a person's passkey signed it."""

    intent: Intent
    assertion: dict[str, str]

    @property
    def details(self) -> dict[str, Any]:
        """As a record keeps it."""
        return {"intent": self.intent, "assertion": self.assertion}


def intent_of(records: Sequence[AuditRecord]) -> Intent:
    """`records`: those of one decision, as they would be written. One or several
    slots, each with its record."""
    first = records[0]
    assert first.version
    return make_intent(
        planner=planner_name(),
        plan=first.plan_id,
        version=first.version.number,
        sha256=first.sha256,
        edition=first.version.edition,
        slots=[
            {"id": record.approval_id, "role": record.role, "meaning": record.meaning}
            for record in records
        ],
        decision=str(first.kind),
        comment=first.comment,
        user=first.actor_id,
        account=first.name,
        nonce=get_random_string(32),
        previous=first.previous,
    )
