"""What is taken in, and the sentence for what is not."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.content.export import in_form
from plans.content.limits import (
    MAX_FILE_BYTES,
    MAX_ITEMS,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    Unreadable,
    check_bytes,
    check_items,
    check_size,
    decode,
    measure,
    without_nul,
)
from plans.document import read
from tests.effort import examples

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "data",
    [
        b"# A\n",
        b"\xef\xbb\xbf# A\r\n",
        "中文 é 🟡".encode(),
        b"a\0b",
        b"\x0c\x1b[0m",
        b"a" * MAX_LINE_CHARACTERS,
        b"\n" * (MAX_LINES - 1) + b"a",
        b"PK is no archive",
    ],
    ids=lambda data: ascii(data[:12]),
)
def test_a_text_is_taken_as_it_is(data):
    assert decode(data).encode() == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b" \n\t\r\n", "The file is empty"),
        (b"\xef\xbb\xbf\n", "no text yet"),
        (b"a\n" * (MAX_FILE_BYTES // 2 + 1), "The file has 3.0 MB"),
        (b"a" * 5_000_000, "The file has 5.0 MB; a plan can have up to 1 MB"),
        (b"PK\x03\x04" + b"a" * 99, "The file is not text"),
        (b"%PDF-1.7\n", "The file is not text"),
        (b"\x1f\x8b\x08", "The file is not text"),
        (b"a\0b\0c\0d\0", "The file is not text"),
        ("Plan".encode("utf-16"), "The file is UTF-16"),
        (b"# A\n\nna\xefve\n", "line 3 has a byte that can’t be read"),
        ("Prüfung".encode("latin-1"), "not UTF-8: line 1"),
        ((b"b" * 9_999 + b"\n") * 101, "longer than 1 MB"),
        (b"a\n" * (MAX_LINES + 1), "lines; a plan can have up to 6,000"),
        (b"|a" * 30 + b"\n" + b"|-" * 30 + b"\n" + b"|b\n" * 700, "cells; a plan can"),
        (b"b\n" + b"a" * (MAX_LINE_CHARACTERS + 1), "Line 2 has 20,001 characters"),
    ],
    ids=lambda data: ascii(data[:12]),
)
def test_what_cannot_be_a_plan_is_refused_with_the_reason(data, words):
    with pytest.raises(Unreadable) as refusal:
        decode(data)
    assert words in str(refusal.value)


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "\ufeff \r\n"])
def test_a_pasted_text_has_something_in_it(text):
    with pytest.raises(Unreadable, match="no text yet"):
        check_size(text)


def test_a_pasted_text_is_counted_in_bytes():
    check_size("é\n" * 5_000)
    with pytest.raises(Unreadable, match="longer than 1 MB"):
        check_size(("中" * 6_000 + "\n") * 60)


def test_bytes_can_be_counted_before_they_are_read():
    check_bytes(MAX_FILE_BYTES)
    with pytest.raises(Unreadable, match="3.0 MB"):
        check_bytes(MAX_FILE_BYTES + 1)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb\r\n", "a\rb"], ids=ascii)
def test_lines_end_as_markdown_ends_them(text, monkeypatch):
    monkeypatch.setattr("plans.content.limits.MAX_LINES", 2)
    check_size(text)
    check_size("a\u2028b\x0bc\x85d\n")
    with pytest.raises(Unreadable, match="3 lines"):
        check_size("a\r\nb\rc")


def test_a_nul_is_replaced_by_a_mark_that_gives_it_back():
    assert without_nul("a") == ("a", "")
    for text in ("a\0b", "a\0\u2400", "\u2400\ufdd0\0"):
        stored, mark = without_nul(text)
        assert "\0" not in stored
        assert mark not in text
        assert stored.replace(mark, "\0") == text


def test_a_text_that_uses_every_mark_and_nul_is_refused():
    with pytest.raises(Unreadable, match="NUL"):
        without_nul("\0\u2400\ufdd0\ufdd1\ufdd2")


def test_a_plan_has_no_more_items_than_a_page_can_show():
    check_items(read("- a\n" * MAX_ITEMS))
    with pytest.raises(Unreadable, match=r"5,001 fields, rows and list entries"):
        check_items(read("- a\n" * (MAX_ITEMS + 1)))


def test_nesting_without_end_is_read():
    for text in ("- " * 200 + "a", "> " * 200 + "a", "[" * 5_000, "`" * 5_000):
        check_items(read(decode(text.encode())))


# --- The same for every form ---

LINES = st.lists(
    st.sampled_from(
        [
            "# Plan",
            "## Approvals",
            "### Approvals",
            "- **Storage**: disk",
            "**Storage**: disk",
            "**Goal**:one",
            "- **Goal:** one",
            "*   **Goal** : one",
            "  - **Who**: Dana",
            "**Deliverables**:",
            "- **Deliverables**:",
            "  - a",
            "- a",
            "  1. a",
            "1. **Step**: x",
            "    more",
            "  more",
            "more",
            "   ",
            "",
            "",
            "| Role | Name | Signature | Date |",
            "|------|------|-----------|------|",
            "| Design | Dana | | |",
            "- **Design**: Dana",
            "  ```",
            "```",
            "\tx",
            "<!--\n**Storage**: disk\n-->",
            "<!-- ACTION REQUIRED: x -->",
            "- [ ] a",
            "> a",
            "**功能**：x",
            "- **A**: \\*x",
            "---",
        ]
    ),
    max_size=14,
)
SIGNATURE = doc.Signature("Dana Ito (dana) of Harbour", date(2026, 11, 24), 3, "0" * 12)


def forms_of(text):
    frozen = doc.take_snapshot(doc.read(text)).text
    slots = len(doc.approval_lines(frozen))
    signed = doc.add_signatures(frozen, [[SIGNATURE] * 2] * slots)
    for bare in (text, frozen, signed):
        yield bare
        for dialect in (None, *doc.Dialect):
            for compatible in (False, True):
                yield in_form(bare, dialect=dialect, compatible=compatible)


@settings(max_examples=examples(20), deadline=None)
@given(LINES)
@example(["**功能**：x", "  - a"])
def test_no_form_of_a_text_is_larger_than_the_text(lines):
    """But for rules, which count: a dialect keeps two parts apart by one."""
    text = "\n".join(["# Plan", *lines, ""])
    own = measure(text)
    for form in forms_of(text):
        size = measure(form)
        rules = max(0, form.count("\n---\n") - text.count("\n---\n"))
        for name in ("bytes", "lines", "longest", "cells"):
            most = getattr(own, name)
            if name == "longest":
                most = max(most, 1_000)  # short lines may be joined
            elif name != "cells":
                most += rules * {"bytes": len("\n---\n"), "lines": 2}[name]
            assert getattr(size, name) <= most, (name, form)
