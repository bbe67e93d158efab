"""One page of a register: its picture, its rows, and where each filter leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from plans import formats
from plans.models import User
from plans.models.register import RegisterEntryQuerySet
from plans.page.lists import (
    HeadCell,
    ListAddress,
    Pager,
    Sort,
    table_head,
)
from plans.page.registers import queries
from plans.page.registers.charts import Share
from plans.page.registers.queries import MAX_COUNTED, Counts, Filters
from plans.page.registers.rows import Cell, RegisterRow, load_rows
from plans.page.registers.specs import Picture, RegisterSpec
from plans.search.queries import read
from plans.search.searching import MOST_ITEMS, Fitting, find_items

ROWS_PER_PAGE = 50
# What is further behind is found by filters and in files: a database reads all rows
# up to a page.
MAX_PAGE = 200
# Of a file: rows, and as many at a time.
MAX_EXPORTED = 50_000
_CHUNK = 500


@dataclass(frozen=True)
class RegisterPage:
    spec: RegisterSpec
    rows: list[RegisterRow]
    head: list[HeadCell]
    pager: Pager
    picture: Picture
    shortcuts: list[Share]
    counts: Counts
    total: int
    is_cut: bool

    @property
    def lines(self) -> list[tuple[RegisterRow, list[tuple[str, Cell]]]]:
        """Each row with its cells, and the names of their columns: between those of
        the row's name and of its plan."""
        labels = [column.label for column in self.spec.columns[1:-1]]
        return [(row, list(zip(labels, row.cells, strict=True))) for row in self.rows]

    @property
    def how_many(self) -> str:
        """In words, above the rows."""
        if self.is_cut:
            return (
                f"Among the newest {formats.number(MOST_ITEMS)} that have these words"
            )
        name = self.spec.one if self.total == 1 else self.spec.many
        if self.counts.is_bounded:
            return f"More than {formats.number(MAX_COUNTED)} {self.spec.many}"
        return f"{formats.number(self.total)} {name}"


@dataclass(frozen=True)
class Selection:
    """What a person wants to see of a register."""

    spec: RegisterSpec
    user: User
    filters: Filters
    sort: Sort

    @cached_property
    def _visible(self) -> RegisterEntryQuerySet:
        """For one page: the person's teams are asked for once."""
        return queries.visible_entries(self.user, self.spec.register)

    @cached_property
    def fitting(self) -> Fitting | None:
        """What has the words that are looked for; None where there are none."""
        words = self.filters.get("q")
        if not words:
            return None
        return find_items(self.user, read(words), self.spec.register)

    @property
    def is_cut(self) -> bool:
        """Whether more have the words than were looked at."""
        return bool(self.fitting and self.fitting.is_cut)

    @property
    def _narrowed(self) -> RegisterEntryQuerySet:
        register, filters = self.spec.register, self.filters
        return queries.narrowed(
            self._visible, register, filters, self.user, self.fitting
        )

    @property
    def _ordered(self) -> RegisterEntryQuerySet:
        entries = queries.chosen(self._narrowed, self.filters)
        has_words = self.fitting is not None
        return queries.in_order(entries, self.sort, has_words=has_words)

    def count(self) -> Counts:
        register, sort = self.spec.register, self.spec.default
        has_words = self.fitting is not None
        return queries.count(self._narrowed, register, sort, has_words=has_words)

    def ids(self, start: int, stop: int) -> list[int]:
        return list(self._ordered.values_list("pk", flat=True)[start:stop])

    def load(self, ids: Sequence[int]) -> list[RegisterRow]:
        return load_rows(self._visible, self.spec.register, ids)

    def exported(self, ids: Sequence[int]) -> Iterator[RegisterRow]:
        """A chunk at a time, and of each what the person may still see."""
        for start in range(0, len(ids), _CHUNK):
            register = self.spec.register
            visible = queries.visible_entries(self.user, register)
            yield from load_rows(visible, register, ids[start : start + _CHUNK])


def load_page(selection: Selection, address: ListAddress, number: int) -> RegisterPage:
    """Four queries: the plans that the person may see, the counts, which rows, and
    these; for words two or three more."""
    spec, filters = selection.spec, selection.filters
    counts = selection.count()
    number = min(number, MAX_PAGE)
    start = (number - 1) * ROWS_PER_PAGE
    ids = selection.ids(start, start + ROWS_PER_PAGE + 1)
    rows = selection.load(ids[:ROWS_PER_PAGE])
    total = counts.total(filters)
    return RegisterPage(
        spec,
        rows,
        table_head(spec.columns, selection.sort, address),
        _pager(spec, address, number, len(rows), len(ids) > ROWS_PER_PAGE),
        spec.picture(counts, filters, address),
        [one for one in spec.shortcuts(counts, filters, address) if one.is_shown],
        counts,
        total,
        selection.is_cut,
    )


def _pager(
    spec: RegisterSpec, address: ListAddress, number: int, shown: int, has_next: bool
) -> Pager:
    first = (number - 1) * ROWS_PER_PAGE + 1
    text = f"{formats.number(first)} to {formats.number(first + shown - 1)}"
    return Pager(
        f"Pages of {spec.many}",
        text if shown else f"Page {number}",
        number,
        address.having(page=number - 1 if number > 2 else "") if number > 1 else "",
        address.having(page=number + 1) if has_next and number < MAX_PAGE else "",
    )
