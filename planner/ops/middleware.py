"""Middleware around every view: headers, request ids, logs and counts."""

import codecs
import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.deprecation import MiddlewareMixin
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

# Including those of Django's SecurityMiddleware, which not every response passes.
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
    """Outermost, so that responses of other middleware have the headers too. The live
    feed, which bypasses Django, sends the same headers itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            # A view may be stricter: where an address is a secret, for example.
            response.headers.setdefault(name, value)
        # No proxy may show one person's page to another. Static files and secret links
        # set other values.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class CharactersMiddleware:
    """Keeps characters from the views that a database cannot store: NUL, and lone
    surrogates, which only encodings other than UTF-8 can bring.

    NUL in an address or a cookie is rejected: no browser sends it. In a form it is left
    out, because nobody sees that they pasted one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        cookies = "".join(request.COOKIES.values())
        if b"\0" in query or "\0" in request.path + cookies:
            raise BadRequest("The address or a cookie contains NUL.")
        if not _is_utf8((request.content_params or {}).get("charset", "utf-8")):
            raise BadRequest("The request is not in UTF-8.")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """After the middleware that rejects large bodies."""
        sent = request.POST
        if any("\0" in text for name in sent for text in (name, *sent.getlist(name))):
            kept = QueryDict(mutable=True)
            for name, texts in sent.lists():
                clean = [text.replace("\0", "") for text in texts]
                kept.setlist(name.replace("\0", ""), clean)
            kept._mutable = False
            # The stubs know only the immutable kind, which this is by now.
            request.POST = kept  # type: ignore[assignment]


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


class RequestMiddleware:
    """Gives each request an id, logs it and counts it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        new_id = accept_request_id(request.headers.get("X-Request-ID", ""))
        token = request_id.set(new_id)
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            _record(request, response, time.perf_counter() - start)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = new_id
        return response


def _record(request: HttpRequest, response: HttpResponse, duration: float) -> None:
    view, status = get_view_name(request), response.status_code
    metrics.count_request(normalize_method(request.method), view, status, duration)
    log_access(request.method, view, status, duration, _loaded_user_id(request))


def _loaded_user_id(request: HttpRequest) -> int | None:
    """The user's id if the view has loaded the user: the log makes no query."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = user.__dict__.get("_wrapped")
    return None if user is empty else getattr(user, "pk", None)


class ClientDisconnectedMiddleware(MiddlewareMixin):
    """Ends a request whose view stopped because the client has gone."""

    # nginx's "client closed request", which logs and metrics don't count as an error.
    STATUS = 499

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, ClientDisconnected):
            return HttpResponse(status=self.STATUS)
        return None
