"""What a person asks for, read into terms. Every text can be asked for: what is no word
is left out, so nothing of it reaches a database's own query language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from plans.search.folding import is_unspaced, spans_of, without_pair_ends

# More of a question is not read.
LONGEST_QUERY = 200
MOST_WORDS = 16
# Of more words than these, only the last one may go on.
MOST_THAT_GO_ON = 5

# A phrase in quotes of any kind, or what stands between spaces. A quote that is not
# closed yet goes to the end.
_PART = re.compile(r"""["“”„«»](?P<phrase>[^"“”„«»]*)(?P<end>["“”„«»]?)|[^\s"“”„«»]+""")


@dataclass(frozen=True)
class Term:
    """Words that follow each other; of a `prefix`, the last one may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def places(self, words: Sequence[str]) -> Iterator[int]:
        """Where it begins among the words of a text."""
        *first, last = self.words
        length = len(self.words)
        for at in range(len(words) - length + 1):
            end = words[at + length - 1]
            fits = end.startswith(last) if self.is_prefix else end == last
            if fits and list(words[at : at + length - 1]) == first:
                yield at

    def is_in(self, words: Sequence[str]) -> bool:
        return any(True for _ in self.places(words))

    @property
    def exact(self) -> Term:
        return Term(self.words)


@dataclass(frozen=True)
class Query:
    """What must be in a text, in any order. `text`: as it was asked. `is_cut`: whether
    there was more than is read."""

    text: str
    terms: tuple[Term, ...]
    is_cut: bool = False

    def is_in(self, words: Sequence[str]) -> bool:
        return bool(self.terms) and all(term.is_in(words) for term in self.terms)

    @property
    def exact(self) -> tuple[Term, ...]:
        return tuple(term.exact for term in self.terms)

    @property
    def as_typed(self) -> tuple[Term, ...]:
        """All words as they are but the last, which may be typed on."""
        *before, last = self.terms
        return (*(term.exact for term in before), last)

    @cached_property
    def phrase(self) -> Term:
        """All of it as one phrase."""
        (phrase,) = as_phrase(self.terms)
        return phrase


def as_phrase(terms: Sequence[Term]) -> tuple[Term]:
    words = tuple(word for term in terms for word in term.words)
    return (Term(words, terms[-1].is_prefix),)


def read(text: str) -> Query:
    """`meter "late readings"`: words, which may go on, and phrases, in any order."""
    one_line = " ".join(text[: LONGEST_QUERY * 2].replace("\0", " ").split())
    kept = one_line[:LONGEST_QUERY]
    terms: list[Term] = []
    is_cut = len(text) > len(kept) + LONGEST_QUERY or len(one_line) > len(kept)
    room = MOST_WORDS
    for match in _PART.finditer(kept):
        phrase = match["phrase"]
        is_closed = phrase is not None and bool(match["end"])
        words = without_pair_ends(spans_of(match[0] if phrase is None else phrase))
        is_cut = is_cut or len(words) > room
        words = words[:room]
        room -= len(words)
        if words:
            term = Term(tuple(words), not is_closed and _may_go_on(words))
            if term not in terms:
                terms.append(term)
    if len(terms) > MOST_THAT_GO_ON:
        terms = [*(term.exact for term in terms[:-1]), terms[-1]]
    return Query(kept, tuple(terms), is_cut)


def _may_go_on(words: Sequence[str]) -> bool:
    """One letter alone would be the beginning of nearly everything."""
    return len(words) > 1 or len(words[0]) > 1 or is_unspaced(words[0])
