"""What the reader recognises, and that nothing else is taken for it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from plans.document import (
    BlankKind,
    Block,
    BlockKind,
    Check,
    Document,
    Edition,
    Field,
    ItemKind,
    Section,
    blanks_of,
    check,
    columns_of,
    default_template,
    kind_of_table,
    next_code,
    options_of,
    outline,
    parse_level,
    parse_status,
    read,
    roles_of,
    values_of,
    write,
)
from tests.make import corpus_files

pytestmark = pytest.mark.once

GOLDEN = Path(__file__).parent / "golden"


def read_golden(name):
    return (GOLDEN / name).read_bytes().decode()


# --- Golden files --------------------------------------------------------------------


def shown(document):
    """A document as a text that shows how every part of it was understood."""
    lines = [f"newline {document.newline!r}, BOM {document.bom}"]
    for section in document.sections:
        phase = f" = phase {section.phase}" if section.phase else ""
        lines.append(f"{'#' * section.level} {section.heading}{phase}".lstrip())
        for block in section.blocks:
            columns = " | ".join(columns_of(block))
            lines.append(f"  {block.kind} {columns}".rstrip())
            for item in block.items:
                lines += shown_item(item, "    ")
    return "\n".join(lines) + "\n"


def shown_item(item, indent):
    values = [
        f"<{blank.kind}: {blank.hint}>" if blank and not value else repr(value)
        for value, blank in zip(values_of(item), blanks_of(item), strict=True)
    ]
    label = f" {item.label} =" if isinstance(item, Field) else ""
    done = f" {item.done}" if isinstance(item, Check) else ""
    yield f"{indent}{item.kind}{label}{done} {' | '.join(values)}"
    for child in item.children:
        yield from shown_item(child, indent + "  ")


@pytest.mark.parametrize("name", ["empty", "full", "hostile"])
def test_a_golden_file_is_understood_as_before(name):
    text = read_golden(f"{name}.md")
    assert shown(read(text)) == read_golden(f"{name}.txt")
    assert write(read(text)) == text


# --- Templates -----------------------------------------------------------------------


def count(document):
    """How many blocks and items of each kind there are."""
    blocks = Counter(b.kind for s in document.sections for b in s.blocks)
    items = Counter(i.kind for _, _, i in document.walk())
    return {str(k): n for k, n in blocks.items()}, {str(k): n for k, n in items.items()}


def test_the_default_template_is_recognised():
    document = read(default_template())
    blocks, items = count(document)
    assert blocks == {
        "fields": 17,
        "passage": 6,
        "guidance": 3,
        "checklist": 3,
        "code": 3,
        "metrics": 3,
        "dependencies": 2,
        "violations": 1,
        "risks": 1,
        "approvals": 1,
        "list": 1,
    }
    assert items == {
        "field": 78,
        "entry": 23,
        "row": 16,
        "check": 14,
        "passage": 6,
        "guidance": 3,
        "code": 3,
    }
    headings = [s.heading for s in document.sections if s.level == 2]
    assert [h.split(". ")[0] for h in headings] == [str(n) for n in range(1, 11)]


def test_the_default_templates_phases_and_approvals_are_recognised():
    document = read(default_template())
    assert [s.phase for s in document.sections if s.phase] == [
        ("0", "Research & Discovery"),
        ("1", "Design & Setup"),
        ("2", "Core Implementation"),
        ("3", "Integration & Testing"),
        ("4", "Deployment & Monitoring"),
    ]
    (slots,) = (
        block.items
        for section in document.sections
        for block in section.blocks
        if block.kind is BlockKind.APPROVALS
    )
    assert [slot.label for slot in slots] == [
        "Technical Design",
        "Security Review",
        "Product Sign-off",
        "Launch Approval",
    ]


def test_the_default_templates_blanks_are_recognised():
    document = read(default_template())
    kinds = Counter(b.kind for _, _, i in document.walk() for b in blanks_of(i) if b)
    assert kinds == {
        BlankKind.TEXT: 69,
        BlankKind.PERSON: 18,
        BlankKind.CHOICE: 15,
        BlankKind.DATE: 5,
    }


def test_the_upstream_template_is_recognised():
    name = "upstream-plan-template.md"
    (path,) = (p for p in corpus_files("templates", whole=True) if p.name == name)
    document = read(path.read_bytes().decode())
    blocks, items = count(document)
    assert blocks == {
        "fields": 3,
        "passage": 3,
        "guidance": 2,
        "code": 2,
        "violations": 1,
    }
    assert items == {"field": 15, "passage": 3, "guidance": 2, "code": 2, "row": 2}
    assert [i.label for i in document.sections[1].walk()][:4] == [
        "Branch",
        "Date",
        "Spec",
        "Input",
    ]


# --- Headings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "level", "heading"),
    [
        ("# A", 1, "A"),
        ("###### A", 6, "A"),
        ("  ## A ##  ", 2, "A"),
        ("# A #b", 1, "A #b"),
        ("# A \\#", 1, "A #"),
        ("#", 1, ""),
        ("## ##", 2, ""),
        ("A\nB\n===", 1, "A B"),
        ("A\n--", 2, "A"),
        ("# `a` **b** <c>", 1, "`a` **b** <c>"),
    ],
    ids=ascii,
)
def test_a_heading_is_what_markdown_says(source, level, heading):
    section = read(source + "\n").sections[1]
    assert (section.level, section.heading) == (level, heading)


@pytest.mark.parametrize("text", ["#A", "####### A", "    # A", "\\# A", "> # A"])
def test_other_lines_are_no_headings(text):
    assert len(read(text).sections) == 1


@pytest.mark.parametrize(
    ("heading", "phase"),
    [
        ("Phase 0: Research", ("0", "Research")),
        ("Phase 12 - Build", ("12", "Build")),
        ("phase 3", ("3", "")),
        ("Phase 1 – Look", ("1", "Look")),
        ("Phase A: Build", ("A", "Build")),
        ("Phase B", ("B", "")),
        ("Phase 1.5: Try", ("1.5", "Try")),
        ("Phase 2b – Try", ("2b", "Try")),
        ("3. Phase 1: Build", ("1", "Build")),
        ("4.2 Phase 2 - Build", ("2", "Build")),
        ("✅ Phase 0", ("0", "")),
        ("✅ **Phase 0**: Look", ("0", "Look")),
        ("Phase 0：概要", ("0", "概要")),
        ("Phase 1（即効性）", ("1", "（即効性）")),
        ("Phase 3 Deliverables", ("3", "Deliverables")),
        ("2.5 Phase 2 Deliverables", None),
        ("Phase A of the moon", None),
        ("Phase Gate - Zero", None),
        ("Phase 9999999999999999999999: x", None),
        ("Phase one: x", None),
        ("The Phase 1: x", None),
        ("Phases 1: x", None),
    ],
)
def test_a_phase_is_known_by_its_heading(heading, phase):
    assert read(f"### {heading}\n").sections[1].phase == phase


def test_the_title_is_the_first_heading_of_level_one():
    assert read("## A\n# B\n# C\n").title == "B"
    assert read("## A\n### B\n").title == "A"
    assert read("a\n").title == ""


# --- Fields --------------------------------------------------------------------------


def fields_of(text):
    return [(i.label, i.value) for _, _, i in read(text).walk() if isinstance(i, Field)]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("- **A**: b", [("A", "b")]),
        ("* **A:** b", [("A", "b")]),
        ("1. **A** : b", [("A", "b")]),
        ("- **A**:\n  b\n  c", [("A", "b\nc")]),
        ("**A**: b", [("A", "b")]),
        ("**A**: b | **C**: | **E**: f", [("A", "b"), ("C", ""), ("E", "f")]),
        ("**A**: b \\| **C**: d", [("A", "b | **C**: d")]),
        ("**A**: b\nc\n**D**: e", [("A", "b\nc"), ("D", "e")]),
        ("**A**: `x | y` | z", [("A", "`x | y` | z")]),
        ("Words **A**: b", []),
        ("**A** b", []),
        ("**A**:", []),
        ("> **A**: b", []),
        ("*A*: b", []),
    ],
    ids=ascii,
)
def test_a_field_is_a_bold_label_and_a_value(text, fields):
    assert fields_of(text) == fields


def test_a_sentence_in_bold_is_no_label():
    assert fields_of("**" + "a" * 56 + "**: b") == []
    assert len(fields_of("**" + "a" * 55 + "**: b")) == 1


def test_a_list_under_a_paragraphs_label_belongs_to_it():
    document = read("**A**:\n\n- b\n- c\n\n- **D**: e\n")
    (block,) = document.sections[0].blocks
    (field,) = block.items
    assert field.label == "A"
    assert [child.kind for child in field.children] == ["entry", "entry", "field"]


def test_a_label_above_a_text_is_part_of_the_text():
    document = read("**A**:\n\n- b\n\n**Note**:\n\nwords\n")
    field, passage = document.sections[0].blocks
    assert [child.text for child in field.items[0].children] == ["b"]
    assert passage.items[0].text == "**Note**:\n\nwords"


def test_a_field_owns_the_list_nested_in_it():
    document = read("- **A**: b\n  - c\n    1. d\n- **E**: f\n")
    first, second = document.sections[0].blocks[0].items
    assert [child.text for child in first.children] == ["c"]
    assert [child.text for child in first.children[0].children] == ["d"]
    assert second.value == "f"


@pytest.mark.parametrize(
    "heading", ["Approvals", "Sign-off", "9.3 Signoffs", "APPROVAL"]
)
def test_fields_under_approvals_are_slots(heading):
    document = read(f"## {heading}\n\n- **Design**: Dana\n")
    assert document.sections[1].blocks[0].kind is BlockKind.APPROVALS


# --- Lists and raw parts -------------------------------------------------------------


def test_a_list_of_checks_is_a_checklist():
    document = read("- [ ] a\n- [x] b\n* [X] c\n- [y] d\n")
    first, second, third = document.sections[0].blocks
    assert first.kind is BlockKind.CHECKLIST
    assert [check.done for check in first.items] == [False, True]
    assert second.kind is BlockKind.CHECKLIST
    assert third.kind is BlockKind.LIST
    assert third.items[0].text == "[y] d"


def test_what_is_more_than_text_in_a_list_is_a_raw_part():
    document = read("- a\n\n  more\n\n  ```\n  c\n  ```\n  - d\n\n  > e\n")
    (entry,) = document.sections[0].blocks[0].items
    assert [(c.kind, values_of(c)) for c in entry.children] == [
        (ItemKind.RAW, ["more\n\n```\nc\n```"]),
        (ItemKind.ENTRY, ["d"]),
        (ItemKind.RAW, ["> e"]),
    ]


def test_a_link_definition_in_a_list_is_not_lost_from_sight():
    document = read("- a\n\n  [b]: c\n  - d\n")
    (entry,) = document.sections[0].blocks[0].items
    assert [values_of(c) for c in entry.children] == [["[b]: c"], ["d"]]


def test_a_list_item_without_text_of_its_own_is_raw_as_a_whole():
    document = read("- ```\n  a\n  ```\n- - b\n- > c\n")
    items = document.sections[0].blocks[0].items
    assert [i.kind for i in items] == [ItemKind.RAW] * 3


# --- Texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("<!-- a -->", ["guidance"]),
        ("<!-- a\n\nb -->\n", ["guidance"]),
        ("<!-- a --> <!-- b -->", ["guidance"]),
        ("<!-- a --> words <!-- b -->", ["passage"]),
        ("words <!-- a -->", ["passage"]),
        ("<!-- open", ["passage"]),
        ("```\n<!-- a -->\n```", ["code"]),
        ("---\na: b\n---\n", ["front_matter"]),
        ("words\n\n---\na: b\n---\n", ["passage"]),
        ("```\nnever closed\n# no heading\n", ["code"]),
        ("    code", ["passage"]),
        ("> quotation", ["passage"]),
        ("[a]: b", ["passage"]),
        ("***", []),
        ("a\n\n***\n\nb", ["passage", "passage"]),
        ("a\n\n- b\n\nc", ["passage", "list", "passage"]),
    ],
    ids=ascii,
)
def test_a_text_is_of_a_kind(text, kinds):
    assert [b.kind for s in read(text).sections for b in s.blocks] == kinds


@pytest.mark.parametrize("edition", [Edition.FIRST, Edition.SECOND])
def test_a_rule_between_two_texts_was_a_part_of_one(edition):
    text = "a\n\n***\n\nb\n"
    (old,) = (item for _, _, item in read(text, edition).walk())
    assert old.text == text.rstrip()
    # A row that was read so says what the text says when it is read again.
    assert outline(read(text, edition)) == outline(read(text))


def test_a_rule_before_a_heading_only_separates():
    document = read("a\n\n---\n\n# B\n")
    (block,) = document.sections[0].blocks
    assert values_of(block.items[0]) == ["a"]
    assert block.tail == "\n\n---\n\n"


@pytest.mark.parametrize(
    ("text", "newline"),
    [("a\r\nb\r\n", "\r\n"), ("a\nb\r\n", "\n"), ("a\rb", "\n"), ("", "\n")],
    ids=ascii,
)
def test_a_document_has_the_line_end_that_most_lines_have(text, newline):
    assert read(text).newline == newline


def test_windows_line_ends_are_read_as_others():
    text = default_template()
    assert count(read(text.replace("\n", "\r\n"))) == count(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "**A**: a" + " " * 20_000 + "b",
        "- a" + " " * 20_000 + "b",
        "# a" + " " * 20_000 + "b",
        "# a" + " #" * 10_000,
        "| a |\n|---|\n| b" + " " * 20_000 + "c |",
        "| Risk | Mitigation |\n|---|---|\n| " + "\\" * 20_000 + " | b |",
        "**A**: " + "\\" * 20_000,
        "<!-- a -->" * 2_000 + "b",
        "`a` [b] " * 2_500,
        "```\nOption 1: a" + " " * 20_000 + "b\n```",
        "- a" + "<br >" * 4_000,
    ],
    ids=lambda text: ascii(text[:16]),
)
def test_long_runs_of_anything_are_read_in_good_time(text):
    """Each took minutes, or for ever, while an expression tried every way to match."""
    document = read(text)
    assert write(document) == text
    for _, _, item in document.walk():
        options_of(values_of(item)[0])


# --- Tables --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "heading", "kind"),
    [
        ("Risk ID | Description | Impact | Mitigation", "", BlockKind.RISKS),
        ("**Risk** | Mitigation Strategy", "", BlockKind.RISKS),
        ("Dependency | Status", "", BlockKind.DEPENDENCIES),
        ("Package | Version", "8. Dependencies", BlockKind.DEPENDENCIES),
        ("Package | Version", "", BlockKind.TABLE),
        ("Metric | Target", "", BlockKind.METRICS),
        ("Violation | Why Needed | Other", "", BlockKind.VIOLATIONS),
        ("Risk | Owner", "7. Risks", BlockKind.TABLE),
        ("A | B", "", BlockKind.TABLE),
    ],
)
def test_a_table_is_known_by_its_header_row(columns, heading, kind):
    assert kind_of_table(columns.split(" | "), heading) is kind
    rule = "|".join("---" for _ in columns.split(" | "))
    document = read(f"## {heading}\n\n| {columns} |\n|{rule}|\n")
    assert document.sections[1].blocks[0].kind is kind


def test_a_column_of_the_tables_own_has_no_role():
    columns = ["Risk ID", "Risk", "Since", "Impact", "Impact", "Owner"]
    assert roles_of(BlockKind.RISKS, columns) == [
        "code",
        "description",
        None,
        "impact",
        None,
        "owner",
    ]


def rows_of(table):
    (block,) = read(table).sections[0].blocks
    return [row.cells for row in block.items]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| 1 | 2 |", ["1", "2"]),
        ("1 | 2", ["1", "2"]),
        ("| 1 |", ["1", ""]),
        ("| 1 | 2 | 3 |", ["1", "2", "3"]),
        ("|  |  |", ["", ""]),
        ("| a \\| b | c |", ["a | b", "c"]),
        ("| `a|b` | c |", ["`a", "b`", "c"]),
        ("| `a\\|b` | c |", ["`a|b`", "c"]),
        ("| a<br>b | <BR/> |", ["a\nb", "\n"]),
        ("| [hint] | High/Med/Low |", ["", ""]),
        ("| \\\\ | b |", ["\\\\", "b"]),
    ],
)
def test_a_row_has_a_cell_for_each_column(row, cells):
    assert rows_of(f"| A | B |\n|---|---|\n{row}\n") == [cells]


def test_a_table_keeps_columns_of_its_own():
    document = read("| Risk | Mitigation | Seen |\n|-|-|-|\n| a \\| b | c | d |\n")
    (block,) = document.sections[0].blocks
    assert block.kind is BlockKind.RISKS
    assert columns_of(block) == ["Risk", "Mitigation", "Seen"]
    assert block.items[0].cells == ["a | b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("High", "high"),
        ("**HIGH** (data loss)", "high"),
        ("Med", "medium"),
        ("medium", "medium"),
        ("`low`", "low"),
        ("Critical", "high"),
        ("", ""),
        ("higher than before", "high"),
        ("very low", ""),
    ],
)
def test_a_level_is_known_by_its_first_word(text, level):
    assert parse_level(text) == level


@pytest.mark.parametrize(
    ("text", "status"),
    [("Green", "green"), ("🟡 late", "yellow"), ("Amber", "yellow"), ("done", "")],
)
def test_a_status_is_known_by_its_colour(text, status):
    assert parse_status(text) == status


@pytest.mark.parametrize(
    ("codes", "following"),
    [
        ([], "R-001"),
        (["R-001", "R-002"], "R-003"),
        (["R-009"], "R-010"),
        (["R-999"], "R-1000"),
        (["RISK7", "x"], "RISK8"),
        (["**R-4**"], "R-5"),
        (["a"], "R-001"),
    ],
)
def test_the_next_risk_goes_on_in_the_manner_of_the_last(codes, following):
    assert next_code(codes) == following


# --- Options -------------------------------------------------------------------------


def test_the_templates_trees_are_options():
    (tree,) = (
        i.text
        for _, _, i in read(default_template()).walk()
        if i.kind is ItemKind.CODE and options_of(i.text)
    )
    options = options_of(tree)
    assert [option.number for option in options] == [1, 2, 3]
    assert options[0].name == "Single project (DEFAULT)"
    assert options[0].tree.startswith("src/\n  models/")
    assert options[0].tree.endswith("  unit/")
    assert not any("Option" in option.tree for option in options)


@pytest.mark.parametrize("code", ["", "src/\n", "# Optional 1: x", "Option: x"])
def test_other_trees_are_no_choice(code):
    assert options_of(code) == []


# --- Rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "---\na: b\n---\n\n---\n\n<!-- ANCHOR:summary -->\n\n---\n\n## A\n\ntext\n",
        "# A\n\n<!-- x -->\n\n---\n<!-- y -->\n***\n\n- a\n\n---\n\n```\nx\n```\n",
        "# A\n\n| a |\n|---|\n| b |\n\n* * *\n\n- [ ] c\n",
    ],
)
def test_a_rule_between_two_parts_is_no_text(text):
    document = read(text)
    assert write(document) == text
    kinds = [item.kind for _, _, item in document.walk()]
    texts = [i.text for _, _, i in document.walk() if i.kind is ItemKind.PASSAGE]
    assert kinds and texts in ([], ["text"])


def test_no_real_plan_has_a_text_that_is_a_rule():
    for path in corpus_files("corpus", "templates"):
        text = path.read_bytes().decode()
        for _, _, item in read(text).walk():
            if item.kind is ItemKind.PASSAGE:
                assert item.source.strip("-*_ \n"), path


# --- Fields that Markdown takes for a part of a list entry ---------------------------

LAZY = """\
# Plan: A

## Technical Context

**Language/Version**: Python
**Primary Dependencies**:
- a
- b
  still b
**Storage**: Postgres
**Testing**:
- c
  - d
**Project Type**: web
and mobile
"""


def fields_with_lists(document):
    return {
        item.label: (item.value, [child.text for child in item.children])
        for _, _, item in document.walk()
        if isinstance(item, Field)
    }


def test_a_label_at_the_margin_ends_a_list():
    document = read(LAZY)
    assert fields_with_lists(document) == {
        "Language/Version": ("Python", []),
        "Primary Dependencies": ("", ["a", "b\nstill b"]),
        "Storage": ("Postgres", []),
        "Testing": ("", ["c"]),
        "Project Type": ("web\nand mobile", []),
    }
    assert write(document) == LAZY
    assert check(document) == []


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  **B**: c\n",
        "- a\n **B**: c\n",
        "- a\n**B** c\n",
        "- a\nb **B**: c\n",
        "- a\n\\**B**: c\n",
        f"- a\n**{'B' * 60}**: c\n",
    ],
)
def test_other_lines_stay_with_their_entry(text):
    (item,) = (item for _, _, item in read(text).walk())
    assert "\n" in item.text


def test_no_real_entry_holds_a_label_at_the_margin():
    label = re.compile(r"^\*\*[^*\n]{1,50}\*\*:", re.MULTILINE)
    for path in corpus_files("corpus", "templates"):
        for _, _, item in read(path.read_bytes().decode()).walk():
            if item.kind in (ItemKind.ENTRY, ItemKind.CHECK):
                assert not label.search(item.source), path


@pytest.mark.parametrize(
    ("source", "label", "value"),
    [
        ("- **功能编号**：SPEC-001", "功能编号", "SPEC-001"),
        ("**功能编号：** SPEC-001", "功能编号", "SPEC-001"),
        ("**Layer** (note): the sea", "Layer (note)", "the sea"),
        ("- **Layer** (see `a/b`): the sea", "Layer (see `a/b`)", "the sea"),
        ("**層**（注）：海", "層（注）", "海"),
    ],
)
def test_a_label_has_any_colon_and_perhaps_a_note(source, label, value):
    (item,) = (item for _, _, item in read(source + "\n").walk())
    assert (item.kind, item.label, item.value) == ("field", label, value)
    item.value = "new"
    text = write(
        Document(
            sections=[
                Section(
                    level=0,
                    blocks=[Block(kind=BlockKind.FIELDS, items=[item], tail="\n")],
                )
            ]
        )
    )
    assert text == source.replace(value, "new") + "\n"
    (old,) = (item for _, _, item in read(source + "\n", Edition.FIRST).walk())
    assert old.kind in ("entry", "passage")
