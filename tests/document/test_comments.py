"""Comments: a template's guidance is left out of a finished plan, all others stay."""

import pytest
from hypothesis import given

from plans import document as doc
from plans.document import Edition
from tests.document.texts import documents
from tests.make import corpus_files

pytestmark = pytest.mark.once

GUIDANCE = "<!--\n  ACTION REQUIRED: Replace the content\n  of this section.\n-->"
PLAN = f"""\
<!-- SPECKIT_LEVEL: 2 -->
# Plan: Ebb

<!-- ANCHOR:summary -->
## Summary

{GUIDANCE}

It ebbs.

<!-- Ask Bob: is this still true? -->

<!-- /ANCHOR:summary -->

---

<!-- ANCHOR:more -->
{GUIDANCE}
## More <!-- markdownlint-disable-line -->

- **A**: b <!-- a remark -->

<!-- toc -->
"""
KEPT = PLAN.replace(GUIDANCE + "\n\n", "").replace(GUIDANCE + "\n", "")


def test_only_guidance_is_left_out_of_a_finished_plan():
    assert doc.finalize(doc.read(PLAN)) == KEPT
    assert doc.finalize(doc.read(PLAN.replace("\n", "\r\n"))) == KEPT
    assert doc.finalize(doc.read(KEPT)) == KEPT


def test_the_comments_of_a_plans_own_template_are_guidance():
    template = (
        "# [FEATURE]\n\n<!-- Say what.\n  In a sentence. -->\n\n<!-- ANCHOR:a -->\n"
    )
    own = doc.template_placeholders(template)
    text = (
        "# Ebb\n\n<!-- Say what. In a sentence. -->\n\nIt ebbs.\n\n<!-- ANCHOR:a -->\n"
    )
    finished = doc.finalize(doc.read(text), own_placeholders=own)
    assert finished == "# Ebb\n\nIt ebbs.\n\n<!-- ANCHOR:a -->\n"
    assert doc.finalize(doc.read(text)) == text


def test_what_was_frozen_before_is_compared_without_any_comment():
    frozen = doc.take_snapshot(doc.read(PLAN), edition=Edition.FIRST)
    assert "<!-- Ask" not in frozen.text and "ANCHOR" not in frozen.text


@pytest.mark.parametrize(
    ("edition", "text"),
    [
        (Edition.FIRST, "## H\n\n- a\n\n    b\n"),
        (Edition.SECOND, "## H\n\n- a\n\n    b\n"),
        (Edition.THIRD, "## H\n\n- a\n\n---\n\n    b\n"),
    ],
)
def test_what_a_comment_kept_apart_is_as_it_was_in_earlier_editions(edition, text):
    comment = "<!-- Say what. In a sentence. -->"
    document = doc.read(f"## H\n\n- a\n\n{comment}\n\n    b\n")
    own = frozenset({comment})
    snapshot = doc.take_snapshot(document, edition=edition, own_placeholders=own)
    assert snapshot.text == text


def test_what_is_kept_and_what_is_left_out_is_said_before():
    problems = doc.check(doc.read(PLAN))
    assert [(p.code, p.line, p.is_error) for p in problems] == [
        ("guidance", 7, True),
        ("remark", 14, False),
        ("guidance", 21, True),
        ("remark", 27, False),
    ]
    assert "“Ask Bob: is this still true?” stays" in problems[1].message
    fates = doc.comments_of(doc.read(PLAN))
    assert [len(fates.left_out), len(fates.remarks), len(fates.markers)] == [2, 2, 6]


def test_a_comment_that_stays_and_is_changed_is_a_change():
    before, after = doc.read(KEPT), doc.read(KEPT.replace("still true?", "true?"))
    (change,) = doc.compare(before, after)
    assert change.heading == "Summary"
    without = doc.read(PLAN.replace(GUIDANCE, "<!-- ACTION REQUIRED: other -->"))
    assert doc.compare(doc.read(PLAN), without) == []


def test_marks_of_real_plans_are_in_nobodys_way_and_stay():
    for path in corpus_files("corpus"):
        text = path.read_bytes().decode()
        document = doc.read(text)
        fates = doc.comments_of(document)
        frozen = doc.take_snapshot(document).text
        for comment in fates.markers + fates.remarks:
            assert comment in frozen.replace("\r\n", "\n"), path
        assert not any(p.code == "guidance" for p in doc.check(document))


@given(documents)
def test_a_finished_text_is_finished_once_and_for_all(text):
    first = doc.write(doc.normalize(doc.read(text)))
    assert doc.write(doc.normalize(doc.read(first))) == first
