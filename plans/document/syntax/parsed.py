"""What an item's source says: its values, and the blanks that stand for them."""

from __future__ import annotations

from dataclasses import dataclass

from plans.document.syntax.blanks import Blank

# Stands where a text is missing and its absence would change the structure.
EMPTY = "[...]"


@dataclass
class Parsed:
    """What an item's source says. `blanks`: one for each of `values`, or None.

    Cached and shared: copy the lists before you change them.
    """

    values: list[str]
    blanks: list[Blank | None]
    label: str = ""
    done: bool = False
