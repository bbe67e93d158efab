"""Dates, times and numbers as a person writes them: order and signs of their region, by
Django's own formats, with English words, because the interface is English.

Only for what people read: files, evidence, JSON and the values of forms do not come
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import locale
from django.utils import numberformat, timezone
from django.utils.dateformat import format as formatted
from django.utils.formats import get_format
from django.utils.translation import to_locale
from django.utils.translation.trans_real import parse_accept_lang_header

# Where nobody says otherwise. What is written so is read rightly everywhere.
INTERNATIONAL = ""
_INTERNATIONAL = {
    "day": "j F Y",
    "short_day": "j M Y",
    "month_day": "j F",
    "short_month_day": "j M",
    "clock": "H:i",
    "thousands": ",",
    "grouping": "3",
}
# Words that a format has of its own language: `j \\d\\e F`. Signs for year, month and
# day behind numbers stay.
_WORDS = re.compile(r"\\.|[^\x00-\x7f年月日년월일،]")
_LOOSE = re.compile(r"\s+[.,](?=\s|$)")

_current: ContextVar[str] = ContextVar("formats", default=INTERNATIONAL)


@lru_cache(maxsize=1)
def regions() -> dict[str, str]:
    """Codes of the regions that Django has formats for, with their names in English."""
    folder = Path(locale.__file__).parent
    names = {
        code: str(info["name"])
        for code, info in locale.LANG_INFO.items()
        if "name" in info and (folder / to_locale(code) / "formats.py").exists()
    }
    names["en"] = "English (United States)"
    names["en-gb"] = "English (United Kingdom)"
    return dict(sorted(names.items(), key=lambda each: each[1]))


def accepted(header: str) -> str:
    """The region that a browser asks for first (Accept-Language)."""
    for code, _ in parse_accept_lang_header(header):
        for candidate in (code, code.split("-")[0]):
            if candidate in regions():
                return candidate
    return INTERNATIONAL


@contextmanager
def override(region: str) -> Iterator[None]:
    token = _current.set(region)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def written_for(person: object) -> Iterator[None]:
    """In the region and the time zone that a person chose. None is nobody we know: the
    international way, in the server's zone."""
    zone = zone_named(getattr(person, "time_zone", ""))
    with timezone.override(zone), override(getattr(person, "region", "")):
        yield


def zone_named(name: str) -> ZoneInfo | None:
    """None, which stands for the server's zone, where there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def current() -> str:
    """The region of the person whom something is written for."""
    return _current.get()


@lru_cache(maxsize=200)
def patterns(region: str) -> dict[str, str]:
    """What `day`, `clock` and the others are written by, in Django's letters."""
    if region not in regions():
        return _INTERNATIONAL
    day, month_day = (
        _pattern("DATE_FORMAT", region),
        _pattern("MONTH_DAY_FORMAT", region),
    )
    if not re.search("[FMNE月월]", day):  # without its words, days look like months
        day, month_day = _INTERNATIONAL["day"], _INTERNATIONAL["month_day"]
    return {
        "day": day,
        "short_day": _shortened(day),
        "month_day": month_day,
        "short_month_day": _shortened(month_day),
        "clock": re.sub(r"[.:]s\b", "", _pattern("TIME_FORMAT", region)),
        "thousands": get_format("THOUSAND_SEPARATOR", region, True),
        "grouping": str(get_format("NUMBER_GROUPING", region, True) or 3),
    }


def _pattern(name: str, region: str) -> str:
    pattern = _WORDS.sub("", get_format(name, region, True))
    return " ".join(_LOOSE.sub("", pattern).replace("l, ", "").split())


def _shortened(pattern: str) -> str:
    return re.sub(r"[FNE]", "M", pattern)


def write(value: date | datetime | None, name: str) -> str:
    """A day or a moment, in the active time zone. `name`: of a pattern, or two of them:
    `short_day clock`."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    mine = patterns(current())
    return ", ".join(formatted(value, mine[each]) for each in name.split())


def with_zone(moment: datetime) -> str:
    """A moment for a place that does not say in which zone it writes, such as a mail:
    "3 March 2026, 14:05 (Europe/Lisbon)"."""
    zone = timezone.get_current_timezone_name()
    return f"{write(moment, 'day clock')} {zone if zone == 'UTC' else f'({zone})'}"


def number(value: int) -> str:
    """A count, with its thousands apart."""
    mine = patterns(current())
    return numberformat.format(
        value,
        decimal_sep=".",
        grouping=int(mine["grouping"]) if mine["grouping"].isdigit() else 3,
        thousand_sep=mine["thousands"],
        force_grouping=True,
    )
