"""Blanks, inline placeholders and open questions: what in a text waits for a person.

Only texts come in here, never documents. A *blank* is a whole value in brackets; an
*inline placeholder* is a bracket inside a longer text, and counts only when a template
is known to hold it, because real plans are full of other brackets (`Optional[str]`,
`[P]`, `[x](y)`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from plans.document.syntax.spans import Spans, code_lines, code_spans, is_within

QUESTION_WORDS = "NEEDS CLARIFICATION"
_QUESTION = re.compile(rf"^{QUESTION_WORDS}\s*(?::\s*(.*))?$", re.DOTALL)
# The words where they open a value or an entry; "NEEDS CLARIFICATION markers are
# resolved" is prose.
_OPEN_WORDS = re.compile(
    rf"{QUESTION_WORDS}\b(?!\s+(?:markers?|items?|tags?|points?|resolved)\b)"
)
# What may stand before them: bullets, quotation marks of Markdown, bold, a symbol.
_BULLETS = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)*")
_SYMBOLS = re.compile(r"[^\w\s`\"'“‘(\[\\/]{0,6}[ \t]*")
_END_OF_ENTRY = re.compile(r"\n(?=[ \t]*(?:\n|[-*+][ \t]|\d{1,9}[.)][ \t]|$))")

# Brackets that carry meaning in spec-kit files and are never a blank.
_TAGS = frozenset({"", " ", "x", "X", "P"})
# `- [X]` is a ticked box, `≥ [X]%` a placeholder.
_BULLET = re.compile(r"(?:^|\n)[ \t]*[-*+][ \t]+\Z")
# `[1]` and `[2, 3]` point at a list of sources.
_CITATION = re.compile(r"\d{1,3}(?:\s*[,–-]\s*\d{1,3})*")
_DATE_HINTS = frozenset({"date", "yyyy-mm-dd"})
_PERSON_HINTS = frozenset(
    {"name", "names", "owner", "team", "team/individual", "name/role"}
)
_UNBRACKETED_CHOICES = frozenset(
    {"high/med/low", "high/medium/low", "green/yellow/red"}
)
_SLASHED = re.compile(r"^(\w[\w-]*(?:/\w[\w-]*){2,})(?:\s+-\s+.*)?$")

# Placeholders of spec-kit's own templates, beside those of the built-in one.
_SPEC_KIT_PLACEHOLDERS = frozenset(
    {"FEATURE", "FEATURE NAME", "DATE", "link", "###-feature", "###-feature-name"}
)


_LINK_DEFINITION = re.compile(r"^ {0,3}\[((?:[^\[\]\\]|\\.)+)\]:", re.MULTILINE)
_END_OF_PARAGRAPH = re.compile(
    r"[ \t]*(?:$|\n(?=[ \t>]*(?:\n|$|(?:[-*+]|\d{1,9}[.)])[ \t])))"
)
# Places for a table of contents, and a heading of change logs.
_MARKS = frozenset({"toc", "_toc_", "unreleased"})
_LEFT_OPEN = re.compile(
    r"""(?:tbd|tba|tbc|todo|fixme|\?{2,})[.!]?
    | \{\{?\ *[A-Za-z][\w ./'’-]*\ *\}\}?
    | <[A-Za-z][\w ./'’-]*>
    | \((?:please\ )?(?:fill|insert|enter|describe|replace|specify|tbd|todo
        | to\ be\ (?:written|filled|defined|decided|determined|done|added|confirmed)
        )\b[^()]*\)""",
    re.VERBOSE | re.IGNORECASE,
)
_TAG = re.compile(r"</?([A-Za-z][\w-]*)[ /]*>")
_HTML = frozenset(
    {
        *(
            "a",
            "b",
            "br",
            "code",
            "del",
            "details",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "hr",
        ),
        *("i", "img", "ins", "kbd", "li", "ol", "p", "picture", "pre", "s", "samp"),
        *("small", "source", "span", "strong", "sub", "summary", "sup", "svg", "table"),
        *("tbody", "td", "th", "thead", "tr", "u", "ul", "var", "video"),
    }
)


class BlankKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    PERSON = "person"


@dataclass(frozen=True)
class Blank:
    """A value that nobody has given yet. `hint` is what stood between the brackets.

    `choices` are the offered answers; `is_closed` says that no other answer is meant.
    """

    hint: str
    kind: BlankKind = BlankKind.TEXT
    choices: tuple[str, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True)
class Bracket:
    """One outermost `[...]` in a text: where it starts and ends, and what is in it."""

    start: int
    end: int
    content: str
    in_code: bool
    is_literal: bool = False

    @property
    def shown(self) -> str:
        """As it is written. A literal placeholder (`{title}`) has brackets of its own
        or none."""
        return self.content if self.is_literal else f"[{self.content}]"


def blank_of(value: str) -> Blank | None:
    """The blank that a whole value is, or None when it is an answer or a question."""
    text = value.strip()
    blank = bracket_of(text)
    if blank is None or text[0] not in "[`":
        return blank
    if _CITATION.fullmatch(blank.hint) or (text[0] == "`" and not _is_known(blank)):
        return None
    return blank


def bracket_of(value: str) -> Blank | None:
    """As `blank_of`, but code and citations in brackets count too."""
    text = value.strip()
    if text.casefold() in _UNBRACKETED_CHOICES:
        return Blank(text, BlankKind.CHOICE, tuple(text.split("/")), is_closed=True)
    if len(text) > 4 and text[0] == text[-1] == "`" and "`" not in text[1:-1]:
        text = text[1:-1]
    content = _only_bracket(text)
    if content is None or content in _TAGS or content[0] in "[^":
        return None
    if _QUESTION.match(content):
        return None
    return _described(" ".join(content.split()))


def _is_known(blank: Blank) -> bool:
    """Whether it is a template's, not the code of a plan (`` `[int]` ``)."""
    return blank.hint.startswith("###-") or blank.hint in known_placeholders()


def is_code_blank(value: str) -> bool:
    """Whether a blank is written as code (`` `[###-feature-name]` ``)."""
    return value.startswith("`") and blank_of(value) is not None


def _only_bracket(text: str) -> str | None:
    if not (text.startswith("[") and text.endswith("]")):
        return None
    depth = 0
    for index, char in enumerate(text):
        if char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
            if depth == 0:
                return text[1:-1] if index == len(text) - 1 else None
    return None


def _described(hint: str) -> Blank:
    lowered = hint.casefold()
    if lowered in _DATE_HINTS:
        return Blank(hint, BlankKind.DATE)
    if lowered in _PERSON_HINTS:
        return Blank(hint, BlankKind.PERSON)
    if " | " in hint:
        offered = [part.strip() for part in hint.split(" | ")]
        # "None | List tasks marked with [P]": the long part describes an answer.
        plain = tuple(part for part in offered if _is_plain_choice(part))
        return Blank(
            hint, BlankKind.CHOICE, plain, is_closed=len(plain) == len(offered)
        )
    slashed = _SLASHED.match(hint)
    if slashed:
        return Blank(
            hint, BlankKind.CHOICE, tuple(slashed[1].split("/")), is_closed=True
        )
    return Blank(hint)


def _is_plain_choice(text: str) -> bool:
    return len(text) <= 24 and len(text.split()) <= 2 and "[" not in text


def brackets(text: str) -> Iterator[Bracket]:
    """Every outermost bracket that is no link, footnote, check mark, tag or index."""
    code = deque(code_spans(text))
    depth = start = 0
    for index, char in enumerate(text):
        if index and text[index - 1] == "\\":
            continue
        if char == "[":
            if depth == 0:
                start = index
            depth += 1
        elif char == "]" and depth:
            depth -= 1
            if depth == 0:
                content = text[start + 1 : index]
                before = text[start - 1] if start else ""
                after = text[index + 1 : index + 2]
                is_other = (
                    before.isalnum()
                    or before in {"_", "]", ")", "!"}
                    or after in {"(", "["}
                    or (content in _TAGS and content != "X")
                    or (
                        content == "X"
                        and _BULLET.search(text, max(0, start - 20), start)
                    )
                    or content.startswith("^")
                )
                if not is_other:
                    while code and code[0][1] <= start:
                        code.popleft()
                    in_code = bool(code) and code[0][0] <= start
                    yield Bracket(start, index + 1, content, in_code)


def whole_brackets(text: str, links: frozenset[str] = frozenset()) -> list[Bracket]:
    """The brackets that are a paragraph or list entry of their own in a text.

    `links`: what the whole document defines as links (`[a]: b`).
    """
    links |= link_labels(text)
    fenced: list[tuple[int, int]] | None = None
    found = []
    for bracket in brackets(text):
        if not _is_own_paragraph(text, bracket) or not _is_hint(bracket, links):
            continue
        if fenced is None:
            fenced = code_lines(text)
        if not is_within(fenced, bracket.start):
            found.append(bracket)
    return found


def _is_own_paragraph(text: str, bracket: Bracket) -> bool:
    line_start = text.rfind("\n", 0, bracket.start) + 1
    if bracket.start - line_start > 40:
        return False
    lead = text[line_start : bracket.start]
    bullets = _BULLETS.match(lead)
    if bullets is None or bullets.end() < len(lead) or lead.startswith(("    ", "\t")):
        return False
    above = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : line_start]
    is_first = bool(lead.strip(" \t>")) or not above.strip(" \t>\n")
    return is_first and _END_OF_PARAGRAPH.match(text, bracket.end) is not None


def _is_hint(bracket: Bracket, links: frozenset[str]) -> bool:
    hint = " ".join(bracket.content.split())
    return not (
        bracket.content in _TAGS
        or hint.startswith(("!", "[", "^"))
        or hint.casefold() in links | _MARKS
        or _CITATION.fullmatch(hint)
        or _QUESTION.match(hint)
        or not (any(char.isalpha() for char in hint) or hint == "...")
    )


def is_hint_alone(text: str, links: frozenset[str] = frozenset()) -> bool:
    """Whether a heading or label is one bracket that a template put there."""
    whole = next(brackets(text), None)
    return (
        whole is not None
        and (whole.start, whole.end) == (0, len(text))
        and not whole.in_code
        and _is_hint(whole, links)
    )


def link_labels(text: str) -> frozenset[str]:
    """What a text defines as links, folded as Markdown compares them."""
    if "]:" not in text:
        return frozenset()
    labels = _LINK_DEFINITION.findall(text)
    return frozenset(" ".join(label.split()).casefold() for label in labels)


def left_open(value: str) -> bool:
    """Whether a whole value only stands for an answer: `TBD`, `{title}`,
    `(fill me in)`, `<name>`."""
    text = value.strip()
    if len(text) > 200 or not _LEFT_OPEN.fullmatch(text):
        return False
    tag = _TAG.match(text)
    return tag is None or tag[1].casefold() not in _HTML


@cache
def known_placeholders() -> frozenset[str]:
    """What the built-in template and spec-kit's own put in brackets."""
    found = {b.content for b in brackets(default_template())}
    return frozenset(found | _SPEC_KIT_PLACEHOLDERS)


@cache
def default_template() -> str:
    """The template that new plans start from unless a team brings its own."""
    resource = files("plans.document").joinpath("plan-template.md")
    return resource.read_bytes().decode("utf-8")


def placeholders(text: str, *, own: frozenset[str] = frozenset()) -> list[Bracket]:
    """The inline placeholders left in a text. `own` are those of a team's template."""
    known = known_placeholders()
    found = [
        bracket
        for bracket in brackets(text)
        if not _QUESTION.match(bracket.content.strip())
        and (
            bracket.content in own
            or bracket.content.startswith(("e.g.,", "###-"))
            # Code is full of brackets of its own; in it only a branch name is ours.
            or (bracket.content in known and not bracket.in_code)
        )
    ]
    pattern = _literals(own) if own else None
    if pattern is None or not pattern.search(text):
        return found
    code, taken = code_spans(text), [(b.start, b.end) for b in found]
    found += [
        Bracket(match.start(), match.end(), match[0], in_code=False, is_literal=True)
        for match in pattern.finditer(text)
        if not is_within(code, match.start()) and not is_within(taken, match.start())
    ]
    return sorted(found, key=lambda bracket: bracket.start)


def is_literal(placeholder: str) -> bool:
    """Whether a template's placeholder is known as it is written, not by what stands in
    its brackets: `{title}`, `<name>`, `(fill me in)`, `SPEC-XXX`."""
    if placeholder.startswith("<"):
        tag = _TAG.match(placeholder)
        return not placeholder.startswith("<!--") and not (
            tag and tag[1].casefold() in _HTML
        )
    return (
        placeholder.startswith(("{", "("))
        or "XXX" in placeholder
        or (placeholder == "YYYY-MM-DD")
    )


@lru_cache(maxsize=200)
def _literals(own: frozenset[str]) -> re.Pattern[str] | None:
    literals = sorted(filter(is_literal, own), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, literals))) if literals else None


@dataclass(frozen=True)
class Question:
    """An open question in a text: where it starts and ends, and what is asked ("" when
    it does not say)."""

    start: int
    end: int
    text: str


def open_questions(text: str) -> list[Question]:
    """The open questions of a text: in brackets, or a value, paragraph or entry that
    starts with the words. Elsewhere they are prose ("no NEEDS CLARIFICATION remains").
    """
    if QUESTION_WORDS not in text:
        return []
    code = code_spans(text)
    found = list(_unbracketed_questions(text, code))
    opened = [(question.start, question.end) for question in found]
    for bracket in brackets(text):
        match = _QUESTION.match(bracket.content.strip())
        if match and not bracket.in_code and not is_within(opened, bracket.start):
            asked = (match[1] or "").strip()
            found.append(Question(bracket.start, bracket.end, asked))
    return sorted(found, key=lambda question: question.start)


def _unbracketed_questions(text: str, code: Spans) -> Iterator[Question]:
    end = 0
    for words in _OPEN_WORDS.finditer(text):
        line_start = text.rfind("\n", 0, words.start()) + 1
        lead = _BULLETS.match(text, line_start, words.start())
        start = lead.end() if lead else line_start
        if start < end or not _SYMBOLS.fullmatch(text, start, words.start()):
            continue
        above = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : line_start]
        is_first = start > line_start or not above.strip()
        if not is_first or is_within(code, start):
            continue
        stop = _END_OF_ENTRY.search(text, words.end())
        end = stop.start() if stop else len(text)
        yield Question(start, end, _asked(text[words.end() : end]))


def _asked(rest: str) -> str:
    """What stands behind the words, without what only sets it off."""
    asked = rest.strip().lstrip("*_:-–— \t").strip()
    if asked.startswith("(") and asked.endswith(")"):
        return asked[1:-1].strip()
    return asked


def questions(text: str) -> list[str]:
    """What the open questions of a text ask, each "" when it does not say."""
    return [question.text for question in open_questions(text)]


def replace_question(text: str, number: int, answer: str) -> str:
    """`text` with its open question `number` (from 0) replaced by an answer.

    Raises IndexError when there is no such question.
    """
    question = open_questions(text)[number]
    return (text[: question.start] + answer + text[question.end :]).strip()


def question_marker(question: str) -> str:
    """How a question is written. Brackets inside it are balanced, so that it ends."""
    words = " ".join(question.split()).rstrip("\\ ")
    if not words:
        return f"[{QUESTION_WORDS}]"
    marker = f"[{QUESTION_WORDS}: {words}]"
    if next(((b.start, b.end) for b in brackets(marker)), None) != (0, len(marker)):
        words = words.replace("[", "(").replace("]", ")")
    return f"[{QUESTION_WORDS}: {words}]"
