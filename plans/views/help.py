"""The guide. It is ours, so Python-Markdown renders it and it needs no sanitizer;
what people write goes through `plans.markdown.rendering`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import markdown
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from plans.views.shortcuts import Request, login_required


@dataclass(frozen=True)
class Guide:
    """`parts`: the id and the text of each heading."""

    html: SafeString
    parts: list[tuple[str, str]]


@require_safe
@login_required
def guide(request: Request) -> HttpResponse:
    return render(request, "plans/help.html", {"guide": read_guide()})


@cache
def read_guide() -> Guide:
    text = files("plans.help").joinpath("guide.md").read_text(encoding="utf-8")
    reader = markdown.Markdown(extensions=["tables", "toc"])
    html = mark_safe(reader.convert(text))  # noqa: S308
    # Set by the toc extension.
    headings = reader.toc_tokens  # type: ignore[attr-defined]
    return Guide(html, [(heading["id"], heading["name"]) for heading in headings])
