"""What people are called: how a name is cleaned, when two of them look alike, and how
an account is named where it must not be mistaken for another.

No database here. Letters that look alike are `disarm`'s business, which keeps Unicode's
list of confusable characters (UTS 39). Not folded: pairs of letters that look like one
(`rn` and `m`, `vv` and `w`), the digits 0 and 1 for the letters O and l, vowel signs of
scripts other than Latin, Greek and Cyrillic, and words that mean the same.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

import disarm
from django.utils.text import slugify

# Control and format characters (directions and joiners are among them), surrogates,
# private use and what is no character yet.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Letters and marks that Unicode has for filling a place, and shows as nothing.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
# Accents, as Latin, Greek and Cyrillic have them; elsewhere marks make the letter.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


def visible(text: str) -> str:
    """A name as it is stored: normalised (NFKC), on one line, nothing in it that is not
    seen."""
    kept = "".join(
        " " if char.isspace() else char
        for char in _FILLERS.sub("", normalize("NFKC", _FILLERS.sub("", text)))
        if char.isspace() or category(char) not in _UNSEEN_CATEGORIES
    )
    return " ".join(normalize("NFKC", kept).split())


def fold_name(username: str) -> str:
    """By which an account is found: accents and letters that look alike differ."""
    return normalize("NFKC", normalize("NFKC", username).casefold())


def address_of(name: str) -> str:
    """A name as a part of an address, its letters written in Latin ones; "" where it
    has neither letters nor digits."""
    return slugify(disarm.transliterate(normalize("NFC", name), errors="ignore"))


def keys(name: str) -> frozenset[str]:
    """Two names that have a key in common are taken for one another by people.

    There are two, because a capital I looks like a small l and a small i does not: the
    key of the name as it is written, and that of its small letters.
    """
    return frozenset(
        _skeleton(form) for form in (visible(name), visible(name).casefold())
    )


def account(name: str, username: str) -> str:
    """A name with whose it is, `Dana Ito (dana)`. A user name is one account's, and
    only a user name stands in round brackets."""
    if name == username:
        return username
    kinds = {"Ps": "[", "Pe": "]"}
    shown = "".join(kinds.get(category(char), char) for char in name)
    return f"{shown} ({username})"


def are_alike(name: str, other: str) -> bool:
    return not keys(name).isdisjoint(keys(other))


def _skeleton(name: str) -> str:
    bare = _ACCENTS.sub("", normalize("NFD", name))
    folded = disarm.skeleton_key(normalize("NFC", bare))
    return _ACCENTS.sub("", normalize("NFD", folded))
