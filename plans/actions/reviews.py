"""Sign-off: freeze a version, and decide on it."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from plans import access, texts
from plans import document as doc
from plans.actions.errors import Refused, Unfinished
from plans.actions.membership import membership
from plans.actions.record import give_turn_back, record, require, take_turn
from plans.models import Approval, Plan, SignOff, User, Version


def digest_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, as hexadecimal digits."""
    return sha256(text.encode("utf-8")).hexdigest()


@transaction.atomic
def request_review(*, plan: Plan, actor: User) -> Version:
    """Freeze the finished text as the plan's next version, for the approvers to sign.

    A plan that did not change since its newest version keeps that one. Raises
    Unfinished with the problems while `check` finds an error.
    """
    require(access.may_edit(membership(plan, actor)))
    turn = take_turn(plan)
    markdown = finished_text(plan)
    digest = digest_of(markdown)
    newest = plan.versions.first()
    if newest and newest.sha256 == digest:
        give_turn_back(plan)
        return newest
    version = Version.objects.create(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        markdown=markdown,
        sha256=digest,
        author=actor,
    )
    record(
        plan=plan,
        actor=actor,
        number=turn,
        verb="review.requested",
        edits=[],
        label=f"Version {version.number}",
    )
    return version


def finished_text(plan: Plan) -> str:
    """The plan's finished Markdown. Raises Unfinished."""
    try:
        return texts.finished_text(plan)
    except doc.NotFinished as error:
        raise Unfinished(error.problems) from None


@transaction.atomic
def sign(
    *,
    plan: Plan,
    approval: Approval,
    version: Version,
    actor: User,
    decision: str,
    comment: str = "",
) -> SignOff:
    """Record an approver's decision on one exact version.

    Raises Refused when the version is no longer the newest or is decided already.
    """
    require(access.may_sign(membership(plan, actor), actor, approval))
    if decision not in SignOff.Decision.values:
        raise Refused("Choose whether you approve or decline.")
    if decision == SignOff.Decision.DECLINE and not comment.strip():
        raise Refused("Say what has to change: a decline needs a comment.")
    turn = take_turn(plan)
    slots = Approval.objects.present()
    if not slots.filter(pk=approval.pk, item__block__section__plan=plan).exists():
        raise Refused("This approval is no longer asked for. Reload the page.")
    newest = plan.versions.first()
    if newest is None or newest.pk != version.pk:
        raise Refused(
            "A newer version was submitted meanwhile. Nothing was signed: reload the "
            "page and look at what changed."
        )
    decided = SignOff.objects.filter(approval=approval, version=version, signer=actor)
    if decided.exists():
        raise Refused("You have decided on this version already.")
    signed = SignOff.objects.create(
        approval=approval,
        version=version,
        signer=actor,
        decision=decision,
        comment=comment.strip(),
        name=actor.name,
        role=approval.role,
        sha256=version.sha256,
    )
    record(
        plan=plan,
        actor=actor,
        number=turn,
        verb=f"review.{'approved' if decision == 'approve' else 'declined'}",
        edits=[],
        label=f"{approval.role}, version {version.number}",
        item_id=approval.item_id,
    )
    return signed
