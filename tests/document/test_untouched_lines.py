"""The third law: an edit of some words leaves the bytes of every other line.

Hard line breaks, indentation, line ends, the fence around code: a person sees none of
them in the form and loses none of them by typing.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import Edition, outline, read, take_snapshot, values_of, write
from plans.document.syntax.parsing import split_lines
from tests.document.texts import set_value
from tests.make import corpus_files

pytestmark = pytest.mark.once

# Typed into a word, and found nowhere else.
TYPED = "qQq"
# A word that stands by itself: another letter in it makes it nothing else.
_WORD = re.compile(r"(?<!\S)[^\W\d_]{2,}(?=\s)")

# How each kind of item begins, and what stands before its next lines.
KINDS_OF_ITEM = {
    "field": ("- **Label**: ", "  "),
    "field below its label": ("- **Label**:\n  ", "  "),
    "numbered field": ("3. **Label:** ", "   "),
    "paragraph field": ("**Label**: ", ""),
    "check": ("- [ ] ", "  "),
    "check far in": ("- [x] ", "      "),
    "entry": ("- ", "  "),
    "lazy entry": ("* ", ""),
    "numbered": ("10. ", "    "),
    "nested": ("- outer\n  - ", "    "),
    "passage": ("", ""),
    "quotation": ("> ", "> "),
    "part of an entry": ("- outer\n\n  ", "  "),
    "quotation in an entry": ("1. outer\n\n   > ", "   > "),
    "fence": ("```text\n", ""),
    "fence further in": ("  ~~~~\n  ", "  "),
    "fence in an entry": ("- ```\n  ", "  "),
    "comment": ("<!-- ", "  "),
}
_ENDS = {
    "fence": "\n```",
    "fence further in": "\n  ~~~~~",
    "fence in an entry": "\n  ```",
}
_ENDS["comment"] = " -->"

LINE_STARTS = ["", "", "", " ", "\t", "2. ", "<Tag ", "| ", "[a]: ", "** ", "\\- "]
LINE_ENDS = ["", "", "", "  ", "   ", " ", "\t", "\\", "<br>", " <br/>", "<BR>  "]
NEWLINES = ["\n", "\r\n"]
lines = st.lists(
    st.tuples(
        st.sampled_from(LINE_STARTS),
        st.sampled_from(["one two ", "a word", "中文 and more", "x y z"]),
        st.sampled_from(LINE_ENDS),
    ).map("".join),
    min_size=2,
    max_size=5,
)


def with_a_word_typed(document, choose):
    """Type into one word of each item that has several lines; how many there were."""
    count = 0
    for _, _, item in document.walk():
        words = [
            (index, match)
            for index, value in enumerate(values_of(item))
            for match in _WORD.finditer(value)
        ]
        if words and len(split_lines(item.source)) > 1:
            index, match = choose(words)
            value, end = values_of(item)[index], match.end()
            set_value(item, index, value[:end] + TYPED + value[end:])
            count += 1
    return count


def holds(text, choose):
    """Whether the text, edited and without what was typed, is the text again."""
    document = read(text)
    count = with_a_word_typed(document, choose)
    edited = write(document)
    assert edited.count(TYPED) == count
    assert edited.replace(TYPED, "") == text
    assert outline(read(edited)) == outline(document)


def item_of(kind, its_lines, newlines):
    start, indent = KINDS_OF_ITEM[kind]
    text = start + f"\n{indent}".join(its_lines).strip() + _ENDS.get(kind, "")
    parts = text.split("\n")
    return "".join(
        part + newlines[number % len(newlines)] for number, part in enumerate(parts)
    )


@pytest.mark.parametrize("newline", NEWLINES, ids=["LF", "CRLF"])
def test_hard_line_breaks_of_other_lines_stay(newline):
    for kind in KINDS_OF_ITEM:
        text = item_of(kind, ["one  ", "two words  ", "three"], [newline])
        holds(text, lambda words: words[-1])


@given(
    st.sampled_from(sorted(KINDS_OF_ITEM)),
    lines,
    st.lists(st.sampled_from(NEWLINES), min_size=1, max_size=4),
    st.data(),
)
def test_any_item_keeps_its_other_lines(kind, its_lines, newlines, data):
    text = item_of(kind, its_lines, newlines)
    holds(text, lambda words: data.draw(st.sampled_from(words)))


def test_every_item_of_a_real_plan_keeps_its_other_lines():
    for number, path in enumerate(corpus_files("corpus", "templates")):
        text = path.read_bytes().decode().replace("\x00", "")
        holds(text, lambda words, at=-(number % 2): words[at])


def test_what_was_frozen_before_is_written_as_it_was_then():
    text = "- one  \n  two\n\n  > three\n\n  ~~~\n  four\n  ~~~~\n"
    document = read(text)
    with_a_word_typed(document, lambda words: words[-1])
    first = "- oneqQq\n  two\n\n\n  > three\n"
    assert write(document).startswith("- oneqQq  \n  two\n\n  > three\n")
    assert write(document, Edition.FIRST).startswith(first)
    assert take_snapshot(document, edition=Edition.FIRST).text.startswith(first)
