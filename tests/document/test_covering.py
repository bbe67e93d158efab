"""A text in its chapters."""

from hypothesis import given

from plans.document import parts_of, read
from tests.document.texts import documents
from tests.make import corpus_files


def test_a_chapter_holds_all_below_its_heading():
    text = (
        "---\na: b\n---\n\n# Plan\nwords\n## 1. A ##\n### B\r\n- c\n\n"
        "Under\n---\nd\n```\n## no\n```\n- ## neither\n"
    )
    assert parts_of(text) == {
        "": "---\na: b\n---\n\n",
        "Plan": "# Plan\nwords\n",
        "1. A": "## 1. A ##\n### B\r\n- c\n\n",
        "Under": "Under\n---\nd\n```\n## no\n```\n- ## neither\n",
    }


def test_chapters_of_one_name_are_one_part():
    assert parts_of("## A\nb\n## C\n## A\nd") == {
        "A": "## A\nb\n## A\nd",
        "C": "## C\n",
    }
    assert parts_of("\ufeff##\nb\n") == {"": "\ufeff##\nb\n"}
    assert parts_of("") == {}


@given(documents)
def test_all_parts_are_the_whole_text(text):
    hold_to_the_law(text)


def test_all_parts_of_real_plans_are_the_whole_text():
    for path in corpus_files("corpus", "templates"):
        hold_to_the_law(path.read_bytes().decode())


def hold_to_the_law(text):
    parts = parts_of(text)
    headings = [s.heading for s in read(text).sections if s.level in (1, 2)]
    assert set(parts) - {""} == set(headings) - {""}
    if len({"", *headings}) == len(headings) + 1:
        assert "".join(parts.values()) == text
    assert sorted("".join(parts.values())) == sorted(text)
