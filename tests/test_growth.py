"""Any text within the limits is read, checked, compared and shown in a time that grows
with its length, and with nothing else.

Short pieces, repeated, are what makes a rule look at the same characters again and
again. The bounds are generous, for the machine may be busy; what they look for took
minutes.
"""

import time

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.content.limits import (
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    Unreadable,
    check_items,
    check_size,
)
from tests import fuzz

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


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces, st.sampled_from(SHAPES))
@example("://", MAX_LINE_CHARACTERS)
@example("![", MAX_LINE_CHARACTERS)
@example("&", MAX_LINE_CHARACTERS)
@example("[a](", MAX_LINE_CHARACTERS)
def test_any_text_is_shown_in_a_time_that_its_length_says(piece, line):
    assert_takes_no_longer(repeated(piece, line), fuzz.is_shown)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
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
