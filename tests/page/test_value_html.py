"""A value at rest: what its Markdown says in its place, and what is open in it."""

import re

import html5lib
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from plans import document as doc
from plans.document import ItemKind
from plans.document.syntax import plain
from plans.page.controls import controls_of
from plans.page.value_html import (
    _rendered,
    _rendered_in_full,
    value_html,
    view_html,
)
from plans.page.view_models import Control
from tests import hostile
from tests.document.texts import HOSTILE
from tests.markdown import test_sanitizer as sanitizer
from tests.pages import stored_in

pytestmark = pytest.mark.once

KINDS = [str(kind) for kind in ItemKind if kind is not ItemKind.GUIDANCE]
# Those whose values stand in a line: behind a label, a box or a bullet, or in a cell.
IN_LINE = ["field", "check", "entry", "row"]
BLOCKS = [
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "blockquote",
    "pre",
    "hr",
    "table",
    "input",
]


def control_of(text, kind="field") -> Control:
    """As the page makes it, with the questions and placeholders that it finds."""
    item: doc.Item
    match kind:
        case "field":
            item = doc.Field(label="Storage", value=text)
        case "row":
            item = doc.Row(cells=[text])
        case "check":
            item = doc.Check(text=text)
        case "entry":
            item = doc.Entry(text=text)
        case _:
            item = doc.Text(kind=ItemKind(kind), text=text)
    block = doc.Block(kind=doc.BlockKind.PASSAGE)
    return next(iter(controls_of(item, block, ["Note"], frozenset())))


def html_of(text, kind="field", **values) -> str:
    control = control_of(text, kind)
    for name, value in values.items():
        setattr(control, name, value)
    return str(value_html(control, kind))


def page_of(text, kind="field", **values) -> BeautifulSoup:
    return BeautifulSoup(html_of(text, kind, **values), "html.parser")


def words_of(page) -> str:
    return page.get_text().strip()


def view_of(control, kind) -> str:
    return view_html(
        control,
        dom_id="item-1",
        kind=kind,
        unit="text",
        address="items/1/",
        can_edit=True,
        is_stop=True,
    )


# --- What its control is made from ---

# Also of what is written as the scripts would write it, and of what only looks like it.
NEARLY = st.lists(
    st.sampled_from(
        [
            "*",
            "**",
            "_",
            "`",
            "``",
            "a",
            "b c",
            " ",
            "\n",
            "\n\n",
            "&amp;",
            "<b>",
            "</b>",
        ]
        + ["- ", "\\", "[x](y)", "'", '"', "<", "~~", "1. ", "\xa0", "\r", "# "]
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize("kind", KINDS)
@given(st.one_of(NEARLY, st.text(max_size=40)))
@example("`code` and **bold `code`** and *more*")
@example("One.\n\nTwo, *with* a second\nline.")
@example("\n    first line indented")
@example("__bold__")
def test_the_stored_text_is_read_from_what_is_shown(kind, text):
    if "\0" in text:
        return  # no plan has one
    control = control_of(text, kind)
    [view] = html5lib_page(view_of(control, kind)).select(".value")
    # HTML has one kind of line end.
    assert stored_in(view) == re.sub("\r\n?", "\n", control.shown)


def html5lib_page(html) -> BeautifulSoup:
    """As a browser reads it."""
    return BeautifulSoup(html, "html5lib")


@pytest.mark.parametrize(
    ("kind", "text"),
    [("field", "PostgreSQL"), ("row", "`plan.md` **now**"), ("passage", "A.\n\n*B*")],
)
def test_most_values_carry_no_second_copy_of_their_text(kind, text):
    assert "data-stored" not in view_of(control_of(text, kind), kind)


# --- Markdown in its place ---


@pytest.mark.parametrize("kind", IN_LINE)
def test_markdown_of_a_line_is_rendered_without_a_paragraph(kind):
    assert html_of("Use **one** `a|b` of [these](https://e.test)", kind) == (
        '<div class="markdown">Use <strong>one</strong> <code>a|b</code> of '
        '<a href="https://e.test" rel="nofollow noopener noreferrer">these</a></div>'
    )


@pytest.mark.parametrize("kind", IN_LINE)
@pytest.mark.parametrize(
    "text",
    ["- one", "* one", "1. one", "# one", "> one", "---", "[ ] one", "===="],
)
def test_a_value_begins_no_block(kind, text):
    page = page_of(text, kind)
    assert words_of(page) == text.strip()
    assert not page.find(BLOCKS)


@pytest.mark.parametrize("kind", IN_LINE)
@pytest.mark.parametrize(
    "line", ["- two", "1. two", "# two", "> two", "===", "---", "|--|--|", "[a]: b"]
)
def test_nor_does_another_line_of_it(kind, line):
    page = page_of(f"one | x\n{line}", kind)
    assert re.split(r"\s*\n\s*|(?<=x)(?=\S)", words_of(page)) == ["one | x", line]
    assert not page.find(BLOCKS)


@pytest.mark.parametrize("kind", IN_LINE)
def test_paragraphs_of_a_value_are_apart(kind):
    assert len(page_of("one\n\ntwo", kind)("br")) == 2


def test_a_line_end_in_a_cell_is_a_line_break():
    assert html_of("one\ntwo", "row") == '<div class="markdown">one<br>two</div>'


def test_a_passage_keeps_its_blocks():
    page = page_of("One:\n\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |", "passage")
    assert page.p and page.ul.li and page.table


def test_a_part_of_an_entry_is_markdown_of_its_own():
    assert page_of("```text\nwith a fence\n```", "raw").pre


@pytest.mark.parametrize("kind", ["code", "front_matter"])
def test_code_is_shown_as_it_is_written(kind):
    text = "src/\n├── *a* <b>&amp;\n  └── [module]"
    page = page_of(text, kind)
    assert page.pre.get_text() == text
    assert not page.find(["em", "b", "mark"])


def test_a_level_has_its_colour():
    assert html_of("**High**", "row", tint="level-high") == (
        '<span class="tag level-high"><strong>High</strong></span>'
    )


@pytest.mark.parametrize("kind", [*IN_LINE, "passage"])
def test_a_text_from_right_to_left_says_so(kind):
    assert 'dir="auto"' in html_of("שלום **עולם**", kind)


@pytest.mark.parametrize("kind", IN_LINE)
def test_a_text_too_large_to_be_rendered_is_shown_as_it_is_written(kind):
    text = "x" * 100_001
    assert page_of(text, kind).pre.get_text() == text


# --- What is still open ---


def marks_of(page, css_class) -> list[str]:
    return [mark.get_text() for mark in page.select(f"mark.{css_class}")]


@pytest.mark.parametrize("kind", [*IN_LINE, "passage"])
def test_a_question_is_marked_without_the_words_that_make_it_one(kind):
    text = "All [NEEDS CLARIFICATION: Which?] and [NEEDS CLARIFICATION: N]."
    page = page_of(text, kind)
    assert marks_of(page, "open-question") == ["Which?", "N"]
    assert words_of(page) == "All Which? and N."


def test_a_question_that_does_not_say_is_marked_as_it_is():
    page = page_of("All [NEEDS CLARIFICATION] of them")
    assert marks_of(page, "open-question") == ["[NEEDS CLARIFICATION]"]


def test_a_question_with_markup_in_it_is_marked_to_its_end():
    page = page_of("All: [NEEDS CLARIFICATION: Which **of** the `[x]` here?] Yes.")
    assert "".join(marks_of(page, "open-question")) == "Which of the [x] here?"
    assert words_of(page) == "All: Which of the [x] here? Yes."
    assert page.strong and page.code


def test_a_paragraph_that_starts_with_the_words_is_a_question():
    page = page_of("One.\n\nNEEDS CLARIFICATION: which?\n\nTwo.", "passage")
    assert marks_of(page, "open-question") == ["which?"]
    assert [p.get_text() for p in page("p")] == ["One.", "which?", "Two."]


def test_what_is_no_question_stays_as_it_is():
    text = (
        "No NEEDS CLARIFICATION remains, `[NEEDS CLARIFICATION: x]` is code, "
        "[NEEDS CLARIFICATION: but this?]"
    )
    page = page_of(text)
    assert marks_of(page, "open-question") == ["but this?"]
    assert "No NEEDS CLARIFICATION remains, [NEEDS CLARIFICATION: x] is" in words_of(
        page
    )


@pytest.mark.parametrize("kind", [*IN_LINE, "passage"])
def test_placeholders_are_marked_each_once(kind):
    text = 'By [e.g., Bob\'s "crew" & co] or [e.g., Bob\'s "crew" & co], or not'
    page = page_of(text, kind)
    assert marks_of(page, "placeholder") == ['[e.g., Bob\'s "crew" & co]'] * 2
    assert words_of(page) == text


def test_no_mark_ends_up_in_an_attribute():
    text = (
        '[x](https://e.test "NEEDS CLARIFICATION: a [e.g., b]") '
        "[e.g., b] [NEEDS CLARIFICATION: a]"
    )
    page = page_of(text)
    assert page.a["title"] == "NEEDS CLARIFICATION: a [e.g., b]"
    assert page.a.get_text() == "x"
    assert marks_of(page, "placeholder") == ["[e.g., b]"]
    assert marks_of(page, "open-question") == ["a"]


# --- Hostile texts ---

ALLOWED = sanitizer.PLAN | {
    "div": {"class", "dir"},
    "mark": {"class"},
    "pre": {"class"},
    "span": {"class"},
}
CLASSES = re.compile(
    rf"{sanitizer.CLASSES.pattern}|markdown|raw|open-question|placeholder"
    r"|tag level-high"
)
AROUND = [
    "Words\n{}",
    "[NEEDS CLARIFICATION: {}]",
    "a [NEEDS CLARIFICATION: {}] b [e.g., {}]",
    "NEEDS CLARIFICATION: {}\n\n{}",
]


def expect_safe(text, kind, **values):
    html = html_of(text, kind, **values)
    sanitizer.expect_safe(html, ALLOWED, CLASSES)
    # A value ends where its element ends: all of it is in one.
    tree = html5lib.parseFragment(html, treebuilder="etree")
    assert len(tree) == 1
    assert not (tree[0].tail or "").strip()


@pytest.mark.parametrize("text", hostile.PAYLOADS, ids=range(len(hostile.PAYLOADS)))
def test_each_payload_comes_to_nothing(text):
    for kind in KINDS:
        expect_safe(text, kind)
    expect_safe(text, "row", tint="level-high")
    for around in AROUND:
        for kind in ("field", "passage"):
            expect_safe(around.replace("{}", text), kind)


@sanitizer.laws
@given(
    st.sampled_from(KINDS),
    st.lists(
        st.one_of(
            sanitizer.texts,
            st.sampled_from(
                ["[NEEDS CLARIFICATION: ", "NEEDS CLARIFICATION", "]", "[e.g., "]
            ),
        ),
        max_size=4,
    ).map("".join),
)
@example(
    "field", '[x](https://e.test "NEEDS CLARIFICATION: <b>") [NEEDS CLARIFICATION: a]'
)
def test_any_value_is_safe(kind, text):
    expect_safe(text, kind)


@given(
    st.from_regex(plain._WORDS, fullmatch=True)
    | st.text(st.sampled_from("abAZé0 ,.'’()/%–—-:*_[]&<"))
    | st.sampled_from(HOSTILE),
    st.sampled_from(KINDS),
)
@example("High/Med/Low", "row")
def test_plain_words_are_shown_as_if_they_were_looked_at_in_full(text, kind):
    assert _rendered(text, kind) == _rendered_in_full(text, kind)
