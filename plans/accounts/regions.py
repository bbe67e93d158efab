"""Shows times in the zone, and dates as in the region, that a user chose."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from plans import formats


class RegionMiddleware:
    """Goes after the middleware that sets request.user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = formats.zone_named(getattr(request.user, "time_zone", ""))
        region = getattr(request.user, "region", "") or formats.accepted(
            request.headers.get("Accept-Language", "")
        )
        with timezone.override(zone), formats.override(region):
            return self.get_response(request)


def written_here() -> str:
    """What static/js/times.js writes by, as JSON."""
    zone = timezone.get_current_timezone_name()
    return json.dumps(formats.patterns(formats.current()) | {"zone": zone})
