"""Which headings name a phase of the implementation, and what follows the last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

LONGEST_CODE = 16

# `Phase 2: Build`, `✅ Phase 0`, `**Phase 1b** - Try`.
_PHASE = re.compile(
    r"""(?P<symbols>[^\w\#()\[\]{}<>"'“]*)
    (?P<section>[0-9]+(?:\.[0-9]+)*[.):]?\s+)?
    (?i:phase)\s+
    (?:(?P<number>[0-9]{1,12}(?:\.[0-9]{1,2}|[a-z](?!\w))?)(?![0-9])|(?P<letter>[A-Z])(?!\w))
    (?P<close>\**\s*(?:[:：.–—-]\**\s*)?)(?P<name>.*)""",
    re.VERBOSE | re.DOTALL,
)


def phase_of(heading: str) -> tuple[str, str] | None:
    """Code and name, for a heading such as `Phase 2: Core Implementation`.

    `3.1 Phase 1 deliverables` are no phase, nor is `Phase A of the moon`: behind a
    section's number, and with a letter, the code has to end the words.
    """
    match = _PHASE.fullmatch(heading)
    if match is None:
        return None
    ends_words = match["close"].strip("* \t") or match["name"].startswith(("(", "（"))
    must_end = match["section"] or match["letter"]
    if must_end and match["name"] and not ends_words:
        return None
    return match["number"] or match["letter"], match["name"].strip()


def with_code(heading: str, code: str) -> str:
    """The heading of a phase with another code."""
    match = _PHASE.fullmatch(heading)
    if match is None:
        return heading
    name = "number" if match["number"] else "letter"
    return heading[: match.start(name)] + code + heading[match.end(name) :]


def codes_behind(code: str, following: Sequence[str]) -> list[str]:
    """What the phases behind a new one are numbered: as many as come in turn make room
    for its code, and the others keep theirs."""
    codes = list(following)
    for index, taken in enumerate(codes):
        if taken != code or not code.isdecimal():
            break
        codes[index] = code = str(int(code) + 1)
    return codes


def next_phase(codes: Sequence[str]) -> tuple[int, str]:
    """Which of these phases is the last, and the code that follows it."""
    order = [_order(code) for code in codes]
    last = max(range(len(codes)), key=lambda index: (order[index], index))
    (is_number, number, _), code = order[last], codes[last]
    if is_number:
        return last, str(number + 1)
    return last, chr(ord(code) + 1) if code < "Z" else "AA"


def is_ascending(codes: Sequence[str]) -> bool:
    """Whether each of these phases has a higher number than the one before it."""
    order = [_order(code) for code in codes]
    return all(one < other for one, other in pairwise(order))


def _order(code: str) -> tuple[bool, int, str]:
    match = re.match(r"[0-9]+", code)
    return (True, int(match[0]), code) if match else (False, 0, code)
