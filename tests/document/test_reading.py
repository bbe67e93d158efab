"""Reading: real files come back byte for byte, recognised for what they are."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    BlockKind,
    ItemKind,
    check,
    columns_of,
    default_template,
    options_of,
    read,
    write,
)
from tests.make import SHARED

FILES = sorted([*SHARED.glob("corpus/*/*.md"), *SHARED.glob("templates/*.md")])

FRAGMENTS = [
    "- ",
    "* ",
    "1. ",
    "2) ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "# ",
    "## ",
    "> ",
    "```",
    "~~~",
    "---",
    "===",
    "***",
    "|",
    "| a | b |\n|---|---|\n",
    "<!--",
    "-->",
    "<div>",
    "<script>",
    "[ ] ",
    "[x] ",
    "**A**: ",
    "**B:** ",
    "[hint]",
    "`",
    "\\",
    "word",
    "[NEEDS CLARIFICATION: q]",
    "[a]: b",
    " | **C**: ",
    "\ufeff",
    "\u2028",
    "é中",
    "<br>",
]
markdownish = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=40)


@pytest.mark.skipif(not FILES, reason="no corpus of real plans beside this checkout")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_file_comes_back_byte_for_byte(path):
    text = path.read_bytes().decode("utf-8")
    document = read(text)
    assert write(document) == text
    check(document)


@given(markdownish.map("".join) | st.text())
def test_any_text_comes_back(text):
    document = read(text)
    assert write(document) == text
    check(document)


def kinds(text):
    return Counter(str(item.kind) for _, _, item in read(text).walk())


def test_the_template_is_recognised():
    document = read(default_template())
    blocks = Counter(b.kind for s in document.sections for b in s.blocks)
    assert kinds(default_template()) == {
        "field": 78, "entry": 23, "row": 16, "check": 14, "passage": 6, "guidance": 3,
        "code": 3,
    }  # fmt: skip
    assert blocks[BlockKind.RISKS] == blocks[BlockKind.VIOLATIONS] == 1
    assert blocks[BlockKind.DEPENDENCIES] == 2
    assert blocks[BlockKind.METRICS] == 3
    assert blocks[BlockKind.APPROVALS] == 1
    assert [s.phase for s in document.sections if s.phase] == [
        (0, "Research & Discovery"),
        (1, "Design & Setup"),
        (2, "Core Implementation"),
        (3, "Integration & Testing"),
        (4, "Deployment & Monitoring"),
    ]
    assert sum(s.heading[:1].isdigit() for s in document.sections) == 10


def test_a_tree_with_options_offers_them_without_their_labels():
    codes = [i.text for *_, i in read(default_template()).walk() if i.kind == "code"]
    options = next(found for found in map(options_of, codes) if found)
    assert [option.number for option in options] == [1, 2, 3]
    assert options[0].tree.startswith("src/\n  models/")
    assert not any("Option" in option.tree for option in options)


def test_fields_of_a_line_of_a_paragraph_and_of_a_list():
    document = read(
        "**A**: 1 | **B**: [DATE]\n**C:** 3\n\n- **D**: 4\n  - d\n- **E**:\n"
    )
    found = [i for *_, i in document.walk() if i.kind is ItemKind.FIELD]
    assert [(f.label, f.value) for f in found] == [
        ("A", "1"), ("B", ""), ("C", "3"), ("D", "4"), ("E", ""),
    ]  # fmt: skip
    assert [child.text for child in found[3].children] == ["d"]


def test_a_list_under_a_label_belongs_to_it():
    document = read("**Deliverables**:\n\n- one\n- two\n\n**Note**:\n\ntext\n")
    (field, *rest) = document.sections[0].walk()
    assert [child.text for child in field.children] == ["one", "two"]
    assert rest[-1].kind is ItemKind.PASSAGE
    assert rest[-1].text == "**Note**:\n\ntext"


def test_a_table_keeps_its_own_columns_and_surplus_cells():
    text = "| Risk | Mitigation | Seen |\n|-|-|-|\n| a \\| b | c | d | e |\n| f |\n"
    document = read(text)
    block = document.sections[0].blocks[0]
    assert block.kind is BlockKind.RISKS
    assert columns_of(block) == ["Risk", "Mitigation", "Seen"]
    assert [row.cells for row in block.items] == [
        ["a | b", "c", "d", "e"],
        ["f", "", ""],
    ]


def test_front_matter_comments_fences_and_rules():
    text = "---\na: b\n---\n\n<!-- hint -->\n\n```py\nx = 1\n```\n\n***\n\n## Next\n"
    document = read(text)
    assert [b.kind for b in document.sections[0].blocks] == [
        BlockKind.FRONT_MATTER,
        BlockKind.GUIDANCE,
        BlockKind.CODE,
    ]
    code = document.sections[0].blocks[2]
    assert code.items[0].text == "x = 1"
    assert code.tail == "\n\n***\n\n"


def test_a_fence_nobody_closed_takes_the_rest():
    document = read("## A\n\n```\ncode\n\n## B\n")
    assert len(document.sections) == 2
    assert document.sections[1].blocks[0].items[0].text == "code\n\n## B"


def test_a_part_of_a_list_that_is_more_than_text_is_kept_whole():
    document = read("- a\n  ```sh\n  run\n  ```\n- b\n")
    items = [i for *_, i in document.walk()]
    assert [i.kind for i in items] == ["entry", "raw", "entry"]
    assert items[1].text == "```sh\nrun\n```"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_edit_speaks_the_line_ends_of_the_file(newline):
    document = read(f"- **A**: x{newline}- **B**: y{newline}")
    next(document.sections[0].walk()).value = "one\ntwo"
    assert write(document) == f"- **A**: one{newline}  two{newline}- **B**: y{newline}"
