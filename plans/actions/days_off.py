"""The days on which a team does not work."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from plans import permissions
from plans.actions.change_log import require
from plans.errors import Refused
from plans.models import DayOff, Membership, Team, User, names

# Entered at once, and of a team altogether.
LONGEST = 60
MOST = 1000
LONGEST_NAME = 100


@transaction.atomic
def add_days_off(
    *, team: Team, actor: User, first: date, last: date | None = None, name: str = ""
) -> None:
    """From the first to the last day, or that one. Weekends between them are none; days
    that are off already take the new name."""
    _lead(team, actor)
    last = last or first
    if last < first:
        raise Refused("The last day comes before the first one.")
    if (last - first).days >= LONGEST:
        raise Refused(f"Enter up to {LONGEST} days at once.")
    name = names.visible(name)[:LONGEST_NAME]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [DayOff(team=team, day=day, name=name) for day in days if day.weekday() < 5]
    if not rows:
        raise Refused("Saturdays and Sundays are off already.")
    if team.days_off.count() + len(rows) > MOST:
        raise Refused(f"A team can have {MOST} days off. Remove past ones first.")
    DayOff.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["team", "day"],
        update_fields=["name"],
    )


@transaction.atomic
def remove_day_off(*, team: Team, actor: User, day: date) -> None:
    _lead(team, actor)
    team.days_off.filter(day=day).delete()


def _lead(team: Team, actor: User) -> None:
    """Raises NotAllowed unless the actor owns the team; others wait."""
    Team.objects.select_for_update().get(pk=team.pk)
    members = Membership.objects.select_related("team")
    require(permissions.may_manage(members.filter(team=team, user=actor).first()))
