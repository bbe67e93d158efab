"""A value at rest as HTML: rendered Markdown, with what is still open marked in it."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from plans import document as doc
from plans.markdown.rendering import markdown_html
from plans.page.view_models import Control

# A value follows its label, or fills a cell: its first characters begin no list,
# heading or quote. So it is rendered behind a character that begins none either.
_LEAD = ". "
_LEAD_HTML = re.compile(r'\A<p( dir="auto")?>\. ?')
_ONLY_PARAGRAPH = re.compile(
    r'\A<p(?: dir="auto")?>((?:(?!</?p\b).)*)</p>\s*\Z', re.DOTALL
)
_QUESTION = re.compile(r"\[?NEEDS CLARIFICATION:?\s*([^\]<]*)\]?")


def value_html(control: Control, kind: str) -> SafeString:
    """What a control shows at rest. `kind`: that of its item (`ItemKind`)."""
    text = control.shown
    match kind:
        case "code" | "front_matter":
            return format_html('<pre class="raw">{}</pre>', text)
        case "passage":
            html = str(markdown_html(doc.escape_passage(text)))
        case "raw" | "entry":
            html = str(markdown_html(text))
        case _:
            breaks = text.replace("\n", "<br>") if kind == "row" else text
            html = _LEAD_HTML.sub(r"<p\1>", markdown_html(_LEAD + breaks))
    if kind not in ("passage", "raw"):
        html = _ONLY_PARAGRAPH.sub(r"\1", html)
    if control.questions:
        html = _QUESTION.sub(r'<mark class="open-question">\1</mark>', html)
    for placeholder in control.placeholders:
        words = escape(placeholder)
        html = html.replace(words, f'<mark class="placeholder">{words}</mark>')
    safe = mark_safe(html)  # noqa: S308
    if control.tint:
        return format_html('<span class="tag {}">{}</span>', control.tint, safe)
    return format_html('<div class="markdown">{}</div>', safe)
