"""What every request is given, and what every answer tells the browser."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from planner import metrics
from planner.logs import request_id, view_of

access = logging.getLogger("planner.access")
# What a proxy may call a request; anything else could forge a line of the log.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# No page has an inline script or style, so there is no exception and no nonce.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
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
            response.headers[name] = value
        return response


def id_of(told: str) -> str:
    """The id that the proxy gave, or a new one. `planner.asgi` takes the header away
    from everybody but the proxy."""
    return told if _SAFE_ID.fullmatch(told) else secrets.token_hex(8)


class RequestMiddleware:
    """Names each request, writes its line of the log, and counts it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = id_of(request.headers.get("X-Request-ID", ""))
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
    view, status = view_of(request), response.status_code
    metrics.count_request(_usual(request.method), view, status, took)
    note_access(request.method, view, status, took, _user_of(request))


def note_access(
    method: str | None, view: str, status: int, took: float, user: int | None = None
) -> None:
    """The one line that every request has in the log."""
    told = {
        "method": _usual(method),
        "view": view,
        "status": status,
        "ms": round(took * 1000),
        "user": user,
    }
    access.info(
        "%(method)s %(view)s %(status)s %(ms)s ms, user %(user)s", told, extra=told
    )


def _usual(method: str | None) -> str:
    """A method is whatever somebody sends; only the usual ones are repeated."""
    return method if method in metrics.METHODS else "other"


def _user_of(request: HttpRequest) -> int | None:
    """The id of who asked, where the view wanted to know: the log asks no query."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = user.__dict__.get("_wrapped")
    return None if user is empty else getattr(user, "pk", None)
