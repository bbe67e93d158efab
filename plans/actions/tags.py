"""Tags of plans: a team's own words, which exist while a plan has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.errors import Refused
from plans.models import Change, Membership, Plan, Tag, Team, User
from plans.models.names import visible
from plans.models.tag import (
    LONGEST_TAG,
    MOST_TAGS_OF_PLAN,
    MOST_TAGS_OF_TEAM,
    tag_key,
)


@transaction.atomic
def change_tags(
    *,
    plan: Plan,
    actor: User,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    member: Membership | None = None,
) -> bool:
    """Give a plan these tags and take those from it; whether that changed anything.

    A word that the team has in other capitals is that one. Raises Refused.
    """
    require(permissions.may_edit(membership(plan, actor, member)))
    wanted = clean_tags(add)
    unwanted = {tag_key(visible(name)) for name in remove} - wanted.keys()
    # Tags belong to the team: one of its plans at a time makes and removes them.
    Team.objects.select_for_update().get(pk=plan.team_id)
    number = lock_plan(plan)
    before = {tag.key: tag for tag in plan.tags.all()}
    going = [tag for key, tag in before.items() if key in unwanted]
    coming = [name for key, name in wanted.items() if key not in before]
    if not going and not coming:
        unlock_unchanged(plan)
        return False
    if len(before) - len(going) + len(coming) > MOST_TAGS_OF_PLAN:
        raise Refused(
            f"A plan can have up to {MOST_TAGS_OF_PLAN} tags. Remove one first."
        )
    plan.tags.remove(*going)
    added = give_tags(plan, coming)
    drop_unused_tags(plan.team)
    signed = [f"+{tag.name}" for tag in added] + [f"−{tag.name}" for tag in going]
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.PLAN_TAGGED,
        edits=[],
        label=f"{plan.title}: {', '.join(signed)}",
    )
    return True


def clean_tags(names: Iterable[str]) -> dict[str, str]:
    """The words as they are stored, by key, each once. Raises Refused."""
    tags: dict[str, str] = {}
    for name in names:
        word = visible(name).strip(" ,#")
        if len(word) > LONGEST_TAG:
            raise Refused(
                f"“{word[:LONGEST_TAG]}…” is too long. A tag can have up to "
                f"{LONGEST_TAG} characters."
            )
        if word:
            tags.setdefault(tag_key(word), word)
    return tags


def give_tags(plan: Plan, names: Iterable[str]) -> list[Tag]:
    """Add words to a plan, in the spelling that its team has for them. The calling
    action has locked the team."""
    wanted = {tag_key(name): name for name in names}
    known = {tag.key: tag for tag in plan.team.tags.filter(key__in=wanted)}
    new = [Tag(team=plan.team, name=wanted[k], key=k) for k in wanted if k not in known]
    if new and plan.team.tags.count() + len(new) > MOST_TAGS_OF_TEAM:
        raise Refused(
            f"{plan.team.name} has {MOST_TAGS_OF_TEAM} tags already. Choose one of "
            "them."
        )
    for tag in new:
        tag.save()
        known[tag.key] = tag
    tags = [known[key] for key in wanted]
    plan.tags.add(*tags)
    return tags


def drop_unused_tags(team: Team) -> None:
    """A tag that no plan has is none. The calling action has locked the team."""
    team.tags.filter(plans=None).delete()
