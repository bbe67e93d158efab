"""Items that are one text: passages, code in its fence, and what is kept verbatim."""

from __future__ import annotations

import re

from plans.document.model import Item, ItemKind, Text
from plans.document.syntax.blanks import blank_of
from plans.document.syntax.parsed import EMPTY, Parsed
from plans.document.syntax.parsing import FENCE_OPENING, fence_ends, unix
from plans.document.syntax.passages import escape_passage, unescape_passage

_RULE = re.compile(r"(?:[-*][ \t]*){3,}(?:\n|$)")
_RAW_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t\n]|$)")


def is_part_of_entry(item: Item) -> bool:
    """Whether an item is a paragraph, quotation, fence ... inside a list entry."""
    source = unix(item.source)
    return item.kind is ItemKind.RAW and _RAW_BULLET.match(source) is None


def parse_passage(source: str) -> Parsed:
    blank = blank_of(source)
    return Parsed(["" if blank else unescape_passage(source)], [blank])


def write_passage(item: Item) -> str:
    assert isinstance(item, Text)
    if not item.text:
        return item.source if blank_of(unix(item.source)) else EMPTY
    return escape_passage(item.text)


def parse_code(source: str) -> Parsed:
    lines = source.split("\n")
    opening = FENCE_OPENING.match(lines[0])
    indent = len(opening["indent"]) if opening else 0
    content = lines[1:-1] if fence_ends(lines) else lines[1:]
    return Parsed(["\n".join(dedented(line, indent) for line in content)], [None])


def dedented(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]


def write_code(item: Item) -> str:
    assert isinstance(item, Text)
    lines = unix(item.source).split("\n")
    opening = FENCE_OPENING.match(lines[0])
    mark = opening["mark"] if opening else "```"
    info = opening["info"] if opening else ""
    mark = longer_mark(item.text, mark)
    body = item.text + "\n" if item.text else ""
    return f"{mark}{info}\n{body}{mark}"


def longer_mark(code: str, mark: str, behind: str = "") -> str:
    """A fence's mark, made longer where a line of the code (`behind` it nothing but
    this) would end the fence."""
    line = re.compile(rf"^ {{0,3}}({re.escape(mark[0])}{{3,}}){behind}", re.MULTILINE)
    return mark[0] * max([len(mark), *(len(run) + 1 for run in line.findall(code))])


def parse_verbatim(source: str) -> Parsed:
    return Parsed([source], [None])


def write_verbatim(item: Item) -> str:
    assert isinstance(item, Text)
    return item.text


def raw_indent(source: str) -> int:
    lines = [line for line in source.split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)


def parse_raw(source: str) -> Parsed:
    indent = raw_indent(source)
    lines = [dedented(line, indent) for line in source.split("\n")]
    return Parsed(["\n".join(lines).strip("\n")], [None])


def with_bullet_of(text: str, source: str) -> str:
    """A whole list item stays one: where its source has a bullet, so has its text."""
    bullet = _RAW_BULLET.match(source.lstrip(" \t"))
    if bullet is None or _RAW_BULLET.match(text):
        return text
    lead = bullet[0].rstrip() + " "
    if _RULE.match(lead + text):
        text = "\\" + text  # `- --` is a rule
    return lead + (text or EMPTY).replace("\n", "\n" + " " * len(lead))


def write_raw(item: Item) -> str:
    assert isinstance(item, Text)
    indent = " " * (raw_indent(unix(item.source)) or 2 * is_part_of_entry(item))
    lines = (item.text or EMPTY).split("\n")
    return "\n".join(indent + line if line else "" for line in lines)
