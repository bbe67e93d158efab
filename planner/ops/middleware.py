"""What every request is given, and what every answer tells the browser."""

import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from planner.ops import metrics
from planner.ops.logs import (
    accept_request_id,
    get_view_name,
    log_access,
    normalize_method,
    request_id,
)
from planner.server.disconnects import ClientDisconnected

CONTENT_SECURITY_POLICY = "; ".join(
    " ".join([directive, *sources])
    for directive, sources in settings.SECURE_CSP.items()
)
PERMISSIONS_POLICY = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
)

# With what Django's SecurityMiddleware would say, which not every answer passes.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Around all others, for their refusals are answers too. The live feed, which is
    not Django's, sends the same headers by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            # Where an address is a secret, a view says more (plans.views.sharing).
            response.headers.setdefault(name, value)
        # What is shown to one person no proxy may keep for another; files that are the
        # same for all, and links that are secrets, say something else.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class NulMiddleware:
    """Refuses an address or a cookie with a NUL: PostgreSQL takes none, and no browser
    sends one by itself. What is posted is cleaned by its form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        cookies = "".join(request.COOKIES.values())
        if b"\0" in query or "\0" in request.path + cookies:
            raise BadRequest("A NUL stands in the address or in a cookie.")
        return self.get_response(request)


class RequestMiddleware:
    """Names each request, writes its line of the log, and counts it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = accept_request_id(request.headers.get("X-Request-ID", ""))
        token = request_id.set(name)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            took = time.perf_counter() - began
            _note(request, response, took)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response


def _note(request: HttpRequest, response: HttpResponse, took: float) -> None:
    view, status = get_view_name(request), response.status_code
    metrics.count_request(normalize_method(request.method), view, status, took)
    log_access(request.method, view, status, took, _user_of(request))


def _user_of(request: HttpRequest) -> int | None:
    """The id of who asked, where the view wanted to know: the log asks no query."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = user.__dict__.get("_wrapped")
    return None if user is empty else getattr(user, "pk", None)


class ClientDisconnectedMiddleware:
    """Ends a request whose page was given up because nobody waits for it."""

    # nginx's "client closed request": in the log and in the figures it is no error.
    STATUS = 499

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        is_left = isinstance(exception, ClientDisconnected)
        return HttpResponse(status=self.STATUS) if is_left else None
