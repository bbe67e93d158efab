"""System checks for what only shows once all settings are known.

`manage.py check` lists each problem with a hint; an error stops the server's start.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from planner.databases import DEFAULT, DIRECT, REPLICA
from planner.staticfiles import esbuild

App = Sequence[AppConfig] | None
# What other addresses of the database are for.
OTHER_ADDRESSES = {
    DIRECT: ("DATABASE_LISTEN_URL", "PostgreSQL itself, past PgBouncer"),
    REPLICA: ("DATABASE_REPLICA_URL", "a replica that follows it"),
}


@register("planner")
def check_static_files(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    """Production serves collected files only, and may be built without node_modules."""
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
    if esbuild():
        return []
    return [
        Warning(
            "esbuild is missing: pages have no styles, and every save loads the page.",
            hint="`make run` fetches it; so does `npm ci`.",
            id="planner.W001",
        )
    ]


@register("planner")
def check_sqlite_processes(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    """Processes tell one another of changes through PostgreSQL."""
    if connection.vendor != "sqlite" or settings.PROCESSES == 1:
        return []
    return [
        Error(
            f"{settings.PROCESSES} processes cannot share a SQLite database.",
            hint="Set WEB_CONCURRENCY=1, or DATABASE_URL to a PostgreSQL database.",
            id="planner.E002",
        )
    ]


@register("planner")
def check_addresses(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    return warn_of_same_addresses(settings.DATABASES)


def warn_of_same_addresses(databases: dict[str, Any]) -> list[CheckMessage]:
    """Another address of the database is for another way to it."""

    def place_of(alias: str) -> list[Any]:
        database = databases[alias]
        host = database["HOST"] or database["OPTIONS"].get("host")
        return [host, database["PORT"], database["NAME"]]

    return [
        Warning(
            f"{name} is the address of DATABASE_URL.",
            hint=f"Leave {name} out, or set it to {meant}.",
            id="planner.W003",
        )
        for alias, (name, meant) in OTHER_ADDRESSES.items()
        if alias in databases and place_of(alias) == place_of(DEFAULT)
    ]


@register("planner")
def check_https(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    if settings.HTTPS or not settings.PRODUCTION:
        return []
    return [
        Warning(
            "Without HTTPS, others on the network can read plans and steal sessions.",
            hint="Put a TLS proxy in front and drop PLANNER_HTTPS=no.",
            id="planner.W002",
        )
    ]


@register("planner")
def check_company_sign_in(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    names = {
        "issuer": "OIDC_ISSUER",
        "client_id": "OIDC_CLIENT_ID",
        "secret": "OIDC_CLIENT_SECRET",
    }
    missing = [names[key] for key, value in settings.OIDC.items() if not value]
    problems: list[CheckMessage] = []
    if 0 < len(missing) < len(names) or (missing and settings.OIDC_SIGNUP):
        problems.append(
            Error(
                f"The company's sign-in lacks {' and '.join(missing)}.",
                hint="Set all three of OIDC_ISSUER, OIDC_CLIENT_ID and "
                "OIDC_CLIENT_SECRET, or none of the OIDC_ variables.",
                id="planner.E003",
            )
        )
    issuer = urlsplit(settings.OIDC["issuer"])
    if settings.PRODUCTION and settings.OIDC["issuer"] and issuer.scheme != "https":
        problems.append(
            Error(
                "OIDC_ISSUER must start with https://: it says who people are.",
                hint="Take the address from your provider's documentation.",
                id="planner.E004",
            )
        )
    return problems


@register("planner")
def check_sign_up_mail(app_configs: App, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SIGNUP_IS_OPEN or settings.EMAIL_HOST or not settings.PRODUCTION:
        return []
    return [
        Error(
            "ACCOUNT_SIGNUP is on, but no mail can be sent to confirm addresses.",
            hint="Set EMAIL_HOST, or ACCOUNT_SIGNUP=no.",
            id="planner.E005",
        )
    ]
