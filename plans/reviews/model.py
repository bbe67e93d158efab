"""The status of a plan's sign-off, as plain values: its slots and their approvers.

`plans.reviews.status` computes them; nothing here queries the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from plans import document as doc
from plans.models import Approval, AuditRecord, InvitedSeat, ReviewRules, User, Version

Kind = AuditRecord.Kind


@dataclass
class ApproverStatus:
    """One approver of a slot, and their decision on the newest version.

    `decision`: the one that counts for that version. `is_carried`: it was made on an
    earlier version and still counts. `last`: their newest decision on any version,
    unless withdrawn. `withdrawn`: the record of the withdrawal, if that is their newest
    record. `last_record`: the number of their newest record, 0 without one.
    `unable_reason`: why they can no longer sign, worded to follow their name; "" if
    they can.
    """

    user: User
    in_place_of: User | None = None
    decision: AuditRecord | None = None
    last: AuditRecord | None = None
    is_carried: bool = False
    condition_met: AuditRecord | None = None
    withdrawn: AuditRecord | None = None
    last_record: int = 0
    unable_reason: str = ""

    @property
    def state(self) -> str:
        """`open`, `approved`, `condition`, `changes` or `declined`."""
        if self.decision is None:
            return "open"
        match self.decision.kind:
            case Kind.APPROVED:
                return "approved"
            case Kind.APPROVED_IF:
                return "approved" if self.condition_met else "condition"
            case Kind.CHANGES_REQUESTED:
                return "changes"
        return "declined"

    @property
    def is_approval(self) -> bool:
        return self.state == "approved"


@dataclass
class ApprovalStatus:
    """One slot of a plan, with the decisions of its approvers.

    `text_version`: that of the slot's line (Item.version).
    `is_stale`: an edit since the newest version concerns this slot, or changed its
    Approvals line. `waits_for`: the slots that have to be approved first.
    `proposed`: members whom the line may name, until an editor confirms them
    (plans.reviews.named_people). `invited`: seats that wait for somebody to accept an
    invitation; `awaits_invited`: whether there is one, which holds without them too.
    """

    approval: Approval
    plan_id: int = 0
    text_version: int = 0
    approvers: list[ApproverStatus] = field(default_factory=list)
    is_stale: bool = False
    proposed: list[User] = field(default_factory=list)
    invited: list[InvitedSeat] = field(default_factory=list)
    awaits_invited: bool = False
    waits_for: list[ApprovalStatus] = field(default_factory=list)

    @property
    def state(self) -> str:
        """As for one approver; an objection outweighs an approval."""
        states = [approver.state for approver in self.approvers]
        for blocking in ("declined", "changes"):
            if blocking in states:
                return blocking
        if self.is_approved:
            return "approved"
        return "condition" if "condition" in states else "open"

    @property
    def is_approved(self) -> bool:
        states = [approver.state for approver in self.approvers]
        if {"declined", "changes"} & set(states):
            return False
        is_one_enough = self.approval.needs == Approval.Needs.ANY
        if self.awaits_invited and not is_one_enough:
            return False
        enough = any if is_one_enough else all
        return bool(states) and enough(state == "approved" for state in states)

    def is_approved_with(self, user: User) -> bool:
        """Whether one more approval, by this person, would make it approved."""
        states = {
            one.user.pk: "approved" if one.user == user else one.state
            for one in self.approvers
        }
        if user.pk not in states or {"declined", "changes"} & set(states.values()):
            return False
        if self.approval.needs == Approval.Needs.ANY:
            return True
        return not self.awaits_invited and set(states.values()) == {"approved"}

    @property
    def has_decision(self) -> bool:
        return bool(self.deciders)

    @property
    def deciders(self) -> list[User]:
        return [approver.user for approver in self.approvers if approver.decision]

    @property
    def open_approvers(self) -> list[ApproverStatus]:
        """Approvers who can still decide and have not."""
        return [approver for approver in self._undecided if not approver.unable_reason]

    @property
    def unable_approvers(self) -> list[ApproverStatus]:
        """Approvers who have not decided and no longer can."""
        return [approver for approver in self._undecided if approver.unable_reason]

    @property
    def _undecided(self) -> list[ApproverStatus]:
        if self.is_approved:
            return []
        return [approver for approver in self.approvers if approver.state == "open"]

    def approver_for(self, user: User) -> ApproverStatus | None:
        return next((one for one in self.approvers if one.user.pk == user.pk), None)


@dataclass
class ReviewStatus:
    """The status of one plan's sign-off.

    `is_edited`: the plan's text differs from the newest version; `edited_parts`: the
    headings under which it does. `slots_changed`: its Approvals lines differ too, so
    the present slots cannot tell whether that version had every sign-off;
    `was_completed`: whether the audit log says that it had.
    """

    rules: ReviewRules
    version: Version | None = None
    slots: list[ApprovalStatus] = field(default_factory=list)
    is_edited: bool = False
    edited_parts: frozenset[str] = frozenset()
    slots_changed: bool = False
    was_completed: bool = False

    @property
    def required(self) -> list[ApprovalStatus]:
        return [slot for slot in self.slots if slot.approval.is_required]

    @property
    def edition(self) -> doc.Edition:
        """The edition of the newest version, under which the text is compared."""
        return doc.Edition(self.version.edition) if self.version else doc.NEWEST

    @property
    def is_approved(self) -> bool:
        """Whether the newest version, byte for byte, has every required sign-off."""
        if self.version is None or not self.required:
            return False
        if self.slots_changed:
            return self.was_completed
        blocked = any(slot.state in ("changes", "declined") for slot in self.slots)
        return not blocked and all(slot.is_approved for slot in self.required)

    @property
    def name(self) -> str:
        """`draft`, `review`, `changes`, `approved` or `superseded`."""
        if self.version is None:
            return "draft"
        if any(slot.state in ("changes", "declined") for slot in self.slots):
            return "changes"
        if self.is_approved:
            return "superseded" if self.is_edited else "approved"
        return "review"

    @property
    def is_for_reading(self) -> bool:
        """Whether the plan says what people sign or have signed; an edit ends that."""
        return self.name in ("review", "approved") and not self.is_edited

    @property
    def valid_slots(self) -> list[ApprovalStatus]:
        """Slots with a decision that an edit may make stale."""
        return [slot for slot in self.slots if slot.has_decision and not slot.is_stale]

    @property
    def label(self) -> str:
        if self.version is None:
            return "Draft"
        number = self.version.number
        if any(slot.state == "declined" for slot in self.slots):
            return f"Version {number} declined"
        return {
            "changes": f"Changes requested on version {number}",
            "approved": f"Version {number} approved",
            "superseded": f"Version {number} approved, edited since",
            "review": f"Version {number} in review",
        }[self.name]

    @property
    def badge(self) -> str:
        return {"changes": "error", "superseded": "stale"}.get(self.name, self.name)

    @property
    def short_label(self) -> str:
        """For narrow places: without the version's number."""
        if any(slot.state == "declined" for slot in self.slots):
            return "Declined"
        return {
            "draft": "Draft",
            "changes": "Changes requested",
            "approved": "Approved",
            "superseded": "Edited since",
            "review": "In review",
        }[self.name]

    @property
    def signed(self) -> int:
        return sum(slot.is_approved for slot in self.slots)

    @property
    def required_signed(self) -> int:
        return sum(slot.is_approved for slot in self.required)

    @property
    def has_expired(self) -> bool:
        return request_has_expired(self.version, timezone.now())

    @property
    def is_due(self) -> bool:
        """Whether there is something to submit."""
        return self.version is None or self.is_edited or self.has_expired

    def slot_of(self, approval_id: int) -> ApprovalStatus | None:
        slots = (slot for slot in self.slots if slot.approval.pk == approval_id)
        return next(slots, None)


def request_has_expired(version: Version | None, at: datetime) -> bool:
    return bool(version and version.expires_at and version.expires_at <= at)
