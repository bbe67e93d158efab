"""The text that leaves the planner: a draft as it stands, or a finished plan."""

from __future__ import annotations

from dataclasses import dataclass, field

from plans.document.check import check
from plans.document.dialects import Dialect, in_dialect, with_compatibility_comment
from plans.document.editions import NEWEST, Edition
from plans.document.model import Document
from plans.document.normalization import normalize, normalized_text
from plans.document.problems import Problem
from plans.document.reader import read
from plans.document.signatures.lines import strip_signatures
from plans.document.signatures.places import Places
from plans.document.writer import write


@dataclass(frozen=True)
class Snapshot:
    """A document as it would be finished, whatever is in the way of that.

    `problems`: errors and warnings, in the order of the text. `places`: which headings
    are for sign-offs, as far as that was set explicitly.
    """

    text: str
    problems: list[Problem]
    places: Places = field(default_factory=dict)


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


def finalize(
    document: Document,
    *,
    dialect: Dialect | None = None,
    compatible: bool = False,
    own_placeholders: frozenset[str] = frozenset(),
) -> str:
    """The finished text: UTF-8, LF, one final newline, nothing left open.

    Raises NotFinished when `check` finds an error.
    """
    done = take_snapshot(document, own_placeholders=own_placeholders)
    errors = [problem for problem in done.problems if problem.is_error]
    if errors:
        raise NotFinished(errors)
    return write(_in_form(read(done.text, places=document.places), dialect, compatible))


def take_snapshot(
    document: Document,
    *,
    own_placeholders: frozenset[str] = frozenset(),
    edition: Edition = NEWEST,
) -> Snapshot:
    """The finished text without any decision: what a version is, and what is signed.

    A decision that came in with a file was taken elsewhere, so it is left out.
    """
    tidy = normalize(document, edition, own_placeholders)
    problems = check(tidy, own_placeholders=own_placeholders)
    text = write(tidy)
    bare = strip_signatures(text, edition, document.places)
    if bare != text:
        # What is left of a line may be blank, or worse: ask the text that goes out.
        decisions = [problem for problem in problems if problem.code == "decision"]
        problems = (
            check(
                read(bare, edition, document.places), own_placeholders=own_placeholders
            )
            + decisions
        )
        problems.sort(key=lambda problem: problem.line)
    return Snapshot(bare, problems, document.places)


def snapshot_text(
    document: Document,
    *,
    own_placeholders: frozenset[str] = frozenset(),
    edition: Edition = NEWEST,
) -> str:
    """The text of a snapshot alone, in a third of the time: nothing is checked, and
    what is written need not be read to be written again."""
    if edition != NEWEST:  # what an older reader reads is separated anew
        return take_snapshot(
            document, own_placeholders=own_placeholders, edition=edition
        ).text
    text = normalized_text(document, edition, own_placeholders)
    return strip_signatures(text, edition, document.places)


def _in_form(document: Document, dialect: Dialect | None, compatible: bool) -> Document:
    if dialect:
        document = in_dialect(document, dialect)
    return with_compatibility_comment(document) if compatible else document
