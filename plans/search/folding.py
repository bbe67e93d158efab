"""What a word is to the search: the same for what is indexed and what is asked.

Capitals, accents and marks don't matter, nor in which of Unicode's forms a text is. A
script without spaces gives pairs of characters, so that every stretch of it is found.
Pure: no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import category, normalize

# Of longer words only so much is compared.
LONGEST_WORD = 64

# One word: where it begins and ends in its text.
Span = tuple[str, int, int]

# Neither letters nor digits, in ASCII; whether others are, each character says itself.
_RUN = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+")
# Syllables of Hangul are one character each, also where they are written in parts.
_CLUSTER = re.compile(
    "[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|[\uac00-\ud7a3][\u11a8-\u11ff]|.",
    re.DOTALL,
)
# Scripts in which spaces don't part words: Thai, Lao, Burmese, Khmer, kana, Chinese
# characters; and Hangul, where endings are written onto words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Marks that make another sound of a kana, as in “ga” and “ka”.
_VOICED = "\u3099\u309a"
# Letters that Unicode does not take apart, though people type them without.
_PLAIN = {
    "æ": "ae",
    "ð": "d",
    "ø": "o",
    "þ": "th",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "œ": "oe",
    "ŧ": "t",
}


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order."""
    words: list[str] = []
    for match in _RUN.finditer(text):
        words += [word for word, _, _ in _words_in(match[0])]
    return words


def spans_of(text: str) -> Iterator[Span]:
    """As `words_of`, each with its place in the text."""
    for match in _RUN.finditer(text):
        start = match.start()
        for word, begin, end in _words_in(match[0]):
            yield word, start + begin, start + end


def without_pair_ends(words: Iterable[Span]) -> list[str]:
    """The words of what is asked: without the single character that ends a stretch of
    pairs, because in a text more may follow."""
    words = list(words)
    if len(words) > 1 and is_unspaced(words[-1][0]):
        (*_, (before, _, end), (last, begin, _)) = words
        if len(before) > 1 and before[-1] == last and begin < end:
            del words[-1]
    return [word for word, _, _ in words]


def is_unspaced(word: str) -> bool:
    return bool(_UNSPACED.match(word))


def _words_in(run: str) -> Iterable[Span]:
    # What is longer hardly occurs twice.
    return _kept(run) if len(run) <= LONGEST_WORD else _split(run)


@lru_cache(maxsize=50_000)
def _kept(run: str) -> tuple[Span, ...]:
    return tuple(_split(run))


def _split(run: str) -> list[Span]:
    if run.isascii():
        return [(run.lower()[:LONGEST_WORD], 0, len(run))]
    spans: list[Span] = []
    word: list[Span] = []
    for character in [*_folded(run), (" ", 0, 0)]:
        letter = character[0]
        if word and (not letter.isalnum() or _differ(word[-1][0], letter)):
            spans += _word(word)
            word = []
        if letter.isalnum():
            word.append(character)
    return spans


def _differ(one: str, other: str) -> bool:
    return is_unspaced(one) != is_unspaced(other)


def _word(characters: list[Span]) -> Iterator[Span]:
    """One word, or the pairs of characters that stand for it."""
    if not is_unspaced(characters[0][0]):
        word = "".join(letter for letter, _, _ in characters)
        yield word[:LONGEST_WORD], characters[0][1], characters[-1][2]
        return
    for first, second in zip(characters, characters[1:], strict=False):
        yield first[0] + second[0], first[1], second[2]
    yield characters[-1]


def _folded(run: str) -> list[Span]:
    """Characters without capitals and marks. One can become several (“ß”)."""
    characters: list[Span] = []
    for match in _CLUSTER.finditer(run):
        for letter in _fold(match[0]):
            if letter in _VOICED and characters:
                base, begin, _ = characters[-1]
                voiced = normalize("NFC", base + letter)
                characters[-1] = (voiced[:1], begin, match.end())
            elif letter not in _VOICED:
                characters.append((letter, match.start(), match.end()))
        if not characters or characters[-1][2] >= match.end():
            continue
        # A mark belongs to the letter before it.
        base, begin, _ = characters[-1]
        characters[-1] = (base, begin, match.end())
    return characters


@lru_cache(maxsize=5_000)
def _fold(cluster: str) -> str:
    syllable = normalize("NFC", cluster)
    if "\uac00" <= syllable <= "\ud7a3":
        return syllable
    plain = normalize("NFKD", normalize("NFKD", cluster).casefold())
    return "".join(
        _PLAIN.get(letter, letter)
        for letter in plain
        if letter in _VOICED or not _is_silent(letter)
    )


def _is_silent(letter: str) -> bool:
    """Marks, and characters that show nothing, such as a soft hyphen."""
    kind = category(letter)
    return kind.startswith("M") or kind == "Cf"
