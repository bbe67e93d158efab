"""How much is taken in, and the sentences for what is not."""

from __future__ import annotations

from plans.document import Document
from plans.document.parsing import row_widths, split_lines

MAX_FILE_BYTES = 1_000_000
MAX_LINES = 6_000
MAX_LINE_CHARACTERS = 20_000
MAX_ITEMS = 5_000
MAX_CELLS = 20_000
MAX_VALUE_CHARACTERS = 100_000
MAX_COMMENT_CHARACTERS = 5_000
COMMENT_TOO_LONG = f"A comment may have up to {MAX_COMMENT_CHARACTERS:,} characters."


class Unreadable(Exception):
    """A text that cannot become a plan. The message is a sentence that says why."""


def decode(data: bytes) -> str:
    """A file's text, exactly: BOM and line ends stay. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("The file is empty. Choose a plan.md with text in it.")
    check_bytes(len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # Windows' "Unicode"
        raise Unreadable("The file is UTF-16. Save it as UTF-8 and try again.")
    # One stray NUL is a slip that real files have; many are a file of another kind.
    is_binary = data.count(b"\0") > len(data) // 1000 + 1
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b")) or is_binary:
        raise Unreadable("The file is no text. Choose a Markdown file (plan.md).")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"The file is not UTF-8: line {line} holds a byte that cannot be read. "
            "Save it as UTF-8 and try again."
        ) from None
    check_size(text)
    return text


def check_bytes(count: int) -> None:
    """Raises Unreadable for more bytes than a plan may have."""
    if count > MAX_FILE_BYTES:
        raise Unreadable(
            f"The file has {count / 1e6:.1f} MB; a plan may have up to "
            f"{MAX_FILE_BYTES // 1_000_000} MB. Split it, or leave out what it embeds."
        )


def check_size(text: str) -> None:
    """Raises Unreadable for a text with more lines than a request can read."""
    if not text.removeprefix("\ufeff").strip():
        raise Unreadable("There is no text yet. Paste or choose a plan.md.")
    if len(text.encode("utf-8", "replace")) > MAX_FILE_BYTES:
        raise Unreadable("The text is longer than 1 MB, the most that a plan may have.")
    lines = split_lines(text)
    if len(lines) > MAX_LINES:
        raise Unreadable(
            f"The text has {len(lines):,} lines; a plan may have up to {MAX_LINES:,}."
        )
    longest = max(lines, key=len)
    if len(longest) > MAX_LINE_CHARACTERS:
        raise Unreadable(
            f"Line {lines.index(longest) + 1} has {len(longest):,} characters; a line "
            f"may have up to {MAX_LINE_CHARACTERS:,}. Break it into several."
        )
    if (cells := sum(row_widths(lines))) > MAX_CELLS:
        raise Unreadable(
            f"The tables of the text have {cells:,} cells; a plan may have up to "
            f"{MAX_CELLS:,}. Split it into several plans."
        )


# Stands for NUL, which PostgreSQL cannot store: the first one that a text does not use.
_NUL_MARKS = "\u2400\ufdd0\ufdd1\ufdd2"


def without_nul(text: str) -> tuple[str, str]:
    """A text that every database can hold, and the mark that stands for NUL in it."""
    if "\0" not in text:
        return text, ""
    mark = next((mark for mark in _NUL_MARKS if mark not in text), None)
    if mark is None:
        raise Unreadable("The text holds NUL characters. Remove them and try again.")
    return text.replace("\0", mark), mark


def check_items(document: Document) -> None:
    """Raises Unreadable for a document with more items than a page can show."""
    count = sum(1 for _ in document.walk())
    if count > MAX_ITEMS:
        raise Unreadable(
            f"The plan has {count:,} fields, rows and list entries; "
            f"up to {MAX_ITEMS:,} can be edited together. Split it into several plans."
        )
