"""What an action knows of its actor."""

from __future__ import annotations

from plans import permissions
from plans.models import Membership, Plan, User


def membership(
    plan: Plan, user: User, member: Membership | None = None
) -> Membership | None:
    """A user's effective membership in a plan. `member`: the one that the caller has
    just read, as views do; otherwise it is read here."""
    if member is not None:
        assert (member.team_id, member.user_id) == (plan.team_id, user.pk)
        return member
    members = Membership.objects.select_related("team")
    stored = members.filter(team=plan.team_id, user=user).first()
    return stored or permissions.effective_membership(plan, user, None)
