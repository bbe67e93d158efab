"""Open questions: [NEEDS CLARIFICATION: ...], or a value that starts with the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans.document.syntax.brackets import brackets
from plans.document.syntax.spans import Spans, code_spans, is_within

QUESTION_WORDS = "NEEDS CLARIFICATION"
QUESTION = re.compile(rf"^{QUESTION_WORDS}\s*(?::\s*(.*))?$", re.DOTALL)
# The words where they open a value or an entry; "NEEDS CLARIFICATION markers are
# resolved" is prose.
_OPEN_WORDS = re.compile(
    rf"{QUESTION_WORDS}\b(?!\s+(?:markers?|items?|tags?|points?|resolved)\b)"
)
# What may stand before them: bullets, quotation marks of Markdown, bold, a symbol.
BULLETS = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)*")
_SYMBOLS = re.compile(r"[^\w\s`\"'“‘(\[\\/]{0,6}[ \t]*")
_END_OF_ENTRY = re.compile(r"\n(?=[ \t]*(?:\n|[-*+][ \t]|\d{1,9}[.)][ \t]|$))")


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
    result = list(_unbracketed_questions(text, code))
    opened = [(question.start, question.end) for question in result]
    for bracket in brackets(text):
        match = QUESTION.match(bracket.content.strip())
        if match and not bracket.in_code and not is_within(opened, bracket.start):
            words = (match[1] or "").strip()
            result.append(Question(bracket.start, bracket.end, words))
    return sorted(result, key=lambda question: question.start)


def _unbracketed_questions(text: str, code: Spans) -> Iterator[Question]:
    end = 0
    for words in _OPEN_WORDS.finditer(text):
        line_start = text.rfind("\n", 0, words.start()) + 1
        lead = BULLETS.match(text, line_start, words.start())
        start = lead.end() if lead else line_start
        if start < end or not _SYMBOLS.fullmatch(text, start, words.start()):
            continue
        above = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : line_start]
        is_first = start > line_start or not above.strip()
        if not is_first or is_within(code, start):
            continue
        stop = _END_OF_ENTRY.search(text, words.end())
        end = stop.start() if stop else len(text)
        yield Question(start, end, _question_words(text[words.end() : end]))


def _question_words(rest: str) -> str:
    """What stands behind the words, without what only sets it off."""
    words = rest.strip().lstrip("*_:-–— \t").strip()
    if words.startswith("(") and words.endswith(")"):
        return words[1:-1].strip()
    return words


def questions(text: str) -> list[str]:
    """What the open questions of a text ask, each "" when it does not say."""
    return [question.text for question in open_questions(text)]


def is_question(text: str) -> bool:
    """Whether one open question is all of a text."""
    spans = [(question.start, question.end) for question in open_questions(text)]
    words = text.strip()
    start = len(text) - len(text.lstrip())
    return spans == [(start, start + len(words))]


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
