"""How much is taken in, and the sentences for what is not.

A plan leaves in several forms, and each has to be taken in again. So the limits of a
plan apply to a measure that all of its forms share (`measure`), and a file may be as
much larger as its longest form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import lazy

from plans import formats
from plans.document import Document, Item, ItemKind, written
from plans.document.signatures.markers import DASH, strip_markers
from plans.document.syntax.comments import is_all_generated, without_generated
from plans.document.syntax.parsing import row_widths, split_lines

MAX_PLAN_BYTES = 1_000_000
# With sign-offs, the compatibility comment and what else a form adds.
MAX_FILE_BYTES = 3_000_000
MAX_LINES = 6_000
MAX_LINE_CHARACTERS = 20_000
MAX_ITEMS = 5_000
MAX_CELLS = 20_000
MAX_VALUE_CHARACTERS = 100_000
MAX_HEADING_CHARACTERS = 1_000
MAX_COMMENT_CHARACTERS = 5_000
MAX_REASON_CHARACTERS = 1_000
MAX_SUGGESTIONS = 300  # open ones of a plan
MAX_SUGGESTIONS_OF_ITEM = 30
# As forms say it too, which are made before anybody's region is known.
COMMENT_TOO_LONG = lazy(
    lambda: (
        f"A comment can have up to {formats.number(MAX_COMMENT_CHARACTERS)} characters."
    ),
    str,
)()


class Unreadable(Exception):
    """A text that cannot become a plan. The message is a sentence that says why."""


def decode(data: bytes) -> str:
    """A file's text, exactly: BOM and line ends stay. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("The file is empty. Choose a plan.md with some text.")
    check_bytes(len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # Windows' "Unicode"
        raise Unreadable("The file is UTF-16. Save it as UTF-8 and try again.")
    # One stray NUL is a slip that real files have; many are a file of another kind.
    is_binary = data.count(b"\0") > len(data) // 1000 + 1
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b")) or is_binary:
        raise Unreadable("The file is not text. Choose a Markdown file (plan.md).")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"The file is not UTF-8: line {line} has a byte that can’t be read. Save "
            "it as UTF-8 and try again."
        ) from None
    check_size(text)
    return text


def check_bytes(count: int) -> None:
    """Raises Unreadable for more bytes than the file of a plan may have."""
    if count > MAX_FILE_BYTES:
        raise Unreadable(
            f"The file has {count / 1e6:.1f} MB; a plan can have up to "
            f"{MAX_PLAN_BYTES // 1_000_000} MB. Split it, or remove embedded content."
        )


@dataclass(frozen=True)
class Measure:
    """How large a text is, whatever form it is in. `raw`: its bytes in this form."""

    raw: int = 0
    bytes: int = 0
    lines: int = 0
    longest: int = 0
    longest_at: int = 0
    cells: int = 0


# What stands before a field in the customer's dialect, and not in upstream's.
_BULLET_OF_FIELD = re.compile(r"[-*+][ \t]+(?=\*\*)")
_LABEL = re.compile(r"(\*\*[^*\n]+\*\*[ \t]*[:\uff1a]?)[ \t]*")
# In a table of sign-offs, next to the mark of each.
_DAY = re.compile(r" [0-9]{4}-[0-9]{2}-[0-9]{2}")


def measure(text: str) -> Measure:
    """How large a text is without what only some of its forms have: the comment for
    older scripts, marks of sign-offs, bullets of fields and the indentation below them,
    and one blank line between others."""
    raw = len(text.encode("utf-8", "replace"))
    lines = split_lines(without_generated(text.removeprefix("\ufeff")))
    count = size = longest = longest_at = 0
    widths: list[int] = []
    is_after_blank = False
    for number, line in enumerate(lines, 1):
        bare = line.rstrip("\r\n")
        is_blank = not bare.strip(" \t")
        if not is_blank:
            bare = _without_additions(_without_bullets(bare, widths))
        if not is_blank or is_after_blank:
            count += 1
            size += 1
        is_after_blank = is_blank
        size += len(bare) if bare.isascii() else len(bare.encode("utf-8", "replace"))
        if len(bare) > longest:
            longest, longest_at = len(bare), number
    return Measure(raw, size, count, longest, longest_at, sum(row_widths(lines)))


def _without_bullets(line: str, widths: list[int]) -> str:
    """A line without the bullets of fields and what indents it below them. `widths`:
    how wide the bullets are of those that it may stand in; afterwards, of those that
    the next line may."""
    for depth, width in enumerate(widths):
        indent = len(line) - len(line.lstrip(" "))
        if indent < width and line[indent : indent + 1] != "\t":
            del widths[depth:]
            break
        line = line[min(2, indent) :]
    if bullet := _BULLET_OF_FIELD.match(line):
        widths.append(bullet.end())
        line = line[bullet.end() :]
    return line


def _without_additions(line: str) -> str:
    if DASH in line and (bare := strip_markers(line)) != line:
        line = _DAY.sub("", bare) if "|" in bare else bare
    if line.startswith("**") and (label := _LABEL.match(line)):
        line = label[1] + line[label.end() :]
    return line


def check_size(text: str) -> None:
    """Raises Unreadable for a text with more in it than a plan may have."""
    if not text.removeprefix("\ufeff").strip():
        raise Unreadable("There’s no text yet. Choose a plan.md or paste its text.")
    measured = measure(text)
    if measured.raw > MAX_FILE_BYTES:
        raise Unreadable(TOO_MANY_BYTES)
    check_measure(measured)
    check_line(measured)


TOO_MANY_BYTES = "The text is longer than 1 MB, the limit for a plan."


def check_measure(measured: Measure) -> None:
    """Raises Unreadable for more bytes, lines or cells than a plan may have."""
    if measured.bytes > MAX_PLAN_BYTES:
        raise Unreadable(TOO_MANY_BYTES)
    if measured.lines > MAX_LINES:
        raise Unreadable(
            f"The text has {formats.number(measured.lines)} lines; a plan can have "
            f"up to {formats.number(MAX_LINES)}."
        )
    if measured.cells > MAX_CELLS:
        raise Unreadable(
            f"The tables in the text have {formats.number(measured.cells)} cells; a "
            f"plan can have up to {formats.number(MAX_CELLS)}. Split it into several "
            "plans."
        )


def check_line(measured: Measure) -> None:
    """Raises Unreadable for a line with more characters than a line may have."""
    if measured.longest > MAX_LINE_CHARACTERS:
        raise Unreadable(
            f"Line {measured.longest_at} has {formats.number(measured.longest)} "
            f"characters; a line can have up to {formats.number(MAX_LINE_CHARACTERS)}. "
            "Split it."
        )


# Stands for NUL, which PostgreSQL cannot store: the first one that a text does not use.
_NUL_MARKS = "\u2400\ufdd0\ufdd1\ufdd2"


def without_nul(text: str) -> tuple[str, str]:
    """A text that every database can hold, and the mark that stands for NUL in it."""
    if "\0" not in text:
        return text, ""
    mark = next((mark for mark in _NUL_MARKS if mark not in text), None)
    if mark is None:
        raise Unreadable("The text contains NUL characters. Remove them and try again.")
    return text.replace("\0", mark), mark


def check_items(document: Document) -> None:
    """Raises Unreadable for a document with more items than a page can show."""
    count = sum(_counts(item) for _, _, item in document.walk())
    if count > MAX_ITEMS:
        raise Unreadable(
            f"The plan has {formats.number(count)} fields, rows and list entries; "
            f"up to {formats.number(MAX_ITEMS)} can be edited together. Split it "
            "into several plans."
        )


def _counts(item: Item) -> bool:
    """The comment for older scripts is only in some forms."""
    return item.kind is not ItemKind.GUIDANCE or not is_all_generated(written(item))
