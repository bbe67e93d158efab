"""Passages: Markdown that people write freely, kept from breaking out of its place.

A passage may hold lists, tables, fences, quotations. What it may not do is start a
section (a heading), end one (a rule as its last line), or swallow what follows it (a
fence or an HTML comment without an end); such a line gets a backslash and shows as the
text that was typed.
"""

from __future__ import annotations

import re

from markdown_it.token import Token

from plans.document.syntax.escaping import escape_blank, unescape_blank
from plans.document.syntax.parsing import block_tokens, fence_ends

# The lines that may need the backslash. A line that already has it gets one more, so
# that reading takes away exactly what writing added.
_RISKY = re.compile(
    r"""^\ {0,3}(\\*)(?:
      \#{1,6}(?=[ \t]|$)
    | =+[ \t]*$ | -+[ \t]*$ | (?:[-_*][ \t]*){3,}$
    | `{3,} | ~{3,}
    | <(?:!--|!\[CDATA\[|![A-Za-z]|\?|/?(?:script|pre|style|textarea)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_HTML_ENDS = (
    (re.compile(r"^\s*<(script|pre|style|textarea)\b", re.IGNORECASE),
     re.compile(r"</(script|pre|style|textarea)>", re.IGNORECASE)),
    (re.compile(r"^\s*<!--"), re.compile(r"-->")),
    (re.compile(r"^\s*<\?"), re.compile(r"\?>")),
    (re.compile(r"^\s*<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"^\s*<![A-Za-z]"), re.compile(r">")),
)  # fmt: skip
_FENCE = re.compile(r"`{3,}|~{3,}")
_ATTEMPTS = 20


def escape_passage(text: str) -> str:
    """A cleaned passage as it stands in the file, read back by `unescape_passage`."""
    lines = escape_blank(text).split("\n")
    original = list(lines)
    for attempt in range(_ATTEMPTS):
        offending = _offending(lines)
        if not offending:
            break
        if attempt >= _ATTEMPTS // 2:
            # What has no end hides what follows it: not one more parse for each.
            following = range(max(offending), len(lines))
            offending |= {n for n in following if _RISKY.match(original[n])}
        for number in offending:
            lines[number] = _prefixed(original[number])
    fenced = _fenced(lines)
    for number, line in enumerate(original):
        match = _RISKY.match(line)
        if match and match[1] and number not in fenced:
            lines[number] = _prefixed(line)
    return "\n".join(lines)


def unescape_passage(text: str) -> str:
    lines = text.split("\n")
    fenced = _fenced(lines) if "\\" in text else frozenset()
    for number, line in enumerate(lines):
        match = _RISKY.match(line)
        if match and match[1] and number not in fenced:
            lines[number] = line[: match.start(1)] + line[match.start(1) + 1 :]
    return unescape_blank("\n".join(lines))


def is_open(text: str) -> bool:
    """Whether a passage as it is written would swallow what follows it."""
    lines = text.split("\n")
    if not any(opening.match(line) for opening, _ in _HTML_ENDS for line in lines):
        return False
    return any(_has_no_end(token, lines) for token in _outer_blocks(lines))


def ends_in_rule(text: str) -> bool:
    """Whether a passage's last line is a rule: one that nothing but a heading makes
    the end of its section."""
    last = _outer_blocks(text.split("\n"))[-1:]
    return bool(last) and last[0].type == "hr"


def with_fence_closed(text: str) -> str:
    """The text of a list's part, whose open fence would take in what follows it."""
    lines = text.split("\n")
    for token in block_tokens(text) if _FENCE.search(text) else ():
        start, end = token.map or (0, 0)
        if token.type != "fence" or end < len(lines):
            continue
        opening = _FENCE.search(lines[start])
        if opening is None or ">" in lines[start][: opening.start()]:
            continue  # the end of a quotation ends its fence
        inner = [lines[start][opening.start() :], *(line.lstrip() for line in lines)]
        if not fence_ends([inner[0], *inner[start + 2 :]]):
            return f"{text}\n{' ' * opening.start()}{opening[0]}"
    return text


def _prefixed(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return f"{line[:indent]}\\{line[indent:]}"


def _offending(lines: list[str]) -> set[int]:
    """Numbers of the lines that start a section or a block without an end."""
    numbers: set[int] = set()
    outer = _outer_blocks(lines)
    for token in outer:
        start, end = token.map or (0, 0)
        if token.type == "front_matter" or (token.type == "hr" and token is outer[-1]):
            numbers.add(start)
        elif token.type == "heading_open":
            # An underlined heading is undone at its underline.
            numbers.add(start if token.markup.startswith("#") else end - 1)
        elif _has_no_end(token, lines):
            numbers.add(start)
    return numbers


def _outer_blocks(lines: list[str]) -> list[Token]:
    return [t for t in block_tokens("\n".join(lines)) if t.map and not t.level]


def _has_no_end(token: Token, lines: list[str]) -> bool:
    own = lines[slice(*(token.map or (0, 0)))]
    if token.type == "fence":
        return not fence_ends(own)
    return token.type == "html_block" and not _html_ends(own)


def _html_ends(lines: list[str]) -> bool:
    for opening, ending in _HTML_ENDS:
        if opening.match(lines[0]):
            return bool(ending.search("\n".join(lines)))
    return True


def _fenced(lines: list[str]) -> frozenset[int]:
    """Numbers of the lines inside fences and indented code: shown as they are."""
    return frozenset(
        number
        for token in block_tokens("\n".join(lines))
        if token.type in ("fence", "code_block") and token.map
        for number in range(*token.map)
    )
