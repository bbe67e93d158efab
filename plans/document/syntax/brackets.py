"""Brackets in a text: every outermost [...] that is no link, footnote, tag or index."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from plans.document.syntax.spans import code_spans

# Brackets that carry meaning in spec-kit files and are never a blank.
TAGS = frozenset({"", " ", "x", "X", "P"})
# `- [X]` is a ticked box, `≥ [X]%` a placeholder.
_BULLET = re.compile(r"(?:^|\n)[ \t]*[-*+][ \t]+\Z")


@dataclass(frozen=True)
class Bracket:
    """One outermost `[...]` in a text: where it starts and ends, and what is in it."""

    start: int
    end: int
    content: str
    in_code: bool
    is_literal: bool = False

    @property
    def shown(self) -> str:
        """As it is written. A literal placeholder (`{title}`) has brackets of its own
        or none."""
        return self.content if self.is_literal else f"[{self.content}]"


def brackets(text: str) -> Iterator[Bracket]:
    """Every outermost bracket that is no link, footnote, check mark, tag or index."""
    if "[" not in text:
        return
    code = deque(code_spans(text))
    depth = start = 0
    for index, char in enumerate(text):
        if index and text[index - 1] == "\\":
            continue
        if char == "[":
            if depth == 0:
                start = index
            depth += 1
        elif char == "]" and depth:
            depth -= 1
            if depth == 0:
                content = text[start + 1 : index]
                before = text[start - 1] if start else ""
                after = text[index + 1 : index + 2]
                is_other = (
                    before.isalnum()
                    or before in {"_", "]", ")", "!"}
                    or after in {"(", "["}
                    or (content in TAGS and content != "X")
                    or (
                        content == "X"
                        and _BULLET.search(text, max(0, start - 20), start)
                    )
                    or content.startswith("^")
                )
                if not is_other:
                    while code and code[0][1] <= start:
                        code.popleft()
                    in_code = bool(code) and code[0][0] <= start
                    yield Bracket(start, index + 1, content, in_code)
