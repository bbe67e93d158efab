"""The finished text, both dialects, the comment for older scripts, filling in."""

import re
from importlib.resources import files

import pytest

from plans.document import (
    Dialect,
    NotFinished,
    check,
    default_template,
    draft,
    fill_in,
    finished,
    outline,
    read,
    write,
)


@pytest.fixture(scope="module")
def full():
    (path,) = (p for p in files("plans.demo").iterdir() if p.name.endswith(".md"))
    return path.read_bytes().decode()


def test_a_plan_with_blanks_is_refused_with_what_is_in_the_way():
    with pytest.raises(NotFinished) as refusal:
        finished(read(default_template()))
    assert len(refusal.value.problems) > 100
    assert all(problem.is_error for problem in refusal.value.problems)


def test_a_draft_is_never_refused():
    assert draft(read(default_template())) == default_template()


def test_the_finished_text_is_tidy_and_stays_the_same(full):
    messy = "\ufeff" + full.replace("\n", "\r\n").rstrip() + "\r\n\r\n<!-- note -->"
    text = finished(read(messy))
    assert "\r" not in text and "<!--" not in text and "\ufeff" not in text
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert check(read(text)) == []
    assert finished(read(text)) == text
    assert text == full


def test_a_rule_survives_the_comment_before_it():
    text = "## A\n\ntext\n\n<!-- hint -->\n\n---\n\n## B\n\ntext\n"
    assert finished(read(text)) == "## A\n\ntext\n\n---\n\n## B\n\ntext\n"


@pytest.mark.parametrize(
    "text", [default_template(), "a\n\n- **B**: c\n  - d\n- **E**: f\n"]
)
def test_both_dialects_say_the_same(text):
    upstream = draft(read(text), dialect=Dialect.UPSTREAM)
    assert outline(read(upstream)) == outline(read(text))
    again = draft(read(upstream), dialect=Dialect.CUSTOMER)
    assert outline(read(again)) == outline(read(text))
    assert "\n- **" not in upstream


def found_by_scripts(text, name):
    """As spec-kit's scripts look for a field: the first line that is one."""
    match = re.search(rf"^\*\*{re.escape(name)}\*\*: (.+)$", text, re.MULTILINE)
    return match and match[1]


def test_older_scripts_find_their_fields_in_either_way_out(full):
    names = ("Language/Version", "Primary Dependencies", "Storage", "Project Type")
    document = read(full)
    plain = finished(document)
    assert not any(found_by_scripts(plain, name) for name in names)
    upstream = finished(document, dialect=Dialect.UPSTREAM)
    compatible = finished(document, compatible=True)
    assert compatible.startswith(plain.rstrip("\n"))
    for name in names:
        assert found_by_scripts(upstream, name)
        assert found_by_scripts(compatible, name) == found_by_scripts(upstream, name)
    assert check(read(compatible)) == []


def test_filling_in_reaches_every_place_of_a_placeholder():
    document = read(default_template())
    fill_in(
        document, {"FEATURE": "Tides", "###-feature-name": "012-tides", "DATE": "x"}
    )
    text = write(document)
    assert "[FEATURE]" not in text and "[###-feature-name]" not in text
    assert "- **Branch**: `012-tides`\n" in text
    assert "from `/specs/012-tides/spec.md`" in text
    assert text.startswith("# Implementation Plan: Tides - ")
