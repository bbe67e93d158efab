"""Reading the environment, and refusing nonsense with a sentence.

Settings come through these functions only, so that a mistyped value stops the start
and says what was expected, where a silent default would be found out much later.
"""

import os
import re
import secrets
from collections.abc import Sequence
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
    """The environment holds something that cannot be meant."""


def text(name: str, default: str | None = None) -> str:
    """An empty variable counts as one that is not set, as in most shells' scripts."""
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
    """Separated by commas."""
    value = text(name, None if default is None else ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def require_together(name: str, other: str) -> None:
    """Where the one is set the other must be."""
    if text(name, "") and not text(other, ""):
        raise InvalidSetting(f"{other} must be set where {name} is.")


def hosts(name: str, default: Sequence[str] | None) -> list[str]:
    """Names of hosts as browsers send them; `.example.org` is all below it, too."""
    found = words(name, default)
    if not found:
        raise InvalidSetting(f"{name} must be set.")
    for word in found:
        if not _HOST.fullmatch(word):
            raise InvalidSetting(
                f"{name} must hold names such as plans.example.org, without https:// "
                f"and port, not {word!r}."
            )
    return found


def web_address(name: str, default: str, *, hosts: Sequence[str]) -> str:
    """Where people find the planner; one of the hosts that it answers for."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        found = parts.hostname or ""
    except ValueError:
        parts, found = urlsplit(""), ""
    whole = value == f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or not found or not whole:
        raise InvalidSetting(
            f"{name} must be an address such as https://plans.example.org, without "
            f"anything behind it, not {value!r}."
        )
    if not validate_host(f"[{found}]" if ":" in found else found, hosts):
        raise InvalidSetting(
            f"{name} leads to {found}, which is none of ALLOWED_HOSTS."
        )
    return value


def path(name: str) -> str:
    """A path such as /planner, without a slash at its end; "" for none."""
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
            f"{name} must be a mail address such as planner@example.org, not {value!r}."
        ) from None
    return value


def make_folder(name: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSetting(
            f"{name} needs the folder {folder}, which cannot be made: {error.strerror}."
        ) from error


def networks(name: str, default: Sequence[str]) -> list[str]:
    """Addresses such as 10.0.0.7 or 10.0.0.0/8; `*` is all there are."""
    found = words(name, default)
    for word in found:
        with suppress(ValueError):
            ip_network(word)
            continue
        if word != "*":
            raise InvalidSetting(
                f"{name} must hold addresses such as 10.0.0.7 or 10.0.0.0/8, or be *, "
                f"not {word!r}."
            )
    return found


def secret(name: str, *, kept_in: Path | None) -> str:
    """The secret from the environment, else the one made once and kept in a file."""
    if kept_in and not os.environ.get(name):
        return _kept_secret(kept_in)
    return _long_enough(name, text(name))


def optional_secret(name: str) -> str:
    """A secret that opens something which is closed without one."""
    value = text(name, "")
    return _long_enough(name, value) if value else ""


def _long_enough(name: str, value: str) -> str:
    if len(value) < MIN_SECRET_LENGTH:
        raise InvalidSetting(
            f"{name} must have at least {MIN_SECRET_LENGTH} characters: "
            "`openssl rand -hex 32` prints a good one."
        )
    return value


def _kept_secret(path: Path) -> str:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Of two processes that start together only one may choose, and neither
            # may read half a secret: so it is written aside and linked into place.
            with NamedTemporaryFile("w", dir=path.parent) as draft:
                draft.write(secrets.token_urlsafe(48))
                draft.flush()
                with suppress(FileExistsError):
                    os.link(draft.name, path)
        return path.read_text()
    except OSError as error:
        raise InvalidSetting(
            f"No secret can be kept in {path}: {error.strerror}."
        ) from error


def database(name: str, default: Path) -> dict[str, Any]:
    """A Django database of `sqlite:///path` or `postgres://user:password@host/name`."""
    return parse_database_url(name, text(name, f"sqlite:///{quote(str(default))}"))


def parse_database_url(name: str, url: str) -> dict[str, Any]:
    """As `database`, of an address that came another way."""
    try:
        parsed = dict(dj_database_url.parse(url))
    except ValueError as error:
        # The URL holds a password, so it is not repeated.
        raise InvalidSetting(f"{name} cannot be read: {error}") from error
    engine = str(parsed["ENGINE"]).rpartition(".")[2]
    if engine not in {"sqlite3", "postgresql"}:
        raise InvalidSetting(f"{name} must start with sqlite:// or postgres://.")
    if parsed["NAME"] in {"", ":memory:"}:
        raise InvalidSetting(f"{name} must name a database that outlives the process.")
    return parsed
