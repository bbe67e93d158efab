"""The second law: an edit reads back as what was typed, and changes nothing else.

Not a line outside the item, not the structure around it; and with the old value back,
the old bytes are back.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    ItemKind,
    Row,
    default_template,
    line_numbers,
    outline,
    read,
    values_of,
    write,
)
from plans.document.parsing import split_lines
from tests.document.texts import (
    HOSTILE,
    KINDS,
    can_be_typed_into,
    documents,
    set_value,
    values,
)
from tests.make import corpus_files


def places(document):
    """Number of each item that people type into, and of each of its values."""
    return [
        (number, index)
        for number, (_, _, item) in enumerate(document.walk())
        if can_be_typed_into(item)
        for index in range(len(values_of(item)))
    ]


def lines_of(document, number):
    """Which lines (from 0) belong to an item, up to where the next part starts."""
    item = [item for _, _, item in document.walk()][number]
    starts = line_numbers(document)
    start = starts[id(item)] - 1
    following = [line - 1 for line in starts.values() if line - 1 > start]
    return start, min(following, default=len(split_lines(write(document))))


def edit_one(text, place, value):
    """Type a value at a place of a text; what the text is then, and the item."""
    number, index = place
    document = read(text)
    item = [item for _, _, item in document.walk()][number]
    old = values_of(item)[index]
    set_value(item, index, value)
    edited = write(document)

    again = read(edited)
    assert outline(again) == outline(document)
    assert write(again) == edited

    assert changes_only(text, edited, lines_of(read(text), number))

    set_raw(item, index, old)
    assert write(document) == text
    return edited


def set_raw(item, index, value):
    if isinstance(item, Row):
        item.cells[index] = value
    elif item.kind is ItemKind.FIELD:
        item.value = value
    else:
        item.text = value


def changes_only(before, after, allowed):
    """Whether only these lines of the text before are not in the text after."""
    old, new = split_lines(before), split_lines(after)
    start, end = allowed
    return old[:start] == new[:start] and (
        not old[end:]
        or [x.rstrip("\r\n") for x in new[-len(old[end:]) :]]
        == [x.rstrip("\r\n") for x in old[end:]]
    )


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_every_kind_of_item_takes_any_value(value):
    for turn, place in enumerate(places(read(KINDS))):
        text = KINDS if (turn + len(value)) % 3 else KINDS.replace("\n", "\r\n")
        edit_one(text, place, value)


def test_every_item_of_the_default_template_takes_a_hostile_value():
    text = default_template()
    for turn, place in enumerate(places(read(text))):
        edit_one(text, place, HOSTILE[turn % len(HOSTILE)])


def test_real_plans_take_hostile_values():
    for turn, path in enumerate(corpus_files("templates", "corpus")):
        text = path.read_bytes().decode()
        found = places(read(text))
        for step in range(0, len(found), len(found) // 3 + 1):
            edit_one(text, found[step], HOSTILE[(turn + step) % len(HOSTILE)])


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_an_edit_has_the_line_ends_of_its_file(newline):
    document = read(f"- **A**: x{newline}- **B**: y{newline}")
    next(document.sections[0].walk()).value = "one\ntwo"
    assert write(document) == f"- **A**: one{newline}  two{newline}- **B**: y{newline}"


@given(st.data())
def test_any_item_takes_any_value(data):
    place = data.draw(st.sampled_from(places(read(KINDS))))
    edit_one(KINDS, place, data.draw(values))


@given(st.data())
def test_any_item_of_any_text_takes_any_value(data):
    text = data.draw(documents)
    found = places(read(text))
    if found:
        edit_one(text, data.draw(st.sampled_from(found)), data.draw(values))
