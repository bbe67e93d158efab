"""Decisions written into the Approvals lines, read there, and taken out again."""

from datetime import date
from html import unescape
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plans.document import (
    ApprovalLine,
    Field,
    Signature,
    add_signatures,
    approval_lines,
    blanks_of,
    fitting_name,
    line_numbers,
    printed_name,
    read,
    strip_signatures,
    write,
)
from plans.document.signatures.lines import without_signatures
from plans.document.signatures.markers import strip_markers
from plans.document.syntax.parsing import split_lines
from tests.document.texts import MARK, MARK_PARTS, approvals, documents, values
from tests.make import corpus_files

pytestmark = pytest.mark.once

DANA = Signature("Dana Okafor", date(2026, 11, 24), 3, "1a2b3c4d5e6f")
EMIL = Signature("Emil Brandt", date(2026, 11, 25), 3, "1a2b3c4d5e6f")
EMILS = " — approved by Emil Brandt on 2026-11-25, version 3, sha256 1a2b3c4d5e6f"
LONG_MARK = MARK.replace("Dana", "n" * 950)

texts = st.one_of(documents, approvals, approvals, approvals)
names = st.one_of(
    st.sampled_from(
        [*MARK_PARTS, "| **X**: y", "<b>", "&amp;", "&#42;", "a`b", "\u202eb"]
    ),
    values,
    st.text(min_size=140, alphabet="|[]—&a"),
)
signatures = st.builds(
    Signature,
    name=names,
    day=st.dates(),
    version=st.integers(0, 10**9 - 1),
    digest=st.text("0123456789abcdef", min_size=12, max_size=12),
)


def with_shown_name(signature):
    name = fitting_name(signature.name)
    return Signature(name, signature.day, signature.version, signature.digest)


def test_a_signature_stands_behind_the_name_it_is_of():
    text = "### Approvals\r\n\r\n- **Design**: Dana Okafor\r\n- **Launch**: Emil Brandt"
    both = add_signatures(text, [[DANA], [DANA, EMIL]])
    assert both == text.replace("Okafor", "Okafor" + MARK) + MARK + EMILS
    assert approval_lines(both) == [
        ApprovalLine("Design", "Dana Okafor", (DANA,)),
        ApprovalLine("Launch", "Emil Brandt", (DANA, EMIL)),
    ]
    assert strip_signatures(both) == text


def test_a_line_that_nobody_signed_stays_as_it_is():
    text = "\ufeff## Sign-off\n\n- **A**: b\n\n**C**: d\n"
    assert add_signatures(text, [[], []]) == text
    assert [line.signatures for line in approval_lines(text)] == [(), ()]


def test_signatures_must_be_for_all_lines():
    with pytest.raises(ValueError, match="2 approval lines, and signatures for 1"):
        add_signatures("## Approvals\n\n- **A**: b\n- **C**: d\n", [[DANA]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- **A**: b\n  c\n  - d\n", f"- **A**: b\n  c{MARK}\n  - d\n"),
        ("- **A**:\n  - **B**: c\n", f"- **A**:{MARK}\n  - **B**: c\n"),
        ("**A**:\n\n- **B**: c\n- d\n", f"**A**:{MARK}\n\n- **B**: c\n- d\n"),
        ("**A**: b | **C**: d\n", f"**A**: b{MARK} | **C**: d\n"),
        ("- **A**: [Name/Role]\n", f"- **A**: [Name/Role]{MARK}\n"),
        ("- **A**: b  \n  +\n", f"- **A**: b{MARK}  \n  +\n"),
        ("- **A**: b\n  1.\n", f"- **A**: b{MARK}\n  1.\n"),
    ],
)
def test_a_signature_ends_the_fields_own_text(text, expected):
    text, expected = f"## Approvals\n\n{text}", f"## Approvals\n\n{expected}"
    others = [[] for _ in approval_lines(text)[1:]]
    assert add_signatures(text, [[DANA], *others]) == expected
    assert len(approval_lines(expected)) == len(approval_lines(text))
    assert strip_signatures(expected) == text


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        (f"Dana{MARK}", "Dana"),
        (MARK.strip(), ""),
        (f"[Name/Role]{MARK}", "[Name/Role]"),
        (f"Dana{MARK}, and more", "Dana, and more"),
        (f"Dana{MARK}{MARK}.", "Dana."),
        (f"Dana\n {MARK}\n  and more", "Dana\n  and more"),
        (f"Dana — approved by{MARK} Emil{MARK[14:]}", "Dana — approved by"),
        (f"Dana — approved by{LONG_MARK}{MARK[14:]}", "Dana"),
        (f"Dana — appro{LONG_MARK}ved by{MARK[14:]}", "Dana"),
        ("Dana — approved by y", "Dana — approved by y"),
        (MARK.replace("2026-11-24", "2026-99-99").strip(), ""),
    ],
)
def test_marks_are_taken_out_wherever_they_stand_in_the_line(value, bare):
    text = f"## Approvals\n\n- **A**: {value}\n- **B**: c\n"
    expected = f"## Approvals\n\n- **A**: {bare}\n- **B**: c\n".replace(": \n", ":\n")
    assert strip_signatures(text) == expected


def test_a_mark_that_another_leaves_behind_is_found_in_the_same_pass():
    nested = f"Dana — appro{LONG_MARK}ved by{LONG_MARK}{MARK[14:]}"
    assert strip_markers(nested) == "Dana"


@given(st.lists(st.sampled_from([*MARK_PARTS, LONG_MARK]), max_size=9).map("".join))
def test_one_pass_leaves_no_mark(value):
    assert strip_markers(strip_markers(value)) == strip_markers(value)


def test_marks_are_left_alone_outside_of_approvals_lines():
    text = f"## Notes\n\n- **A**: b{MARK}\n\n```\n## Approvals\n- **A**: b{MARK}\n```\n"
    assert strip_signatures(text) == text


def test_a_value_is_told_without_its_signatures():
    text = f"## Approvals\n\n- **A**: [Name/Role]{MARK}\n- **B**: Dana{MARK}\n"
    blank, item = (item for _, _, item in read(text).walk())
    assert [without_signatures(i).value for i in (blank, item)] == ["", "Dana"]
    assert blanks_of(without_signatures(blank))[0].hint == "Name/Role"
    item.value = "Emil" + EMILS
    assert without_signatures(item).value == "Emil"
    assert item.value == "Emil" + EMILS


@given(names)
def test_a_name_is_shown_as_it_is(name):
    (line,) = approval_lines(
        add_signatures("## Approvals\n\n- **A**: b\n", [[with_name(name)]])
    )
    assert [s.name for s in line.signatures] == [fitting_name(name)]
    text = add_signatures("## Approvals\n\n**A**: b\n", [[with_name(name)]])
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    start, end = "approved by ", " on 2026-11-24, version 3, sha256 1a2b3c4d5e6f</p>"
    shown = html[html.index(start) + len(start) : html.rindex(end)]
    assert unescape(shown) == fitting_name(name) and "<" not in shown


def with_name(name):
    return Signature(name, DANA.day, DANA.version, DANA.digest)


def test_a_printed_name_is_one_line_that_cannot_turn_its_neighbours_around():
    assert printed_name(" Dana\r\n —\u202e Okafor\x00 ") == "Dana – Okafor"
    assert printed_name("\u2028") == "(no name)"
    assert len(printed_name("n" * 1000)) == 150


# --- Laws for any text ---------------------------------------------------------------


@given(texts)
def test_taking_out_signatures_twice_is_taking_them_out_once(text):
    assert strip_signatures(strip_signatures(text)) == strip_signatures(text)


@given(texts, st.data())
def test_what_was_signed_comes_back(text, data):
    hold_to_the_laws(text, lambda: data.draw(st.lists(signatures, max_size=2)))


def test_what_was_signed_comes_back_in_real_plans():
    for path in corpus_files("corpus", "templates"):
        hold_to_the_laws(path.read_bytes().decode(), lambda: [DANA, EMIL])


def hold_to_the_laws(text, drawn):
    frozen = strip_signatures(text)
    before = approval_lines(frozen)
    decisions = [drawn() for _ in before]
    result = add_signatures(frozen, decisions)
    assert strip_signatures(result) == frozen
    assert approval_lines(result) == [
        ApprovalLine(line.role, line.value, tuple(map(with_shown_name, some)))
        for line, some in zip(before, decisions, strict=True)
    ]
    old, new = split_lines(frozen), split_lines(result)
    assert len(old) == len(new)
    changed = {n for n, line in enumerate(old) if line != new[n]}
    assert changed <= approval_line_numbers(frozen)


def approval_line_numbers(text):
    document = read(text)
    starts = line_numbers(document)
    numbers = set()
    for _, block, item in document.walk():
        is_row = block.kind == "sign_offs"
        if is_row or (block.kind == "approvals" and isinstance(item, Field)):
            start = starts[id(item)] - 1
            numbers |= set(range(start, start + len(split_lines(item.source))))
    return numbers


@given(texts)
def test_a_signed_text_is_written_as_it_was_read(text):
    assert write(read(text)) == text


@pytest.mark.parametrize(
    "value",
    [
        "— approved by ",
        "—",
        " ",
        MARK,
        " — approved by" * 9 + LONG_MARK[14:] * 9,
        "a\n  ",
    ],
    ids=["openings", "dashes", "spaces", "marks", "lines", "nested marks"],
)
def test_a_long_value_takes_time_in_step_with_its_length(value):
    def seconds(length):
        text = "## Approvals\n\n- **A**: " + value * (length // len(value)) + "x\n"
        start = perf_counter()
        strip_signatures(text)
        return perf_counter() - start

    assert seconds(1_000_000) < 20 * max(seconds(100_000), 0.05)
