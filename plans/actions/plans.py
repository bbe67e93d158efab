"""Making plans: from a template, or from a plan.md that exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.approvers import link_all
from plans.actions.capacity import keep_fullness
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.actions.outside_copies import note_copy
from plans.actions.sections import refuse_unless_heading
from plans.actions.slugs import save_with_free_address
from plans.content import limits, registers, storage
from plans.content.outline import title_of
from plans.document.syntax.escaping import clean_line
from plans.errors import NotAllowed, Refused
from plans.models import (
    Change,
    Membership,
    OutsideCopy,
    Plan,
    Team,
    TemplateVersion,
    User,
)
from plans.permissions import Role


@dataclass(frozen=True)
class Start:
    """What is known of a feature when its plan is made; it fills the template in."""

    feature: str
    branch: str = ""
    area: str = ""
    day: date | None = None


@transaction.atomic
def create_from_template(
    *,
    team: Team,
    actor: User,
    start: Start,
    template: str | None = None,
    version: TemplateVersion | None = None,
) -> Plan:
    """Make a plan from a template: a `version` of one of the team's, or its text; the
    built-in one unless given.

    Raises Refused, or limits.Unreadable for a template that is no usable text.
    """
    if version is not None:
        refuse_unless_of(team, version)
        template = version.markdown
    feature = clean_line(start.feature)
    if not feature:
        raise Refused("Enter the feature’s name. It becomes the plan’s title.")
    text = doc.default_template() if template is None else template
    limits.check_size(text)
    text = text.replace("\0", "")
    document = doc.read(text)
    own = doc.template_placeholders(text) if template else frozenset()
    answers = title_answers(feature)
    branch = clean_line(start.branch)
    if branch:
        answers |= {"###-feature-name": branch, "###-feature": branch}
        answers["Link to spec.md"] = f"[spec.md](/specs/{branch}/spec.md)"
        answers["link"] = answers["Link to spec.md"]
    if start.area:
        answers["AREA"] = clean_line(start.area)
    if start.day:
        answers["DATE"] = start.day.isoformat()
    doc.fill_placeholders(document, answers)
    limits.check_size(doc.write(document))
    plan = _stored(
        team, actor, document, branch or feature, own, Change.Verb.PLAN_CREATED
    )
    if version is not None:
        plan.template_version, plan.template_answers = version, answers
        plan.save(update_fields=["template_version", "template_answers"])
    return plan


def title_answers(title: str) -> dict[str, str]:
    """What a template's placeholders for a plan's title are filled in with."""
    return dict.fromkeys(("FEATURE", "FEATURE NAME", "Feature Name"), title)


def refuse_unless_of(team: Team, version: TemplateVersion) -> None:
    if version.template.team_id != team.pk:
        raise Refused(
            f"This template isn’t one of {team.name}. Choose one of theirs, or another "
            "team."
        )
    if version.template.archived:
        raise Refused("This template was archived. Choose another one.")


@transaction.atomic
def import_plan(
    *, team: Team, actor: User, text: str, name: str = "", template: str = ""
) -> Plan:
    """Store a plan.md that exists, character for character.

    `name` gives the address when the text has no title. `template`: the text that the
    plan was made from, so that what is left of it is known. Raises Refused or
    limits.Unreadable.
    """
    limits.check_size(text)
    own = doc.template_placeholders(template)
    original = text
    text, nul_mark = limits.without_nul(text)
    document = doc.read(text)
    slug_from = title_of(document) if document.title else name
    plan = _stored(team, actor, document, slug_from, own, Change.Verb.PLAN_IMPORTED)
    note_copy(plan, original, OutsideCopy.Form.FILE, actor)
    if nul_mark:
        plan.nul_mark = nul_mark
        plan.save(update_fields=["nul_mark"])
    return plan


@transaction.atomic
def duplicate_plan(*, source: Plan, actor: User, team: Team, title: str) -> Plan:
    """A new plan of a team with the text of another one under a title of its own, and
    with nothing of its history, comments and sign-offs. In the same team it has the
    same tags and the same template. Raises Refused."""
    require(permissions.may_see(membership(source, actor)))
    title = clean_line(title)
    if not title:
        raise Refused("Enter a title for the new plan.")
    # Not while the text is being changed.
    Plan.objects.select_for_update().get(pk=source.pk)
    document = storage.load(source).document
    text = doc.write(document)
    document = doc.read(text, places=document.places)
    _entitle(document, title)
    limits.check_size(doc.write(document))
    copy = _stored(
        team,
        actor,
        document,
        title,
        frozenset(source.own_placeholders),
        Change.Verb.PLAN_COPIED,
        label=source.title,
    )
    if source.nul_mark:
        copy.nul_mark = source.nul_mark
        copy.save(update_fields=["nul_mark"])
    if team.pk == source.team_id:
        copy.tags.set(source.tags.all())
        copy.template_version = source.template_version
        copy.template_answers = source.template_answers
        copy.save(update_fields=["template_version", "template_answers"])
    return copy


def _entitle(document: doc.Document, title: str) -> None:
    """Write another title into the heading that a plan's title comes from; a text
    without headings has none."""
    headings = [section for section in document.sections if section.level]
    first = next(
        (one for one in headings if one.level == 1), next(iter(headings), None)
    )
    if first is None:
        return
    before = title_of(document)
    start, is_there, end = first.heading.partition(before)
    first.heading = f"{start}{title}{end}" if is_there else title
    refuse_unless_heading(replace(first, blocks=[]))


def _stored(
    team: Team,
    actor: User,
    document: doc.Document,
    slug_from: str,
    own: frozenset[str],
    verb: Change.Verb,
    label: str = "",
) -> Plan:
    member = Membership.objects.filter(team=team, user=actor).first()
    if member is None or member.role not in (Role.OWNER, Role.EDITOR):
        raise NotAllowed(
            f"Only owners and editors of {team.name} can add plans to it. "
            "Ask an owner for that role, or choose another team."
        )
    limits.check_items(document)
    plan = Plan(
        team=team,
        title=title_of(document),
        newline=document.newline,
        bom=document.bom,
        own_placeholders=sorted(own),
        created_by=actor,
    )
    save_with_free_address(plan, slug_from, otherwise="plan", longest=60)
    number = lock_plan(plan)
    storage.store(plan, document)
    registers.index_items(plan)
    keep_fullness(plan, limits.measure(doc.write(document)), document)
    link_all(plan)
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=[],
        label=label or plan.title,
    )
    return plan


@transaction.atomic
def archive_plan(
    *,
    plan: Plan,
    actor: User,
    archived: bool = True,
    member: Membership | None = None,
) -> bool:
    """Put a plan away, out of the lists; with `archived` false, bring it back. Whether
    that changed anything."""
    require(permissions.may_manage(membership(plan, actor, member)))
    number = lock_plan(plan)
    if Plan.objects.filter(pk=plan.pk, archived=archived).exists():
        unlock_unchanged(plan)
        return False
    plan.archived = archived
    plan.save(update_fields=["archived"])
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.PLAN_ARCHIVED if archived else Change.Verb.PLAN_RESTORED,
        edits=[],
        label=plan.title,
    )
    return True


@transaction.atomic
def own_team(*, actor: User) -> Team:
    """The team a person's plans go to: the first they may edit in, else a new one."""
    member = (
        Membership.objects.filter(user=actor, role__in=[Role.OWNER, Role.EDITOR])
        .select_related("team")
        .order_by("pk")
        .first()
    )
    if member:
        return member.team
    return new_team(f"{actor.name}’s team", actor.username, actor)


def new_team(name: str, address: str, owner: User) -> Team:
    """A new team with its first member. `address`: what its address is made of."""
    team = Team(name=name[:100])
    save_with_free_address(team, address, otherwise="team", longest=90)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team
