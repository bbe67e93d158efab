"""How far the newest version of each plan is signed, and what that is still worth.

Everything is told from what is stored at the moment it is asked for: whether a sign-off
stands is a comparison of digests, not a flag that somebody has to remember to clear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Exists, Max, OuterRef, Subquery
from django.utils import timezone

from plans import document as doc
from plans.models import (
    Approval,
    Approver,
    AuditRecord,
    Change,
    Membership,
    Plan,
    ReviewRules,
    User,
    Version,
)
from plans.reviews import digests
from plans.reviews.completions import completed_versions

Kind = AuditRecord.Kind


@dataclass
class ApproverStatus:
    """One approver of a slot, and what their word on the newest version is.

    `decision`: the newest one that counts for that version; `is_carried`: it was made
    on an earlier one, whose text is the same where it matters. `last`: their newest
    decision at all, withdrawn ones aside. `withdrawn`: the record of their taking back
    their word, when that is the last thing they said. `unable`: why they can no longer
    sign, after their name; "" when they can.
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
    """One approval of a plan with its approvers' words.

    `is_stale`: the plan was edited since the newest version where this slot looks, or
    who is to sign here was.
    `waits_for`: the slots that have to be approved before it.
    """

    approval: Approval
    approvers: list[ApproverStatus] = field(default_factory=list)
    is_stale: bool = False
    # Whom the line may mean, where an editor has yet to say so (actions.approvers).
    proposed: list[User] = field(default_factory=list)
    waits_for: list[ApprovalStatus] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Like an approver's; what stands in the way comes first."""
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
        enough = any if self.approval.needs == Approval.Needs.ANY else all
        return bool(states) and enough(state == "approved" for state in states)

    @property
    def has_decision(self) -> bool:
        return any(approver.decision for approver in self.approvers)

    @property
    def open_approvers(self) -> list[ApproverStatus]:
        """Whose word is still waited for: of those who can give it."""
        return [approver for approver in self._silent if not approver.unable_reason]

    @property
    def unable_approvers(self) -> list[ApproverStatus]:
        """Whose word is missing, and will not come."""
        return [approver for approver in self._silent if approver.unable_reason]

    @property
    def _silent(self) -> list[ApproverStatus]:
        if self.is_approved:
            return []
        return [approver for approver in self.approvers if approver.state == "open"]

    def approver_for(self, user: User) -> ApproverStatus | None:
        return next((v for v in self.approvers if v.user.pk == user.pk), None)


@dataclass
class ReviewStatus:
    """Where one plan stands.

    `is_edited`: its text is no longer that of the newest version; `edited_parts`: the
    headings of the parts that say something else. `asks_others`: its Approvals lines
    are no longer those of that version, so the slots that there are now cannot tell
    whether it has all that it asked for; `was_completed`: its record says that it had.
    """

    rules: ReviewRules
    version: Version | None = None
    slots: list[ApprovalStatus] = field(default_factory=list)
    is_edited: bool = False
    edited_parts: frozenset[str] = frozenset()
    asks_others: bool = False
    was_completed: bool = False

    @property
    def required(self) -> list[ApprovalStatus]:
        return [slot for slot in self.slots if slot.approval.is_required]

    @property
    def edition(self) -> doc.Edition:
        """The one that the plan's text is compared under: its newest version's."""
        return doc.Edition(self.version.edition) if self.version else doc.NEWEST

    @property
    def is_approved(self) -> bool:
        """All that is required was given for the newest version's own bytes."""
        if self.version is None or not self.required:
            return False
        if self.asks_others:
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
        """For places where there is no room for the version."""
        if any(slot.state == "declined" for slot in self.slots):
            return "Declined"
        return {
            "draft": "Draft",
            "changes": "Changes",
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

    def slot_of(self, approval_id: int) -> ApprovalStatus | None:
        found = (slot for slot in self.slots if slot.approval.pk == approval_id)
        return next(found, None)


def request_has_expired(version: Version | None, at: datetime) -> bool:
    return bool(version and version.expires_at and version.expires_at <= at)


def review_status(plan: Plan) -> ReviewStatus:
    return review_statuses([plan])[plan.pk]


def review_statuses(plans: Sequence[Plan]) -> dict[int, ReviewStatus]:
    """By the ids of the plans, in the same few queries however many."""
    ids = [plan.pk for plan in plans]
    rules = ReviewRules.objects.in_bulk(ids)
    states = {pk: ReviewStatus(rules.get(pk) or ReviewRules(plan_id=pk)) for pk in ids}
    for version in _newest_versions(ids):
        states[version.plan_id].version = version
    words = _Words([pk for pk in ids if states[pk].version])
    for slot in _slots(ids):
        states[slot.approval.item.block.section.plan_id].slots.append(slot)
    for state in states.values():
        for slot in state.slots:
            for approver in slot.approvers:
                words.put(approver, slot, state)
    changed = [
        (plan, states[plan.pk].edition)
        for plan in plans
        if getattr(states[plan.pk].version, "moved", 0)
    ]
    _compare(
        [
            (states[plan.pk], text)
            for plan, text in digests.load_current_digests(changed)
        ]
    )
    return states


def mark_edits(state: ReviewStatus, text: digests.TextDigests) -> None:
    """Say in a state what is no longer as it was in the newest version."""
    _compare([(state, text)])


def _compare(states: list[tuple[ReviewStatus, digests.TextDigests]]) -> None:
    edited = [
        (state, state.version, text)
        for state, text in states
        if state.version and state.version.sha256 != text.sha256
    ]
    frozen = digests.version_digests(version for _, version, _ in edited)
    for state, version, text in edited:
        _compare_one(state, version, frozen[version.pk], text)
    others = {
        version.plan_id: state for state, version, _ in edited if state.asks_others
    }
    records: dict[int, list[AuditRecord]] = defaultdict(list)
    if others:
        for record in AuditRecord.objects.filter(plan__in=others).order_by("number"):
            records[record.plan_id].append(record)
    for plan_id, state in others.items():
        assert state.version
        state.was_completed = state.version.pk in completed_versions(records[plan_id])


def _compare_one(
    state: ReviewStatus,
    version: Version,
    frozen: digests.TextDigests,
    text: digests.TextDigests,
) -> None:
    state.is_edited = True
    before = version.parts
    state.edited_parts = frozenset(
        heading
        for heading in before.keys() | text.parts.keys()
        if before.get(heading) != text.parts.get(heading)
    )
    asked = _asked(version.slots, frozen.lines)
    asks = _asked([slot.approval.pk for slot in state.slots], text.lines)
    state.asks_others = asked != asks
    for slot in state.slots:
        pk = slot.approval.pk
        is_same_line = pk in asked and asked[pk] == asks.get(pk)
        slot.is_stale = not is_same_line or not _same_where_it_looks(
            slot.approval, state, version, text
        )


def _asked(slots: list[int], lines: list[tuple[str, str]]) -> dict[int, object]:
    """What each slot asks, by its Approvals line."""
    return dict(zip(slots, lines, strict=True)) if len(slots) == len(lines) else {}


class _Text(Protocol):
    """A version, or what the plan would be frozen as now: by its digests."""

    @property
    def sha256(self) -> str: ...
    @property
    def parts(self) -> dict[str, str]: ...
    @property
    def unticked(self) -> dict[str, Any]: ...


def _same_where_it_looks(
    approval: Approval, state: ReviewStatus, before: _Text, after: _Text
) -> bool:
    """Whether two texts, which differ, are the same where a slot looks. A part that is
    missing from either is never the same.

    The ticks of the Definition of Done are looked at by Launch Approval; by everybody
    where there is none, or the plan's rules say so.
    """
    rules = state.rules
    is_about_all = rules.stale_on != ReviewRules.StaleOn.COVERED or not approval.covers
    if not (before.unticked and after.unticked):  # one is of the first edition
        return not is_about_all and _same_parts(approval, before.parts, after.parts)
    looks_at_ticks = (
        rules.stale_on == ReviewRules.StaleOn.EXACT
        or approval.is_launch
        or not any(slot.approval.is_launch for slot in state.slots)
    )
    one, other = before.unticked, after.unticked
    if looks_at_ticks and one["ticks"] != other["ticks"]:
        return False
    if is_about_all:
        return bool(one["sha256"] == other["sha256"])
    return _same_parts(approval, one["parts"], other["parts"])


def _same_parts(
    approval: Approval, before: dict[str, str], after: dict[str, str]
) -> bool:
    return all(
        heading in before and before[heading] == after.get(heading)
        for heading in approval.covers
    )


def _newest_versions(plan_ids: list[int]) -> Iterable[Version]:
    """Each with `moved`: whether the plan's rows were written to since."""
    newest = Version.objects.filter(plan__in=plan_ids).order_by().values("plan")
    later = Change.objects.filter(
        plan=OuterRef("plan"), number__gt=OuterRef("change_number")
    ).exclude(edits=[])
    return (
        Version.objects.filter(
            pk__in=newest.annotate(newest=Max("pk")).values("newest")
        )
        .defer("markdown")
        .select_related("author", "last_writer")
        .annotate(moved=Exists(later))
    )


def _slots(plan_ids: list[int]) -> list[ApprovalStatus]:
    """The slots that are there, in the order of their plan, with their approvers."""
    approvals = (
        Approval.objects.present()
        .filter(item__block__section__plan__in=plan_ids)
        .select_related("item__block__section")
        .order_by(
            "item__block__section__position", "item__block__position", "item__position"
        )
    )
    slots = {approval.pk: ApprovalStatus(approval) for approval in approvals}
    # By their slots: to come to them by the plans would read all items once more.
    team = OuterRef("approval__item__block__section__plan__team")
    members = Membership.objects.filter(user=OuterRef("user"), team=team)
    seats = Approver.objects.filter(approval__in=list(slots))
    seats = seats.annotate(role=Subquery(members.values("role")[:1]))
    for seat in seats.select_related("user", "in_place_of"):
        approver = ApproverStatus(
            seat.user, seat.in_place_of, unable_reason=_unable_reason(seat)
        )
        slots[seat.approval_id].approvers.append(approver)
    for slot in slots.values():
        earlier = [slots[pk] for pk in slot.approval.after if pk in slots]
        slot.waits_for.extend(earlier)
    return list(slots.values())


def _unable_reason(seat: Any) -> str:
    """Why nobody waits for the word of who has this seat."""
    if seat.role is None:
        return "is no longer in the team"
    if not seat.user.is_active:
        return "has a deactivated account"
    return "is a viewer" if seat.role == Membership.Role.VIEWER else ""


class _Words:
    """Every decision of some plans, by slot and person."""

    def __init__(self, plan_ids: list[int]) -> None:
        self.last: dict[tuple[int, int], list[AuditRecord]] = defaultdict(list)
        if not plan_ids:
            return
        kinds = [*AuditRecord.DECISIONS, Kind.WITHDRAWN, Kind.CONDITION_MET]
        records = AuditRecord.objects.filter(plan__in=plan_ids, kind__in=kinds)
        told = records.select_related("version").defer("version__markdown")
        for record in told.order_by("number"):
            self.last[record.approval_id or 0, record.actor_id].append(record)

    def put(
        self, approver: ApproverStatus, slot: ApprovalStatus, state: ReviewStatus
    ) -> None:
        """Tell an approver what it said."""
        said = self.last.get((slot.approval.pk, approver.user.pk), [])
        approver.last_record = said[-1].number if said else 0
        if said and said[-1].kind == Kind.WITHDRAWN:
            approver.withdrawn = said[-1]
        standing = _standing(said)
        if standing is None or state.version is None:
            return
        approver.last = standing
        approver.is_carried = standing.version_id != state.version.pk
        if approver.is_carried and not _carries(standing, slot.approval, state):
            approver.is_carried = False
            return
        approver.decision = standing
        met = (record for record in said if record.number > standing.number)
        approver.condition_met = next(met, None)


def _standing(said: list[AuditRecord]) -> AuditRecord | None:
    """The newest decision, unless it was withdrawn."""
    for record in reversed(said):
        if record.kind == Kind.WITHDRAWN:
            return None
        if record.kind in AuditRecord.DECISIONS:
            return record
    return None


def _carries(decision: AuditRecord, approval: Approval, state: ReviewStatus) -> bool:
    """Whether a decision on an earlier version holds for the newest one: always for
    the same bytes; for others an approval, where the plan allows it and the parts that
    its slot covers are the same. Never for a slot that was called otherwise then: who
    approved a design has not approved a launch."""
    signed, newest = decision.version, state.version
    if signed is None or newest is None or decision.role != approval.role:
        return False
    if signed.sha256 == newest.sha256:
        return True
    return decision.is_approval and _same_where_it_looks(
        approval, state, signed, newest
    )
