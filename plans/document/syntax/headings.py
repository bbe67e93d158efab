"""A heading's text, read from its lines and written in their manner."""

from __future__ import annotations

import re

from plans.document.model import Section
from plans.document.syntax.escaping import escape_heading, unescape_heading
from plans.document.syntax.parsing import unix

_ATX = re.compile(r"^( {0,3}#{1,6})([ \t]*)(.*)$")


def heading_text(source: str) -> str:
    """What a heading says; a heading underlined over several lines is one text."""
    lines = unix(source).split("\n")
    if len(lines) > 1:
        return " ".join(line.strip() for line in lines[:-1])
    parts = _atx_parts(lines[0])
    return unescape_heading(parts[2]) if parts else lines[0].strip()


def _atx_parts(line: str) -> tuple[str, str, str, str] | None:
    """Opening `#`s, white space, text, and the closing `#`s with their spaces."""
    match = _ATX.match(line)
    if match is None:
        return None
    opening, gap, rest = match.groups()
    text = rest.rstrip(" \t")
    unclosed = text.rstrip("#")
    if unclosed != text and (not unclosed or unclosed[-1] in " \t"):
        text = unclosed.rstrip(" \t")
    return opening, gap, text, rest[len(text) :]


def written_heading(section: Section) -> str:
    """A section's heading without its last line end ("" for level 0)."""
    source = section.source
    if not section.level or (source and heading_text(source) == section.heading):
        return source
    parts = _atx_parts(source)
    lead = parts[0] + (parts[1] or " ") if parts else "#" * section.level + " "
    closing = parts[3] if parts and parts[3].strip() else ""
    return (lead + escape_heading(section.heading) + closing).rstrip(" \t")
