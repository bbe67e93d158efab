"""A heading's text, read from its lines and written in their manner."""

from __future__ import annotations

import re

from plans.document.model import Section
from plans.document.parsing import unix
from plans.document.values import escape_heading, unescape_heading

_ATX = re.compile(r"^( {0,3}#{1,6})([ \t]*)(.*?)((?:[ \t]+#+)?[ \t]*)$")


def heading_text(source: str) -> str:
    """What a heading says; a heading underlined over several lines is one text."""
    lines = unix(source).split("\n")
    if len(lines) > 1:
        return " ".join(line.strip() for line in lines[:-1])
    match = _ATX.match(lines[0])
    return unescape_heading(match[3]) if match else lines[0].strip()


def written_heading(section: Section) -> str:
    """A section's heading without its last line end ("" for level 0)."""
    source = section.source
    if not section.level or (source and heading_text(source) == section.heading):
        return source
    match = _ATX.match(source) if source else None
    lead = match[1] + (match[2] or " ") if match else "#" * section.level + " "
    closing = match[4] if match and match[4].strip() else ""
    return (lead + escape_heading(section.heading) + closing).rstrip(" \t")
