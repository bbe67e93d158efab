"""Values of a plan as the short plain texts that a picture has room for."""

from __future__ import annotations

from functools import lru_cache

from django.utils.text import Truncator

from plans import document as doc
from plans.markdown.rendering import plain_text

# More of a value is not read: a picture shows its beginning.
_READ = 1_000
_NOTHING = {"", "-", "–", "—", "n/a", "none", "none.", "no", "tbd", "?"}


def short_text(value: str, length: int) -> str:
    """What a value says, in one line; "" while it is blank or an open question."""
    if not value or doc.is_question(value):
        return ""
    return _short_text(value[:_READ], length)


@lru_cache(maxsize=5_000)
def _short_text(value: str, length: int) -> str:
    words = " ".join(plain_text(value).split())
    return Truncator(words).chars(length)


def is_given(text: str) -> bool:
    """Whether a value names something, and does not say that there is nothing."""
    return text.casefold() not in _NOTHING
