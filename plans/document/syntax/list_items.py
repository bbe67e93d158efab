"""Fields, checks and list entries: a bullet or a label, and the text behind it.

The text may go on in further lines, which are indented as far as it starts.
"""

from __future__ import annotations

import re

from plans.document.model import Check, Entry, Field, Item
from plans.document.syntax.blanks import Blank, blank_of
from plans.document.syntax.escaping import (
    LABEL,
    clean_label,
    escape_value,
    unescape_value,
)
from plans.document.syntax.parsed import EMPTY, Parsed
from plans.document.syntax.parsing import unix

_BULLET = r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)"
FIELD = re.compile(
    rf"(?P<lead>(?:{_BULLET})?[ \t]*)(?P<label>{LABEL})(?P<gap>[ \t]*)(?P<raw>.*)",
    re.DOTALL,
)
CHECK = re.compile(
    rf"(?P<lead>{_BULLET}\[)(?P<mark>[ xX])(?P<gap>\](?:[ \t]+|(?=\n|$)))(?P<raw>.*)",
    re.DOTALL,
)
_ENTRY = re.compile(rf"(?P<lead>{_BULLET})(?P<raw>.*)", re.DOTALL)
BULLET_LEAD = re.compile(_BULLET)


def raw_value(source: str) -> str:
    """What stands behind a field's label, as it is written but on one line."""
    match = FIELD.match(unix(source))
    return " ".join(_joined(match["raw"]).split()) if match else ""


def label_end(source: str) -> int:
    """Where a field's label ends in its source, the colon included."""
    match = FIELD.match(source)
    return match.end("label") if match else 0


def starts_field(text: str, label: str = LABEL) -> bool:
    """Whether a list item's or paragraph's text begins with a bold label."""
    match = FIELD.match(unix(text))
    return match is not None and re.match(label, match["label"]) is not None


def is_bare_label(text: str) -> bool:
    """Whether a text is a paragraph field's label and nothing else."""
    return re.fullmatch(LABEL, text.rstrip()) is not None


def starts_check(text: str) -> bool:
    return CHECK.match(unix(text)) is not None


def _joined(raw: str) -> str:
    """The lines of a list item or paragraph without what only indents them."""
    return "\n".join(line.strip(" \t") for line in raw.split("\n")).strip("\n")


def _one(raw: str, after: str) -> tuple[list[str], list[Blank | None]]:
    blank = blank_of(raw)
    return ["" if blank else unescape_value(raw, after=after)], [blank]


def parse_field(source: str) -> Parsed:
    match = FIELD.match(source)
    if match is None:
        return Parsed([], [])
    after = "mark" if match["lead"].strip() else "label"
    values, blanks = _one(_joined(match["raw"]), after)
    return Parsed(values, blanks, label=clean_label(match["label"]))


def write_field(item: Item) -> str:
    assert isinstance(item, Field)
    source = unix(item.source)
    match = FIELD.match(source)
    lead, label, gap, raw = match.groups() if match else ("- ", "", " ", "")
    if clean_label(label) != item.label:
        inside = label.endswith((":**", "：**"))
        colon = "：" if "：" in label[-3:] else ":"
        label = f"**{item.label}{colon}**" if inside else f"**{item.label}**{colon}"
    is_bulleted = bool(lead.strip())
    if parse_field(source).values != [item.value]:
        after = "mark" if is_bulleted else "label"
        raw = _continued(escape_value(item.value, after=after), lead)
    gap = gap or ("" if label.endswith("：") else " ")
    return (lead + label + gap + raw).rstrip(" \t")


def parse_check(source: str) -> Parsed:
    match = CHECK.match(source)
    if match is None:
        return Parsed([], [])
    values, blanks = _one(_joined(match["raw"]), "mark")
    return Parsed(values, blanks, done=match["mark"] != " ")


def write_check(item: Item) -> str:
    assert isinstance(item, Check)
    match = CHECK.match(unix(item.source))
    lead, mark, gap, raw = match.groups() if match else ("- [", " ", "] ", "")
    if item.done != (mark != " "):
        mark = "x" if item.done else " "
    if parse_check(unix(item.source)).values != [item.text]:
        raw = _continued(escape_value(item.text, after="mark"), lead[:-1])
    gap = gap if gap.endswith((" ", "\t")) else "] "
    return (lead + mark + gap + raw).rstrip(" \t")


def parse_entry(source: str) -> Parsed:
    match = _ENTRY.match(source)
    if match is None:
        return Parsed([], [])
    values, blanks = _one(_joined(match["raw"]), "bullet")
    return Parsed(values, blanks)


def write_entry(item: Item) -> str:
    assert isinstance(item, Entry)
    match = _ENTRY.match(unix(item.source))
    lead, raw = match.groups() if match else ("- ", "")
    lead = lead if lead.endswith((" ", "\t")) else lead + " "
    if not item.text:
        return lead + (raw if blank_of(_joined(raw)) else EMPTY)
    return lead + _continued(escape_value(item.text, after="bullet"), lead)


def _continued(text: str, lead: str) -> str:
    """The next lines of a list item, indented to where its text starts."""
    if "\n" not in text:
        return text
    bullet = BULLET_LEAD.match(lead)
    indent = " " * len(bullet[0].expandtabs(4)) if bullet else ""
    return text.replace("\n", "\n" + indent)
