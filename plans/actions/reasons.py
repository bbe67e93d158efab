"""Why somebody did something, in their own words."""

from __future__ import annotations

from plans import formats
from plans.content import limits
from plans.errors import Refused


def sound_reason(text: str) -> str:
    """The reason as it is stored. Raises Refused with what is wrong with it."""
    text = text.replace("\r\n", "\n").strip()  # browsers rewrite line ends
    if "\0" in text:
        raise Refused("The reason contains NUL characters. Remove them and try again.")
    if len(text) > limits.MAX_REASON_CHARACTERS:
        raise Refused(
            f"A reason can have up to {formats.number(limits.MAX_REASON_CHARACTERS)} "
            "characters; "
            f"this one has {formats.number(len(text))}. Shorten it, or write a comment."
        )
    return text
