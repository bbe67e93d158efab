"""Logging that holds a request's id, and nothing that people typed.

Error messages may quote what people typed (a database names the row that it rejected),
and so may addresses (a plan's comes from its title). So the log names the view instead
of the address, and in production an error's type and traceback without its message.
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

# The id of the request that this thread or task is answering.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# The request ids that we accept from a proxy; others could forge lines of the log.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
access = logging.getLogger("planner.access")
# The only extra fields that a line may have: what else Python or Django attach to a
# record, such as the request, stays out.
EXTRA_FIELDS = ("method", "view", "status", "ms", "user")
_COLUMNS = "{asctime} {levelname} {name} [{request_id}] {message}"


class RequestFilter(logging.Filter):
    """Adds the request's id to each record, and replaces addresses by views."""

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
    """Formats an exception as its type and traceback, without its message."""

    hides_messages = True

    # As loosely typed as the method that it overrides.
    def formatException(self, ei: Any) -> str:
        if not self.hides_messages:
            return super().formatException(ei)
        error = ei[1]
        parts: list[str] = []
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.insert(0, f"{frames}\n{name}" if frames else name)
            hides_context = error.__suppress_context__
            error = error.__cause__ or (None if hides_context else error.__context__)
        return "\nwhich led to\n".join(parts)


class LineFormatter(RedactingFormatter):
    """Plain lines, for reading in a terminal."""

    def __init__(self, *, hides_messages: bool) -> None:
        super().__init__(_COLUMNS, style="{")
        self.hides_messages = hides_messages


class JsonLineFormatter(RedactingFormatter, JsonFormatter):
    """One JSON object a line, for log collectors."""

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
        if id_of_request := getattr(record, "request_id", ""):
            log_data["request_id"] = id_of_request
        for name in EXTRA_FIELDS:
            if name in record.__dict__:
                log_data[name] = record.__dict__[name]
        if "exc_info" in message_dict:
            log_data["error"] = message_dict["exc_info"]


def get_view_name(request: HttpRequest) -> str:
    """The name of the request's view: there are few, and none holds a plan's words."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or "unnamed"


def accept_request_id(header: str) -> str:
    """The id that the proxy sent, if it is safe to log, else a new one.

    `planner.server.asgi` drops the header when it does not come from the proxy.
    """
    return header if _SAFE_ID.fullmatch(header) else secrets.token_hex(8)


def log_access(
    method: str | None, view: str, status: int, duration: float, user: int | None = None
) -> None:
    """Write the one line that each request has in the log. `duration`: in seconds."""
    fields = {
        "method": normalize_method(method),
        "view": view,
        "status": status,
        "ms": round(duration * 1000),
        "user": user,
    }
    access.info(
        "%(method)s %(view)s %(status)s %(ms)s ms, user %(user)s", fields, extra=fields
    )


def normalize_method(method: str | None) -> str:
    """A client may send any word as a method: name the known ones only."""
    return method if method in METHODS else "other"


def build_logging_config(
    log_format: str, level: str, *, hides_messages: bool
) -> dict[str, Any]:
    """The value of `settings.LOGGING`. `log_format`: "json" or "lines"."""
    formatter = (
        "planner.ops.logs.JsonLineFormatter"
        if log_format == "json"
        else "planner.ops.logs.LineFormatter"
    )
    # Django and Uvicorn set up handlers of their own: use ours alone.
    to_root: dict[str, Any] = {"handlers": [], "propagate": True}
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
            # Django's own handlers mail administrators, and print while debugging.
            "django": {**to_root, "level": "INFO"},
            # Log a 500, but no 404 or 403.
            "django.request": {"level": "ERROR"},
            # Names hosts that scanners make up, by the hundred.
            "django.security.DisallowedHost": {**to_root, "level": "CRITICAL"},
            # At DEBUG it logs each query with its values.
            "django.db.backends": {"level": "INFO"},
            "uvicorn": {**to_root, "level": "INFO"},
            "uvicorn.error": dict(to_root),
            # Names addresses; our own line (planner.ops.middleware) names the view.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
