"""Blanks, inline placeholders and open questions: what in a text waits for a person.

Only texts come in here, never documents. A *blank* is a whole value in brackets; an
*inline placeholder* is a bracket inside a longer text, and counts only when a template
is known to hold it, because real plans are full of other brackets (`Optional[str]`,
`[P]`, `[x](y)`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from plans.document.syntax.brackets import TAGS, Bracket, brackets
from plans.document.syntax.questions import BULLETS, QUESTION
from plans.document.syntax.spans import code_lines, code_spans, is_within

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

# Placeholders of spec-kit's own templates that the built-in one does not have.
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
    """A value that has not been filled in yet. `hint` is the text in the brackets.

    `choices` are the offered answers; `is_closed` says that no other answer is meant.
    """

    hint: str
    kind: BlankKind = BlankKind.TEXT
    choices: tuple[str, ...] = ()
    is_closed: bool = False


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
    if content is None or content in TAGS or content[0] in "[^":
        return None
    if QUESTION.match(content):
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


def whole_brackets(text: str, links: frozenset[str] = frozenset()) -> list[Bracket]:
    """The brackets that are a paragraph or list entry of their own in a text.

    `links`: what the whole document defines as links (`[a]: b`).
    """
    links |= link_labels(text)
    fenced: list[tuple[int, int]] | None = None
    whole = []
    for bracket in brackets(text):
        if not _is_own_paragraph(text, bracket) or not _is_hint(bracket, links):
            continue
        if fenced is None:
            fenced = code_lines(text)
        if not is_within(fenced, bracket.start):
            whole.append(bracket)
    return whole


def _is_own_paragraph(text: str, bracket: Bracket) -> bool:
    line_start = text.rfind("\n", 0, bracket.start) + 1
    if bracket.start - line_start > 40:
        return False
    lead = text[line_start : bracket.start]
    bullets = BULLETS.match(lead)
    if bullets is None or bullets.end() < len(lead) or lead.startswith(("    ", "\t")):
        return False
    above = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : line_start]
    is_first = bool(lead.strip(" \t>")) or not above.strip(" \t>\n")
    return is_first and _END_OF_PARAGRAPH.match(text, bracket.end) is not None


def _is_hint(bracket: Bracket, links: frozenset[str]) -> bool:
    hint = " ".join(bracket.content.split())
    return not (
        bracket.content in TAGS
        or hint.startswith(("!", "[", "^"))
        or hint.casefold() in links | _MARKS
        or _CITATION.fullmatch(hint)
        or QUESTION.match(hint)
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
    contents = {b.content for b in brackets(default_template())}
    return frozenset(contents | _SPEC_KIT_PLACEHOLDERS)


@cache
def default_template() -> str:
    """The template that new plans start from unless a team brings its own."""
    resource = files("plans.document").joinpath("plan-template.md")
    return resource.read_bytes().decode("utf-8")


def placeholders(text: str, *, own: frozenset[str] = frozenset()) -> list[Bracket]:
    """The inline placeholders left in a text. `own` are those of a team's template."""
    known = known_placeholders()
    matches = [
        bracket
        for bracket in brackets(text)
        if not QUESTION.match(bracket.content.strip())
        and (
            bracket.content in own
            or bracket.content.startswith(("e.g.,", "###-"))
            # Code is full of brackets of its own; in it only a branch name is ours.
            or (bracket.content in known and not bracket.in_code)
        )
    ]
    pattern = _literals(own) if own else None
    if pattern is None or not pattern.search(text):
        return matches
    code, taken = code_spans(text), [(b.start, b.end) for b in matches]
    matches += [
        Bracket(match.start(), match.end(), match[0], in_code=False, is_literal=True)
        for match in pattern.finditer(text)
        if not is_within(code, match.start()) and not is_within(taken, match.start())
    ]
    return sorted(matches, key=lambda bracket: bracket.start)


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
