"""What waits for a person: blanks, placeholders, open questions; and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    BlankKind,
    blank_of,
    brackets,
    default_template,
    is_question,
    item_completeness,
    question_marker,
    questions,
    read,
    replace_question,
)
from plans.document.syntax.blanks import is_code_blank, known_placeholders, placeholders
from tests.document.texts import documents

pytestmark = pytest.mark.once

# --- Blanks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("[e.g., pytest]", "e.g., pytest"),
        ("  [Time estimate] ", "Time estimate"),
        ("`[###-feature-name]`", "###-feature-name"),
        ("[None or [P] tasks]", "None or [P] tasks"),
        ("[over\ntwo  lines]", "over two lines"),
        ("[Cadence - e.g., Daily at 10am]", "Cadence - e.g., Daily at 10am"),
        ("[...]", "..."),
    ],
)
def test_a_whole_bracket_is_a_blank_and_its_text_the_hint(value, hint):
    assert blank_of(value).hint == hint
    assert blank_of(value).kind is BlankKind.TEXT


@pytest.mark.parametrize(
    "value",
    [
        "",
        "words",
        "[]",
        "[ ]",
        "[x]",
        "[X]",
        "[P]",
        "[[x]]",
        "[^1]",
        "[a](b)",
        "[a][b]",
        "[a] and [b]",
        "see [a]",
        "[a].",
        "``[a]``",
        "`[a]` `[b]`",
        "[NEEDS CLARIFICATION]",
        "[NEEDS CLARIFICATION: why?]",
        "NEEDS CLARIFICATION",
        "\\[a]",
        "[a",
        "High/Med",
    ],
)
def test_other_values_are_answers(value):
    assert blank_of(value) is None


@pytest.mark.parametrize("value", ["[DATE]", "[Date]", "[YYYY-MM-DD]"])
def test_a_blank_can_ask_for_a_date(value):
    assert blank_of(value).kind is BlankKind.DATE


@pytest.mark.parametrize(
    "value", ["[Name]", "[Names]", "[Team/Individual]", "[Name/Role]", "[Owner]"]
)
def test_a_blank_can_ask_for_a_person(value):
    assert blank_of(value).kind is BlankKind.PERSON


@pytest.mark.parametrize(
    ("value", "choices", "is_closed"),
    [
        ("[P0 | P1 | P2]", ("P0", "P1", "P2"), True),
        ("High/Med/Low", ("High", "Med", "Low"), True),
        ("green/yellow/red", ("green", "yellow", "red"), True),
        ("[Green/Yellow/Red]", ("Green", "Yellow", "Red"), True),
        ("[single/web/mobile - decides the tree]", ("single", "web", "mobile"), True),
        ("[None | List tasks marked with [P]]", ("None",), False),
        ("[Yes | No | a longer answer of your own]", ("Yes", "No"), False),
    ],
)
def test_a_blank_can_offer_a_choice(value, choices, is_closed):
    blank = blank_of(value)
    assert blank.kind is BlankKind.CHOICE
    assert (blank.choices, blank.is_closed) == (choices, is_closed)


@pytest.mark.parametrize("value", ["[a/b]", "[Local + CI]", "[and/or/a thing]"])
def test_a_slash_alone_is_no_choice(value):
    assert blank_of(value).kind is BlankKind.TEXT


def test_a_blank_in_a_code_span_is_told_apart():
    assert is_code_blank("`[###-feature-name]`")
    assert not is_code_blank("[###-feature-name]")
    assert not is_code_blank("`code`")


# --- Brackets and placeholders -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("a [b] c [d]", ["b", "d"]),
        ("[a [b] c]", ["a [b] c"]),
        ("[a](b) [c][d] ![e](f)", []),
        ("list[int] x_[i] f()[0] [0][1]", []),
        ("[ ] [x] [P] []", []),
        ("[^note]", []),
        ("\\[a] [b\\] c]", ["b\\] c"]),
        ("[open", []),
        ("a] [b]", ["b"]),
    ],
)
def test_a_bracket_is_no_link_no_index_and_no_tag(text, contents):
    assert [bracket.content for bracket in brackets(text)] == contents


def test_a_bracket_knows_whether_it_stands_in_code():
    text = "[a] `[b]` ``c ` [d]`` [e] `[f]"
    assert [(b.content, b.in_code) for b in brackets(text)] == [
        ("a", False),
        ("b", True),
        ("d", True),
        ("e", False),
        ("f", False),
    ]


@given(documents)
def test_a_bracket_is_where_it_says(text):
    end = 0
    for bracket in brackets(text):
        assert bracket.start >= end
        end = bracket.end
        assert text[bracket.start : end] == f"[{bracket.content}]"


def test_what_the_template_brackets_is_known():
    assert {"FEATURE", "X", "Key feature 1", "###-feature-name"} <= known_placeholders()
    assert "P" not in known_placeholders()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Plan: [FEATURE]", ["FEATURE"]),
        ("coverage ≥ [X]%", ["X"]),
        ("[e.g., anything at all]", ["e.g., anything at all"]),
        ("`specs/[###-feature-name]/spec.md`", ["###-feature-name"]),
        ("[some note of ours]", []),
        ("[FEATURE](x)", []),
        ("`[FEATURE]`", []),
        ("[NEEDS CLARIFICATION: [X]?]", []),
        ("tasks marked [P] for [US1]", []),
        ("- [X] done", []),
    ],
)
def test_a_placeholder_is_a_bracket_that_a_template_is_known_to_hold(text, left):
    assert [b.content for b in placeholders(text)] == left


def test_a_teams_own_template_has_placeholders_of_its_own():
    text = "[Our squad] and `[Our squad]`"
    assert placeholders(text) == []
    own = placeholders(text, own=frozenset({"Our squad"}))
    assert [b.content for b in own] == ["Our squad", "Our squad"]


# --- Questions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NEEDS CLARIFICATION", [""]),
        (" NEEDS CLARIFICATION\n", [""]),
        ("[NEEDS CLARIFICATION]", [""]),
        ("[NEEDS CLARIFICATION: why?]", ["why?"]),
        ("[NEEDS CLARIFICATION:why?]", ["why?"]),
        ("a [NEEDS CLARIFICATION: b] c [NEEDS CLARIFICATION: d]", ["b", "d"]),
        ("[NEEDS CLARIFICATION: which of [a], [b]?]", ["which of [a], [b]?"]),
        ("[NEEDS CLARIFICATION: two\nlines]", ["two\nlines"]),
        ("no NEEDS CLARIFICATION remains", []),
        ("All NEEDS CLARIFICATION markers resolved.", []),
        ("[e.g., Python or NEEDS CLARIFICATION]", []),
        ("`[NEEDS CLARIFICATION: x]` is how to ask", []),
        ("[NEEDS CLARIFICATIONS: x]", []),
        ("NEEDS CLARIFICATION markers are resolved", []),
        ("see NEEDS CLARIFICATION: x", []),
        ("NEEDS CLARIFICATIONS: x", []),
        ("`NEEDS CLARIFICATION: x` is how to ask", []),
        ("```\n\nNEEDS CLARIFICATION: x\n\n```", []),
        ("(NEEDS CLARIFICATION was asked)", []),
        ("", []),
    ],
)
def test_brackets_ask_and_prose_does_not(text, expected):
    assert questions(text) == expected


WORDS = [
    ("NEEDS CLARIFICATION: x", ["x"], "answer"),
    ("NEEDS CLARIFICATION (latency?)", ["latency?"], "answer"),
    ("NEEDS CLARIFICATION - which [index]?", ["which [index]?"], "answer"),
    ("**NEEDS CLARIFICATION**: a\nb", ["a\nb"], "answer"),
    ("⚠️ NEEDS CLARIFICATION — no tests yet", ["no tests yet"], "answer"),
    ("NEEDS CLARIFICATION which one?", ["which one?"], "answer"),
    ("a\n\nNEEDS CLARIFICATION: b\n\nc", ["b"], "a\n\nanswer\n\nc"),
    ("- a\n- NEEDS CLARIFICATION: b\n- c", ["b"], "- a\n- answer\n- c"),
    ("1. NEEDS CLARIFICATION", [""], "1. answer"),
    ("NEEDS CLARIFICATION: [NEEDS CLARIFICATION: a]", ["[NEEDS CLARIFICATION: a]"],
     "answer"),
]  # fmt: skip


def test_a_value_or_entry_that_starts_with_the_words_asks():
    for text, expected, answered in WORDS:
        assert questions(text) == expected
        assert replace_question(text, 0, "answer") == answered


def test_open_questions_of_every_form_are_answered_one_by_one():
    text = (
        "NEEDS CLARIFICATION: a\n\nb [NEEDS CLARIFICATION: c]\n\n- NEEDS CLARIFICATION"
    )
    assert questions(text) == ["a", "c", ""]
    assert replace_question(text, 2, "d").endswith("\n\n- d")
    assert "b e\n" in replace_question(text, 1, "e")


def test_the_default_template_asks_seventeen_questions():
    assert len(questions(default_template())) == 17


@pytest.mark.parametrize(
    ("text", "number", "answer", "result"),
    [
        ("NEEDS CLARIFICATION", 0, "Python", "Python"),
        ("[NEEDS CLARIFICATION: a]", 0, "b", "b"),
        ("x [NEEDS CLARIFICATION: a] y", 0, "b", "x b y"),
        ("[NEEDS CLARIFICATION: a] [NEEDS CLARIFICATION: b]", 1, "c",
         "[NEEDS CLARIFICATION: a] c"),
        ("`[NEEDS CLARIFICATION: a]` [NEEDS CLARIFICATION: b]", 0, "c",
         "`[NEEDS CLARIFICATION: a]` c"),
        ("x [NEEDS CLARIFICATION: a]", 0, "", "x"),
        ("[NEEDS CLARIFICATION: a]", 0, "", ""),
    ],
)  # fmt: skip
def test_an_answer_takes_the_place_of_its_question(text, number, answer, result):
    assert replace_question(text, number, answer) == result


def test_questions_are_answered_and_dropped_one_by_one():
    text = "a [NEEDS CLARIFICATION: b] c [NEEDS CLARIFICATION: d]"
    assert replace_question(text, 1, "e") == "a [NEEDS CLARIFICATION: b] c e"
    assert replace_question(text, 0, "") == "a  c [NEEDS CLARIFICATION: d]"


@pytest.mark.parametrize("text", ["", "words", "NEEDS CLARIFICATION"])
def test_a_question_that_is_not_there_cannot_be_answered(text):
    with pytest.raises(IndexError):
        replace_question(text, 1, "x")


@given(st.text(alphabet="ab []()\\`\n:?", max_size=30))
def test_any_question_ends_where_it_should(question):
    marker = question_marker(question)
    assert len(questions(f"before {marker} after")) == 1
    assert replace_question(f"before {marker} after", 0, "x") == "before x after"


@pytest.mark.parametrize("question", ["", "a [b] c", "]broken[", "[open", "end\\"])
def test_a_marked_question_is_one_question(question):
    assert len(questions(question_marker(question))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[NEEDS CLARIFICATION: which?]",
        "  [NEEDS CLARIFICATION: which?]\n",
        "[NEEDS CLARIFICATION]",
        "[NEEDS CLARIFICATION: which [of] these?]",
        "NEEDS CLARIFICATION: which?",
        "**NEEDS CLARIFICATION**: which?",
        "NEEDS CLARIFICATION: one line\nand another",
    ],
)
def test_a_question_can_be_all_of_a_text(text):
    assert is_question(text)
    assert replace_question(text, 0, "These") == "These"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Some words",
        "All: [NEEDS CLARIFICATION: which?]",
        "[NEEDS CLARIFICATION: which?] of them",
        "[NEEDS CLARIFICATION: one?] [NEEDS CLARIFICATION: two?]",
        "NEEDS CLARIFICATION: which?\n\nAnd a paragraph.",
        "- NEEDS CLARIFICATION: which?",
        "`[NEEDS CLARIFICATION: which?]`",
        "NEEDS CLARIFICATION markers are resolved",
        "[Which?]",
    ],
)
def test_a_text_with_more_than_a_question_is_none(text):
    assert not is_question(text)


@given(st.text(max_size=40))
def test_what_is_asked_is_all_of_its_marker(words):
    assert is_question(question_marker(words))


# --- Progress ------------------------------------------------------------------------


def progress(text, **values):
    item = next(read(text).sections[0].walk())
    for name, value in values.items():
        setattr(item, name, value)
    state = item_completeness(item)
    return state.fillable, state.blank, state.questions


@pytest.mark.parametrize(
    ("text", "values", "state"),
    [
        ("- **A**: [Name]\n", {}, (1, 1, 0)),
        ("- **A**: [Name]\n", {"value": "Ada"}, (1, 0, 0)),
        ("- **A**: Ada\n", {}, (0, 0, 0)),
        ("- **A**:\n", {}, (1, 1, 0)),
        ("- **A**:\n  - b\n", {}, (0, 0, 0)),
        ("- **A**: [FEATURE], [AREA]\n", {}, (2, 2, 0)),
        ("- **A**: [FEATURE], [AREA]\n", {"value": "x, [AREA]"}, (2, 1, 0)),
        ("- **A**: [NEEDS CLARIFICATION: b]\n", {}, (1, 0, 1)),
        ("- **A**: [NEEDS CLARIFICATION: b]\n", {"value": "c"}, (1, 0, 0)),
        ("- **A**: b\n", {"value": "[NEEDS CLARIFICATION: c]"}, (1, 0, 1)),
        ("- [ ] coverage ≥ [X]%\n", {}, (1, 1, 0)),
        (
            "| A | B | C |\n|---|---|---|\n| [a] | | [NEEDS CLARIFICATION] |\n",
            {},
            (2, 1, 1),
        ),
        ("```\nlist[int]\n```\n", {}, (0, 0, 0)),
        ("```\nOption 1: a\nb/\n```\n", {}, (1, 1, 0)),
        ("```\nOption 1: a\nb\n```\n", {}, (0, 0, 0)),
        ("<!-- [FEATURE] -->\n", {}, (0, 0, 0)),
    ],
    ids=ascii,
)
def test_progress_counts_what_waits_and_what_waited_at_first(text, values, state):
    assert progress(text, **values) == state
