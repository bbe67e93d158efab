"""What people say of themselves."""

from __future__ import annotations

from unicodedata import normalize
from zoneinfo import available_timezones

from django.db import transaction

from plans.actions.errors import Refused
from plans.models import User
from plans.models.people import COLOURS


@transaction.atomic
def change_profile(
    *, actor: User, display_name: str, colour: int | None, time_zone: str
) -> User:
    """Set the name that others see, the colour of the initials (None: by number) and
    the zone in which times are shown ("": the server's)."""
    name = " ".join(display_name.split())
    if len(name) > 100:
        raise Refused("A name may have up to 100 characters.")
    if name and name != actor.display_name:
        _refuse_name_of_another(actor, name)
    if colour is not None and not 0 <= colour < COLOURS:
        raise Refused("Choose one of the colours.")
    if time_zone and time_zone not in available_timezones():
        raise Refused("Choose a time zone from the list.")
    actor.display_name, actor.colour, actor.time_zone = name, colour, time_zone
    actor.save(update_fields=["display_name", "colour", "time_zone"])
    return actor


def _refuse_name_of_another(actor: User, name: str) -> None:
    """Approvals and comments speak of people by their names: nobody in a team takes
    that of another."""
    team_mates = User.objects.filter(memberships__team__in=actor.teams.all())
    for other in team_mates.exclude(pk=actor.pk).distinct():
        if _alike(name) in (_alike(other.name), _alike(other.username)):
            raise Refused(
                f"Somebody in your team is called {other.name} already. Add what tells "
                "you apart, such as a second name."
            )


def _alike(name: str) -> str:
    return normalize("NFKC", name).casefold()
