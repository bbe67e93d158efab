"""What people changed between two documents."""

import itertools
import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans.document import (
    Signature,
    ValueChange,
    add_signatures,
    normalize,
    outline,
    read,
    take_snapshot,
    values_of,
    write,
)
from plans.document.diff.compare import compare
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

PLAN = """\
# Plan

## Context

- **Language**: Python 3.12
- **Storage**: PostgreSQL

## Risks

| Risk ID | Description | Mitigation |
|---|---|---|
| R-001 | Tide tables are late | Ask twice |
| R-002 | Nobody reads them | Mail them |

## Ready

- [ ] Scope
- [x] Team

## Story

First words.

Second words.

### Approvals

- **Technical Design**: Dana Okafor
"""


def changed(old, new, text=PLAN):
    """What changes when one text is put in place of another."""
    assert old in text
    return compare(read(text), read(text.replace(old, new)))


def summary(changes):
    return [
        (
            c.kind,
            c.heading,
            [
                (i.kind, i.label, [(v.name, v.before, v.after) for v in i.values])
                for i in c.items
            ],
        )
        for c in changes
    ]


@pytest.mark.parametrize(
    ("old", "new", "heading", "item"),
    [
        (
            *("Python 3.12", "Python 3.13", "Context"),
            ("changed", "Language", [("Value", "Python 3.12", "Python 3.13")]),
        ),
        (
            *("**Storage**", "**Store**", "Context"),
            ("changed", "Store", [("Label", "Storage", "Store")]),
        ),
        (
            *("Ask twice", "Ask | early", "Risks"),
            ("changed", "R-001", [("Mitigation", "Ask twice", "Ask")]),
        ),
        (
            *("Nobody reads them", "Nobody | cares", "Risks"),
            (
                "changed",
                "R-002",
                [
                    ("Description", "Nobody reads them", "Nobody"),
                    ("Mitigation", "Mail them", "cares"),
                    ("Column 4", "", "Mail them"),
                ],
            ),
        ),
        (
            *("- [ ] Scope", "- [x] Scope", "Ready"),
            ("changed", "Scope", [("Done", "no", "yes")]),
        ),
        (
            *("- [x] Team\n", "- [x] Team\n- [ ] Budget\n", "Ready"),
            ("added", "", [("Text", "", "Budget"), ("Done", "", "no")]),
        ),
        (
            *("| R-001 | Tide tables are late | Ask twice |\n", "", "Risks"),
            (
                "removed",
                "R-001",
                [
                    ("Risk ID", "R-001", ""),
                    ("Description", "Tide tables are late", ""),
                    ("Mitigation", "Ask twice", ""),
                ],
            ),
        ),
        (
            *("Second words.", "Other words.", "Story"),
            (
                "changed",
                "",
                [
                    (
                        "Text",
                        "First words.\n\nSecond words.",
                        "First words.\n\nOther words.",
                    )
                ],
            ),
        ),
        (
            *("Dana Okafor", "Emil Brandt", "Approvals"),
            ("changed", "Technical Design", [("Value", "Dana Okafor", "Emil Brandt")]),
        ),
    ],
)
def test_a_change_says_what_it_was_and_is(old, new, heading, item):
    if new == "Ask | early":
        item = (*item[:2], [*item[2], ("Column 4", "", "early")])
    assert summary(changed(old, new)) == [("changed", heading, [item])]


def test_a_changed_item_is_the_one_of_the_newer_document():
    after = read(PLAN)
    after.sections[2].blocks[0].items[1].value = "SQLite"
    after.sections[2].blocks[0].items[1].id = 7
    ((section,),) = (compare(read(PLAN), after),)
    (item,) = section.items
    assert item.item.id == 7 and item.item.value == "SQLite"
    assert section.section is after.sections[2]
    assert (section.level, item.block_kind) == (2, "fields")
    (gone,) = compare(after, read(PLAN.replace("- **Storage**: PostgreSQL\n", "")))
    assert gone.items[0].item is None


def test_sections_come_and_go():
    (gone,) = changed("## Ready\n\n- [ ] Scope\n- [x] Team\n\n", "")
    assert (gone.kind, gone.heading, gone.section) == ("removed", "Ready", None)
    assert [item.kind for item in gone.items] == ["removed", "removed"]
    (new,) = changed("## Ready", "## Steady\n\ngo\n\n## Ready")
    assert (new.kind, new.heading, new.section.heading) == ("added", "Steady", "Steady")
    assert summary([new])[0][2] == [("added", "", [("Text", "", "go")])]


def test_a_section_that_was_renamed_is_still_the_same():
    (section,) = changed("## Ready", "## Definition of Ready")
    assert (section.kind, section.renamed_from) == ("changed", "Ready")
    assert section.items == []
    (section,) = changed("## Ready\n\n- [ ] Scope", "## Go\n\n- [x] Scope")
    assert (section.renamed_from, len(section.items)) == ("Ready", 1)
    (section,) = changed("# Plan\n", "# Plan: Tides\n")
    assert (section.heading, section.renamed_from) == ("Plan: Tides", "Plan")
    (section,) = changed("### Approvals", "## Approvals")
    assert (section.kind, section.level, section.level_before) == ("changed", 2, 3)


def test_a_new_item_beside_an_edited_one_is_told_from_it():
    (section,) = changed("- [x] Team\n", "- [ ] Budget\n- [ ] Team and tools\n")
    assert [item.kind for item in section.items] == ["added", "changed"]


def test_a_column_that_is_added_is_one_change():
    text = "| A | B |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |\n"
    after = "| A | New | B |\n|-|-|-|\n| 1 | | 2 |\n| 3 | x | 4 |\n"
    (section,) = compare(read(text), read(after))
    assert summary([section])[0][2] == [
        ("changed", "", [("Columns", "A | B", "A | New | B")]),
        ("changed", "3", [("New", "", "x")]),
    ]


def test_signatures_are_no_change():
    signatures = [[Signature("Dana", date(2026, 11, 24), 3, "1a2b3c4d5e6f")]]
    assert compare(read(PLAN), read(add_signatures(PLAN, signatures))) == []


def test_guidance_between_texts_is_no_change():
    text = "---\na: b\n---\n\nOne.\n\n<!-- c -->\n\nTwo.\n\n---\n\n<!-- d -->\n\n## E\n"
    text = text.replace("<!-- ", "<!-- ACTION REQUIRED: ")
    after = "---\n\na: b  \n---\n\nOne.\n\nTwo.\n\n## E\n"
    assert compare(read(text), read(after)) == []
    assert len(compare(read(text), read(after.replace("b  ", "c")))) == 1
    document = read(text)
    document.sections[0].blocks[-2].items[0].text = "Three.\n\n- a list"
    (section,) = compare(read(after), document)
    (item,) = section.items
    assert item.item is document.sections[0].blocks[-2].items[0]
    assert item.values == [ValueChange("Text", "Two.", "Three.\n\n- a list")]


def test_an_entry_typed_into_a_passage_is_not_taken_for_the_one_behind_it():
    edit_one("Words.\n\n- a\n", 0, "Words.\n\n- a")


def test_hundreds_of_rules_are_read_once():
    """Each pair looks like front matter to whoever reads them as a file again."""
    text = "- a\n\n" + "---\n" * 2_000
    assert compare(read(text), read(text)) == []
    (change,) = compare(read(text), read(text + "b\n"))
    assert "b" in change.items[-1].values[0].after


@pytest.mark.slow
def test_thousands_of_rows_take_work_in_step_with_their_number():
    def calls(count):
        """How often a function is called: a clock would tell of the machine too."""
        head = "| Risk ID | Description | Mitigation |\n|-|-|-|\n"
        one, other = (
            read(head + "".join(f"| R-{n} | {n % 7 * k} | x |\n" for n in range(count)))
            for k in (1, 3)
        )
        seen = itertools.count()
        sys.setprofile(lambda *_: next(seen))
        try:
            compare(one, other)
        finally:
            sys.setprofile(None)
        return next(seen)

    assert calls(2_000) < 8 * calls(500)


# --- Laws ----------------------------------------------------------------------------


def edit_one(text, number, value, before=None):
    """Type a value into one place, and hold the comparison to telling just that."""
    document = read(text)
    places = [
        (item, index)
        for _, _, item in document.walk()
        if can_be_typed_into(item)
        for index in range(len(values_of(item)))
    ]
    if not places:
        return
    item, index = places[number % len(places)]
    old = list(values_of(item))
    set_value(item, index, value)
    if values_of(item) == old:
        return
    changes = compare(before or read(text), document)
    items = [change for section in changes for change in section.items]
    assert len(items) == 1 and items[0].values
    assert items[0].item is item


@pytest.mark.slow
@pytest.mark.parametrize("value", [*HOSTILE, "word"])
def test_one_edit_is_one_change(value):
    for number in some(range(40), len(value), of=4):
        edit_one(KINDS, number, value)


@given(documents, st.integers(0, 50), values)
def test_one_edit_of_any_text_is_one_change(text, number, value):
    edit_one(text, number, value)


@pytest.mark.slow
def test_one_edit_of_a_real_plan_is_one_change():
    for path in corpus_files("corpus", "templates"):
        text = path.read_bytes().decode()
        before = normalize(read(text))
        for number in (0, len(text) // 3, len(text), -1):
            edit_one(text, number, "word", before)


@given(documents)
@example("\n\ufeff")
@example("\r\n\ufeff# Title\n\n\ufeff- **A**: one\n")
@example("\ufeff\ufeff- one\n")
@example("---\n\n\ufeffWords\n")
def test_a_text_is_what_it_was_after_it_was_frozen(text):
    document = read(text)
    assert compare(document, document) == []
    assert compare(read(text), document) == []
    done = take_snapshot(document).text
    assert compare(read(done), document) == []
    assert compare(document, read(done)) == []


def test_real_plans_are_what_they_were_after_they_were_frozen():
    for path in corpus_files("corpus", "templates"):
        document = read(path.read_bytes().decode().replace("\n", "\r\n"))
        assert compare(read(take_snapshot(document).text), document) == [], path


@given(documents, st.lists(st.tuples(st.integers(0, 50), values), max_size=4))
def test_what_is_not_told_is_the_same(text, edits):
    before, after = read(text), read(text)
    places = [item for _, _, item in after.walk() if can_be_typed_into(item)]
    for number, value in edits if places else ():
        set_value(places[number % len(places)], 0, value)
    after = read(write(after))
    hold_to_telling_all(before, after)


@given(documents, documents)
def test_two_texts_that_do_not_differ_are_the_same(one, other):
    hold_to_telling_all(read(one), read(other))
    hold_to_telling_all(read(one), read(one + other))


def hold_to_telling_all(before, after):
    if compare(before, after) == []:
        assert content_of(before) == content_of(after)


def content_of(document):
    """Headings and values alone, with one blank line between paragraphs."""
    contents = []
    for kind, *rest in outline(normalize(document)):
        if kind in ("passage", "front_matter"):
            lines = [line.rstrip(" \t") for line in rest[-1].split("\n")]
            contents += [(kind, line) for line in lines if line]
        else:
            contents.append((kind, *rest))
    return contents
