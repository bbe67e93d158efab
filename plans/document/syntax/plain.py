"""Values that are words and nothing else, as most of what people type into a field."""

from __future__ import annotations

import re

from plans.document.syntax.escaping import escape_blank
from plans.document.syntax.questions import QUESTION_WORDS

# Latin letters: others may be written from right to left.
_LETTER = r"[A-Za-zÀ-ÖØ-öø-ɏ]"
_WORDS = re.compile(
    rf"{_LETTER}(?:{_LETTER}|[0-9,.'’()/%–—-]| (?! ))*(?<! )",
)
# What GitHub makes a link of.
_LINK = re.compile(r"www\.", re.IGNORECASE)
_LONGEST = 1_000


def is_plain(text: str) -> bool:
    """Whether a text on one line says nothing in Markdown but its words: written behind
    a label or a check mark it needs no escape, and is read and shown as it is.

    A shortcut for every save, of which tests say that it never takes what would be
    treated otherwise; what it does not know is looked at in full.
    """
    return (
        len(text) <= _LONGEST
        and _WORDS.fullmatch(text) is not None
        and not _LINK.search(text)
        and QUESTION_WORDS not in text
        and escape_blank(text) == text  # no offer, such as High/Med/Low
    )
