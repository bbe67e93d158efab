"""HTML comments: the guidance of a template, marks for machines, remarks of people.

Only guidance is left out of a finished plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from plans.document.model import Block, BlockKind, Document, Item, ItemKind, Section
from plans.document.syntax.blanks import default_template
from plans.document.syntax.items import written
from plans.document.syntax.parsing import unix
from plans.document.syntax.spans import code_lines, code_spans, is_within

# What spec-kit's scripts look for, each as a line `**Name**: value` (spec-kit 0.7.2,
# scripts/bash/update-agent-context.sh).
COMPATIBILITY_FIELDS = (
    "Language/Version",
    "Primary Dependencies",
    "Storage",
    "Project Type",
)
_COMPATIBILITY = re.compile(
    r"<!--\s*(?:\*\*(?:"
    + "|".join(re.escape(name) for name in COMPATIBILITY_FIELDS)
    + r")\*\*: [^\n]*\n)+\s*-->"
)
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


@dataclass
class Comments:
    """What becomes of a document's comments when it is finished."""

    left_out: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)

    @property
    def count_kept(self) -> int:
        return len(self.remarks) + len(self.markers)


def comments_of(document: Document, own: frozenset[str] = frozenset()) -> Comments:
    """`own`: what the plan's own template left to people, its comments among that."""
    comments = Comments()
    for section in document.sections:
        texts = [section.heading]
        texts += [written(item) for item in section.walk() if may_hold_comment(item)]
        for comment in (one for text in texts for one in comments_in(text)):
            if _is_left_out(comment, own):
                comments.left_out.append(comment)
            elif is_marker(comment):
                comments.markers.append(comment)
            else:
                comments.remarks.append(comment)
    return comments


def may_hold_comment(item: Item) -> bool:
    return item.kind not in (ItemKind.CODE, ItemKind.FRONT_MATTER)


def comments_in(text: str) -> list[str]:
    """The comments in a text as it is written, outside of code."""
    if "<!--" not in text:
        return []
    text = unix(text)
    spans, lines = code_spans(text), code_lines(text)
    return [
        text[start:end]
        for start, end in _comment_spans(text)
        if not text.endswith("\\", 0, start)
        and not is_within(spans, start)
        and not is_within(lines, start)
    ]


def _comment_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where comments start and end, in code too. A pattern would look for the end from
    each opening again, which takes minutes where there are many and no end."""
    end = 0
    while (start := text.find("<!--", end)) >= 0:
        closing = text.find("-->", start + len("<!--"))
        if closing < 0:
            return
        end = closing + len("-->")
        yield start, end


def is_generated(comment: str) -> bool:
    """Whether it is the one that this planner adds for spec-kit's older scripts."""
    return _COMPATIBILITY.fullmatch(comment) is not None


def without_generated(text: str) -> str:
    """A text without the comments that this planner adds for older scripts, and the
    line end behind each."""
    kept, start, end = [], 0, 0
    while (opening := text.find("<!--", end)) >= 0:
        closing = text.find("-->", opening)
        if closing < 0:
            break
        end = closing + len("-->")
        if is_generated(text[opening:end]):
            # With it came the blank line before it.
            is_set_off = text.endswith("\n\n", start, opening)
            kept.append(text[start : opening - is_set_off])
            end += text.startswith("\r\n", end)
            start = end = end + text.startswith("\n", end)
    return "".join([*kept, text[start:]])


def is_all_generated(text: str) -> bool:
    return not without_generated(text).strip()


def without_guidance(text: str, own: frozenset[str] = frozenset()) -> str:
    """A block of comments as it stays in a finished plan; "" for nothing."""
    comments = [text[slice(*span)] for span in _comment_spans(text)]
    staying = [one for one in comments if not _is_left_out(one, own)]
    return text if staying == comments else "\n".join(staying)


def _is_left_out(comment: str, own: frozenset[str]) -> bool:
    return is_generated(comment) or is_guidance(comment, own)


def kind_of_comment(text: str, own: frozenset[str] = frozenset()) -> str:
    """What a block of comments is for: "guidance", "marker" or "remark"."""
    comments = comments_in(text)
    if any(_is_left_out(comment, own) for comment in comments):
        return "guidance"
    return "marker" if all(map(is_marker, comments)) else "remark"


def hint_of(section: Section, following: Section | None) -> Item | None:
    """The comment that says what to write in a section which holds nothing else, and no
    subsection; marks of machines say nothing of the kind."""
    if not section.level or (following and following.level > section.level):
        return None
    if any(block.kind is not BlockKind.GUIDANCE for block in section.blocks):
        return None
    return next(filter(_is_hint, section.walk()), None)


def _is_hint(item: Item) -> bool:
    return bool(hint_text(item))


def hint_text(item: Item) -> str:
    """What a block of comments says to people."""
    lines = [
        comment_body(comment)
        for comment in comments_in(written(item))
        if not is_marker(comment) and not is_generated(comment)
    ]
    return " ".join(filter(None, lines))


def is_left_out(block: Block, own: frozenset[str]) -> bool:
    """Whether all of a block is guidance."""
    return block.kind is BlockKind.GUIDANCE and not any(
        without_guidance(written(item), own) for item in block.items
    )


def comment_body(comment: str) -> str:
    """What a comment says, on one line."""
    return " ".join(comment[4:-3].split())


def folded_comment(comment: str) -> str:
    """A comment however its lines are broken, as it is kept for a plan's template."""
    return f"<!-- {comment_body(comment)} -->"


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
