"""Misconfiguration that can only be seen once all settings are known.

`manage.py check` lists it with a hint, and the server does not start on an error.
"""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

App = Sequence[AppConfig] | None


@register("planner")
def front_end_files_are_there(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    """Production serves collected files only, so it may throw node_modules away."""
    if settings.PRODUCTION:
        if (settings.STATIC_ROOT / "staticfiles.json").exists():
            return []
        return [
            Error(
                "The static files are not collected.",
                hint="Run `python manage.py collectstatic`.",
                id="planner.E001",
            )
        ]
    if finders.find("htmx/htmx.min.js"):
        return []
    return [
        Warning(
            "htmx is missing: pages work, but every save loads the whole page.",
            hint="`make run` fetches it; so does `npm ci`.",
            id="planner.W001",
        )
    ]


@register("planner")
def sqlite_has_one_process(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    """Live updates between processes go through PostgreSQL."""
    processes = os.environ.get("WEB_CONCURRENCY", "1")
    if connection.vendor != "sqlite" or processes in {"", "1"}:
        return []
    return [
        Error(
            f"{processes} processes cannot share a SQLite database.",
            hint="Set WEB_CONCURRENCY=1, or DATABASE_URL to a PostgreSQL database.",
            id="planner.E002",
        )
    ]


@register("planner")
def cookies_are_protected(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    if settings.HTTPS or not settings.PRODUCTION:
        return []
    return [
        Warning(
            "Without HTTPS anybody on the way can read plans and take over sessions.",
            hint="Put a TLS proxy in front and drop PLANNER_HTTPS=no.",
            id="planner.W002",
        )
    ]
