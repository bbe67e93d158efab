"""What is in the way of a finished plan: each problem, with its place and sentence."""

import pytest

from plans.document import check, default_template, read

RISKS = (
    "## Risks\n\n| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |\n"
    "|-|-|-|-|-|-|\n"
)


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("## A\n\n- **Owner**: [Name]\n", "blank", 3, "Owner is blank"),
        ("## A\n\n- **Owner**:\n", "blank", 3, "Owner is blank"),
        ("## A\n\n- [Link docs]\n", "blank", 3, "fill it in or remove it (Link docs)"),
        ("## A\n\n[Say why]\n", "blank", 3, "The text is blank"),
        ("# Plan: [FEATURE]\n", "placeholder", 1, "[FEATURE]"),
        ("## A\n\n- coverage ≥ [X]%\n", "placeholder", 3, "placeholder [X]"),
        ("## A\n\n- **B**: [NEEDS CLARIFICATION: how?]\n", "question", 3, "“how?”"),
        ("## A\n\n- **B**: NEEDS CLARIFICATION\n", "question", 3, "open question"),
        ("## A\n\n<!-- hint -->\n", "guidance", 3, "Remove it"),
        ("## A\n\n```\n# Option 1: One\nsrc/\n```\n", "option", 3, "choose one"),
        ("### Definition of Ready\n\n- [ ] Scope\n", "not_ready", 3, "“Scope” is not"),
        ("## A\n\n- **Date**: 2026-02-30\n", "date", 3, "2026-02-30, which is no date"),
        (
            "| Violation | Why Needed |\n|-|-|\n| 4th | |\n",
            "unjustified",
            3,
            "“4th” does not say why it is needed",
        ),
        (f"{RISKS}| R-1 | a | High | Low | b | |\n", "no_owner", 5, "R-1 has no owner"),
        ("## A\n\n- **B**: TODO\n", "left_open", 3, "TODO"),
    ],
)
def test_a_problem_has_its_place_and_says_what_to_do(text, code, line, words):
    (problem,) = check(read(text))
    assert (problem.code, problem.line) == (code, line)
    assert words in problem.message
    assert problem.is_error == (code != "left_open")


def test_a_low_risk_may_have_no_owner():
    assert check(read(f"{RISKS}| R-1 | a | Low | Low | b | |\n")) == []


def test_two_risks_with_one_id_are_both_named():
    rows = "| R-1 | a | Low | Low | b | Bob |\n" * 2
    problems = check(read(RISKS + rows))
    assert [(p.code, p.line) for p in problems] == [
        ("duplicate_risk", 5),
        ("duplicate_risk", 6),
    ]


def test_problems_of_the_template_come_in_the_order_of_its_lines():
    problems = check(read(default_template()))
    assert [p.line for p in problems] == sorted(p.line for p in problems)
    assert {p.code for p in problems} == {
        "blank", "placeholder", "question", "guidance", "option", "not_ready",
    }  # fmt: skip


def test_what_a_passage_holds_is_found_in_it():
    document = read("## A\n\ntext\n")
    (passage,) = document.sections[1].walk()
    passage.text = "text\n\n- [Link docs]\n\n<!-- left -->"
    assert {p.code for p in check(document)} == {"blank", "guidance"}


def test_a_compatibility_comment_is_no_guidance():
    assert check(read("text\n\n<!--\n**Storage**: files\n-->\n")) == []
