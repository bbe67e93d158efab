"""The mark that a decision leaves behind an approver's name, and texts without it.

` — approved by Dana Okafor on 2026-11-24, version 3, sha256 1a2b3c4d5e6f`
"""

from __future__ import annotations

import re

DASH = "—"
# A name as it is written, escapes included; more would be no name.
LONGEST_NAME = 1_000

_SPACE = " \t\r\n"
# A mark never holds a second dash, so the last dash of a text opens its last mark. The
# name takes in as much as it can, for it may itself look like the end of a mark.
MARK = re.compile(
    rf"{DASH} approved by (?P<name>[^{DASH}\r\n]{{1,{LONGEST_NAME}}})"
    r" on (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}), version (?P<version>[0-9]{1,9}),"
    r" sha256 (?P<digest>[0-9a-f]{12})"
)
# No mark is longer, so nothing that is can become one.
_LONGEST = LONGEST_NAME + 100


def holds_marker(text: str) -> bool:
    return MARK.search(text) is not None


def strip_markers(text: str) -> str:
    return split_markers(text)[0]


def split_markers(text: str) -> tuple[str, list[re.Match[str]]]:
    """A text without its marks and the white space before each, and the marks in order.

    What a mark leaves behind may be one itself; those are taken out too, in one pass.
    A mark stands behind white space: one that touches a word is the word's business.
    """
    first, *parts = text.split(DASH)
    kept, markers = [first], []
    for part in parts:
        part = DASH + part
        while kept[-1].endswith(tuple(_SPACE)) and (mark := MARK.match(part)):
            markers.append(mark)
            kept[-1] = kept[-1].rstrip(_SPACE)
            part = part[mark.end() :]
            if len(kept) > 1 and len(kept[-1]) < _LONGEST:
                part = kept.pop() + part
        kept.append(part)
    return "".join(kept), markers
