"""Any text within the limits is read, checked, compared and shown in a time that grows
with its length, and with nothing else.

Short pieces, repeated, are what makes a rule look at the same characters again and
again. The bounds are generous, for the machine may be busy; what they look for took
minutes.
"""

import time
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.content.limits import (
    MAX_ITEMS,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    Unreadable,
    check_items,
    check_size,
)
from plans.models import Item
from plans.page import items as page_items
from tests import fuzz
from tests.effort import examples

pytestmark = [pytest.mark.once, pytest.mark.slow]

LENGTH = 60_000
PIECES = [
    "://", "![", "&", "[a](", "[", "<", "*a ", "a*", "_a", "**a", "~a", "a@b.c ", "`",
    "[^", "a b ", "- ", "> ", ">- ", "1) ", "  -", "|a", "<!--", "<b>", "<a b='", "](",
    "http://a.b ", "www.a", "[a]: b\n", "- a\n", "# a\n", "| a | b |\n", "a\n",
]  # fmt: skip
SHAPES = [MAX_LINE_CHARACTERS, 300]
pieces = st.one_of(
    st.sampled_from(PIECES),
    st.lists(st.sampled_from([*PIECES, *fuzz.PARTS]), min_size=1, max_size=3).map(
        "".join
    ),
    st.text("![]()<>&*_~`:/@#|-+.\\\"'=a1 \n", min_size=1, max_size=4),
).filter(bool)


def repeated(piece: str, line: int, length: int = LENGTH) -> str:
    """A text of one piece, in lines of a length, within the limits."""
    if "\n" not in piece:
        piece = piece * max(1, (line - 1) // len(piece)) + "\n"
    text = (piece * (length // len(piece) + 1))[:length]
    return "".join(text.splitlines(keepends=True)[:MAX_LINES])


def assert_takes_no_longer(text, law):
    """Than a time for each character and each line."""
    started = time.process_time()
    law(text)
    spent = time.process_time() - started
    assert spent < 0.5 + len(text) / 125_000 + text.count("\n") / 1_000


@settings(max_examples=examples(12), suppress_health_check=list(HealthCheck))
@given(pieces, st.sampled_from(SHAPES))
@example("://", MAX_LINE_CHARACTERS)
@example("![", MAX_LINE_CHARACTERS)
@example("&", MAX_LINE_CHARACTERS)
@example("[a](", MAX_LINE_CHARACTERS)
def test_any_text_is_shown_in_a_time_that_its_length_says(piece, line):
    assert_takes_no_longer(repeated(piece, line), fuzz.is_shown)


@settings(max_examples=examples(8), suppress_health_check=list(HealthCheck))
@given(
    pieces,
    st.sampled_from(SHAPES),
    st.sampled_from(
        [fuzz.keeps_every_character, fuzz.is_checked, fuzz.is_compared, fuzz.is_merged]
    ),
)
@example("1) ", MAX_LINE_CHARACTERS, fuzz.is_checked)
@example("1) ", MAX_LINE_CHARACTERS, fuzz.is_compared)
@example("- ", 300, fuzz.is_compared)
def test_any_text_is_read_checked_and_compared_in_time(piece, line, law):
    text = repeated(piece, line, LENGTH // 3)
    try:
        check_size(text)
        check_items(doc.read(text))
    except Unreadable:
        return
    assert_takes_no_longer(text, law)


# --- How it grows: the same text, four times as long ---------------------------------

# Squared is 16. The difference leaves room for whatever else the processor does.
MOST_GROWTH = 11
LONG = 120_000
# Seconds for a long text below which nothing is asked: what is squared and stays below
# takes seconds for the longest plan.
UNNOTICED = 0.25
LAWS = [
    fuzz.keeps_every_character,
    fuzz.is_checked,
    fuzz.is_compared,
    fuzz.is_merged,
    fuzz.is_shown,
]


def has_views(text):
    """What a page shows of each item; no row of the database is asked for more."""
    rows = defaultdict(Item)
    for section, block, item in doc.read(text).walk():
        rows[0] = Item(kind=item.kind)
        columns = doc.columns_of(block) if block.items[0] is item else []
        page_items.item_view(item, block, rows, columns, heading=section.heading)


def readable(text, length):
    """The start of a text, within a share of the limits that is that of the length."""
    share = length / LONG
    lines = text[:length].splitlines(keepends=True)[: int(MAX_LINES * share)]
    start = "".join(lines)
    check_size(start)
    count = sum(1 for _ in doc.read(start).walk())
    most = int(MAX_ITEMS * share)
    return start if count <= most else start[: len(start) * most // count]


def seconds(law, text):
    """Of the processor."""
    started = time.process_time()
    law(text)
    return time.process_time() - started


def assert_grows_with_length(piece, line, law):
    whole = repeated(piece, line, LONG)
    try:
        short, long = readable(whole, LONG // 4), readable(whole, LONG)
    except Unreadable:
        return
    most = MOST_GROWTH / 4 * len(long) / len(short)
    at_long, at_short = seconds(law, long), seconds(law, short)
    # The tries in which least else was going on: what is squared stays so in all.
    for _ in range(4):
        if at_long < UNNOTICED or at_long <= most * at_short:
            return
        at_long = min(at_long, seconds(law, long))
        at_short = min(at_short, seconds(law, short))
    raise AssertionError(f"{at_short:.2f} s, {at_long:.2f} s")


@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck))
@given(pieces, st.sampled_from([*SHAPES, 20]), st.sampled_from([*LAWS, has_views]))
@example("<!--", MAX_LINE_CHARACTERS, fuzz.is_checked)
@example("> - ", 300, fuzz.keeps_every_character)
@example("a\n- - -", 20, fuzz.is_compared)
def test_time_grows_with_length(piece, line, law):
    assert_grows_with_length(piece, line, law)


def test_what_is_squared_is_noticed():
    def squared(text):
        sum(1 for _ in range(len(text) ** 2 // 1_000))

    with pytest.raises(AssertionError, match=r"\d s, \d"):
        assert_grows_with_length("a b ", 300, squared)
