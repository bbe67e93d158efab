"""What keeps a plan from being finished: each with its place and what to do."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from plans.document.completeness import waiting_in
from plans.document.model import (
    SIGNING_KINDS,
    Block,
    BlockKind,
    Check,
    Document,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
)
from plans.document.reader import read
from plans.document.signatures.lines import row_without_signatures, without_signatures
from plans.document.signatures.markers import holds_marker
from plans.document.syntax.blanks import (
    BlankKind,
    is_hint_alone,
    left_open,
    link_labels,
    open_questions,
    placeholders,
    questions,
)
from plans.document.syntax.comments import (
    comment_body,
    comments_in,
    hint_of,
    hint_text,
    is_generated,
    is_guidance,
    is_marker,
    may_hold_comment,
)
from plans.document.syntax.items import blanks_of, must_have_text, values_of, written
from plans.document.syntax.options import first_option, options_of
from plans.document.syntax.parsing import unix
from plans.document.syntax.tables import columns_of, parse_level, roles_of
from plans.document.writer import line_numbers

_ISO_DATE = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_READY = re.compile(r"definition of ready", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"\bTODO\b|\?\?\?")
_BELOW_A_LABEL = frozenset({BlockKind.CODE, BlockKind.LIST, BlockKind.CHECKLIST})
# What the first cell of a row says in which nothing else is meant to stand.
_NOTHING = frozenset(
    {"", "none", "n/a", "na", "no", "nil", "not applicable", "no violations"}
)
_STRUCTURED = ("- [", "* [", "+ [", "| [", "<!--")


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is in the way (error) or worth a look (warning).

    `line` counts from 1 in the document as `write` gives it. `message` is a sentence
    for the person who can mend it.
    """

    code: str
    message: str
    section: Section
    block: Block | None
    item: Item | None
    line: int
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True)
class _Finding:
    """A problem before it is known where it stands. `place`: the words of the item that
    it is about, and which of their appearances, to tell its line."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    place: tuple[str, int] | None = None


def check(
    document: Document, *, own_placeholders: frozenset[str] = frozenset()
) -> list[Problem]:
    """All problems in the order of the text. No error among them: it can be finished.

    `own_placeholders`: what a team's own template put in brackets.
    """
    lines = line_numbers(document)
    known = _Known(own_placeholders, _links_of(document))
    problems: list[Problem] = []
    lines_of: _LinesOf | None = None

    def add(
        finding: _Finding, section: Section, block: Block | None, item: Item | None
    ) -> None:
        nonlocal lines_of
        part = item or block or section
        line = lines.get(id(part), 1)
        if item and finding.place:
            if lines_of is None or lines_of.item is not item:
                lines_of = _LinesOf(item)
            line += lines_of.line(*finding.place)
        problems.append(
            Problem(
                finding.code,
                finding.message,
                section,
                block,
                item,
                line,
                finding.severity,
            )
        )

    below = document.sections[1:]
    for section, next_section in zip_longest(document.sections, below):
        for finding in _in_heading(section, known):
            add(finding, section, None, None)
        if hint := hint_of(section, next_section):
            for block in section.blocks:
                if hint in block.items:
                    message = f"The section is blank: fill it in ({hint_text(hint)})."
                    add(_error("blank", message), section, block, hint)
            continue
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            for finding in _in_columns(block, known):
                add(finding, section, block, None)
            for item in block.walk():
                leads = item is block.items[-1] and _leads_to(item, following)
                for finding in _in_item(section, block, item, known):
                    if finding.code != "blank" or not leads:
                        add(finding, section, block, item)
    for finding, section, block, item in _across(document):
        add(finding, section, block, item)
    problems.sort(key=lambda problem: problem.line)
    return problems


def _leads_to(item: Item, following: Block | None) -> bool:
    """Whether an item is a label alone, and its content the block below it."""
    if not isinstance(item, Field) or item.value or any(blanks_of(item)):
        return False
    if following is None or (item.source.startswith("**") and not _is_list(following)):
        return False  # a paragraph of a label alone is no field, unless a list follows
    return following.kind.is_table or following.kind in _BELOW_A_LABEL


def _is_list(block: Block) -> bool:
    return block.kind in (BlockKind.LIST, BlockKind.CHECKLIST)


@dataclass(frozen=True)
class _Known:
    """`placeholders`: those of the plan's own template. `links`: what the document
    defines as links, so that their brackets are none."""

    placeholders: frozenset[str]
    links: frozenset[str]


def _links_of(document: Document) -> frozenset[str]:
    labels: frozenset[str] = frozenset()
    for _, _, item in document.walk():
        if item.kind in (ItemKind.PASSAGE, ItemKind.RAW):
            labels |= link_labels(values_of(item)[0])
    return labels


class _LinesOf:
    """Which line of an item some words of it stand in, counted from 0."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.text = unix(written(item)).lstrip("\n")
        self.ends = [match.start() for match in re.finditer("\n", self.text)]
        self.starts: dict[str, list[int]] = {}

    def line(self, words: str, number: int) -> int:
        """`number`: which of their appearances, from 0. Words that are written in
        another way are in the first line."""
        first_line = words.strip().partition("\n")[0]
        if first_line not in self.starts:
            matches = re.finditer(re.escape(first_line), self.text)
            self.starts[first_line] = [match.start() for match in matches]
        starts = self.starts[first_line]
        return bisect_left(self.ends, starts[number]) if number < len(starts) else 0


def _places(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each of some texts with how often it came before."""
    seen: Counter[str] = Counter()
    for text in texts:
        yield text, seen[text]
        seen[text] += 1


def _error(code: str, message: str, place: tuple[str, int] | None = None) -> _Finding:
    return _Finding(code, message, place=place)


def _warning(code: str, message: str, place: tuple[str, int] | None = None) -> _Finding:
    return _Finding(code, message, Severity.WARNING, place)


def _in_heading(section: Section, known: _Known) -> Iterator[_Finding]:
    waiting = [b.shown for b in placeholders(section.heading, own=known.placeholders)]
    if not waiting and is_hint_alone(section.heading, known.links):
        waiting = [section.heading]
    for shown in waiting:
        yield _error("placeholder", f"The heading still holds {shown}: rename it.")
    if questions(section.heading):
        yield _error("question", "The heading holds an open question: answer it.")


def _in_columns(block: Block, known: _Known) -> Iterator[_Finding]:
    for column in columns_of(block) if "[" in block.head else ():
        if _is_placeholder(column, known):
            yield _warning(
                "left_open",
                f"The column {column} is a placeholder: name what stands in it.",
            )


def _is_placeholder(label: str, known: _Known) -> bool:
    """Whether a label is one bracket, and no tag such as `[US1]` or `[HIGH]`."""
    has_words = any(char.islower() for char in label) or not label.isascii()
    return has_words and is_hint_alone(label, known.links)


def _in_item(
    section: Section, block: Block, item: Item, known: _Known
) -> Iterator[_Finding]:
    match item.kind:
        case ItemKind.GUIDANCE:
            yield from _in_comments(comments_in(written(item)), known)
            return
        case ItemKind.FRONT_MATTER:
            return
        case ItemKind.CODE:
            if options_of(values_of(item)[0]):
                yield _error(
                    "option",
                    "The directory tree still offers options: choose one of them.",
                    (first_option(values_of(item)[0]), 0),
                )
        case ItemKind.CHECK if _READY.search(section.heading):
            if isinstance(item, Check) and not item.done:
                yield _error(
                    "not_ready",
                    f"“{_short(item.text)}” is not ticked: the Definition of Ready "
                    "must hold before Phase 0.",
                )
    if block.kind in SIGNING_KINDS and holds_marker(written(item)):
        yield _warning(
            "decision",
            f"{_names(block, item)[0]} says who approved it elsewhere. A version that "
            "you submit here leaves that out and asks for sign-offs of its own.",
        )
        if isinstance(item, Field):
            item = without_signatures(item)
        if isinstance(item, Row):
            item = row_without_signatures(item, block)
    if isinstance(item, Field) and _is_placeholder(item.label, known):
        yield _warning(
            "left_open",
            f"The label {item.label} is a placeholder: name what the field is.",
        )
    if isinstance(item, Field) and questions(item.label):
        yield _error(
            "question",
            f"The label “{_short(item.label)}” is an open question: answer it and "
            "name the field.",
        )
    yield from _in_values(block, item, known)
    if may_hold_comment(item):
        yield from _in_comments(_inline_comments(item), known, _names(block, item)[0])
    if isinstance(item, Row):
        yield from _in_row(block, item)


def _in_values(block: Block, item: Item, known: _Known) -> Iterator[_Finding]:
    names = _names(block, item)
    blanks = blanks_of(item)
    for name, value, blank in zip(names, values_of(item), blanks, strict=True):
        if not value:
            if blank or must_have_text(item):
                hint = f" ({blank.hint})" if blank and blank.hint != "..." else ""
                todo = "fill it in or remove it" if _is_optional(item) else "fill it in"
                yield _error("blank", f"{name} is blank: {todo}{hint}.")
            continue
        waiting = waiting_in(item, value, known.placeholders, known.links)
        if waiting and not options_of(value):
            for place in _places(bracket.shown for bracket in waiting):
                shown = " ".join(place[0].split())
                message = f"{name} still holds the placeholder {shown}: replace it."
                yield _error("placeholder", message, place)
        if item.kind is ItemKind.CODE:
            continue
        asking = open_questions(value)
        places = _places(value[one.start : one.end] for one in asking)
        for question, place in zip(asking, places, strict=True):
            asked = f": “{_short(question.text)}”" if question.text else ""
            message = f"{name} has an open question{asked}. Answer it."
            yield _error("question", message, place)
        is_date = bool(blank and blank.kind is BlankKind.DATE)
        if is_date or name.casefold() in ("date", "timeline"):
            yield from _in_date(name, value)
        if item.kind is ItemKind.PASSAGE and any(m in value for m in _STRUCTURED):
            yield from _in_passage(value, known)
        elif mark := _LEFT_OPEN.search(value):
            message = f"{name} says TODO or ???: write what is meant."
            yield _warning("left_open", message, (mark[0], 0))
        elif left_open(value):
            message = f"{name} says only {value.strip()}: write what is meant."
            yield _warning("left_open", message)


def _inline_comments(item: Item) -> list[str]:
    """The comments in a text. One that stands alone in a passage is a block of them
    when the file is read again, which `_in_passage` asks for."""
    text = written(item)
    if "<!--" not in text or item.kind is not ItemKind.PASSAGE:
        return comments_in(text)
    inner = [i for _, _, i in read(text).walk() if i.kind is ItemKind.PASSAGE]
    return [comment for part in inner for comment in comments_in(part.source)]


def _in_comments(
    comments: list[str], known: _Known, name: str = ""
) -> Iterator[_Finding]:
    """`name`: whose text they stand in; "" for a block of them."""
    for comment, number in _places(comments):
        place = (comment, number)
        if is_generated(comment) or is_marker(comment):
            continue
        if not is_guidance(comment, known.placeholders):
            yield _warning(
                "remark",
                f"The comment “{_short(comment_body(comment))}” stays in the finished "
                "plan: take it out if its readers do not need it.",
                place,
            )
        elif name:
            message = f"{name} holds guidance of the template: take it out."
            yield _error("comment", message, place)
        else:
            message = "A finished plan has no guidance of its template: remove it."
            yield _error("guidance", message, place)


def _in_passage(text: str, known: _Known) -> Iterator[_Finding]:
    """What a passage holds that is an item of its own when the file is read again."""
    inner = list(read(text).walk())
    places = _places(item.source for *_, item in inner)
    for (section, block, item), place in zip(inner, places, strict=True):
        if item.kind is ItemKind.PASSAGE:
            continue
        # A blank entry was found with the placeholders already.
        codes = {"guidance", "remark", "blank"}
        codes -= {"blank"} if item.kind is ItemKind.ENTRY else set()
        for finding in _in_item(section, block, item, known):
            if finding.code in codes:
                yield replace(finding, place=place)


def _is_optional(item: Item) -> bool:
    return item.kind in (ItemKind.ROW, ItemKind.ENTRY, ItemKind.CHECK)


def _names(block: Block, item: Item) -> list[str]:
    """What to call each value of an item in a sentence."""
    if isinstance(item, Field):
        return [item.label]
    if isinstance(item, Row):
        columns = columns_of(block) + ["A cell"] * len(item.cells)
        return columns[: len(item.cells)]
    names = {
        ItemKind.CHECK: "A check",
        ItemKind.ENTRY: "A list entry",
        ItemKind.CODE: "The code block",
    }
    return [names.get(item.kind, "The text")]


def _in_date(name: str, value: str) -> Iterator[_Finding]:
    for match in _ISO_DATE.finditer(value):
        try:
            date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            message = f"{name} says {match[0]}, which is no date: correct it."
            yield _error("date", message, (match[0], 0))


def _in_row(block: Block, item: Row) -> Iterator[_Finding]:
    if block.kind is BlockKind.SIGN_OFFS:
        yield from _in_sign_off(block, item)
    said = row_roles(block, item)
    name = said.get("name", "").strip(" *_`.()[]–—-").casefold()
    if block.kind is BlockKind.VIOLATIONS and name not in _NOTHING:
        blank_columns = _blank_columns(block, item)
        for role, what in (
            ("why_needed", "why it is needed"),
            ("alternative_rejected", "why the simpler alternative was rejected"),
        ):
            if role in said and not said[role] and role not in blank_columns:
                yield _error(
                    "unjustified",
                    f"The violation “{_short(said['name'])}” does not say {what}.",
                )
    if block.kind is BlockKind.RISKS and "owner" in said and not said["owner"]:
        is_high = "high" in (
            parse_level(said.get("impact", "")),
            parse_level(said.get("likelihood", "")),
        )
        if is_high and "owner" not in _blank_columns(block, item):
            name = said.get("code") or _short(said.get("description", ""))
            yield _error("no_owner", f"The high risk {name} has no owner: name one.")


def _in_sign_off(block: Block, item: Row) -> Iterator[_Finding]:
    said = row_roles(block, item)
    for role, what in (("role", "for what"), ("name", "by whom")):
        if not said.get(role) and role not in _blank_columns(block, item):
            yield _error(
                "blank",
                f"A row does not say {what} it is signed: fill it in or remove it.",
            )


def row_roles(block: Block, item: Row) -> dict[str, str]:
    """A row's cells by the roles of their columns."""
    roles = roles_of(block.kind, columns_of(block))
    return {role: cell for role, cell in zip(roles, item.cells, strict=False) if role}


def _blank_columns(block: Block, item: Row) -> set[str | None]:
    roles = roles_of(block.kind, columns_of(block))
    blanks = blanks_of(item)
    return {
        role
        for role, cell, blank in zip(roles, item.cells, blanks, strict=False)
        if blank and not cell
    }


def _across(
    document: Document,
) -> Iterator[tuple[_Finding, Section, Block, Item]]:
    """Risk ids that name more than one risk."""
    risks = [
        (section, block, item, row_roles(block, item).get("code", "").strip())
        for section, block, item in document.walk()
        if isinstance(item, Row) and block.kind is BlockKind.RISKS
    ]
    uses = Counter(code for *_, code in risks if code)
    for section, block, item, code in risks:
        if uses[code] > 1:
            message = f"{uses[code]} risks are called {code}: give each its own id."
            yield _error("duplicate_risk", message), section, block, item


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
