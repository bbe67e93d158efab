"""The ticks of the Definition of Done, which belong to Launch Approval alone.

The launch needs that list ticked, and ticking it changes the text. So for everybody
else a text is compared without these ticks.
"""

from __future__ import annotations

import re
from dataclasses import replace

from plans.document.editions import NEWEST, Edition
from plans.document.model import Check, Document
from plans.document.reader import read
from plans.document.syntax.items import written
from plans.document.writer import chunks

DEFINITION_OF_DONE = re.compile("Definition of Done", re.IGNORECASE)


def split_done_ticks(
    text: str, edition: Edition = NEWEST, document: Document | None = None
) -> tuple[str, list[bool]]:
    """The text with every check of a Definition of Done unticked, else as it is; and
    for each of these checks, in order, whether it is ticked. `document`: what was read
    of this text under this edition, if it was."""
    if not DEFINITION_OF_DONE.search(text):
        return text, []
    document = document or read(text, edition)
    checks = {
        id(check): check
        for section in document.sections
        if DEFINITION_OF_DONE.search(section.heading)
        for check in section.walk()
        if isinstance(check, Check)
    }
    bom = "\ufeff" if document.bom else ""
    unticked = bom + "".join(
        _unticked(checks.get(id(piece.part)), piece.text) + piece.tail
        for piece in chunks(document)
    )
    return unticked, [check.done for check in checks.values()]


def _unticked(check: Check | None, text: str) -> str:
    return written(replace(check, done=False)) if check and check.done else text
