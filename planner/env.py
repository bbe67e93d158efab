"""Typed readers of environment variables, which reject invalid values with a sentence.

All settings are read here, so that a mistyped value stops the start and says what was
expected, instead of silently becoming a default.
"""

import os
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import quote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import EmailValidator
from django.http.request import validate_host

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
MIN_SECRET_LENGTH = 32
_PATH = re.compile(r"(/[A-Za-z0-9_-]+)+")
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


class InvalidSetting(ImproperlyConfigured):
    """An environment variable is missing or has an invalid value."""


def text(name: str, default: str | None = None) -> str:
    """An empty variable counts as unset, as it does in most shell scripts."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise InvalidSetting(f"{name} must be set.")
    return default


def flag(name: str, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in YES | NO:
        raise InvalidSetting(f"{name} must be yes or no, not {value!r}.")
    return value in YES


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise InvalidSetting(
            f"{name} must be a whole number from {least} to {most}, not {value!r}."
        )
    return int(value)


def choice(name: str, default: str, *, among: Sequence[str]) -> str:
    value = text(name, default)
    if value not in among:
        raise InvalidSetting(
            f"{name} must be one of {', '.join(among)}, not {value!r}."
        )
    return value


def words(name: str, default: Sequence[str] | None = None) -> list[str]:
    """Values separated by commas."""
    value = text(name, None if default is None else ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def require_together(name: str, other: str) -> None:
    """Require `other` to be set where `name` is."""
    if text(name, "") and not text(other, ""):
        raise InvalidSetting(f"{other} must be set where {name} is.")


def hosts(name: str, default: Sequence[str] | None) -> list[str]:
    """Host names as browsers send them; `.example.org` includes its subdomains."""
    names = words(name, default)
    if not names:
        raise InvalidSetting(f"{name} must be set.")
    for host in names:
        if not _HOST.fullmatch(host):
            raise InvalidSetting(
                f"{name} must hold names such as plans.example.org, without https:// "
                f"and port, not {host!r}."
            )
    return names


def web_address(name: str, default: str, *, hosts: Sequence[str]) -> str:
    """The address that people open; its host must be one that the planner serves."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    is_origin = value == f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or not host or not is_origin:
        raise InvalidSetting(
            f"{name} must be an address such as https://plans.example.org, without "
            f"anything behind it, not {value!r}."
        )
    if not validate_host(f"[{host}]" if ":" in host else host, hosts):
        raise InvalidSetting(f"{name} leads to {host}, which is none of ALLOWED_HOSTS.")
    return value


def path(name: str) -> str:
    """A path such as /planner, without a trailing slash; "" for none."""
    value = text(name, "").rstrip("/")
    if value and not _PATH.fullmatch(value):
        raise InvalidSetting(
            f"{name} must be a path such as /planner, of letters, digits, - and _, not "
            f"{value!r}."
        )
    return value


def mail_address(name: str, default: str) -> str:
    """`planner@example.org` or `Planner <planner@example.org>`."""
    value = text(name, default)
    try:
        EmailValidator(allowlist=["localhost"])(parseaddr(value)[1])
    except ValidationError:
        raise InvalidSetting(
            f"{name} must be an email address such as planner@example.org, "
            f"not {value!r}."
        ) from None
    return value


def make_folder(name: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSetting(
            f"{name} needs the folder {folder}, which cannot be made: {error.strerror}."
        ) from error


def networks(
    name: str, default: Sequence[str], *, may_be_all: bool = True
) -> list[str]:
    """Addresses such as 10.0.0.7 or 10.0.0.0/8; `*` means all of them."""
    addresses = words(name, default)
    for address in addresses:
        with suppress(ValueError):
            ip_network(address)
            continue
        if address != "*" or not may_be_all:
            raise InvalidSetting(
                f"{name} must hold addresses such as 10.0.0.7 or 10.0.0.0/8"
                f"{', or be *' if may_be_all else ''}, not {address!r}."
            )
    return addresses


def secret(name: str, *, kept_in: Path | None) -> str:
    """A secret from the environment, else a generated one that is kept in a file."""
    if kept_in and not os.environ.get(name):
        return read_or_create_private(kept_in, lambda: secrets.token_urlsafe(48))
    return _require_length(name, text(name))


def optional_secret(name: str) -> str:
    """A secret without which the feature that it protects is off."""
    value = text(name, "")
    return _require_length(name, value) if value else ""


def _require_length(name: str, value: str) -> str:
    if len(value) < MIN_SECRET_LENGTH:
        raise InvalidSetting(
            f"{name} must have at least {MIN_SECRET_LENGTH} characters: "
            "`openssl rand -hex 32` prints a good one."
        )
    return value


def read_or_create_private(path: Path, create: Callable[[], str]) -> str:
    """The text of a file that only its owner can read; `create` says it at first."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Write to a temporary file and link it into place: two processes that start
            # together then agree on one secret, and neither reads half of it.
            with NamedTemporaryFile("w", dir=path.parent) as file:
                file.write(create())
                file.flush()
                with suppress(FileExistsError):
                    os.link(file.name, path)
        return path.read_text()
    except OSError as error:
        raise InvalidSetting(
            f"No secret can be kept in {path}: {error.strerror}."
        ) from error


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's settings for a URL such as `sqlite:///path` or `postgres://u:p@host/name`."""
    return parse_database_url(name, text(name, f"sqlite:///{quote(str(default))}"))


def parse_database_url(name: str, url: str) -> dict[str, Any]:
    """As `database`, for a URL from elsewhere. `name`: what error messages call it."""
    try:
        parsed = dict(dj_database_url.parse(url))
    except ValueError as error:
        # Don't repeat the URL: it holds a password.
        raise InvalidSetting(f"{name} cannot be read: {error}") from error
    engine = str(parsed["ENGINE"]).rpartition(".")[2]
    if engine not in {"sqlite3", "postgresql"}:
        raise InvalidSetting(f"{name} must start with sqlite:// or postgres://.")
    if parsed["NAME"] in {"", ":memory:"}:
        raise InvalidSetting(f"{name} must name a database that outlives the process.")
    return parsed


def other_database(name: str, beside: dict[str, Any]) -> dict[str, Any] | None:
    """Another address of PostgreSQL, or None. `beside`: what DATABASE_URL says."""
    url = text(name, "")
    if not url:
        return None
    parsed = parse_database_url(name, url)
    for database, whose in ((parsed, name), (beside, "DATABASE_URL")):
        if not str(database["ENGINE"]).endswith(".postgresql"):
            raise InvalidSetting(
                f"{whose} must start with postgres:// where {name} is set."
            )
    return parsed
