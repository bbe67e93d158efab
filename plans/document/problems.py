"""Problems: what check reports, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plans.document.model import (
    Block,
    Item,
    Section,
)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is in the way (error) or worth a look (warning).

    `line` counts from 1 in the document as `write` gives it. `message` is a sentence
    for the person who can mend it.
    """

    code: str
    message: str
    section: Section
    block: Block | None
    item: Item | None
    line: int
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR
