"""HTML comments: the guidance of a template, marks for machines, remarks of people."""

from __future__ import annotations

import re
from functools import cache

from plans.document.blanks import default_template

COMMENT = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)
# How the guidance of spec-kit's templates begins, in every release of them.
_ACTION_REQUIRED = re.compile(r"\s*ACTION REQUIRED\b")
# `ANCHOR:summary`, `SPECKIT_LEVEL: 2`, `markdownlint-disable MD013`, `/toc`.
_MARKER = re.compile(
    r"""\s*(?:
      /?[A-Z][A-Z0-9]*[_-][A-Z0-9_-]+(?:\s*:.*)?
    | /?[A-Z][A-Z0-9]+:(?=\S).*
    | /?(?:BEGIN|END|START|STOP)\b.*
    | /?(?:toc|tocstop|more|nopage|omit\ in\ toc|no\ toc)
    | (?:markdownlint|prettier|eslint|textlint|remark|vale|cspell|spell-checker|lint)
      (?:-[\w-]+|\b[:\ ]).*
    | -?\*-.*-\*-
    )\s*""",
    re.VERBOSE,
)
_REMARK = re.compile(r"\s*(?:TODO|FIXME|XXX|NOTE|HACK|EXAMPLE)\b")


def comments_in(text: str) -> list[str]:
    return [match[0] for match in COMMENT.finditer(text)]


def comment_text(comment: str) -> str:
    """What a comment says, on one line."""
    return " ".join(comment[4:-3].split())


def folded_comment(comment: str) -> str:
    """A comment however its lines are broken, as it is kept for a plan's template."""
    return f"<!-- {comment_text(comment)} -->"


def is_marker(comment: str) -> bool:
    """Whether it speaks to a machine: a validator, a linter, a table of contents."""
    text = comment[4:-3]
    if "\n" in text.strip() or _REMARK.match(text):
        return False
    return _MARKER.fullmatch(text) is not None


def is_guidance(comment: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether it came from a template: the built-in one, spec-kit's, or the plan's own
    (`own`), so that a finished plan does without it."""
    if _ACTION_REQUIRED.match(comment[4:-3]):
        return True
    return folded_comment(comment) in own | _guidance_of_default()


@cache
def _guidance_of_default() -> frozenset[str]:
    return frozenset(map(folded_comment, comments_in(default_template())))
