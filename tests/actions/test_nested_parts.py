"""That what stands inside a list entry can be edited: paragraphs, quotations, fences.

No database: what a person typed is cleaned, and the guard looks at it.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import document as doc
from plans.actions.values import guard
from plans.content.values import changed
from plans.document import ItemKind
from plans.errors import Refused
from tests.make import corpus_files

pytestmark = pytest.mark.once

LISTS = ["- item", "1. item", "10) item", "- [ ] item", "- **Label**: item", "* a\n  b"]
PARTS = [
    "Second paragraph.",
    "Of two\nlines.",
    "> a quotation",
    "> of two\n> lines",
    "```python\ncode = [1]\n\n  more\n```",
    "| A | B |\n|---|---|\n| 1 | 2 |",
    "A paragraph,\n\nand another.\n\n> and a quotation",
    "**Detail**: what the entry is about",
    "<div>\nhtml\n</div>",
    "    indented code",
]


def within(entry, part, depth=0):
    """A list whose entry holds the part, `depth` lists further in."""
    width = re.match(r"(?:[-*]|\d+[.)]) ", entry).end()
    lines = [f"{' ' * width}{line}" if line else "" for line in part.split("\n")]
    text = "\n".join([entry.replace("\n", "\n" + " " * width), "", *lines])
    for _ in range(depth):
        lines = [f"  {line}" if line else "" for line in text.split("\n")]
        text = "\n".join(["- outer", *lines])
    return text + "\n"


def raw_parts(text):
    for _, block, item in doc.read(text).walk():
        if item.kind is ItemKind.RAW:
            yield item, block


def type_into(item, block, text):
    """What a save does with a text, apart from storing it. Raises Refused."""
    new = changed(item, {"text": text}, block)
    guard(new, block)
    return new


def with_one_letter_more(text):
    """In the first word: what a part is shows at its start, and a fence at its end."""
    word = re.search(r"[^\W\d_]+", text)
    at = word.end() if word else len(text)
    return f"{text[:at]}x{text[at:]}"


@pytest.mark.parametrize(("depth", "newline"), [(0, "\n"), (1, "\r\n"), (2, "\n")])
@pytest.mark.parametrize("entry", LISTS, ids=ascii)
def test_every_part_of_every_list_takes_one_letter_more(entry, depth, newline):
    for part in PARTS:
        text = within(entry, part, depth).replace("\n", newline)
        document = doc.read(text)
        *_, (block, item) = ((b, i) for _, b, i in document.walk())
        assert item.kind is ItemKind.RAW, text
        new = type_into(item, block, with_one_letter_more(item.text))
        assert new.text == with_one_letter_more(item.text)
        item.text = new.text
        written = doc.write(document)
        assert doc.outline(doc.read(written)) == doc.outline(document)
        lines = zip(text.split(newline), written.split(newline), strict=True)
        assert sum(old != new for old, new in lines) == 1, written


@given(st.sampled_from(LISTS), st.sampled_from(PARTS), st.integers(0, 2), st.data())
def test_every_part_takes_other_words(entry, part, depth, data):
    ((item, block),) = raw_parts(within(entry, part, depth))
    words = [match.span() for match in re.finditer(r"[^\W\d_]+", item.text)]
    start, end = data.draw(st.sampled_from(words))
    word = data.draw(st.text("abc xyz.,!", min_size=1, max_size=20))
    type_into(item, block, f"{item.text[:start]}w{word}w{item.text[end:]}")


@pytest.mark.parametrize(
    "typed", ["```", "~~~~ md\nx", "a\n  ```\nx", "- ```\n  x", "> ~~~"]
)
@pytest.mark.parametrize(
    "text", ["- a\n\n  part\n\n  - nested\n- next\n", "1. > a\n2. b\n"], ids=ascii
)
def test_an_open_fence_ends_before_what_follows(text, typed):
    document = doc.read(text)
    item, block = next(
        (item, block) for _, block, item in document.walk() if item.kind == "raw"
    )
    item.text = type_into(item, block, typed).text
    assert doc.outline(doc.read(doc.write(document))) == doc.outline(document)


def test_every_part_of_a_real_plan_takes_one_letter_more():
    refused = []
    for path in corpus_files("templates", "corpus"):
        for item, block in raw_parts(path.read_bytes().decode()):
            try:
                type_into(item, block, with_one_letter_more(item.text))
            except Refused:
                refused.append((path.name, item.text))
    assert refused == []
