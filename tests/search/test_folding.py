"""What a word is to the search, in any language and in any of Unicode's forms."""

from unicodedata import normalize

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from plans.search.folding import LONGEST_WORD, spans_of, words_of
from plans.search.queries import LONGEST_QUERY, MOST_WORDS, Query, Term, read

pytestmark = pytest.mark.once

SAME = [
    ("éclair", "Éclair"),
    ("eclair", "ÉCLAIR"),
    ("иван", "Иван"),
    ("İSTANBUL", "istanbul"),
    ("ısı", "ISI"),
    ("straße", "STRASSE"),
    ("ΟΔΟΣ", "οδός"),
    ("naïve", "naive"),
    ("Łódź", "lodz"),
    ("smørrebrød", "SMORREBROD"),
    ("ﬁnal", "final"),
    ("co\u00adoperate", "cooperate"),
    ("שָׁלוֹם", "שלום"),
    ("مُحَمَّد", "محمد"),
    ("ｆｕｌｌ", "full"),
    ("ガス", "ｶﾞｽ"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_capitals_and_accents_do_not_matter(one, other):
    assert words_of(one) == words_of(other)
    assert read(one).is_in(words_of(f"before {other} after"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-b_c.d", ["a", "b", "c", "d"]),
        ("don’t", ["don", "t"]),
        ("R-001", ["r", "001"]),
        ("会议室", ["会议", "议室", "室"]),
        ("AI会议", ["ai", "会议", "议"]),
        ("한국어", ["한국", "국어", "어"]),
        ("½ 😀 …", ["1", "2"]),
        ("かが", ["かが", "が"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize("text", ["会议", "议室", "室", "会议室", '"会议室"', "会"])
def test_a_stretch_of_a_script_without_spaces_is_found(text):
    assert read(text).is_in(words_of("在会议室里"))
    assert not read(text).is_in(words_of("在里"))


anything = st.text(st.characters(codec=None), max_size=60)
of_letters = st.text(st.characters(codec="utf-8"), max_size=40)


@given(of_letters)
@example("ᾳ ΐ ŉ ǰ 각 İ")
@example("\u1100\u1161\u11a8")
def test_the_form_of_a_text_does_not_matter(text):
    assert words_of(normalize("NFC", text)) == words_of(normalize("NFD", text))


@given(anything)
@example("a" * 1000)
@example("é" * 1000)
def test_places_are_those_of_the_words(text):
    spans = list(spans_of(text))
    assert [word for word, _, _ in spans] == words_of(text)
    for word, start, end in spans:
        assert 0 <= start < end <= len(text)
        assert 0 < len(word) <= LONGEST_WORD
        assert word.isalnum()
    starts = [start for _, start, _ in spans]
    assert starts == sorted(starts)


@given(of_letters.filter(words_of))
def test_every_text_finds_itself(text):
    query = read(text.replace('"', " "))
    assert query.is_cut or query.is_in(words_of(text))


def test_what_is_asked_is_read_into_terms():
    assert read('late "meter reading" 会议').terms == (
        Term(("late",), True),
        Term(("meter", "reading"), False),
        Term(("会议",), True),
    )
    assert read("v2.1").terms == (Term(("v2", "1"), True),)
    # Quotes of other languages, and one that is not closed yet.
    assert read("„späte Ablesung“").terms == (Term(("spate", "ablesung")),)
    assert read('"late read').terms == (Term(("late", "read"), True),)
    # One letter would be the beginning of everything.
    assert read("r").terms == (Term(("r",), False),)
    assert read("meter METER").terms == (Term(("meter",), True),)
    # Of many words, only the last one may go on.
    assert [term.is_prefix for term in read("an be ce de ef gh").terms] == [
        *[False] * 5,
        True,
    ]


@given(anything)
@example("\0" * 9)
@example('"""((NEAR(a, b) OR * : ^ {x} -y !& | <-> \\')
@example("x" * 100_000)
def test_everything_can_be_asked(text):
    query = read(text)
    assert isinstance(query, Query)
    assert len(query.text) <= LONGEST_QUERY
    words = [word for term in query.terms for word in term.words]
    assert len(words) <= MOST_WORDS
    assert all(word.isalnum() for word in words)


def test_more_than_is_read_is_told():
    assert read("word " * 200).is_cut
    assert read(" ".join(f"word{n}" for n in range(MOST_WORDS + 1))).is_cut
    assert not read("some words").is_cut
