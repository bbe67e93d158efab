"""Decisions in the Approvals lines of a text: written in, read, and taken out again.

The text that is signed names role and approver and no decision. The finished file is
the same bytes with a mark behind each name that signed, so either can be told from the
other by the bytes alone. All here works on texts, not documents: a signed text must
stay what it was, down to the last blank.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plans.document.editions import NEWEST, Edition
from plans.document.model import Block, BlockKind, Document, Field, ItemKind, Row
from plans.document.reader import read
from plans.document.signatures.markers import (
    DASH,
    LONGEST_NAME,
    split_markers,
    strip_markers,
)
from plans.document.signatures.places import NO_PLACES, Places
from plans.document.signatures.rows import (
    Roles,
    marks_in_row,
    row_with_marks,
    row_without_marks,
)
from plans.document.syntax.escaping import clean_line
from plans.document.syntax.items import parsed, written
from plans.document.syntax.list_items import label_end
from plans.document.syntax.tables import columns_of, roles_of
from plans.document.writer import chunks

_OPENING = f"{DASH} approved by "
# What Markdown or HTML would take for its own.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]")
# They turn the order of what follows around: a name must not rewrite its own date.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST_PRINTED = 150
# A line that becomes a list as soon as a text stands behind its bullet.
_BARE_BULLET = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Signature:
    """One decision as a finished file states it. `digest`: the first 12 hexadecimal
    digits of the SHA-256 of the version's text."""

    name: str
    day: date
    version: int
    digest: str


@dataclass(frozen=True)
class ApprovalLine:
    """A field of an Approvals list: its value and the signatures behind it."""

    role: str
    value: str
    signatures: tuple[Signature, ...] = ()


def approval_lines(
    text: str, edition: Edition = NEWEST, places: Places = NO_PLACES
) -> list[ApprovalLine]:
    """Every Approvals line of a text in order, nested ones too."""
    return approval_lines_of(read(text, edition, places))


def approval_lines_of(document: Document) -> list[ApprovalLine]:
    """The same of a text that was read already."""
    return [_approval_line(item, roles) for item, roles in _lines(document)]


def add_signatures(
    text: str,
    signatures: Sequence[Sequence[Signature]],
    edition: Edition = NEWEST,
    places: Places = NO_PLACES,
) -> str:
    """The text with these signatures (one sequence for each line) and nothing else
    changed."""
    count = len(_lines(read(text, edition, places)))
    if len(signatures) != count:
        raise ValueError(
            f"There are {count} approval lines, and signatures for {len(signatures)}."
        )
    following = iter(signatures)

    def sign(source: str, roles: Roles) -> str:
        return _with_marks(source, roles, next(following))

    result = _rewritten(text, sign, edition, places)
    if strip_signatures(result, edition, places) != strip_signatures(
        text, edition, places
    ):
        raise ValueError("The signatures cannot be taken out of this text again.")
    return result


def strip_signatures(
    text: str, edition: Edition = NEWEST, places: Places = NO_PLACES
) -> str:
    """The text without any signature in its Approvals lines, else byte for byte."""
    while _OPENING in text:
        bare = _rewritten(text, _without_marks, edition, places)
        if bare == text:
            break
        # A line without its mark may be read in another way: look again.
        text = bare
    return text


def without_signatures(item: Field) -> Field:
    """An Approvals line as it was before anybody signed it."""
    source = _without_marks(written(item))
    (value,) = parsed(ItemKind.FIELD, source).values
    return replace(item, source=source, value=value)


def row_without_signatures(item: Row, block: Block) -> Row:
    """The same of a row of a table of sign-offs."""
    source = row_without_marks(written(item), _roles(block))
    cells = list(parsed(ItemKind.ROW, source).values)
    cells += [""] * (len(item.cells) - len(cells))
    return replace(item, source=source, cells=cells)


def printed_name(name: str) -> str:
    """A name as it is shown in a signature: one line, without what would break it."""
    line = _one_line(name)
    return line[:_LONGEST_PRINTED].strip() or "(no name)"


def printed_account(account: str, team: str, planner: str) -> str:
    """Whose signature it is: `Dana Ito (dana) of Harbour at plans.example.org`.

    Where it is too long for a mark the names are cut, and never the user name.
    """
    shown, bracket, username = _one_line(account).rpartition(" (")
    of = _one_line(team)[:100].strip() or "(no name)"
    at = planner[:120]
    while True:
        name = f"{shown}{bracket}{username} of {of} at {at}"
        if len(_escaped(name)) <= LONGEST_NAME or not max(len(shown), len(of)):
            return name
        if len(_escaped(shown)) > len(_escaped(of)):
            shown = shown[:-1]
        else:
            of = of[:-1]


def _one_line(name: str) -> str:
    return clean_line(_DIRECTIONS.sub("", name).replace(DASH, "–"))


def _lines(document: Document) -> list[tuple[Field | Row, Roles]]:
    """The fields and rows that are signed; a row with the roles of its columns."""
    lines: list[tuple[Field | Row, Roles]] = []
    for _, block, item in document.walk():
        if block.kind is BlockKind.APPROVALS and isinstance(item, Field):
            lines.append((item, ()))
        elif block.kind is BlockKind.SIGN_OFFS and isinstance(item, Row):
            lines.append((item, _roles(block)))
    return lines


def _roles(block: Block) -> Roles:
    return roles_of(BlockKind.SIGN_OFFS, columns_of(block))


def _rewritten(
    text: str, rewrite: Callable[[str, Roles], str], edition: Edition, places: Places
) -> str:
    """The text with the own text of each Approvals line replaced."""
    document = read(text, edition, places)
    lines = {id(item): roles for item, roles in _lines(document)}
    bom = "\ufeff" if document.bom else ""
    return bom + "".join(
        rewrite(piece.text, lines[id(piece.part)]) + piece.tail
        if id(piece.part) in lines
        else piece.text + piece.tail
        for piece in chunks(document)
    )


def _approval_line(item: Field | Row, roles: Roles) -> ApprovalLine:
    if isinstance(item, Row):
        marks = marks_in_row(item.source)
        cells = parsed(ItemKind.ROW, row_without_marks(item.source, roles)).values
        cells = cells + [""] * (len(roles) - len(cells))
        role, value = cells[roles.index("role")], cells[roles.index("name")]
    else:
        _, marks = split_markers(item.source[label_end(item.source) :])
        role, value = item.label, without_signatures(item).value
    signatures = (_signature(mark) for mark in marks)
    return ApprovalLine(role, value, tuple(s for s in signatures if s))


def _signature(mark: re.Match[str]) -> Signature | None:
    """None for a mark typed by hand with an impossible date."""
    try:
        day = date.fromisoformat(mark["day"])
    except ValueError:
        return None
    name = html.unescape(mark["name"])
    return Signature(name, day, int(mark["version"]), mark["digest"])


def _without_marks(source: str, roles: Roles = ()) -> str:
    if roles:
        return row_without_marks(source, roles)
    end = label_end(source)
    return source[:end] + strip_markers(source[end:])


def _with_marks(source: str, roles: Roles, signatures: Sequence[Signature]) -> str:
    """The marks behind the last line that stays what it is when more follows in it."""
    if roles:
        marks = [_mark(signature) for signature in signatures]
        days = [signature.day.isoformat() for signature in signatures]
        return row_with_marks(source, roles, marks, days)
    at = len(source)
    line_ends = [match.span() for match in _LINE_END.finditer(source)]
    while line_ends and _BARE_BULLET.fullmatch(source, line_ends[-1][1], at):
        before = source[: line_ends.pop()[0]]
        at = len(before.rstrip(" \t"))
    return source[:at] + "".join(map(_mark, signatures)) + source[at:]


def _mark(signature: Signature) -> str:
    name = _escaped(fitting_name(signature.name))
    return (
        f" {_OPENING}{name} on {signature.day.isoformat()}, "
        f"version {signature.version}, sha256 {signature.digest}"
    )


def fitting_name(name: str) -> str:
    """A name that can stand in a mark, whatever was given for one."""
    line = _one_line(name)[:LONGEST_NAME].strip()
    while len(_escaped(line)) > LONGEST_NAME:
        line = line[:-1].strip()
    return line or "(no name)"


def _escaped(name: str) -> str:
    return _SPECIAL.sub(lambda special: f"&#{ord(special[0])};", name)
