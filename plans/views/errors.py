"""Pages for a request that Django itself refuses to read, or could not answer."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from planner.ops import health
from planner.ops.logs import request_id
from planner.server.bridge import BODY_REFUSAL
from plans.views.shortcuts import session_ended

PLAN_TOO_LARGE = "A plan can have up to 1 MB of text. Split it, or send less at once."


PROXY = (
    "the proxy before it has to pass the Host header on, and X-Forwarded-Proto "
    "(docs/operations.md); ALLOWED_HOSTS names the hosts that it answers for."
)


def csrf_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """In the planner's own looks: Django's page has styles that our policy refuses."""
    if reason.startswith(("Origin checking", "Referer checking")):
        page = request.headers.get("Origin") or request.headers.get("Referer", "")
        sentence = (
            f"The server was asked as {request.scheme}://{request.get_host()}, and "
            f"the page that sent this is at {page or 'an unknown address'}, so the "
            "request looks like another site’s. If you came here the usual way, "
            f"tell your administrator: {PROXY}"
        )
        return render(request, "403.html", {"exception": sentence}, status=403)
    sentence = (
        "Your sign-in changed while this page was open, so the server rejected the "
        "request. Go back, copy what you typed, and reload the page."
    )
    return render(request, "403.html", {"exception": sentence}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Says what was too much, or else that it cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        reason = PLAN_TOO_LARGE
    elif isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        reason = "The form has more fields or files than any plan needs."
    elif isinstance(exception, DisallowedHost):
        context = {"reason": f"The planner doesn’t serve this host. {PROXY}"}
        return HttpResponse(render_to_string("400.html", context), status=400)
    else:
        # Without the request: who asks it for its form again fails again.
        return HttpResponse(render_to_string("400.html"), status=400)
    return render(request, "413.html", {"exception": reason}, status=413)


def body_refused(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """What was sent was too large or too slow, so the server stopped reading it."""
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return render(request, "408.html", status=status)
    if request.user.is_authenticated:
        reason = PLAN_TOO_LARGE
    elif getattr(request, "htmx", False):
        # A long save after the sign-in has ended: the page keeps the text.
        return session_ended(request)
    else:
        reason = "Until you sign in, the server accepts up to 64 kB at once."
    return render(request, "413.html", {"exception": reason}, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Names the request, so that operators find it in the log. It is rendered without
    the request: a context processor may be what failed."""
    if health.note_disk_error(sys.exc_info()[1]):
        return HttpResponse(render_to_string("503.html"), status=503)
    html = render_to_string("500.html", {"request_id": request_id.get()})
    return HttpResponse(html, status=500)


class RefusedBodyMiddleware:
    """Answers a request whose body was too large or too slow. It runs after the
    middleware that knows the user, for the page, and before any that reads the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if status := request.META.get(BODY_REFUSAL):
            return body_refused(request, status)
        return self.get_response(request)
