"""Rows of tables: cells between pipes (GFM 4.10), written with the padding they had."""

from __future__ import annotations

import re

from plans.document.model import Item, Row
from plans.document.syntax.blanks import blank_of
from plans.document.syntax.escaping import escape_cell, unescape_cell
from plans.document.syntax.parsed import Parsed
from plans.document.syntax.parsing import unix

_CELL = re.compile(r"(?:[^|\\]|\\.|\\$)*", re.DOTALL)


def cell_spans(line: str) -> list[tuple[int, int]]:
    """Where the cells of a table row start and end, padding included (GFM 4.10)."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    if line[start:end].startswith("|"):
        start += 1
    spans = []
    while start <= end:
        match = _CELL.match(line, start, end)
        stop = match.end() if match else end
        spans.append((start, stop))
        start = stop + 1
    if len(spans) > 1 and spans[-1][0] >= spans[-1][1]:
        spans.pop()  # the pipe at the end of the row opens no cell
    return spans


def split_row(line: str) -> list[str]:
    """The cells of a table row, as written, without their padding."""
    return [line[a:b].strip(" \t") for a, b in cell_spans(line)]


def parse_row(source: str) -> Parsed:
    cells = split_row(source)
    blanks = [blank_of(cell.replace("\\|", "|")) for cell in cells]
    values = [
        "" if blank else unescape_cell(cell)
        for cell, blank in zip(cells, blanks, strict=True)
    ]
    return Parsed(values, blanks)


def write_row(item: Item) -> str:
    assert isinstance(item, Row)
    source = unix(item.source)
    before = parse_row(source) if source else Parsed([], [])
    if not source.lstrip().startswith("|"):
        return _plain_row(item.cells, before, source)
    text = source.rstrip()
    spans = cell_spans(source)
    for column, (start, end) in reversed(list(enumerate(spans))):
        value = item.cells[column] if column < len(item.cells) else ""
        if value == before.values[column]:
            continue
        padded = f" {escape_cell(value)} ".ljust(end - start)
        closed = source[end : end + 1] == "|"
        text = source[:start] + padded + ("" if closed else "|") + text[end:]
        source = text
    missing = item.cells[len(spans) :]
    if any(missing):
        text = text if text.endswith("|") and not text.endswith("\\|") else text + " |"
        text += "".join(f" {escape_cell(cell)} |" for cell in missing)
    return text


def _plain_row(cells: list[str], before: Parsed, source: str) -> str:
    written_cells = split_row(source) if source else []
    parts = []
    for column, value in enumerate(cells):
        is_kept = column < len(before.values) and before.values[column] == value
        parts.append(written_cells[column] if is_kept else escape_cell(value))
    return "| " + " | ".join(parts) + " |"


def without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
