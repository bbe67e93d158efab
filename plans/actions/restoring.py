"""Bringing the text of a whole plan back to that of one of its versions."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_if_overfull
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.membership import membership
from plans.actions.outline import retitle
from plans.actions.whole_text import write_whole
from plans.content import storage
from plans.content.versions import AnyVersion, document_of
from plans.errors import Refused
from plans.models import Change, Membership, Plan, User


@transaction.atomic
def restore_version(
    *,
    plan: Plan,
    version: AnyVersion,
    actor: User,
    member: Membership | None = None,
) -> Change:
    """Give the plan the text of a version, byte for byte; undo gives it back its own.

    Raises Refused when it says that already.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    assert version.plan_id == plan.pk
    number = lock_plan(plan)
    loaded = storage.load_with_removed(plan)
    document = document_of(version, storage.load(plan).document.places)
    edits = write_whole(plan, actor, loaded, document)
    if not edits:
        raise Refused("The plan already has this text: there is nothing to restore.")
    retitle(plan)
    refuse_if_overfull(plan)
    if doc.write(storage.load(plan).document) != version.markdown:
        raise Refused(
            "This version can’t be restored as a whole. Compare it with the plan, and "
            "copy what you need from there."
        )
    return log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.VERSION_RESTORED,
        edits=edits,
        label=version.title,
    )
