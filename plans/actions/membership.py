"""What an action knows of its actor."""

from __future__ import annotations

from plans.models import Membership, Plan, User


def membership(plan: Plan, user: User) -> Membership | None:
    """A person's membership in the plan's team; the one a view has loaded, if any."""
    known: Membership | None = getattr(plan, "membership", None)
    if known is not None and known.user_id == user.pk:
        return known
    return membership_now(plan, user)


def membership_now(plan: Plan, user: User) -> Membership | None:
    """As it is stored at this moment, whatever a view has loaded before."""
    rows = Membership.objects.select_related("team")
    return rows.filter(team=plan.team_id, user=user).first()
