"""Names of users: cleaning them, comparing lookalikes, and naming an account without
ambiguity.

No database here. `disarm` folds confusable characters by Unicode's list (UTS 39). Not
folded: pairs of letters that look like one (`rn` and `m`, `vv` and `w`), the digits 0
and 1 for the letters O and l, vowel signs of scripts other than Latin, Greek and
Cyrillic, and words with the same meaning.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

import disarm
from django.utils.text import slugify

# Control and format characters (including directions and joiners), surrogates, private
# use and unassigned characters.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Letters and marks that serve as fillers and are rendered as nothing.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
# Accents of Latin, Greek and Cyrillic; in other scripts marks are part of the letter.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


def visible(text: str) -> str:
    """A name as stored: normalised (NFKC), on one line, no invisible characters."""
    visible_text = "".join(
        " " if char.isspace() else char
        for char in _FILLERS.sub("", normalize("NFKC", _FILLERS.sub("", text)))
        if char.isspace() or category(char) not in _INVISIBLE_CATEGORIES
    )
    return " ".join(normalize("NFKC", visible_text).split())


def fold_name(username: str) -> str:
    """The key to find an account by; accents and lookalike letters stay distinct."""
    return normalize("NFKC", normalize("NFKC", username).casefold())


def address_of(name: str) -> str:
    """A name as part of a URL, transliterated to Latin letters; "" if it has neither
    letters nor digits."""
    return slugify(disarm.transliterate(normalize("NFC", name), errors="ignore"))


def keys(name: str) -> frozenset[str]:
    """People mistake two names for one another if these have a key in common.

    A name has two keys, as written and in lower case, because a capital I looks like a
    small l and a small i does not.
    """
    return frozenset(
        _skeleton(form) for form in (visible(name), visible(name).casefold())
    )


def account(name: str, username: str) -> str:
    """A name with the username, `Dana Ito (dana)`. Usernames are unique, and only they
    appear in parentheses."""
    if name == username:
        return username
    kinds = {"Ps": "[", "Pe": "]"}
    shown = "".join(kinds.get(category(char), char) for char in name)
    return f"{shown} ({username})"


def _skeleton(name: str) -> str:
    bare = _ACCENTS.sub("", normalize("NFD", name))
    folded = disarm.skeleton_key(normalize("NFC", bare))
    return _ACCENTS.sub("", normalize("NFD", folded))
