"""What keeps a plan from being finished: each with its place and what to do."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from plans.document.completeness import waiting_in
from plans.document.findings import Finding, error, shortened, warning
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
from plans.document.problems import Problem
from plans.document.reader import read
from plans.document.row_checks import row_findings, row_roles
from plans.document.signatures.lines import row_without_signatures, without_signatures
from plans.document.signatures.markers import holds_marker
from plans.document.syntax.blanks import (
    BlankKind,
    is_hint_alone,
    left_open,
    link_labels,
    placeholders,
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
from plans.document.syntax.questions import open_questions, questions
from plans.document.syntax.tables import columns_of
from plans.document.writer import line_numbers

_ISO_DATE = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_READY = re.compile(r"definition of ready", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"\bTODO\b|\?\?\?")
_LIST_MARK = re.compile(r"[ \t]*(?:\d{1,9})?([-*+.)])(?=\s|$)")
_BELOW_A_LABEL = frozenset({BlockKind.CODE, BlockKind.LIST, BlockKind.CHECKLIST})
_STRUCTURED = ("- [", "* [", "+ [", "| [", "<!--")


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
        finding: Finding, section: Section, block: Block | None, item: Item | None
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
        for finding in _heading_findings(section, known):
            add(finding, section, None, None)
        if hint := hint_of(section, next_section):
            for block in section.blocks:
                if hint in block.items:
                    message = f"The section is blank: fill it in ({hint_text(hint)})."
                    add(error("blank", message), section, block, hint)
            continue
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            for finding in _column_findings(block, known):
                add(finding, section, block, None)
            for item in block.walk():
                is_last = item is block.items[-1]
                leads = is_last and _leads_to(item, block, following)
                for finding in _item_findings(section, block, item, known):
                    if finding.code != "blank" or not leads:
                        add(finding, section, block, item)
    for finding, section, block, item in _across(document):
        add(finding, section, block, item)
    problems.sort(key=lambda problem: problem.line)
    return problems


def _leads_to(item: Item, block: Block, following: Block | None) -> bool:
    """Whether an item is a label alone, and its content the block below it."""
    if not isinstance(item, Field) or item.value or any(blanks_of(item)):
        return False
    if following is None or (item.source.startswith("**") and not _is_list(following)):
        return False  # a paragraph of a label alone is no field, unless a list follows
    if _is_one_list(block, following):
        return False
    return following.kind.is_table or following.kind in _BELOW_A_LABEL


def _is_one_list(block: Block, following: Block) -> bool:
    """Whether the list below another one is read as the rest of it."""
    first, *_ = [_mark_of(item) for item in following.items] or [""]
    return first == _mark_of(block.items[-1]) != "" and not block.tail.strip()


def _mark_of(item: Item) -> str:
    """What makes entries one list: their bullet, or what stands behind the number."""
    match = _LIST_MARK.match(written(item))
    return match[1] if match else ""


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


def _heading_findings(section: Section, known: _Known) -> Iterator[Finding]:
    waiting = [b.shown for b in placeholders(section.heading, own=known.placeholders)]
    if not waiting and is_hint_alone(section.heading, known.links):
        waiting = [section.heading]
    for shown in waiting:
        yield error("placeholder", f"The heading still holds {shown}: rename it.")
    if questions(section.heading):
        yield error("question", "The heading holds an open question: answer it.")


def _column_findings(block: Block, known: _Known) -> Iterator[Finding]:
    for column in columns_of(block) if "[" in block.head else ():
        if _is_placeholder(column, known):
            yield warning(
                "left_open",
                f"The column {column} is a placeholder: name what stands in it.",
            )


def _is_placeholder(label: str, known: _Known) -> bool:
    """Whether a label is one bracket, and no tag such as `[US1]` or `[HIGH]`."""
    has_words = any(char.islower() for char in label) or not label.isascii()
    return has_words and is_hint_alone(label, known.links)


def _item_findings(
    section: Section, block: Block, item: Item, known: _Known
) -> Iterator[Finding]:
    match item.kind:
        case ItemKind.GUIDANCE:
            yield from _comment_findings(comments_in(written(item)), known)
            return
        case ItemKind.FRONT_MATTER:
            return
        case ItemKind.CODE:
            if options_of(values_of(item)[0]):
                yield error(
                    "option",
                    "The directory tree still offers options: choose one of them.",
                    (first_option(values_of(item)[0]), 0),
                )
        case ItemKind.CHECK if _READY.search(section.heading):
            if isinstance(item, Check) and not item.done:
                yield error(
                    "not_ready",
                    f"“{shortened(item.text)}” is not ticked: the Definition of Ready "
                    "must hold before Phase 0.",
                )
    if block.kind in SIGNING_KINDS and holds_marker(written(item)):
        yield warning(
            "decision",
            f"{_names(block, item)[0]} says who approved it elsewhere. A version that "
            "you submit here leaves that out and asks for sign-offs of its own.",
        )
        if isinstance(item, Field):
            item = without_signatures(item)
        if isinstance(item, Row):
            item = row_without_signatures(item, block)
    if isinstance(item, Field) and _is_placeholder(item.label, known):
        yield warning(
            "left_open",
            f"The label {item.label} is a placeholder: name what the field is.",
        )
    if isinstance(item, Field) and questions(item.label):
        yield error(
            "question",
            f"The label “{shortened(item.label)}” is an open question: answer it and "
            "name the field.",
        )
    yield from _value_findings(block, item, known)
    if may_hold_comment(item):
        yield from _comment_findings(
            _inline_comments(item), known, _names(block, item)[0]
        )
    if isinstance(item, Row):
        yield from row_findings(block, item)


def _value_findings(block: Block, item: Item, known: _Known) -> Iterator[Finding]:
    names = _names(block, item)
    blanks = blanks_of(item)
    for name, value, blank in zip(names, values_of(item), blanks, strict=True):
        if not value:
            if blank or must_have_text(item):
                hint = f" ({blank.hint})" if blank and blank.hint != "..." else ""
                todo = "fill it in or remove it" if _is_optional(item) else "fill it in"
                yield error("blank", f"{name} is blank: {todo}{hint}.")
            continue
        waiting = waiting_in(item, value, known.placeholders, known.links)
        if waiting and not options_of(value):
            for place in _places(bracket.shown for bracket in waiting):
                shown = " ".join(place[0].split())
                message = f"{name} still holds the placeholder {shown}: replace it."
                yield error("placeholder", message, place)
        if item.kind is ItemKind.CODE:
            continue
        asking = open_questions(value)
        places = _places(value[one.start : one.end] for one in asking)
        for question, place in zip(asking, places, strict=True):
            quoted = f": “{shortened(question.text)}”" if question.text else ""
            message = f"{name} has an open question{quoted}. Answer it."
            yield error("question", message, place)
        is_date = bool(blank and blank.kind is BlankKind.DATE)
        if is_date or name.casefold() in ("date", "timeline"):
            yield from _date_findings(name, value)
        if item.kind is ItemKind.PASSAGE and any(m in value for m in _STRUCTURED):
            yield from _passage_findings(value, known)
        elif mark := _LEFT_OPEN.search(value):
            message = f"{name} says TODO or ???: write what is meant."
            yield warning("left_open", message, (mark[0], 0))
        elif left_open(value):
            message = f"{name} says only {value.strip()}: write what is meant."
            yield warning("left_open", message)


def _inline_comments(item: Item) -> list[str]:
    """The comments in a text. One that stands alone in a passage is a block of them
    when the file is read again, which `_passage_findings` asks for."""
    text = written(item)
    if "<!--" not in text or item.kind is not ItemKind.PASSAGE:
        return comments_in(text)
    inner = [i for _, _, i in read(text).walk() if i.kind is ItemKind.PASSAGE]
    return [comment for part in inner for comment in comments_in(part.source)]


def _comment_findings(
    comments: list[str], known: _Known, name: str = ""
) -> Iterator[Finding]:
    """`name`: whose text they stand in; "" for a block of them."""
    for comment, number in _places(comments):
        place = (comment, number)
        if is_generated(comment) or is_marker(comment):
            continue
        if not is_guidance(comment, known.placeholders):
            yield warning(
                "remark",
                f"The comment “{shortened(comment_body(comment))}” stays in the "
                "finished plan: take it out if its readers do not need it.",
                place,
            )
        elif name:
            message = f"{name} holds guidance of the template: take it out."
            yield error("comment", message, place)
        else:
            message = "A finished plan has no guidance of its template: remove it."
            yield error("guidance", message, place)


def _passage_findings(text: str, known: _Known) -> Iterator[Finding]:
    """What a passage holds that is an item of its own when the file is read again."""
    inner = list(read(text).walk())
    places = _places(item.source for *_, item in inner)
    for (section, block, item), place in zip(inner, places, strict=True):
        if item.kind is ItemKind.PASSAGE:
            continue
        # A blank entry was found with the placeholders already.
        codes = {"guidance", "remark", "blank"}
        codes -= {"blank"} if item.kind is ItemKind.ENTRY else set()
        for finding in _item_findings(section, block, item, known):
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


def _date_findings(name: str, value: str) -> Iterator[Finding]:
    for match in _ISO_DATE.finditer(value):
        try:
            date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            message = f"{name} says {match[0]}, which is no date: correct it."
            yield error("date", message, (match[0], 0))


def _across(
    document: Document,
) -> Iterator[tuple[Finding, Section, Block, Item]]:
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
            yield error("duplicate_risk", message), section, block, item
