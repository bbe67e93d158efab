"""The second law: an edit reads back as what was typed, and changes nothing else.

Not a line outside the item, not the structure around it; and with the old value back,
the old bytes are back.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    Field,
    ItemKind,
    Row,
    Section,
    default_template,
    line_numbers,
    outline,
    read,
    values_of,
    write,
)
from plans.document.syntax.list_items import is_bare_label
from plans.document.syntax.parsing import split_lines
from tests.document.texts import (
    HOSTILE,
    KINDS,
    can_be_typed_into,
    documents,
    set_value,
    values,
)
from tests.effort import some
from tests.make import corpus_files

pytestmark = pytest.mark.once


def places(document):
    """Number of each item that people type into, and of each of its values."""
    return [
        (number, index)
        for number, (_, _, item) in enumerate(document.walk())
        if can_be_typed_into(item)
        for index in range(len(values_of(item)))
    ]


def lines_of(text):
    """Which lines (from 0) belong to each item, up to where the next part starts."""
    document = read(text)
    starts = line_numbers(document)
    ends = sorted({*starts.values(), len(split_lines(text)) + 1})
    spans = []
    for _, _, item in document.walk():
        start = starts[id(item)]
        end = next((line for line in ends if line > start), start)
        spans.append((start - 1, end - 1))
    return spans


def edit_one(text, lines, place, value):
    """Type a value at a place of a text, and hold it to the law."""
    number, index = place
    document = read(text)
    item = [item for _, _, item in document.walk()][number]
    old = values_of(item)[index]
    set_value(item, index, value)
    edited = write(document)
    if item.kind is ItemKind.PASSAGE and is_bare_label(edited_line(item)):
        return  # with a list below it, a label alone is meant to be the list's field
    assert outline(read(edited)) == outline(document)
    assert changes_only(text, edited, lines[number])
    set_raw(item, index, old)
    assert write(document) == text


def edited_line(item):
    return item.text.rsplit("\n", 1)[-1].rsplit("|", 1)[-1].strip()


def edit_some(text, places_and_values):
    lines = lines_of(text)
    for place, value in places_and_values:
        edit_one(text, lines, place, value)


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


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_every_kind_of_item_takes_any_value(value):
    turn = HOSTILE.index(value)
    all_places = some(places(read(KINDS)), turn, of=3)
    windows = KINDS.replace("\n", "\r\n")
    edit_some(KINDS, [(place, value) for place in all_places])
    edit_some(windows, [(place, value) for place in all_places[turn % 5 :: 5]])


def in_turn(chosen, start=0):
    """Each place with another hostile value."""
    for turn, place in enumerate(chosen, start):
        yield place, HOSTILE[turn * 7 % len(HOSTILE)]


@pytest.mark.slow
def test_items_of_the_default_template_take_a_hostile_value():
    text = default_template()
    edit_some(text, some(list(in_turn(places(read(text)))), 0, of=4))


def test_real_plans_take_hostile_values():
    for turn, path in enumerate(corpus_files("templates", "corpus")):
        text = path.read_bytes().decode()
        all_places = places(read(text))
        step = max(1, len(all_places) // (2 if len(text) < 15_000 else 1))
        edit_some(text, in_turn(all_places[turn % step :: step], turn))


@pytest.mark.parametrize(
    ("text", "without_first"),
    [
        ("- **A**:\n  1. b\n  2. c\n", "- **A**:\n\n  2. c\n"),
        ("- a\n  - b\n  -\n", "- a\n\n  -\n"),
        ("- a\n  - b\n  - c\n", "- a\n  - c\n"),
        ("1. a\n   - b\n2. c\n", "1. a\n2. c\n"),
    ],
    ids=ascii,
)
def test_a_nested_list_without_its_first_entry_stays_a_list(text, without_first):
    document = read(text)
    first = document.sections[0].blocks[0].items[0]
    first.children = first.children[1:]
    assert write(document) == without_first
    assert outline(read(write(document))) == outline(document)


@pytest.mark.parametrize(
    ("open_end", "ended"),
    [
        ("```\ncode", "```\ncode\n```"),
        ("```", "```\n```"),
        ("  ~~~~ md\n~~~", "  ~~~~ md\n~~~\n  ~~~~"),
        ("<!-- a\nb", "\\<!-- a\nb"),
        ("<script>\na", "\\<script>\na"),
        ("```\ncode\n```", "```\ncode\n```"),
        ("<!-- a --> b", "<!-- a --> b"),
    ],
    ids=ascii,
)
def test_what_ends_with_the_file_gets_an_end_when_something_follows(open_end, ended):
    document = read(f"# A\n\n{open_end}\n")
    assert write(document) == f"# A\n\n{open_end}\n"
    document.sections.append(Section(level=1, heading="B"))
    assert write(document) == f"# A\n\n{ended}\n# B"
    assert outline(read(write(document))) == outline(document)


@pytest.mark.parametrize("code", [" ", "a ", "a\n  ", "a\n\n \n\t"], ids=ascii)
@pytest.mark.parametrize("text", ["```\n0", "```\n0\n", "  ~~~ x\r\n  0\r\n"])
def test_white_space_at_the_end_of_an_open_fence_is_code(text, code):
    document = read(text)
    document.sections[0].blocks[0].items[0].text = code
    assert outline(read(write(document))) == outline(document)


@pytest.mark.parametrize(
    ("above", "between"),
    [("- a", "\n\n"), ("> a", "\n\n"), ("```\na\n```", "\n"), ("- > a", "\n\n")],
    ids=ascii,
)
def test_an_underlined_heading_is_no_line_of_what_stands_above(above, between):
    document = read(f"# A\n\n{above}\n\nB\n===\n")
    document.sections[1].blocks[-1].tail = "\n"
    assert write(document) == f"# A\n\n{above}{between}B\n===\n"


def test_a_blank_paragraph_field_before_another_is_one_still():
    document = read("**A**: b\n\n**C**: d\n")
    first, second = document.sections[0].blocks[0].items
    first.value, first.tail = "", ""
    assert write(document) == "**A**: [...]\n\n**C**: d\n"


def test_a_field_after_a_list_is_no_line_of_its_last_entry():
    document = read("**A**:\n\n- b\n- c\n\n## D\n")
    fields = document.sections[0].blocks[0]
    fields.items[0].children[-1].tail = "\n"
    fields.items.append(Field(label="E", value="f", source="**E**:"))
    assert write(document) == "**A**:\n\n- b\n- c\n\n**E**: f\n\n## D\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_an_edit_has_the_line_ends_of_its_file(newline):
    document = read(f"- **A**: x{newline}- **B**: y{newline}")
    next(document.sections[0].walk()).value = "one\ntwo"
    assert write(document) == f"- **A**: one{newline}  two{newline}- **B**: y{newline}"


@given(st.data())
def test_any_item_takes_any_value(data):
    place = data.draw(st.sampled_from(places(read(KINDS))))
    edit_some(KINDS, [(place, data.draw(values))])


@given(st.data())
def test_any_item_of_any_text_takes_any_value(data):
    text = data.draw(documents)
    all_places = places(read(text))
    if all_places:
        edit_some(text, [(data.draw(st.sampled_from(all_places)), data.draw(values))])
