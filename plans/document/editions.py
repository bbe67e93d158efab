"""Editions: the rules by which a text is read, finished and divided into parts.

A version is frozen under the newest edition and keeps it for ever. So whatever later
code learns to see in a text, an old version has the same parts, Approvals lines and
digests as on the day when it was signed.
"""

from __future__ import annotations

from enum import IntEnum


class Edition(IntEnum):
    """`FIRST`: every field below a heading that mentions an approval is an Approvals
    line; finishing leaves out every comment; a part is its own text alone;
    all lines of an edited item are rewritten.

    `SECOND`: a rule between two texts makes one of them, and one above a text is its
    first line; nothing keeps a part from merging with a new neighbour.
    """

    FIRST = 1
    SECOND = 2
    THIRD = 3

    @classmethod
    def _missing_(cls, value: object) -> Edition:
        """A number that no release wrote: verifying reports it and must not fail."""
        return max(cls)


NEWEST = max(Edition)
