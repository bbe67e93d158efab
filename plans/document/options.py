"""The choice among directory trees that a template offers in one fence."""

from __future__ import annotations

import re
from dataclasses import dataclass

# `# [REMOVE IF UNUSED] Option 2: Web application (...)`, in any comment style.
_LABEL = re.compile(
    r"^\W*(?:\[REMOVE IF UNUSED\]\s*)?Option\s+(\d+)\s*:(.*)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Option:
    number: int
    name: str
    tree: str


def options_of(code: str) -> list[Option]:
    """The options offered in a fence; [] when there is no choice."""
    found: list[tuple[int, str, list[str]]] = []
    for line in code.split("\n"):
        label = _LABEL.match(line)
        if label:
            found.append((int(label[1]), label[2].strip(), []))
        elif found:
            found[-1][2].append(line)
    return [Option(n, name, "\n".join(tree).strip("\n")) for n, name, tree in found]
