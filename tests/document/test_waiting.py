"""Blanks, choices, placeholders and open questions."""

import pytest

from plans.document import (
    BlankKind,
    blank_of,
    question_marker,
    questions,
    read,
    replace_question,
    state_of,
)
from plans.document.blanks import placeholders


@pytest.mark.parametrize(
    ("text", "kind", "choices", "closed"),
    [
        ("[e.g., pytest, XCTest]", BlankKind.TEXT, (), False),
        ("[Team/Individual]", BlankKind.PERSON, (), False),
        ("[Name]", BlankKind.PERSON, (), False),
        ("[DATE]", BlankKind.DATE, (), False),
        ("[P0 | P1 | P2]", BlankKind.CHOICE, ("P0", "P1", "P2"), True),
        ("[None | List tasks marked with [P]]", BlankKind.CHOICE, ("None",), False),
        ("[Green/Yellow/Red]", BlankKind.CHOICE, ("Green", "Yellow", "Red"), True),
        ("High/Med/Low", BlankKind.CHOICE, ("High", "Med", "Low"), True),
        ("`[###-feature-name]`", BlankKind.TEXT, (), False),
        ("[a/b/c - which]", BlankKind.CHOICE, ("a", "b", "c"), True),
    ],
)
def test_a_blank_says_what_is_expected(text, kind, choices, closed):
    blank = blank_of(text)
    assert (blank.kind, blank.choices, blank.is_closed) == (kind, choices, closed)


@pytest.mark.parametrize(
    "text",
    [
        "text",
        "[x]",
        "[ ]",
        "[P]",
        "[a](b)",
        "[a] b",
        "[^1]",
        "[NEEDS CLARIFICATION: q]",
    ],
)
def test_what_is_no_blank(text):
    assert blank_of(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("coverage ≥ [X]%", ["X"]),
        ("from `/specs/[###-feature-name]/spec.md`", ["###-feature-name"]),
        ("[FEATURE] and [AREA]", ["FEATURE", "AREA"]),
        ("List[X], a[0], [X](y), `Dict[Name]`, [P], [US1]", []),
        ("[NEEDS CLARIFICATION: q]", []),
    ],
)
def test_placeholders_are_those_a_template_is_known_for(text, found):
    assert [bracket.content for bracket in placeholders(text)] == found


def test_a_team_s_own_template_has_placeholders_of_its_own():
    (found,) = placeholders("the [service name] team", own=frozenset({"service name"}))
    assert found.content == "service name"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "[NEEDS CLARIFICATION: why [this]?] and [NEEDS CLARIFICATION]",
            ["why [this]?", ""],
        ),
        ("NEEDS CLARIFICATION", [""]),
        ("no NEEDS CLARIFICATION remains", []),
        ("`[NEEDS CLARIFICATION: as code]`", []),
    ],
)
def test_only_the_marked_form_is_a_question(text, asked):
    assert questions(text) == asked


def test_questions_are_answered_and_dropped_one_by_one():
    text = "a [NEEDS CLARIFICATION: b] c [NEEDS CLARIFICATION: d]"
    assert replace_question(text, 1, "e") == "a [NEEDS CLARIFICATION: b] c e"
    assert replace_question(text, 0, "") == "a  c [NEEDS CLARIFICATION: d]"
    with pytest.raises(IndexError):
        replace_question(text, 2, "x")


@pytest.mark.parametrize("question", ["plain", "a [b] c", "]broken[", "[open", ""])
def test_a_marked_question_is_one_question(question):
    assert len(questions(question_marker(question))) == 1


def test_progress_counts_what_waited_at_first():
    (item,) = read("- **Owner**: [Name]\n").sections[0].walk()
    assert (state_of(item).fillable, state_of(item).blank) == (1, 1)
    item.value = "Bob"
    assert (state_of(item).fillable, state_of(item).blank) == (1, 0)
