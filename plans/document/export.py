"""The text that leaves the planner: a draft as it stands, or a finished plan."""

from __future__ import annotations

from plans.document.check import Problem, check
from plans.document.finish import (
    Dialect,
    in_dialect,
    tidied,
    with_compatibility_comment,
)
from plans.document.model import Document
from plans.document.writer import write


class NotFinished(Exception):
    """A finished text was asked for while `problems` (errors all) are in the way."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} things are in the way")
        self.problems = problems


def draft(
    document: Document, *, dialect: Dialect | None = None, compatible: bool = False
) -> str:
    """The document as it stands, blanks and questions included."""
    return write(_in_form(document, dialect, compatible))


def finished(
    document: Document,
    *,
    dialect: Dialect | None = None,
    compatible: bool = False,
    own_placeholders: frozenset[str] = frozenset(),
) -> str:
    """The finished text: UTF-8, LF, one final newline, nothing left open.

    Raises NotFinished when `check` finds an error.
    """
    tidy = tidied(document)
    problems = check(tidy, own_placeholders=own_placeholders)
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise NotFinished(errors)
    return write(_in_form(tidy, dialect, compatible))


def _in_form(document: Document, dialect: Dialect | None, compatible: bool) -> Document:
    if dialect:
        document = in_dialect(document, dialect)
    return with_compatibility_comment(document) if compatible else document
