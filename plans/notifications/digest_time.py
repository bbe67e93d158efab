"""When a person's next daily digest is due."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone


def next_digest(hour: int, zone_name: str, now: datetime) -> datetime:
    """The next moment at which it is `hour` o'clock in a time zone ("": the server's).

    Where the clocks skip that hour, it is as if they had not.
    """
    zone = timezone.get_default_timezone()
    if zone_name:
        with suppress(ZoneInfoNotFoundError, ValueError):  # unknown to this server
            zone = ZoneInfo(zone_name)
    day = now.astimezone(zone).date()
    for later in range(3):
        at = datetime.combine(day + timedelta(days=later), time(hour), zone)
        if at.timestamp() > now.timestamp():
            return at.astimezone(now.tzinfo)
    raise AssertionError("one of the next two days has that hour")
