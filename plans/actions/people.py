"""What people say of themselves."""

from __future__ import annotations

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
    if colour is not None and not 0 <= colour < COLOURS:
        raise Refused("Choose one of the colours.")
    if time_zone and time_zone not in available_timezones():
        raise Refused("Choose a time zone from the list.")
    actor.display_name, actor.colour, actor.time_zone = name, colour, time_zone
    actor.save(update_fields=["display_name", "colour", "time_zone"])
    return actor
