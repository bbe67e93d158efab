"""Versions by name: keeping the text as it is now, and what a version is called."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.content import storage
from plans.content.versions import AnyVersion
from plans.errors import Refused
from plans.models import Change, Membership, Plan, SavedVersion, User
from plans.models.saved_version import LONGEST_VERSION_NAME
from plans.reviews.hash_chain import sha256_of


@transaction.atomic
def save_version(
    *, plan: Plan, actor: User, name: str, member: Membership | None = None
) -> SavedVersion:
    """Keep the draft as it is now under a name. Nobody is asked to sign it."""
    require(permissions.may_edit(membership(plan, actor, member)))
    name = _clean(name)
    if not name:
        raise Refused("Enter a name for the version, such as “Before the workshop”.")
    number = lock_plan(plan)
    text = doc.write(storage.load(plan).document)
    newest = plan.saved_versions.only("number").first()
    version = SavedVersion.objects.create(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        name=name,
        markdown=text,
        sha256=sha256_of(text),
        change_number=number,
        author=actor,
    )
    _record(plan, actor, number, Change.Verb.VERSION_SAVED, version.title)
    return version


@transaction.atomic
def name_version(
    *,
    plan: Plan,
    version: AnyVersion,
    actor: User,
    name: str,
    member: Membership | None = None,
) -> None:
    """Give a version a name, another one, or (of those that were submitted) none."""
    require(permissions.may_edit(membership(plan, actor, member)))
    assert version.plan_id == plan.pk
    name = _clean(name)
    if not name and isinstance(version, SavedVersion):
        raise Refused("A saved version needs a name. Enter another one.")
    number = lock_plan(plan)
    version.refresh_from_db(fields=["name"])
    if version.name == name:
        return unlock_unchanged(plan)
    before = version.title
    version.name = name
    version.save(update_fields=["name"])
    label = f"{before}: now {version.title}"
    _record(plan, actor, number, Change.Verb.VERSION_NAMED, label)


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_VERSION_NAME:
        raise Refused(
            f"The name has {len(name)} characters; it can have up to "
            f"{LONGEST_VERSION_NAME}. Shorten it."
        )
    return name


def _record(
    plan: Plan, actor: User, number: int, verb: Change.Verb, label: str
) -> None:
    log_change(plan=plan, actor=actor, number=number, verb=verb, edits=[], label=label)
