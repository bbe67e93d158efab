"""Shows times in the zone, and dates as in the region, that a user chose."""

from __future__ import annotations

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from plans import formats


class RegionMiddleware:
    """Goes after the middleware that sets request.user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = _zone(getattr(request.user, "time_zone", ""))
        region = getattr(request.user, "region", "") or formats.accepted(
            request.headers.get("Accept-Language", "")
        )
        with timezone.override(zone), formats.override(region):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    """None: the server's."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def written_here() -> str:
    """What static/js/times.js writes by, as JSON."""
    zone = timezone.get_current_timezone_name()
    return json.dumps(formats.patterns(formats.current()) | {"zone": zone})
