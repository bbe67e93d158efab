"""What sign-off asks of a person: decisions to give, conditions to confirm, sign-offs
that an edit made stale, and changes that others request of the person's own plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Value

from plans.models import Approval, AuditRecord, Change, Plan, User, Version
from plans.models.compiled import quick_rows
from plans.page.inbox.entries import Entry, Kind, Seat
from plans.permissions import TeamIds
from plans.reviews.model import ReviewStatus
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_statuses

_OBJECTIONS = (AuditRecord.Kind.CHANGES_REQUESTED, AuditRecord.Kind.DECLINED)


# Where their sign-off stands is computed first: who only counts may need no more.
FIRST_PLANS = 100


def review_entries(
    user: User,
    teams: TeamIds,
    listed: Sequence[Plan],
    statuses: dict[int, ReviewStatus],
) -> Iterator[list[Entry]]:
    """In two portions: of the plans that changed last, and of all others, if there are
    more. The number of queries depends on nothing else. `statuses` is filled with the
    statuses of all these and of the `listed` plans, by their ids."""
    signing, own = _plans_to_look_at(user, teams)
    newest = Plan.objects.filter(pk__in=signing | own).order_by("-updated_at", "-pk")
    plans = quick_rows(newest.select_related("team", "review_rules"))
    missing = {plan.pk: plan for plan in listed}
    for portion in (plans[:FIRST_PLANS], plans[FIRST_PLANS:]):
        if not portion:
            return
        missing |= {plan.pk: plan for plan in portion}
        statuses |= review_statuses(list(missing.values()))
        missing = {}
        entries: list[Entry] = []
        for plan in portion:
            if plan.pk in signing:
                entries += _seats_of(user, plan, statuses[plan.pk])
            if plan.pk in own:
                entries += _objections_to(user, plan, statuses[plan.pk])
        yield _with_first_edits(entries)


def _plans_to_look_at(user: User, teams: TeamIds) -> tuple[set[int], set[int]]:
    """Those to sign, and those with objections, by their ids."""
    rows = _plans_to_sign(user, teams).union(
        _plans_with_objections(user, teams), all=True
    )
    signing: set[int] = set()
    own: set[int] = set()
    for plan, is_own in rows:
        (own if is_own else signing).add(plan)
    return signing, own


def _plans_to_sign(user: User, teams: TeamIds) -> Any:
    """The plans with a slot in which the user has not approved the newest version, or
    which were edited since.

    Filtered in the database: the time depends on what is left to do, not on history.
    """
    versions = Version.objects.filter(plan=OuterRef("item__block__section__plan"))
    newest = versions.order_by("-number")
    approved = AuditRecord.objects.filter(
        approval=OuterRef("pk"),
        actor=user,
        version=OuterRef("newest"),
        kind=AuditRecord.Kind.APPROVED,
    )
    withdrawn = AuditRecord.objects.filter(
        approval=OuterRef("pk"), actor=user, kind=AuditRecord.Kind.WITHDRAWN
    )
    edited = Change.objects.filter(
        plan=OuterRef("item__block__section__plan"), number__gt=OuterRef("frozen_at")
    ).exclude(edits=[])
    slots = (
        Approval.objects.for_approver(user)
        .filter(item__block__section__plan__team__in=teams.comment)
        .annotate(
            newest=Subquery(newest.values("pk")[:1]),
            frozen_at=Subquery(newest.values("change_number")[:1]),
        )
        .exclude(newest=None)
        .filter(~Exists(approved) | Exists(withdrawn) | Exists(edited))
    )
    # Not within another query: PostgreSQL would read every plan.
    return slots.order_by().values_list("item__block__section__plan", Value(False))


def _plans_with_objections(user: User, teams: TeamIds) -> Any:
    """The plans that the user created or submitted last, and somebody objects to."""
    newest = Version.objects.filter(plan=OuterRef("pk")).order_by("-number")
    objections = AuditRecord.objects.filter(
        plan=OuterRef("pk"), version__sha256=OuterRef("sha256"), kind__in=_OBJECTIONS
    )
    plans = (
        Plan.objects.current()
        .filter(team__in=teams.edit)
        .annotate(
            sha256=Subquery(newest.values("sha256")[:1]),
            submitted_by=Subquery(newest.values("author")[:1]),
        )
        .filter(Q(created_by=user) | Q(submitted_by=user), Exists(objections))
    )
    return plans.order_by().values_list("pk", Value(True))


def _seats_of(user: User, plan: Plan, state: ReviewStatus) -> Iterator[Entry]:
    for slot in state.slots:
        approver = slot.approver_for(user)
        if approver and state.version and not approver.unable_reason:
            entry = _entry_of(plan, Seat(state, slot, approver))
            if entry:
                yield entry


def _entry_of(plan: Plan, seat: Seat) -> Entry | None:
    state, slot, approver = seat.state, seat.slot, seat.approver
    version, decision = state.version, approver.decision
    assert version
    kind: Kind | None = None
    who: int | None = version.author_id
    since = version.created_at
    if decision and decision.is_approval and slot.is_stale:
        kind, since, who = Kind.STALE, decision.at, None
    elif decision and approver.state == "condition" and not state.has_expired:
        kind, since, who = Kind.CONDITION, decision.at, None
    elif approver in slot.open_approvers and not state.has_expired:
        is_turn = awaits_decision(state, slot)
        kind = Kind.SIGN if is_turn else Kind.TURN
        since = _their_turn_since(seat, version)
    if kind is None:
        return None
    about = str(slot.approval.pk)
    stamp = f"{version.number}.{approver.last_record}"
    return Entry(kind, about, stamp, since, plan.pk, who=who, seat=seat)


def _their_turn_since(seat: Seat, version: Version) -> datetime:
    """When the version was submitted, or the last of those before them decided."""
    state, slot, approver = seat.state, seat.slot, seat.approver
    before = [*slot.waits_for]
    if state.rules.done_first and slot.approval.is_launch:
        before += [other for other in state.required if other is not slot]
    times = [version.created_at]
    for one in (one for earlier in before for one in earlier.approvers):
        if last := one.condition_met or one.decision:
            times.append(last.at)
    if approver.withdrawn:
        times.append(approver.withdrawn.at)
    return max(times)


def _objections_to(user: User, plan: Plan, state: ReviewStatus) -> Iterator[Entry]:
    for slot in state.slots:
        for approver in slot.approvers:
            decision = approver.decision
            is_objection = approver.state in ("changes", "declined")
            if not decision or not is_objection or approver.user.pk == user.pk:
                continue
            yield Entry(
                Kind.CHANGES,
                f"{slot.approval.pk}-{approver.user.pk}",
                str(decision.number),
                decision.at,
                plan.pk,
                who=approver.user.pk,
                seat=Seat(state, slot, approver),
            )


def _with_first_edits(entries: list[Entry]) -> list[Entry]:
    """A sign-off is stale since the first edit after the version."""
    stale = {entry.plan_id for entry in entries if entry.kind is Kind.STALE}
    if not stale:
        return entries
    newest = Version.objects.filter(plan=OuterRef("pk")).order_by("-number")
    edits = Change.objects.filter(
        plan=OuterRef("pk"), number__gt=OuterRef("frozen_at")
    ).exclude(edits=[])
    plans = Plan.objects.filter(pk__in=stale).annotate(
        frozen_at=Subquery(newest.values("change_number")[:1]),
        edited_at=Subquery(edits.order_by("number").values("created_at")[:1]),
    )
    edited = dict(plans.values_list("pk", "edited_at"))
    return [
        replace(entry, since=edited[entry.plan_id] or entry.since)
        if entry.kind is Kind.STALE
        else entry
        for entry in entries
    ]
