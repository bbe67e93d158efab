"""The guide. It is ours, so Python-Markdown renders it and it needs no sanitizer;
what people write goes through `plans.rendering`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import markdown
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from plans.views.shortcuts import Request, signed_in


@require_safe
@signed_in
def guide(request: Request) -> HttpResponse:
    return render(request, "plans/help.html", {"html": guide_html()})


@cache
def guide_html() -> SafeString:
    text = files("plans.help").joinpath("guide.md").read_text(encoding="utf-8")
    html = markdown.markdown(text, extensions=["tables", "toc"])
    return mark_safe(html)  # noqa: S308
