"""That what is escaped when written is unescaped when read, whatever was typed."""

import re

import pytest
from hypothesis import example, given

from plans.document.syntax.blanks import blank_of
from plans.document.syntax.escaping import (
    clean_cell,
    clean_code,
    clean_label,
    clean_line,
    clean_passage,
    clean_text,
    clean_value,
    escape_cell,
    escape_heading,
    escape_line,
    escape_value,
    unescape_cell,
    unescape_heading,
    unescape_line,
    unescape_value,
)
from plans.document.syntax.passages import escape_passage, unescape_passage
from tests.document.texts import HOSTILE, values

pytestmark = pytest.mark.once

CLEANERS = [
    clean_cell,
    clean_code,
    clean_label,
    clean_line,
    clean_passage,
    clean_text,
    clean_value,
]


@pytest.mark.parametrize("cleaned", CLEANERS, ids=lambda f: f.__name__)
def test_what_is_clean_stays(cleaned):
    for value in HOSTILE:
        assert cleaned(cleaned(value)) == cleaned(value)


@given(values)
def test_whatever_is_clean_stays(value):
    for cleaned in CLEANERS:
        assert cleaned(cleaned(value)) == cleaned(value)


@given(values)
def test_a_value_comes_back_wherever_it_stands(value):
    value = clean_value(value)
    for after in ("bullet", "mark", "label"):
        assert unescape_value(escape_value(value, after=after), after=after) == value


@given(values)
def test_a_line_comes_back(value):
    for line in clean_text(value).split("\n"):
        assert unescape_line(escape_line(line)) == line


@given(values)
def test_a_cell_comes_back_and_stays_one_line_without_a_bare_pipe(value):
    value = clean_cell(value)
    written = escape_cell(value)
    assert unescape_cell(written) == value
    assert "\n" not in written
    assert "|" not in written.replace("\\|", "")


@given(values)
def test_a_heading_comes_back(value):
    heading = clean_line(value)
    assert unescape_heading(escape_heading(heading)) == heading


@given(values)
def test_a_passage_comes_back(value):
    passage = clean_passage(value)
    assert unescape_passage(escape_passage(passage)) == passage


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b\x0bc\x85d", "a\nb\nc\nd"),
        ("a\0b\x07c\ufeffd", "abcd"),
        ("\ud800", "\ufffd"),
        ("tab\tstays", "tab\tstays"),
    ],
    ids=ascii,
)
def test_a_text_has_one_kind_of_line_end_and_no_control_characters(typed, clean):
    assert clean_text(typed) == clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  a  \n  b ", "a\nb"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("a<br>b", "a<br>b"),
        ("[e.g., x]", "[e.g., x]"),
    ],
    ids=ascii,
)
def test_a_value_has_paragraphs_and_no_outer_space(typed, clean):
    assert clean_value(typed) == clean


OFFERS = [
    *("High/Med/Low", "green/yellow/red", "High/Medium/Low", "`[a-b]`", "[Name]"),
    *("\\High/Med/Low", "High\\/Med/Low", "\\[Name]"),
]


def test_what_looks_like_a_blank_is_an_answer_once_it_was_typed():
    for offer in OFFERS:
        assert clean_value(offer) == clean_cell(offer) == clean_passage(offer) == offer
        written = escape_value(offer, after="mark")
        assert blank_of(written) is None
        assert unescape_value(written, after="mark") == offer
        assert unescape_cell(escape_cell(offer)) == offer


@given(values)
@example("High/Med/Low")
@example(" GREEN/Yellow/red\n")
def test_nothing_typed_disappears(value):
    """Letters and numbers stay, in their order; a cell's `<br>` is its line break."""
    value = re.sub(r"<br[ \t]*/?>", "\n", value, flags=re.IGNORECASE)
    shown = [c for c in clean_text(value) if c.isalnum()]
    for cleaned in CLEANERS:
        assert [c for c in cleaned(value) if c.isalnum()] == shown


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a<br>b", "a\nb"),
        ("a <BR /> b", "a\nb"),
        ("a\\|b", "a|b"),
        ("a\\\\|b", "a\\\\|b"),
        ("a\\\\\\|b", "a\\\\|b"),
    ],
)
def test_a_cell_keeps_what_it_shows(typed, clean):
    assert clean_cell(typed) == clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [("**Owner**:", "Owner"), (" a \n b ", "a b"), ("a: b", "a: b"), ("*", "")],
)
def test_a_label_is_one_line_without_its_marks(typed, clean):
    assert clean_label(typed) == clean


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\n- b", "a\n\\- b"),
        ("a\n\\- b", "a\n\\\\- b"),
        ("a\n1. b", "a\n1\\. b"),
        ("a\n# b", "a\n\\# b"),
        ("a\n---", "a\n\\---"),
        ("a\n\nb", "a<br><br>b"),
        ("[a whole bracket]", "\\[a whole bracket]"),
        ("see [a] there", "see [a] there"),
        ("**bold** `code` [x](y) <b>", "**bold** `code` [x](y) <b>"),
    ],
    ids=ascii,
)
def test_only_what_would_be_structure_is_escaped(value, written):
    assert escape_value(value, after="mark") == written


def test_an_entry_is_kept_from_becoming_another_kind():
    assert escape_value("[x] a", after="bullet") == "\\[x] a"
    assert escape_value("**A**: b", after="bullet") == "\\**A**: b"
    assert escape_value("**A**: b", after="mark") == "**A**: b"


def test_a_paragraph_field_is_kept_from_becoming_two():
    assert escape_value("a | **B**: c", after="label") == "a \\| **B**: c"
    assert escape_value("a\n**B**: c", after="label") == "a\n\\**B**: c"


@pytest.mark.parametrize("opening", ["```x", "<!--", "<script>", "~~~ x"])
def test_many_openings_without_an_end_are_escaped_in_few_steps(opening):
    passage = clean_passage(f"{opening}\n" * 300 + "end")
    written = escape_passage(passage)
    assert unescape_passage(written) == passage
    assert written.startswith("\\" + opening)
