"""Asking for sign-off: freeze a version, remind its approvers, end the request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from plans import document as doc
from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.evidence import append, record_completion
from plans.actions.membership import membership
from plans.content import export, storage
from plans.errors import Refused, Unfinished
from plans.models import (
    Approval,
    AuditRecord,
    Change,
    Membership,
    Plan,
    ReviewRules,
    User,
    Version,
)
from plans.notifications import sign_off
from plans.reviews.authors import find_text_authors
from plans.reviews.digests import compute_digests, current_sha256, keep_snapshot
from plans.reviews.hash_chain import sha256_of, submission_details
from plans.reviews.model import request_has_expired
from plans.reviews.rules import awaits_decision
from plans.reviews.settings import current_settings
from plans.reviews.status import review_status

Kind = AuditRecord.Kind
# Between two reminders of one plan.
REMIND_EVERY = timedelta(hours=1)


@transaction.atomic
def request_review(
    *, plan: Plan, actor: User, member: Membership | None = None
) -> Version:
    """Freeze the plan's text as its next version, and ask its approvers to sign it.

    A plan that did not change since its newest version keeps that one; a request for it
    that has ended starts over. Raises Unfinished with the problems while `check` finds
    an error and the plan's rules ask for none.
    """
    require(permissions.may_edit(membership(plan, actor, member)))
    turn = lock_plan(plan)
    rules = ReviewRules.objects.filter(plan=plan).first() or ReviewRules(plan=plan)
    document = storage.load(plan).document
    frozen = export.snapshot_of(plan, document)
    errors = [problem for problem in frozen.problems if problem.is_error]
    if errors and rules.check_clean:
        raise Unfinished(errors)
    keep_snapshot(plan, document, frozen)
    newest = plan.versions.first()
    is_same = newest and sha256_of(newest.markdown) == current_sha256(
        plan, document, doc.Edition(newest.edition)
    )
    if newest and is_same and newest.slots == [slot.pk for slot in _ordered(plan)]:
        if not request_has_expired(newest, timezone.now()):
            unlock_unchanged(plan)
            return newest
        version = newest
        version.expires_at = _end(timezone.now(), rules)
        version.save(update_fields=["expires_at"])
        at = timezone.now()
    else:
        version = _version(plan, actor, turn, frozen, rules)
        at = version.created_at
    append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.SUBMITTED,
        version=version,
        details=submission_details(version)
        | {"settings": current_settings(plan, version.slots)},
        at=at,
    )
    _record(plan, actor, turn, Change.Verb.REVIEW_REQUESTED, version)
    state = record_completion(plan=plan, actor=actor)
    sign_off.request_sign_off(
        plan, state, [slot for slot in state.slots if awaits_decision(state, slot)]
    )
    return version


def _version(
    plan: Plan, actor: User, turn: int, frozen: doc.Snapshot, rules: ReviewRules
) -> Version:
    text = compute_digests(frozen.text, doc.NEWEST, frozen.places)
    authors = find_text_authors(plan)
    newest = plan.versions.first()
    at = timezone.now()
    return Version.objects.create(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        markdown=frozen.text,
        sha256=text.sha256,
        author=actor,
        created_at=at,
        change_number=turn,
        edition=doc.NEWEST,
        places=dict(frozen.places),
        problems=[_problem_entry(problem) for problem in frozen.problems],
        slots=_slots(plan, frozen),
        parts=text.parts,
        unticked=text.unticked,
        writers=authors.writers,
        last_writer_id=authors.last_writer,
        expires_at=_end(at, rules),
    )


def _end(at: datetime, rules: ReviewRules) -> datetime | None:
    days = rules.expires_after
    return at + timedelta(days=days) if days else None


def _problem_entry(problem: doc.Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "line": problem.line,
        "is_error": problem.is_error,
    }


def _slots(plan: Plan, frozen: doc.Snapshot) -> list[int]:
    """The items of the Approvals lines, in the order of the text.

    Raises Refused when who reads the file would not see the same lines.
    """
    ordered = _ordered(plan)
    lines = doc.approval_lines(frozen.text, places=frozen.places)
    if not ordered and not lines:
        raise Refused(
            "The plan has no Approvals section, so there is no one to ask. Add one "
            "with a field for each sign-off, such as Technical Design."
        )
    if [slot.role for slot in ordered] != [line.role for line in lines]:
        raise Refused(
            "The plan’s sign-offs are under a heading that the file can’t mark as "
            "approvals. Name that section “Approvals”, and no other section."
        )
    return [slot.pk for slot in ordered]


def _ordered(plan: Plan) -> list[Approval]:
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    return list(
        slots.select_related("item__block__section").order_by(
            "item__block__section__position", "item__block__position", "item__position"
        )
    )


@transaction.atomic
def expire_request(
    *,
    plan: Plan,
    actor: User,
    comment: str = "",
    member: Membership | None = None,
) -> AuditRecord:
    """End the request for the newest version: it can no longer be signed.

    What was signed stands. Submitting the same text again begins a new request.
    """
    require(permissions.may_edit(membership(plan, actor, member)))
    turn = lock_plan(plan)
    version = _requested(plan)
    version.expires_at = timezone.now()
    version.save(update_fields=["expires_at"])
    ended = append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.EXPIRED,
        version=version,
        comment=comment,
        at=version.expires_at,
    )
    _record(plan, actor, turn, Change.Verb.REVIEW_EXPIRED, version)
    return ended


@transaction.atomic
def remind(*, plan: Plan, actor: User, member: Membership | None = None) -> list[User]:
    """Write once more to those whose turn it is; returns them."""
    require(permissions.may_edit(membership(plan, actor, member)))
    turn = lock_plan(plan)
    version = _requested(plan)
    since = timezone.now() - REMIND_EVERY
    if plan.changes.filter(
        verb=Change.Verb.REVIEW_REMINDED, created_at__gt=since
    ).exists():
        raise Refused("They’ve been reminded within the last hour. Try again later.")
    state = review_status(plan)
    slots = [slot for slot in state.slots if awaits_decision(state, slot)]
    people = sign_off.request_sign_off(plan, state, slots, is_reminder=True)
    if not people:
        raise Refused("There is no one to remind: no decision is pending.")
    sign_off.bring_back(slots)
    _record(plan, actor, turn, Change.Verb.REVIEW_REMINDED, version)
    return people


def _requested(plan: Plan) -> Version:
    version = plan.versions.first()
    if version is None:
        raise Refused("The plan hasn’t been submitted yet, so no one has been asked.")
    if request_has_expired(version, timezone.now()):
        raise Refused(
            f"The request for version {version.number} has ended. Submit the "
            "plan again."
        )
    return version


def _record(
    plan: Plan, actor: User, turn: int, verb: Change.Verb, version: Version
) -> None:
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=verb,
        edits=[],
        label=f"Version {version.number}",
    )
