"""Bringing a plan up to a newer version of the template that it came from.

Three texts are compared (`plans.actions.updating`): the version that the plan came from
and the newer one, both filled in as the plan was at first, and the plan. What somebody
wrote is lost only where that is chosen: a part that the template drops stays if it was
edited, and a label that has another name keeps its value.
"""

from __future__ import annotations

from collections.abc import Collection

from plans import document as doc
from plans.actions.updating import Applied, apply_changes, compare_with
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
