"""The one shape of whatever waits for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus


class Kind(StrEnum):
    """In the order of the filters. `ASKED`: somebody puts a question to the person;
    `QUESTION`: the plan's text has an open one. `TURN`: it is not yet their turn."""

    SIGN = "sign"
    CONDITION = "condition"
    CHANGES = "changes"
    STALE = "stale"
    ASKED = "asked"
    QUESTION = "question"
    SUGGESTION = "suggestion"
    MENTION = "mention"
    ASSIGNED = "assigned"
    TURN = "turn"

    @property
    def label(self) -> str:
        """What the entries of this kind are called."""
        return _LABELS[self]

    @property
    def label_of_one(self) -> str:
        return _LABELS_OF_ONE.get(self, self.label)

    @property
    def names_plan(self) -> bool:
        """Whether the line of such an entry says which plan it is about."""
        return self in (Kind.SIGN, Kind.CONDITION, Kind.CHANGES, Kind.STALE, Kind.TURN)


_LABELS = {
    Kind.SIGN: "To sign",
    Kind.CONDITION: "Conditions",
    Kind.CHANGES: "Changes requested",
    Kind.STALE: "Stale sign-offs",
    Kind.ASKED: "Questions to you",
    Kind.QUESTION: "Open questions",
    Kind.SUGGESTION: "Suggestions",
    Kind.MENTION: "Mentions",
    Kind.ASSIGNED: "Assigned",
    Kind.TURN: "Not yet your turn",
}
_LABELS_OF_ONE = {
    Kind.CONDITION: "Condition",
    Kind.STALE: "Stale sign-off",
    Kind.ASKED: "Question to you",
    Kind.QUESTION: "Open question",
    Kind.SUGGESTION: "Suggestion",
    Kind.MENTION: "Mention",
}


@dataclass(frozen=True)
class Seat:
    """Where somebody signs or has signed, with the status of the plan."""

    state: ReviewStatus
    slot: ApprovalStatus
    approver: ApproverStatus


@dataclass(frozen=True)
class Entry:
    """One thing that waits.

    `about` identifies it within its kind; `stamp` changes when it is asked anew.
    `who` asks for it, where a person does. `row`: the id of the item, section or
    suggestion that it is about; `comment`: of the mention, or of the newest answer.
    """

    kind: Kind
    about: str
    stamp: str
    since: datetime
    plan_id: int
    row: int = 0
    comment: int = 0
    who: int | None = None
    due: date | None = None
    seat: Seat | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.about}"
