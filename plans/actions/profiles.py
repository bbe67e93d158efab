"""A person's own profile."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Q

from plans import formats
from plans.actions.change_log import lock_plan, log_change
from plans.errors import Refused
from plans.models import Approver, Change, NameTaken, Plan, Team, User, names
from plans.models.people import COLOURS, name_taken


@transaction.atomic
def change_profile(
    *,
    actor: User,
    display_name: str,
    colour: int | None,
    time_zone: str,
    region: str,
) -> User:
    """Set the name that others see, the colour of the initials (None: by number), the
    zone in which times are shown ("": the server's) and the region as which dates and
    numbers are written ("": as the browser asks)."""
    name = names.visible(display_name)
    if len(name) > 100:
        raise Refused("A name can have up to 100 characters.")
    if display_name.strip() and not name:
        raise Refused("The name has no visible characters. Enter a different one.")
    before = User.objects.get(pk=actor.pk)
    actor.display_name = name
    if actor.name != before.name:
        lock_teams_of(actor)
        if other := actor.namesake_in(actor.teams.all()):
            raise Refused(name_taken(other))
    if colour is not None and not 0 <= colour < COLOURS:
        raise Refused("Choose one of the colours.")
    if time_zone and time_zone not in available_timezones():
        raise Refused("Choose a time zone from the list.")
    if region and region not in formats.regions():
        raise Refused("Choose a region from the list.")
    actor.colour, actor.time_zone, actor.region = colour, time_zone, region
    try:
        actor.save(update_fields=["display_name", "colour", "time_zone", "region"])
    except NameTaken as taken:
        raise Refused(taken.message) from None
    note_rename(actor=actor, person=actor, before=before.account)
    return actor


def lock_teams_of(person: User) -> None:
    """Lock a person's teams: meanwhile no one joins them or takes a name in them."""
    list(Team.objects.select_for_update().filter(members=person).order_by("pk"))


def note_rename(*, actor: User, person: User, before: str) -> None:
    """Log a renamed person in the history of each plan that asks them to sign.
    `before`: what their account was called."""
    if before == person.account:
        return
    theirs = Q(user=person) | Q(in_place_of=person)
    seats = Approver.objects.filter(theirs)
    ids = set(seats.values_list("approval__item__block__section__plan", flat=True))
    for plan in Plan.objects.filter(pk__in=ids).order_by("pk"):
        number = lock_plan(plan)
        log_change(
            plan=plan,
            actor=actor,
            number=number,
            verb=Change.Verb.PERSON_RENAMED,
            edits=[],
            label=f"{before} is {person.account} now",
        )
