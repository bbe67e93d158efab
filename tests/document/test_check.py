"""What is in the way of a finished plan: each problem, with its place and sentence."""

import time
from collections import Counter

import pytest
from hypothesis import given

from plans.document import (
    NotFinished,
    check,
    default_template,
    finalize,
    item_completeness,
    read,
    values_of,
    write,
)
from tests.document.texts import MARK, documents
from tests.make import corpus_files

pytestmark = pytest.mark.once

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
        ("a\n\n<!-- ACTION REQUIRED: b -->\n", "guidance", 3, "remove it"),
        ("a\n\n<!-- Why? -->\n", "remark", 3, "“Why?” stays"),
        ("- **B**: c <!-- ACTION REQUIRED: d -->\n", "comment", 1, "B holds guidance"),
        ("## A\n\n```\n# Option 1: One\nsrc/\n```\n", "option", 4, "choose one"),
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
        ("## A\n\n- **Owner**:\n  - [Name]\n", "blank", 4, "A list entry is blank"),
        ("- [ ] [What else?]\n", "blank", 1, "A check is blank"),
        ("| A | B |\n|-|-|\n| [Who] | x |\n", "blank", 3, "A is blank"),
        ("| A | B |\n|-|-|\n| x | TODO |\n", "left_open", 3, "B says TODO"),
        ("| A |\n|-|\n| NEEDS CLARIFICATION |\n", "question", 3, "A has an open"),
        ("# A [NEEDS CLARIFICATION: b]\n", "question", 1, "The heading holds"),
        ("```\nspecs/[###-feature]/\n```\n", "placeholder", 2, "[###-feature]"),
        (
            "| Dependency | Status | Due |\n|-|-|-|\n| a | Red | [Date] |\n",
            "blank",
            3,
            "Due",
        ),
        ("- **B**: c <!-- d -->\n", "remark", 1, "“d” stays"),
        ("| A | B |\n|-|-|\n| x | <!-- y --> |\n", "remark", 3, "“y” stays"),
        ("Words <!-- a\nb --> c\n", "remark", 1, "“a b” stays"),
        ("- a\n\n  <!-- b -->\n", "remark", 3, "“b” stays"),
        ("\ufeff\r\n\r\n- **B**: ???\r\n", "left_open", 3, "???"),
        (f"## Approvals\n\n- **B**: c{MARK}\n", "decision", 3, "B says who approved"),
        (f"## Approvals\n\n- **B**: c\n  - d{MARK}\n", "decision", 4, "who approved"),
    ],
)
def test_a_problem_has_its_place_and_says_what_to_do(text, code, line, words):
    (problem,) = check(read(text))
    assert (problem.code, problem.line) == (code, line)
    assert words in problem.message
    assert problem.is_error == (code not in ("left_open", "decision", "remark"))


def test_what_starts_with_the_words_is_an_open_question():
    for text, line in [
        ("**Performance Goals**: NEEDS CLARIFICATION (latency?)\n", 1),
        ("## A\n\n- NEEDS CLARIFICATION: which index?\n", 3),
        ("## A\n\n- [ ] NEEDS CLARIFICATION: which index?\n", 3),
        ("| A |\n|-|\n| NEEDS CLARIFICATION - a |\n", 3),
        ("## A\n\nWords.\n\nNEEDS CLARIFICATION: which?\n", 5),
        ("- **NEEDS CLARIFICATION**: which index?\n", 1),
        ("# NEEDS CLARIFICATION: the title\n", 1),
    ]:
        (problem,) = check(read(text))
        assert (problem.code, problem.line) == ("question", line)
        with pytest.raises(NotFinished):
            finalize(read(text))
    assert item_completeness(
        next(read("- NEEDS CLARIFICATION: a\n").sections[0].walk())
    ).questions


def test_an_approver_who_is_only_said_to_have_approved_is_not_named():
    document = read(f"## Approvals\n\n- **A**: [Name/Role]{MARK}\n- **B**: {MARK}\n")
    codes = ["decision", "blank", "decision", "blank"]
    assert [problem.code for problem in check(document)] == codes
    items = [item for _, _, item in document.walk() for _ in range(2)]
    assert all(p.item is i for p, i in zip(check(document), items, strict=True))


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
    assert [(p.code, p.line) for p in check(document)] == [
        ("placeholder", 5),
        ("remark", 7),
    ]


def test_a_compatibility_comment_is_no_guidance():
    assert check(read("text\n\n<!--\n**Storage**: files\n-->\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Plan: Tides\n\nWords.\n",
        "- [ ] a check outside of the Definition of Ready\n",
        "| A | B |\n|---|---|\n| x | |\n",
        "- **A**:\n  - b\n",
        "- **Date**: early 2026\n- **Timeline**: 2026-02-28 to 2026/3/1\n",
        "- **Since**: 2026-02-30 is no date, and no date is asked for here\n",
        "- Optional[str], a[0], [x](y), [P], [US1] and [our note]\n",
        "- no NEEDS CLARIFICATION remains\n",
        "```\ntodo: list[int] = [TODO]\n# [FEATURE]\n```\n",
        "---\ntitle: '[FEATURE] TODO'\n---\n",
        "| Violation | Why Needed |\n|-|-|\n| | |\n",
        f"{RISKS}| | a | Low | Low | b | |\n| | c | Low | Low | d | |\n",
        "\\[an answer in brackets]\n",
        "`<!-- code -->` and \\<!-- shown --> and <!-- open\n",
        "```\n<!-- code -->\n```\n",
    ],
    ids=ascii,
)
def test_nothing_is_said_of_what_may_stand(text):
    assert check(read(text)) == []


VIOLATIONS = "| Violation | Why Needed | Simpler Alternative |\n|-|-|-|\n"
NO_OPTION = (
    "```{}\n{} Option 1: by id\nfind(id);\n\n{} Option 2: by name\nfind(name);\n```\n"
)


def test_nothing_is_said_of_what_only_looks_open():
    for text in [
        *(f"{VIOLATIONS}| {none} | | |\n" for none in ("None", "N/A", "-", "*none.*")),
        NO_OPTION.format("ts", "//", "//"),
        NO_OPTION.format("", "#", "#"),
        "```bash\n# Option 1: run it\nmake run\n# Option 2: test it\nmake test\n```\n",
        "- **Procedure**:\n1. Revert.\n2. Tell.\n",
        "- **A**: b\n- **Procedure**:\n\n1. Revert.\n",
        "- **Layout**:\n```\nsrc/\n```\n",
        "- **Risks**:\n\n| A | B |\n|---|---|\n| x | y |\n",
        "**Layout**:\n\n```\nsrc/\n```\n",
        "- **Type**: `[string]`\n",
        "| Name | Type |\n|---|---|\n| ids | `[int]` |\n",
        "- `[a-z0-9-]`\n",
        "| Nr | See |\n|---|---|\n| [1] | [2, 3] |\n",
    ]:
        assert check(read(text)) == [], text


def test_a_label_that_nothing_stands_below_is_blank():
    for text in ["- **A**:\n\nWords.\n", "- **A**:\n- **B**: c\n\n1. d\n"]:
        assert [p.code for p in check(read(text))] == ["blank"]
    text = "- **A**: [hint]\n1. b\n"
    assert [p.code for p in check(read(text))] == ["blank"]


def test_options_of_a_tree_are_offered_however_they_are_marked():
    for mark in ("#", "//", "# [REMOVE IF UNUSED]", "--"):
        tree = f"```text\n{mark} Option 1: One\nsrc/\n├── lib/\n└── app.py\n```\n"
        assert [p.code for p in check(read(tree))] == ["option"]


def test_a_finding_names_its_own_line():
    for text, line in [
        ("```text\n\n# Option 1: One\nsrc/\n```\n", 3),
        ("A\nb <!-- c --> d\n", 2),
        ("- **A**: b\n  <!-- c -->\n", 2),
        ("Words.\n\nTODO: more\n", 3),
    ]:
        assert [p.line for p in check(read(text))] == [line]


UNKNOWN = [
    ("## A\n\n*GATE: must pass.*\n\n[Gates of the constitution]\n", 5, "[Gates of"),
    ("## A\n\nWords.\n\n[Two\nlines]\n\nMore.\n", 5, "[Two lines]"),
    ("## A\n\n> a\n>\n> [a quoted hint]\n", 5, "[a quoted hint]"),
    ("- a\n\n  [a hint in an entry]\n", 3, "[a hint in an entry]"),
    ("> - b\n> - [hint]\n", 2, "[hint]"),
    ("## [Component name]\n", 1, "The heading still holds"),
]


def test_what_is_one_bracket_is_a_blank_wherever_it_stands():
    for text, line, words in UNKNOWN:
        (problem,) = check(read(text))
        assert (problem.code, problem.line) == ("placeholder", line), text
        assert words in problem.message and problem.is_error
    # A heading is no item; all others count what the check counts.
    for text, *_ in UNKNOWN[:-1]:
        assert sum(item_completeness(item).blank for *_, item in read(text).walk()) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- **[Component]**: x\n", "label"),
        ("**[Key entity 1]**: x\n", "label"),
        ("- **A**: {title}\n", "{title}"),
        ("- **A**: (fill me in)\n", "(fill me in)"),
        ("- **A**: <name>\n", "<name>"),
        ("- **A**: <your team>\n", "<your team>"),
        ("- {{feature}}\n", "{{feature}}"),
        ("| A |\n|---|\n| TBD |\n", "TBD"),
        ("- tbd.\n", "tbd"),
        ("(to be written)\n", "(to be written)"),
        ("| [Option] | B |\n|---|---|\n| x | y |\n", "column"),
    ],
)
def test_what_looks_like_a_placeholder_is_reported_and_stays(text, words):
    document = read(text)
    (problem,) = check(document)
    assert (problem.code, problem.is_error) == ("left_open", False)
    assert words in problem.message
    assert problem.line == 1 + ("|--" in text and "[Option]" not in text) * 2
    for *_, item in document.walk():
        assert all(values_of(item))
    assert finalize(document) == text


def test_prose_in_brackets_stays_no_finding():
    for text in [
        *("Prose [with a note] in it.\n", "- [x] done\n", "[a link](b)\n"),
        *("Words.\n\n[a]\n\n[a]: b\n", "Words.\n\n`[int]`\n", "- [P]\n- arr[i]\n"),
        *("Words.\n\n[1]\n", "Words.\n\n[2, 3]\n", "a[^1]\n\n[^1]: b\n"),
        *("> [!NOTE]\n> Words.\n", "Words.\n\n[TOC]\n", "Words.\n\n[[_TOC_]]\n"),
        *("## [1.2.0]\n", "## [Unreleased]\n", "Words.\n\n[![a](b)](c)\n"),
        *("Words.\n\n    [package]\n", "- a\n\n  ```\n  [package]\n  ```\n"),
        *("Words.\n\n\\[an answer]\n", "Words.\n[one of\nmany] lines\n"),
        *(
            "- **[US1]**: x\n",
            "- **[P] T1**: x\n",
            "- **[a](b)**: x\n",
            "- **List[int]**: x\n",
        ),
        *(
            "- **A**: {}\n",
            '- **A**: {"a": 1}\n',
            "- **A**: (none)\n",
            "- **A**: <br>\n",
        ),
        *("- **A**: (optional)\n", "- **A**: <https://a.b>\n", "- **A**: `<name>`\n"),
        *("- **A**: `{title}`\n", "- TBD is what we wrote\n", "<div>\nx\n</div>\n"),
        *(
            "- **A**: N/A\n",
            "- {id} and {name}\n",
            "<details>\n\n[hm](b)\n\n</details>\n",
        ),
    ]:
        assert check(read(text)) == [], text


def test_a_section_with_a_hint_alone_is_blank():
    text = "## Summary\n\n<!-- say what -->\n\n## Goals\n\n- a\n"
    (problem,) = check(read(text))
    assert (problem.code, problem.line, problem.is_error) == ("blank", 3, True)
    assert "(say what)" in problem.message
    with pytest.raises(NotFinished):
        finalize(read(text))
    for hint in ("ACTION REQUIRED: Say what", "say\nwhat", "a --><!-- b"):
        problems = check(read(f"## A\n\n<!-- {hint} -->\n"))
        assert [p.code for p in problems] == ["blank"]
    for written in [
        "## A\n\n<!-- b -->\n\nc\n",
        "## A\n\n<!-- b -->\n\n### C\n\nd\n",
        "## A\n\n<!-- ANCHOR:b -->\n\n## C\n\nd\n",
        "<!-- b -->\n\n## C\n\nd\n",
        "## A\n\n## C\n",
    ]:
        assert all(p.code == "remark" for p in check(read(written))), written
        assert finalize(read(written)) == written


def test_a_date_that_was_asked_for_is_a_date():
    document = read("- **Due**: [DATE]\n")
    (field,) = document.sections[0].walk()
    field.value = "2026-13-01"
    (problem,) = check(document)
    assert problem.code == "date"


def test_a_problem_keeps_its_line_when_lines_above_grow():
    document = read("- **A**: b\n\n- **C**: [d]\n\n## E\n\n[f]\n")
    field, *_ = document.sections[0].walk()
    field.value = "one\ntwo\nthree"
    text = write(document)
    for problem in check(document):
        line = text.split("\n")[problem.line - 1]
        assert line.endswith(("[d]", "[f]"))


def test_brackets_of_a_teams_own_template_are_in_the_way():
    document = read("- ask [our squad] first\n")
    assert check(document) == []
    (problem,) = check(document, own_placeholders=frozenset({"our squad"}))
    assert problem.code == "placeholder"


@given(documents)
def test_any_text_can_be_checked(text):
    document = read(text)
    for problem in check(document):
        assert problem.message
        assert problem.section in document.sections
        assert 1 <= problem.line <= text.count("\n") + text.count("\r") + 1


@pytest.mark.slow
def test_little_is_found_in_real_plans_and_all_of_it_is_true():
    """They were finished elsewhere: every new finding has to be looked at."""
    counted = Counter()
    for path in corpus_files("corpus", whole=True):
        problems = check(read(path.read_bytes().decode()))
        lines = [problem.line for problem in problems]
        assert lines == sorted(lines)
        counted.update(problem.code for problem in problems)
    assert counted == {
        "question": 4,
        "placeholder": 1,
        "not_ready": 3,
        "blank": 6,
        "remark": 7,
    }


def test_templates_of_others_can_be_checked():
    for path in corpus_files("templates"):
        check(read(path.read_bytes().decode()))


@pytest.mark.parametrize(
    "text", ["[DATE] [DATE] [DATE]\n" * 3_000, "```\n" + "[###-a] [###-b]\n" * 3_000]
)
def test_many_placeholders_in_one_text_take_no_time(text):
    started = time.process_time()
    assert len(check(read(text))) >= 6_000
    assert time.process_time() - started < 3
