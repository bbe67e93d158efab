"""Decisions in a row of a table of sign-offs.

`| Design | Dana | — approved by Dana on 2026-11-24, version 3, … | 2026-11-24 |`

The marks stand in the Signature cell behind what is there, or in the Name cell of a
table without one, and the days of the marks in the Date cell. Both are put in behind
the text of a cell and before its padding, so taking them out leaves the bytes as they
were.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plans.document.signatures.markers import MARK
from plans.document.syntax.rows import cell_spans

# For each column of a table: what it holds, None for a column of its own.
Roles = Sequence[str | None]

_BLANK = " \t"
_SPACED_MARK = re.compile(f" {MARK.pattern}")


def row_with_marks(
    source: str, roles: Roles, marks: Sequence[str], days: Sequence[str]
) -> str:
    """A row with these marks, each with the blank before it, and their days."""
    spans = cell_spans(source)
    if not marks or not spans:
        return source
    put_in = {_column_of_marks(roles, len(spans)): "".join(marks)}
    date = _column_of_days(roles, len(spans))
    if date is not None:
        put_in[date] = "".join(f" {day}" for day in days)
    for column in sorted(put_in, reverse=True):
        start, end = spans[column]
        at = start + len(source[start:end].rstrip(_BLANK))
        source = source[:at] + put_in[column] + source[at:]
    return source


def row_without_marks(source: str, roles: Roles) -> str:
    """The row as it was before `row_with_marks`."""
    spans = cell_spans(source)
    marks = marks_in_row(source)
    if not marks:
        return source
    days = [mark["day"] for mark in marks]
    date = _column_of_days(roles, len(spans))
    for column, (start, end) in reversed(list(enumerate(spans))):
        cell = _without(source[start:end])
        if column == date:
            cell = _without_days(cell, days)
        source = source[:start] + cell + source[end:]
    return source


def marks_in_row(source: str) -> list[re.Match[str]]:
    """The marks of a row in order. None stands in two cells at once."""
    return [
        mark
        for start, end in cell_spans(source)
        for mark in _SPACED_MARK.finditer(source[start:end])
    ]


def _without(cell: str) -> str:
    while (bare := _SPACED_MARK.sub("", cell)) != cell:
        cell = bare
    return cell


def _without_days(cell: str, days: Sequence[str]) -> str:
    """Without the days of the last marks, as many as stand at the end of the cell."""
    text = cell.rstrip(_BLANK)
    for first in range(len(days)):
        ending = "".join(f" {day}" for day in days[first:])
        if text.endswith(ending):
            return text.removesuffix(ending) + cell[len(text) :]
    return cell


def _column_of_marks(roles: Roles, width: int) -> int:
    for role in ("signature", "name"):
        if role in roles and roles.index(role) < width:
            return roles.index(role)
    return width - 1


def _column_of_days(roles: Roles, width: int) -> int | None:
    """A short row has its marks in the last cell, which is then for no day."""
    column = roles.index("date") if "date" in roles else width
    is_free = column < width and column != _column_of_marks(roles, width)
    return column if is_free else None
