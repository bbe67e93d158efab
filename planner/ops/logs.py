"""What the log says, and what it never says.

Every line of a request carries the request's id. Nothing that somebody typed gets in:
an error's message may repeat it (a database's names the row that it refused), and so
may an address (a plan's is made of its title). So an address is told by the name of
its view, and in production an error by its kind and its places in the code.
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

# Of the request that this thread or task is answering.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a proxy may call a request; anything else could forge a line of the log.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
access = logging.getLogger("planner.access")
# What a line of the log may hold beside its message: all else that Python or Django
# attach to it (the request, for one) stays out.
EXTRA_FIELDS = ("method", "view", "status", "ms", "user")
_COLUMNS = "{asctime} {levelname} {name} [{request_id}] {message}"


class RequestFilter(logging.Filter):
    """Gives every line the id of its request, and takes addresses out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            addresses = {request.path, request.path_info, request.get_full_path()}
            view = get_view_name(request)
            record.args = tuple(
                view if argument in addresses else argument for argument in record.args
            )
        return True


class RedactingFormatter(logging.Formatter):
    """Tells an error by its kind and its places, without its message."""

    hides_messages = True

    # The types of what Python's own `formatException` is given are as loose.
    def formatException(self, ei: Any) -> str:
        if not self.hides_messages:
            return super().formatException(ei)
        error = ei[1]
        parts: list[str] = []
        while error is not None:
            places = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.insert(0, f"{places}\n{kind}" if places else kind)
            hides = error.__suppress_context__
            error = error.__cause__ or (None if hides else error.__context__)
        return "\nwhich led to\n".join(parts)


class LineFormatter(RedactingFormatter):
    """For people who look on."""

    def __init__(self, *, hides_messages: bool) -> None:
        super().__init__(_COLUMNS, style="{")
        self.hides_messages = hides_messages


class JsonLineFormatter(RedactingFormatter, JsonFormatter):
    """One JSON object a line, for programs that gather logs."""

    def __init__(self, *, hides_messages: bool) -> None:
        super().__init__("{message}", style="{", json_ensure_ascii=False)
        self.hides_messages = hides_messages

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        log_data["time"] = self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + (
            f".{int(record.msecs):03d}Z"
        )
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = record.getMessage()
        if told := getattr(record, "request_id", ""):
            log_data["request_id"] = told
        for name in EXTRA_FIELDS:
            if name in record.__dict__:
                log_data[name] = record.__dict__[name]
        if "exc_info" in message_dict:
            log_data["error"] = message_dict["exc_info"]


def get_view_name(request: HttpRequest) -> str:
    """The name of the view that an address led to: there are few of them, and none
    holds a word of a plan."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or "unnamed"


def accept_request_id(told: str) -> str:
    """The id from the proxy, or a new one. `planner.server.asgi` removes the header
    unless the proxy sent it."""
    return told if _SAFE_ID.fullmatch(told) else secrets.token_hex(8)


def log_access(
    method: str | None, view: str, status: int, took: float, user: int | None = None
) -> None:
    """The one line that every request has in the log."""
    told = {
        "method": normalize_method(method),
        "view": view,
        "status": status,
        "ms": round(took * 1000),
        "user": user,
    }
    access.info(
        "%(method)s %(view)s %(status)s %(ms)s ms, user %(user)s", told, extra=told
    )


def normalize_method(method: str | None) -> str:
    """A method is whatever somebody sends; only the usual ones are repeated."""
    return method if method in METHODS else "other"


def build_logging_config(
    kind: str, level: str, *, hides_messages: bool
) -> dict[str, Any]:
    """`settings.LOGGING`. `kind`: "json" or "lines"."""
    formatter = (
        "planner.ops.logs.JsonLineFormatter"
        if kind == "json"
        else "planner.ops.logs.LineFormatter"
    )
    # Uvicorn sets up handlers of its own; all goes to ours.
    to_ours: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"in_request": {"()": "planner.ops.logs.RequestFilter"}},
        "formatters": {"ours": {"()": formatter, "hides_messages": hides_messages}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "ours",
                "filters": ["in_request"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's handler mails administrators and prints only while debugging.
            "django": {**to_ours, "level": "INFO"},
            # A 404 or a 403 is no news; a 500 is.
            "django.request": {"level": "ERROR"},
            # Names the host that somebody made up, and would do so in hundreds.
            "django.security.DisallowedHost": {**to_ours, "level": "CRITICAL"},
            # At DEBUG it prints every query, with what people typed.
            "django.db.backends": {"level": "INFO"},
            "uvicorn": {**to_ours, "level": "INFO"},
            "uvicorn.error": dict(to_ours),
            # Has the address; our own line (planner.ops.middleware) names the view.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
