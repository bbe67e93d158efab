"""Columns of a table that come, go, move or are renamed, line by line: all other cells
keep their bytes."""

from __future__ import annotations

from collections.abc import Callable

from plans.document.syntax.escaping import escape_cell
from plans.document.syntax.parsing import split_lines
from plans.document.syntax.rows import cell_spans

# What becomes of the cells of one line; each is as it is written, with its padding.
Rewrite = Callable[[list[str]], list[str]]


def rewrite_line(line: str, rewrite: Rewrite) -> str:
    """A row of a table with other cells. Afterwards pipes enclose it, for what stands
    at its start or end may be something else without one."""
    spans = cell_spans(line)
    prefix, suffix = line[: spans[0][0]], line[spans[-1][1] :]
    cells = [line[start:end] for start, end in spans]
    if "|" not in prefix:
        prefix, cells = prefix + "|", [f" {cell.strip()} " for cell in cells]
    if not suffix.startswith("|"):
        cells[-1] = f"{cells[-1].rstrip()} "
        suffix = f"|{suffix}"
    return prefix + "|".join(rewrite(cells)) + suffix


def rewrite_head(head: str, names: Rewrite, rules: Rewrite) -> str:
    """The head of a table: its names, and the line of dashes below them."""
    first, second, *rest = split_lines(head)
    return "".join(
        [
            *(
                rewrite_line(bare, rewrite) + line[len(bare) :]
                for line, rewrite in ((first, names), (second, rules))
                for bare in [line.rstrip("\r\n")]
            ),
            *rest,
        ]
    )


def padded(text: str, width: int = 0) -> str:
    """A cell as it is written."""
    return f" {escape_cell(text)} ".ljust(width)


def rule_like(rules: list[str], width: int) -> str:
    """The dashes of a new column, in the manner of the others."""
    is_spaced = bool(rules) and rules[0].startswith(" ")
    return f" {'-' * max(width - 2, 3)} " if is_spaced else "-" * max(width, 3)


def inserted(cells: list[str], at: int, cell: str) -> list[str]:
    """A row that ends before the place stays as it is: the new cell is empty there."""
    return [*cells[:at], cell, *cells[at:]] if at <= len(cells) else cells


def without(cells: list[str], at: int) -> list[str]:
    return [*cells[:at], *cells[at + 1 :]]


def moved(cells: list[str], at: int, to: int, empty: str) -> list[str]:
    """The cell at one place comes to another; a short row is filled up to there."""
    if min(at, to) >= len(cells):
        return cells
    row = [*cells, *[empty] * (max(at, to) + 1 - len(cells))]
    row.insert(to, row.pop(at))
    return row
