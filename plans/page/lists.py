"""Lists that are filtered, sorted and paged by their address: what `templates/lists/`
shows. Nothing here queries the database or knows what is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Q
from django.utils import timezone

# Of the address, what is no filter.
PAGE, SORT = "page", "sort"


@dataclass(frozen=True)
class ListAddress:
    """A list's path (empty: the page's own), and what its query says. `values` are
    those that were understood; a list of texts stands for several of one name."""

    path: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def having(self, **changes: object) -> str:
        """The address with other values; a false one is left out. Other rows begin at
        their first page, unless `page` is given."""
        values = {name: text for name, text in self.values.items() if name != PAGE}
        values |= changes
        query = urlencode(
            {name: value for name, value in values.items() if value}, doseq=True
        )
        return f"{self.path}?{query}" if query else self.path or "?"

    def without(self, *names: str) -> str:
        return self.having(**dict.fromkeys(names))

    def without_value(self, name: str, value: object) -> str:
        """Without one of the values of a name."""
        values = self.values.get(name)
        if not isinstance(values, list):
            return self.without(name)
        return self.having(**{name: [each for each in values if each != value]})

    def at(self, path: str) -> str:
        """The same rows at another path: a download, say."""
        return ListAddress(path, self.values).having()


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    text: str
    remove_url: str


@dataclass(frozen=True)
class Column:
    """`key`: as the address says it; without one, the table is not sorted by it.
    `is_descending`: the larger or newer come first when it is chosen."""

    label: str
    key: str = ""
    is_descending: bool = False
    css_class: str = ""


@dataclass(frozen=True)
class HeadCell:
    """A column's head. `aria_sort` is "" where the table is not sorted by it."""

    column: Column
    url: str = ""
    aria_sort: str = ""


@dataclass(frozen=True)
class Sort:
    """A column's key, and the direction."""

    key: str
    is_descending: bool = False

    @property
    def text(self) -> str:
        """As the address says it."""
        return f"-{self.key}" if self.is_descending else self.key


def sort_in(text: str, columns: Sequence[Column], default: Sort) -> Sort:
    """What an address says; what is no column of the table sorts as by default."""
    sort = Sort(text.removeprefix("-"), text.startswith("-"))
    keys = {column.key for column in columns if column.key}
    return sort if sort.key in keys else default


def sort_choices(columns: Sequence[Column], default: Sort) -> list[tuple[str, str]]:
    """For a select, where there is no room for a table's head; the default first."""
    choices = []
    for column in columns:
        if column.key:
            first = Sort(column.key, column.is_descending).text
            other = Sort(column.key, not column.is_descending).text
            choices += [(first, column.label), (other, f"{column.label}, reversed")]
    return sorted(choices, key=lambda choice: choice[0] != default.text)


def table_head(
    columns: Sequence[Column], sort: Sort, address: ListAddress
) -> list[HeadCell]:
    return [_head_cell(column, sort, address) for column in columns]


def _head_cell(column: Column, sort: Sort, address: ListAddress) -> HeadCell:
    if not column.key:
        return HeadCell(column)
    is_sorted = column.key == sort.key
    is_descending = column.is_descending ^ (
        is_sorted and column.is_descending == sort.is_descending
    )
    url = address.having(sort=Sort(column.key, is_descending).text)
    direction = "descending" if sort.is_descending else "ascending"
    return HeadCell(column, url, direction if is_sorted else "")


@dataclass(frozen=True)
class Pager:
    """The pages of a list. `label` names them; `text` says which rows are shown;
    `anchor`: the pager's id, where the list is not the whole page."""

    label: str
    text: str
    number: int
    previous_url: str = ""
    next_url: str = ""
    anchor: str = ""

    @property
    def is_needed(self) -> bool:
        return bool(self.previous_url or self.next_url)


def pager_of(
    page: Page,
    address: ListAddress,
    *,
    label: str,
    rows: str = "",
    name: str = PAGE,
    anchor: str = "",
) -> Pager:
    """For a page whose rows are all counted. `rows`: what they are called, "Records",
    to say which are shown; `name`: of the page in the address."""
    text = f"Page {page.number} of {page.paginator.num_pages}"
    if rows:
        text = (
            f"{rows} {page.start_index()} to {page.end_index()} "
            f"of {page.paginator.count}"
        )

    def url(number: int) -> str:
        return address.having(**{name: number}) + (f"#{anchor}" if anchor else "")

    return Pager(
        label,
        text,
        page.number,
        url(page.previous_page_number()) if page.has_previous() else "",
        url(page.next_page_number()) if page.has_next() else "",
        anchor,
    )


def uncounted_pager(
    address: ListAddress, number: int, *, has_next: bool, label: str
) -> Pager:
    """For a list that nobody counts, which takes longer than to read one page: a row
    more than fits says whether another page follows."""
    return Pager(
        label,
        f"Page {number}",
        number,
        address.having(page=number - 1 if number > 2 else "") if number > 1 else "",
        address.having(page=number + 1) if has_next else "",
    )


def days_between(column: str, since: date | None, until: date | None) -> Q:
    """Moments of these days, both included, in the person's time zone."""
    within = Q()
    if since:
        within &= Q(**{f"{column}__gte": _start_of(since)})
    if until:
        within &= Q(**{f"{column}__lt": _start_of(until + timedelta(days=1))})
    return within


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
