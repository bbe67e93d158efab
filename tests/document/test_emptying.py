"""A template made of a plan: what was filled in is blank again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import document as doc
from plans.document.emptying import empty_document
from plans.document.hints import read_hints
from tests.document.texts import can_be_typed_into, documents, set_value
from tests.make import SMALL, corpus_files

pytestmark = pytest.mark.once


def emptied(document, *, title="Tide tables", is_imported=False):
    return empty_document(document, title=title, is_imported=is_imported)


def filled_in(text):
    """With words in all blanks, and the values that got some."""
    document = doc.read(text)
    doc.fill_placeholders(document, {"FEATURE": "Tide tables", "DATE": "2026-05-01"})
    for _, _, item in document.walk():
        if isinstance(item, doc.Check):
            item.done = True
        for number, blank in enumerate(doc.blanks_of(item)):
            if blank is not None and can_be_typed_into(item):
                set_value(item, number, f"Words {number}")
    return document


def test_a_plan_filled_in_becomes_its_template_again():
    text = doc.default_template()
    document = filled_in(text)
    assert doc.write(document) != text
    result = emptied(document)
    assert result.text == text
    assert ("Storage", "Words 0") in [(v.label, v.before) for v in result.values]


def test_templates_of_others_come_back_too():
    for path in corpus_files("templates", whole=True):
        text = path.read_bytes().decode().replace("- [x]", "- [ ]")
        assert emptied(filled_in(text)).text == text, path


@given(documents)
def test_what_is_a_template_already_stays_as_it_is(text):
    document = doc.read(text)
    ticked = any(isinstance(i, doc.Check) and i.done for _, _, i in document.walk())
    if not ticked:
        assert emptied(document).text == text


def test_rows_that_were_added_go():
    document = doc.read(doc.default_template())
    for _, block, item in list(document.walk()):
        if isinstance(item, doc.Row) and item.cells[0] == "R-002":
            row = doc.new_like(item)
            row.cells[0], row.cells[1] = "R-003", "Ice"
            block.items.append(row)
            entry = doc.new_like(item)
            entry.cells[0], entry.cells[1] = "R-002", "Fog"
            block.items.append(entry)
    text = emptied(document).text
    assert "Ice" not in text and "Fog" not in text
    assert text.count("| R-002 |") == 1


def test_an_imported_plan_gets_blanks_called_as_their_labels():
    result = emptied(doc.read(SMALL), is_imported=True)
    lines = result.text.splitlines()
    assert lines[0] == "# Implementation Plan: [FEATURE]"
    for line in (
        "- **Category**: [Category]",
        "- **Storage**: [if applicable, e.g., PostgreSQL, files or N/A]",
        "- **Goal**: [NEEDS CLARIFICATION: Which harbours?]",
        "- **Technical Design**: [Name/Role]",
        "- [ ] Constraints known",
    ):
        assert line in lines
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in lines
        if line.startswith("| R-")
    ]
    assert cells == [
        ["R-001", "[Description]", "[High/Med/Low]", "[High/Med/Low]"]
        + ["[Mitigation Strategy]", "[Name]"]
    ]
    again = doc.read(result.text)
    assert doc.write(again) == result.text
    blanks = [b for _, _, i in again.walk() for b in doc.blanks_of(i) if b]
    assert any(b.choices == ("High", "Med", "Low") for b in blanks)


@given(documents, st.booleans())
def test_any_plan_can_be_emptied(text, is_imported):
    result = emptied(doc.read(text), is_imported=is_imported)
    assert doc.write(doc.read(result.text)) == result.text


# --- Guidance beside the form ---

HINTS = """\
Before the first heading.

## Technical  Context

Where it *runs*.

- **Storage**: What the operators can back up.

<!-- also -->

## Checks

- [ ] All of them
"""


def test_hints_are_known_by_heading_and_label():
    hints = read_hints(HINTS)
    context = hints.of_section("TECHNICAL CONTEXT")
    assert context.texts == ("Where it *runs*.", "<!-- also -->")
    assert context.fields == (("Storage", "What the operators can back up."),)
    assert hints.of_section("Checks").texts == ("All of them",)
    assert hints.of_section("").texts == ("Before the first heading.",)
    assert hints.of_section("Elsewhere") is None
    assert hints.headings_without_place(["Checks", ""]) == ["Technical  Context"]
