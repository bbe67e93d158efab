"""Comparing: the pieces are both texts, and what did not change can be shortened."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import DiffSpan, fold_unchanged, word_diff

pytestmark = pytest.mark.once

TEXT = st.one_of(st.text(), st.text(alphabet="ab 計\r\n", max_size=40))


def joined(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(TEXT, TEXT)
def test_the_pieces_are_both_texts(before, after):
    pieces = word_diff(before, after)
    assert joined(pieces, "same", "removed") == before
    assert joined(pieces, "same", "added") == after
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(one != other for one, other in zip(kinds, kinds[1:], strict=False))


@given(TEXT)
def test_a_text_that_stays_is_one_piece(text):
    assert word_diff(text, text) == ([DiffSpan("same", text)] if text else [])


def test_tells_the_words_that_changed():
    assert word_diff("Keep the old tide gauge", "Keep a new tide gauge") == [
        DiffSpan("same", "Keep "),
        DiffSpan("removed", "the old "),
        DiffSpan("added", "a new "),
        DiffSpan("same", "tide gauge"),
    ]


def test_leaves_the_last_word_alone_when_more_is_written():
    assert word_diff("tide gauge\n\nend", "tide gauge, old\n\nend of it") == [
        DiffSpan("same", "tide "),
        DiffSpan("removed", "gauge"),
        DiffSpan("added", "gauge, old"),
        DiffSpan("same", "\n\nend"),
        DiffSpan("added", " of it"),
    ]


def test_tells_the_characters_of_a_text_without_spaces():
    assert word_diff("这个计划很好", "那个计划很好") == [
        DiffSpan("removed", "这"),
        DiffSpan("added", "那"),
        DiffSpan("same", "个计划很好"),
    ]


def test_finds_a_line_that_was_put_between_others():
    before = "- one\n- two\n- three\n"
    after = "- one\n- one and a half\n- two\n- three\n"
    assert joined(word_diff(before, after), "added") == "- one and a half\n"
    assert joined(word_diff(before, after), "removed") == ""


def test_a_long_text_without_a_change_is_an_ellipsis_beside_one():
    before = " ".join(f"word{n}" for n in range(100))
    after = before.replace("word50", "changed").replace("word99", "last")
    start, removed, added, middle, *_ = fold_unchanged(
        word_diff(before, after), context=3
    )
    assert start == DiffSpan("same", "… word47 word48 word49 ")
    assert (removed.text, added.text) == ("word50 ", "changed ")
    assert middle == DiffSpan("same", "word51 word52 word53 … word96 word97 word98 ")


@given(TEXT, TEXT, st.integers(1, 4))
def test_folding_leaves_the_changes_alone(before, after, context):
    pieces = word_diff(before, after)
    shorter = fold_unchanged(pieces, context)
    assert [p for p in shorter if p.kind != "same"] == [
        p for p in pieces if p.kind != "same"
    ]
    assert sum(len(p.text) for p in shorter) <= sum(len(p.text) for p in pieces)


def test_a_text_without_a_change_is_not_folded():
    pieces = word_diff("one " * 100, "one " * 100)
    assert fold_unchanged(pieces) == pieces


def test_takes_a_bounded_time():
    before = "a b " * 25_000
    started = time.process_time()
    word_diff(before, "b c a " * 16_000)
    assert time.process_time() - started < 5
