"""Rows of a register as files: CSV for spreadsheets, JSON for programs.

Both are sent while they are made, a few hundred rows at a time, and have at most
MAX_EXPORTED rows. The JSON says whether that was all of them; its keys stay:

    {"register": "risks", "exported_at": "2026-03-31T09:00:00Z",
     "filters": {"impact": ["high"]}, "is_complete": true,
     "rows": [{"code": "R-001", ..., "plan": "Tide tables", "team": "Harbour",
               "url": "https://.../plans/tide-tables/#item-7"}]}

A value that a spreadsheet would run as a formula has an apostrophe before it in CSV.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from plans.page.registers.rows import RegisterRow
from plans.reviews.hash_chain import utc_timestamp
from plans.views.shortcuts import Request

# What spreadsheets take for the beginning of a formula, and what they skip before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM = "\ufeff"  # without it, Excel does not read UTF-8


class _Line:
    """A file of one line, for csv.writer."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    request: Request, name: str, rows: Iterable[RegisterRow]
) -> StreamingHttpResponse:
    return _download(_csv_lines(request, rows), "text/csv; charset=utf-8", name, "csv")


def _csv_lines(request: Request, rows: Iterable[RegisterRow]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield _BOM
    names: list[str] = []
    for row in rows:
        values = _absolute(request, row)
        if not names:
            names = list(values)
            yield writer.writerow(names)
        yield writer.writerow([_cell(values[name]) for name in names])


def _cell(value: object) -> str:
    text = "\n".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def json_response(
    request: Request,
    name: str,
    rows: Iterable[RegisterRow],
    *,
    filters: Mapping[str, Any],
    is_complete: bool,
) -> StreamingHttpResponse:
    head = {
        "register": name,
        "exported_at": utc_timestamp(timezone.now()),
        "filters": filters,
        "is_complete": is_complete,
        "rows": [],
    }

    def lines() -> Iterator[str]:
        text = json.dumps(head, ensure_ascii=False, default=str)  # days
        yield text.removesuffix("]}") + "\n"
        separator = ""
        for row in rows:
            yield separator + json.dumps(_absolute(request, row), ensure_ascii=False)
            separator = ",\n"
        yield "\n]}\n"

    return _download(lines(), "application/json", name, "json")


def _absolute(request: Request, row: RegisterRow) -> dict[str, Any]:
    return row.values | {"url": request.build_absolute_uri(row.url)}


def _download(
    lines: Iterator[str], content_type: str, name: str, ending: str
) -> StreamingHttpResponse:
    day = timezone.localdate().isoformat()
    return StreamingHttpResponse(
        lines,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{day}.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )
