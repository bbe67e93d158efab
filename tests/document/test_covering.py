"""A text in its chapters."""

import pytest
from hypothesis import given

from plans.document import Edition, read, split_chapters
from plans.reviews.digests import compute_digests
from tests.document.texts import documents
from tests.make import corpus_files

pytestmark = pytest.mark.once


def test_a_chapter_holds_all_below_its_heading():
    text = (
        "---\na: b\n---\n\n# Plan\nwords\n## 1. A ##\n### B\r\n- c\n\n"
        "Under\n---\nd\n```\n## no\n```\n- ## neither\n"
    )
    assert split_chapters(text) == {
        "": "---\na: b\n---\n\n",
        "Plan": "# Plan\nwords\n",
        "1. A": "## 1. A ##\n### B\r\n- c\n\n",
        "Under": "Under\n---\nd\n```\n## no\n```\n- ## neither\n",
    }


def test_chapters_of_one_name_are_one_part():
    assert split_chapters("## A\nb\n## C\n## A\nd") == {
        "A": "## A\nb\n## A\nd",
        "C": "## C\n",
    }
    assert split_chapters("\ufeff##\nb\n") == {"": "\ufeff##\nb\n"}
    assert split_chapters("") == {}


@given(documents)
def test_all_parts_are_the_whole_text(text):
    hold_to_the_law(text)


def test_all_parts_of_real_plans_are_the_whole_text():
    for path in corpus_files("corpus", "templates"):
        hold_to_the_law(path.read_bytes().decode())


def hold_to_the_law(text):
    parts = split_chapters(text)
    headings = [s.heading for s in read(text).sections if s.level in (1, 2)]
    assert set(parts) - {""} == set(headings) - {""}
    if len({"", *headings}) == len(headings) + 1:
        assert "".join(parts.values()) == text
    assert sorted("".join(parts.values())) == sorted(text)


ELSEWHERE = [
    ("[words][label]", "[label]: https://a.example", "[label]: https://b.example"),
    ("[Label  One]", "[label one]:\n  /a 'T'", "[label one]:\n  /a 'U'"),
    ("![words][a]", "[a]: /a", "[a]: /b"),
    ("[a]", "[a]: /a", "[a]: /b\n[a]: /a"),
    ("words[^1]", "[^1]: One word.\n    More.", "[^1]: One word.\n    Less."),
    ("words[^1]", "[^1]: See [a].\n\n[a]: /a", "[^1]: See [a].\n\n[a]: /b"),
    ("- **Label**: [a][]", "> [a]: /a", "> [a]: /b"),
]


@pytest.mark.parametrize(("link", "before", "after"), ELSEWHERE)
def test_a_part_has_the_definitions_that_its_links_use(link, before, after):
    text = f"## A\n{link}\n\n## B\nwords\n\n## C\n\n{{}}\n"
    old, new = (
        compute_digests(text.format(end), Edition.SECOND) for end in (before, after)
    )
    assert old.parts["A"] != new.parts["A"]
    assert old.parts["B"] == new.parts["B"]
    old, new = (
        compute_digests(text.format(end), Edition.FIRST) for end in (before, after)
    )
    assert old.parts["A"] == new.parts["A"], "what is signed stays signed"
