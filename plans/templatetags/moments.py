"""Filters for dates, times and counts, as the reader writes them (plans/formats.py).

What has `data-as` beside one of them is written again by static/js/times.js where the
live feed brings it, which is the same for all readers.
"""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from plans import formats

register = template.Library()

Moment = date | datetime | None


@register.filter
def day(value: Moment) -> str:
    return formats.write(value, "day")


@register.filter
def short_day(value: Moment) -> str:
    return formats.write(value, "short_day")


@register.filter
def month_day(value: Moment) -> str:
    return formats.write(value, "month_day")


@register.filter
def short_month_day(value: Moment) -> str:
    return formats.write(value, "short_month_day")


@register.filter
def clock(value: Moment) -> str:
    return formats.write(value, "clock")


@register.filter
def moment(value: Moment) -> str:
    return formats.write(value, "day clock")


@register.filter
def with_zone(value: datetime) -> str:
    return formats.with_zone(value)


@register.filter
def short_moment(value: Moment) -> str:
    return formats.write(value, "short_day clock")


@register.filter
def month_moment(value: Moment) -> str:
    return formats.write(value, "month_day clock")


@register.filter
def number(value: int) -> str:
    return formats.number(value)


@register.simple_tag
def now_written() -> str:
    """This moment and a number, as an example."""
    return f"{formats.write(timezone.now(), 'day clock')} · {formats.number(12_345)}"
