"""The choice among directory trees that a template offers in one fence."""

from __future__ import annotations

import re
from dataclasses import dataclass

# `# [REMOVE IF UNUSED] Option 2: Web application (...)`, in any comment style.
_LABEL = re.compile(
    r"^\W*(?:\[REMOVE IF UNUSED\]\s*)?Option\s+(\d+)\s*:(.*)$", re.IGNORECASE
)
_UNUSED = "[REMOVE IF UNUSED]"
# A folder, or what `tree` draws: code that says "Option 1" in a comment has neither.
_IN_TREE = re.compile(r"^[\s│|`+*-]*[\w.@\[\]<>{}-]+/(?:\s|$)|[├└]", re.MULTILINE)


@dataclass(frozen=True)
class Option:
    number: int
    name: str
    tree: str


def options_of(code: str) -> list[Option]:
    """The options offered in a fence; [] when there is no choice."""
    labels: list[tuple[int, str, list[str]]] = []
    is_marked = False
    for line in code.split("\n"):
        label = _LABEL.match(line)
        if label:
            is_marked |= _UNUSED in line
            labels.append((int(label[1]), label[2].strip(), []))
        elif labels:
            labels[-1][2].append(line)
    options = [Option(n, name, "\n".join(tree).strip("\n")) for n, name, tree in labels]
    if is_marked or all(_IN_TREE.search(option.tree) for option in options):
        return options
    return []


def first_option(code: str) -> str:
    """The line with the first label in a fence that offers options."""
    return next(line for line in code.split("\n") if _LABEL.match(line))
