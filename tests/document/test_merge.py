"""Merging: both people's words are in a clean result, and no clash goes unseen."""

import time
from difflib import SequenceMatcher

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plans.document.diff.merge import merge
from plans.document.diff.tokens import _LongestMatch, common_runs, tokenize

pytestmark = pytest.mark.once

SPACES = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\t"])
# Few words, so that they repeat: what a comparison can take for another place.
REPEATING = st.lists(
    st.tuples(st.sampled_from(["a", "b", "the", "計", "画"]), SPACES), max_size=25
)
ANY = st.one_of(
    st.text(),
    st.text(alphabet="ab \n", max_size=20),
    REPEATING.map(lambda pairs: "".join(map("".join, pairs))),
)


def joined(pairs):
    return "".join(word + space for word, space in pairs)


@st.composite
def edited(draw, pairs, mark):
    """The words with some taken out, and with new ones that begin with `mark`."""
    result = []
    for number in range(len(pairs) + 1):
        if draw(st.integers(0, 5)) == 0:
            result.append((f"{mark}{number}", draw(SPACES)))
        if number < len(pairs) and draw(st.integers(0, 5)) != 0:
            result.append(pairs[number])
    return result


@st.composite
def three(draw, words):
    base = draw(words)
    return base, draw(edited(base, "mine")), draw(edited(base, "theirs"))


NUMBERED = st.lists(SPACES, max_size=25).map(
    lambda spaces: [(f"word{number}", space) for number, space in enumerate(spaces)]
)


def in_words(text):
    return {word.strip() for word in tokenize(text) if word.strip()}


@given(ANY, ANY)
def test_takes_the_only_change(base, new):
    assert merge(base, new, base) == merge(base, base, new) == merge(base, new, new)
    assert merge(base, new, base).text == new
    assert merge(base, new, base).is_clean


@given(ANY, ANY, ANY)
def test_leaves_theirs_as_it_is_when_not_clean(base, mine, theirs):
    merged = merge(base, mine, theirs)
    assert merged.is_clean or merged.text == theirs


@given(ANY, ANY, ANY)
def test_does_not_care_who_saved_first(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.is_clean == other.is_clean
    assert not one.is_clean or one.text == other.text


@given(three(NUMBERED))
def test_has_every_new_word_and_none_that_either_took_out(texts):
    base, mine, theirs = map(joined, texts)
    merged = merge(base, mine, theirs)
    assume(merged.is_clean)
    kept = in_words(mine) & in_words(theirs)
    new = (in_words(mine) | in_words(theirs)) - in_words(base)
    assert in_words(merged.text) == kept | new


@given(three(REPEATING))
def test_has_every_new_word_among_words_that_repeat(texts):
    base, mine, theirs = map(joined, texts)
    merged = merge(base, mine, theirs)
    assume(merged.is_clean)
    new = (in_words(mine) | in_words(theirs)) - in_words(base)
    assert new <= in_words(merged.text)


@given(
    st.lists(st.tuples(st.sampled_from(["keep", "mine", "theirs"]), SPACES)),
    st.sampled_from(["", "new"]),
)
def test_merges_changes_with_an_untouched_word_between_them(plan, new):
    """`new` is what a word becomes: another, or nothing at all."""
    base, mine, theirs, both = [], [], [], []
    for number, (who, space) in enumerate(plan):
        old = f"word{number}{space}"
        changed = f"{new}{number}{space}" if new else ""
        still = f"between{number} "
        base += [old, still]
        mine += [changed if who == "mine" else old, still]
        theirs += [changed if who == "theirs" else old, still]
        both += [old if who == "keep" else changed, still]
    merged = merge(*map("".join, (base, mine, theirs)))
    assert merged.is_clean
    assert merged.text == "".join(both)


@given(REPEATING.filter(bool), st.data())
def test_reports_a_word_that_both_changed(pairs, data):
    """Whatever stands around it, and however often the word is there."""
    at = data.draw(st.integers(0, len(pairs) - 1))
    texts = [list(pairs), list(pairs), list(pairs)]
    for text, word in zip(texts[1:], ("mine", "theirs"), strict=True):
        text[at] = (word, pairs[at][1])
    assert not merge(*map(joined, texts)).is_clean


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("one two three", "ONE two three", "one two THREE", "ONE two THREE"),
        ("one two three", "two three", "one two THREE", "two THREE"),
        ("one two", "one two three", "zero one two", "zero one two three"),
        ("a\n- b", "A\n- b", "a\n- b\n- c", "A\n- b\n- c"),
        ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"),
        ("a\n\nb", "a\n\nb\n", "A\n\nb", "A\n\nb\n"),
        ("这个计划很好", "那个计划很好", "这个计划不好", "那个计划不好"),
        (
            "一つの計画です。",
            "一つの新しい計画です。",
            "一つの計画だ。",
            "一つの新しい計画だ。",
        ),
        ("one two", "one same two", "one same two", "one same two"),
        ("x y one two", "X y one same two", "x y one same two", "X y one same two"),
    ],
)
def test_merges(base, mine, theirs, merged):
    assert merge(base, mine, theirs).text == merged
    assert merge(base, mine, theirs).is_clean


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("one two", "ONE two", "Eins two"),
        ("one two", "two", "Eins two"),
        ("one two three", "one TWO three", "one two THREE"),
        ("", "Python", "Django"),
        ("one two", "one mine two", "one theirs two"),
        ("- a\n", "- a\n- mine\n", "- a\n- theirs\n"),
        ("好", "不", "很"),
    ],
)
def test_is_not_clean(base, mine, theirs):
    assert merge(base, mine, theirs).text == theirs
    assert not merge(base, mine, theirs).is_clean


@given(ANY)
def test_words_joined_are_the_text(text):
    assert "".join(tokenize(text)) == text


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_matches_are_equal_words_in_order(before, after):
    at, at_after = 0, 0
    for start, start_after, size in common_runs(before, after):
        assert size and start >= at and start_after >= at_after
        at, at_after = start + size, start_after + size
        assert before[start:at] == after[start_after:at_after]
    assert at <= len(before) and at_after <= len(after)


@given(
    st.lists(st.sampled_from("aab"), max_size=30),
    st.lists(st.sampled_from("aabc"), max_size=30),
    st.data(),
)
def test_the_longest_match_by_groups_is_difflib_s(before, after, data):
    low, high, after_low, after_high = (
        bound
        for words in (before, after)
        for places in [st.integers(0, len(words))]
        for bound in sorted((data.draw(places), data.draw(places)))
    )
    match = _LongestMatch(before, after, (4, 2, 1)).find(
        low, high, after_low, after_high
    )
    whole = SequenceMatcher(None, before, after, autojunk=False)
    assert match == whole.find_longest_match(low, high, after_low, after_high)


def test_takes_no_longer_for_words_that_repeat():
    """With difflib alone this takes ten seconds on a fast machine."""
    repeated = ["a"] * 540
    mine = [word for n in range(540) for word in ("a", f"mine{n}")]
    theirs = [word for n in range(540) for word in (f"theirs{n}", "a")]
    texts = [" ".join(["x", *words, "y"]) for words in (repeated, mine, theirs)]
    started = time.process_time()
    merge(*texts)
    assert time.process_time() - started < 2


def test_takes_no_longer_for_a_hundred_thousand_characters():
    base = "的一是不" * 25_000
    mine, theirs = "我" + base[::3] + base[1::2], base[::2] + "们" + base[5::3]
    started = time.process_time()
    assert not merge(base, mine[:100_000], theirs[:100_000]).is_clean
    assert time.process_time() - started < 5
