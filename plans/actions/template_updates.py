"""Bringing a plan up to a newer version of the template that it follows; letting it
follow one that it did not come from, and stop.

Three texts are compared (`plans.actions.updating`): the version that the plan came from
and the newer one, both filled in as the plan was at first, and the plan. What somebody
wrote is lost only where that is chosen: a part that the template drops stays if it was
edited, and a label that has another name keeps its value. A plan that starts to follow
a template has no past in common with it, so only what the template would add is told.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.change_log import (
    lock_plan,
    log_change,
    require,
    unlock_unchanged,
)
from plans.actions.membership import membership
from plans.actions.outline import form_edit
from plans.actions.plans import refuse_unless_of, title_answers
from plans.actions.updating import (
    Applied,
    apply_changes,
    compare_with,
    refuse_if_archived,
)
from plans.document.diff.changes import ChangeKind, ItemChange
from plans.document.diff.three_way import PlanChanges
from plans.errors import Refused
from plans.models import Change, Membership, Plan, TemplateVersion, User


def compare_with_template(plan: Plan, version: TemplateVersion) -> PlanChanges:
    """What a newer version of the plan's template would change in it."""
    base, theirs = _texts(plan, version)
    return compare_with(plan, base, theirs)


def keys_without_clash(compared: PlanChanges) -> frozenset[str]:
    """The changes that take away nothing that somebody wrote: those chosen at first."""
    return frozenset(change.key for change in compared.changes if not change.clash)


def bring_up_to_date(
    *,
    plan: Plan,
    version: TemplateVersion,
    actor: User,
    keys: Collection[str],
    member: Membership | None = None,
) -> Applied:
    """Take the changes that have these keys (`compare_with_template`); from now on the
    plan is one of this version. One change, which undo takes back as a whole.

    Raises as `apply_changes` does.
    """
    base, theirs = _texts(plan, version)
    placeholders = doc.template_placeholders(version.markdown)
    return apply_changes(
        plan=plan,
        actor=actor,
        base=base,
        theirs=theirs,
        keys=keys,
        source=version.title,
        verb=Change.Verb.PLAN_UP_TO_DATE,
        columns={
            "template_version_id": version.pk,
            # Of what the plan keeps of the older one, too.
            "own_placeholders": sorted(placeholders.union(plan.own_placeholders)),
        },
        member=member,
    )


def compare_with_new_template(plan: Plan, version: TemplateVersion) -> PlanChanges:
    """What a template that the plan does not follow yet would change in it. Only the
    `additions` are for people to choose from."""
    return compare_with(plan, None, _filled(version.markdown, _answers(plan)))


def additions(compared: PlanChanges) -> list[ItemChange]:
    """Without what says nothing, such as the empty row of a table."""
    return [
        change
        for change in compared.changes
        if change.kind is ChangeKind.ADDED
        and (change.is_of_section or change.label or change.values)
    ]


def keys_to_add(compared: PlanChanges) -> frozenset[str]:
    """Those chosen at first: sections, fields and checks that the plan lacks. A row or
    entry of a template shows how to write one."""
    return frozenset(
        change.key
        for change in additions(compared)
        if change.item_kind in ("heading", "field", "check")
    )


def follow_template(
    *,
    plan: Plan,
    version: TemplateVersion,
    actor: User,
    keys: Collection[str] = (),
    member: Membership | None = None,
) -> Applied:
    """Let a plan follow one of its team's templates from this version on, and take what
    has these keys (`compare_with_new_template`) from it. One change, undone as one.

    Raises Refused for a template of another team or one that was archived, and as
    `apply_changes` does.
    """
    refuse_unless_of(plan.team, version)
    answers = _answers(plan)
    placeholders = doc.template_placeholders(version.markdown)
    return apply_changes(
        plan=plan,
        actor=actor,
        base=None,
        theirs=_filled(version.markdown, answers),
        keys=keys,
        source=version.title,
        verb=Change.Verb.PLAN_FOLLOWS,
        columns={
            "template_version_id": version.pk,
            "template_answers": answers,
            "own_placeholders": sorted(placeholders.union(plan.own_placeholders)),
        },
        member=member,
    )


@transaction.atomic
def stop_following(
    *, plan: Plan, actor: User, member: Membership | None = None
) -> Change | None:
    """From now on the plan follows no template; its text stays as it is. None if it
    follows none."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    refuse_if_archived(plan)
    number = lock_plan(plan)
    plan.refresh_from_db(fields=["template_version", "template_answers"])
    version = plan.template_version
    if version is None:
        unlock_unchanged(plan)
        return None
    edit = form_edit(plan, {"template_version_id": None, "template_answers": None})
    return log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.PLAN_FOLLOWS_NOT,
        edits=[edit],
        label=version.template.name,
    )


def _answers(plan: Plan) -> dict[str, str]:
    return title_answers(plan.title)


def _texts(plan: Plan, version: TemplateVersion) -> tuple[str, str]:
    """The version that the plan came from, and the newer one."""
    current = plan.template_version
    if (
        current is None
        or current.template_id != version.template_id
        or version.template.team_id != plan.team_id
    ):
        raise Refused("This plan didn’t come from that template.")
    if version.number <= current.number:
        raise Refused(f"The plan is up to date with version {current.number}.")
    answers = plan.template_answers or {}
    return _filled(current.markdown, answers), _filled(version.markdown, answers)


def _filled(markdown: str, answers: dict[str, str]) -> str:
    """A template as a new plan has it."""
    document = doc.read(markdown)
    doc.fill_placeholders(document, answers)
    return doc.write(document)
