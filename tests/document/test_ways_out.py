"""The finished text, both dialects, the comment for older scripts, filling in."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    Dialect,
    Edition,
    NotFinished,
    check,
    default_template,
    draft,
    fill_placeholders,
    finalize,
    normalize,
    outline,
    read,
    snapshot_text,
    strip_signatures,
    take_snapshot,
    write,
)
from tests.document.texts import MARK, approvals, documents
from tests.make import corpus_files

pytestmark = pytest.mark.once

texts = st.one_of(documents, approvals)


@pytest.fixture(scope="module")
def full():
    """The demo's longest plan, with nothing left to fill in."""
    return files("plans.demo").joinpath("offline-readings.md").read_bytes().decode()


@given(texts, st.sampled_from(Edition))
def test_the_text_of_a_snapshot_alone_is_the_same(text, edition):
    document = read(text, edition)
    whole = take_snapshot(document, edition=edition)
    assert snapshot_text(document, edition=edition) == whole.text


def test_a_plan_with_blanks_is_refused_with_what_is_in_the_way():
    with pytest.raises(NotFinished) as refusal:
        finalize(read(default_template()))
    assert len(refusal.value.problems) > 100
    assert all(problem.is_error for problem in refusal.value.problems)


def test_a_draft_is_never_refused():
    assert draft(read(default_template())) == default_template()


def test_the_finished_text_is_tidy_and_stays_the_same(full):
    messy = (
        "\ufeff"
        + full.replace("\n", "\r\n").rstrip()
        + "\r\n\r\n<!-- ACTION REQUIRED: x -->"
    )
    text = finalize(read(messy))
    assert "\r" not in text and "<!--" not in text and "\ufeff" not in text
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert check(read(text)) == []
    assert finalize(read(text)) == text
    assert text == full


def test_a_rule_survives_the_comment_before_it():
    text = "## A\n\ntext\n\n<!-- ACTION REQUIRED: x -->\n\n---\n\n## B\n\ntext\n"
    assert finalize(read(text)) == "## A\n\ntext\n\n---\n\n## B\n\ntext\n"


@pytest.mark.parametrize(
    "text", [default_template(), "a\n\n- **B**:\n  - d\n- **E**: f\n"]
)
def test_both_dialects_say_the_same(text):
    upstream = draft(read(text), dialect=Dialect.UPSTREAM)
    assert outline(read(upstream)) == outline(read(text))
    again = draft(read(upstream), dialect=Dialect.CUSTOMER)
    assert outline(read(again)) == outline(read(text))
    assert "\n- **" not in upstream


def value_for_scripts(text, name):
    """As spec-kit's scripts look for a field: the first line that is one."""
    match = re.search(rf"^\*\*{re.escape(name)}\*\*: (.+)$", text, re.MULTILINE)
    return match and match[1]


def test_older_scripts_find_their_fields_in_either_way_out(full):
    names = ("Language/Version", "Primary Dependencies", "Storage", "Project Type")
    document = read(full)
    plain = finalize(document)
    assert not any(value_for_scripts(plain, name) for name in names)
    upstream = finalize(document, dialect=Dialect.UPSTREAM)
    compatible = finalize(document, compatible=True)
    assert compatible.startswith(plain.rstrip("\n"))
    for name in names:
        assert value_for_scripts(upstream, name)
        assert value_for_scripts(compatible, name) == value_for_scripts(upstream, name)
    assert check(read(compatible)) == []


def test_filling_in_reaches_every_place_of_a_placeholder():
    document = read(default_template())
    fill_placeholders(
        document, {"FEATURE": "Tides", "###-feature-name": "012-tides", "DATE": "x"}
    )
    text = write(document)
    assert "[FEATURE]" not in text and "[###-feature-name]" not in text
    assert "- **Branch**: `012-tides`\n" in text
    assert "from `/specs/012-tides/spec.md`" in text
    assert text.startswith("# Implementation Plan: Tides - ")


def test_the_day_of_a_plan_is_filled_in_only_where_that_day_is_asked_for():
    asking = [
        *("- **Date**: {}", "- **Created**: {} by [Name]", "**Date Created**: {}"),
        "**Branch**: x | **Date**: {}",
    ]
    others = [
        *("# Plan of {}", "- **Due**: {}", "- **Go-live**: {}", "- until {}", "By {}."),
        *("- [ ] reviewed on {}", "| Date |\n|------|\n| {} |"),
    ]
    lines = "\n\n".join([*others, *asking])
    document = read(lines.replace("{}", "[DATE]"))
    fill_placeholders(document, {"DATE": "2026-03-01"})
    expected = [line.replace("{}", "[DATE]") for line in others]
    expected += [line.replace("{}", "2026-03-01") for line in asking]
    assert write(document) == "\n\n".join(expected)


def test_filling_in_leaves_everything_else_as_it_is():
    template = default_template()
    document = read(template)
    fill_placeholders(document, {"FEATURE": "A | `b` [c] \\ # d"})
    before, after = template.split("\n"), write(document).split("\n")
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [line for line in before if "[FEATURE]" in line]


@pytest.mark.parametrize("name", ["Show [DATE]", "[AREA] of [FEATURE]", "[link] list"])
def test_an_answer_is_never_filled_in_itself(name):
    document = read(default_template())
    answers = {"FEATURE": name, "AREA": "sea", "DATE": "2026-05-01", "link": "x"}
    fill_placeholders(document, answers)
    assert document.title.startswith(f"Implementation Plan: {name} - ")
    tags = next(i for _, _, i in document.walk() if getattr(i, "label", "") == "Tags")
    assert tags.value == f"{name}, sea"


# --- Decisions -----------------------------------------------------------------------


def test_a_finished_plan_states_no_decision_that_came_with_a_file(full):
    name = "- **Technical Design**: Dana Okafor"
    assert name in full
    text = full.replace(name, name + MARK).replace("\n", "\r\n")
    assert finalize(read(text)) == full
    done = take_snapshot(read(text))
    assert (done.text, [p.code for p in done.problems]) == (full, ["decision"])
    assert done.problems[0].line == full[: full.index(name)].count("\n") + 1
    upstream = finalize(read(text), dialect=Dialect.UPSTREAM)
    assert upstream == finalize(read(full), dialect=Dialect.UPSTREAM)
    assert draft(read(text)) == text


def test_a_text_is_frozen_whatever_is_in_its_way():
    text = f"## Approvals\r\n\r\n- **A**: [Name/Role]{MARK}\r\n- **B**: ???{MARK}"
    done = take_snapshot(read(text + "<!-- c -->"))
    assert done.text == "## Approvals\n\n- **A**: [Name/Role]\n- **B**: ???<!-- c -->\n"
    assert [(p.code, p.line) for p in done.problems] == [
        ("blank", 3), ("decision", 3), ("left_open", 4), ("remark", 4), ("decision", 4)
    ]  # fmt: skip
    with pytest.raises(NotFinished) as refusal:
        finalize(read(text))
    assert [p.code for p in refusal.value.problems] == ["blank"]


# --- Any text ------------------------------------------------------------------------


@given(texts)
def test_any_finished_text_is_tidy_and_stays_the_same(text):
    try:
        done = finalize(read(text))
    except NotFinished as refusal:
        assert refusal.problems
        return
    assert "\r" not in done
    assert not done.startswith("\ufeff")
    assert done.endswith("\n") and not done.endswith("\n\n")
    assert not [i for _, _, i in read(done).walk() if i.kind == "guidance"]
    assert not [p for p in check(read(done)) if p.is_error]
    assert strip_signatures(done) == done
    assert finalize(read(done)) == done


@given(texts)
def test_any_text_is_frozen_as_it_would_be_finished(text):
    done = take_snapshot(read(text))
    assert (
        strip_signatures(done.text) == done.text == take_snapshot(read(done.text)).text
    )
    if not [problem for problem in done.problems if problem.is_error]:
        assert finalize(read(text)) == done.text


def without_guidance(document):
    """An outline without comments, and without the rules that stood before them."""
    for kind, *values in outline(document):
        if kind == "passage":
            values[-1] = re.sub(r"(?:(?:^|\n+)(?:---|\*\*\*|- - -))+$", "", values[-1])
        if kind != "guidance" and (kind != "passage" or values[-1]):
            yield (kind, *values)


@given(documents)
def test_tidying_takes_comments_away_and_nothing_else(text):
    text = text.lstrip("\n\r\ufeff")
    tidy = normalize(read(text))
    assert list(without_guidance(tidy)) == list(without_guidance(read(text)))


@given(documents)
def test_any_text_says_the_same_in_both_dialects(text):
    document = read(text)
    for dialect in Dialect:
        written = draft(document, dialect=dialect)
        assert outline(read(written)) == outline(document)
        assert draft(read(written), dialect=dialect) == written


def test_real_plans_say_the_same_in_the_other_dialect():
    for path in corpus_files("corpus", "templates"):
        document = read(path.read_bytes().decode())
        is_customers = "seed-variant" in path.parts or path.name == "plan-template.md"
        other = Dialect.UPSTREAM if is_customers else Dialect.CUSTOMER
        written = draft(document, dialect=other)
        assert outline(read(written)) == outline(document), path


def test_real_plans_are_tidied_without_loss():
    for path in corpus_files("corpus", "templates"):
        document = read(path.read_bytes().decode())
        tidy = normalize(document)
        assert list(without_guidance(tidy)) == list(without_guidance(document)), path


def test_a_dialect_has_the_line_ends_of_its_file():
    windows = "- **A**: b\r\n- **C**:\r\n  - e\r\n"
    written = draft(read(windows), dialect=Dialect.UPSTREAM)
    assert written == "**A**: b\r\n\r\n**C**:\r\n\r\n- e\r\n"


@pytest.mark.parametrize(
    "blank", ["[e.g., a]", "High/Med/Low", "`[###-feature]`", "[a [b] c]"]
)
def test_a_blank_stays_the_same_blank_in_either_dialect(blank):
    bulleted, alone = f"- **[A] b**: {blank}\n", f"**[A] b**: {blank}\n"
    assert draft(read(bulleted), dialect=Dialect.UPSTREAM) == alone
    assert draft(read(alone), dialect=Dialect.CUSTOMER) == bulleted


def test_what_would_be_prose_as_a_paragraph_stays_in_its_list():
    label = "A principle that is told in more words than any label"
    text = f"Words:\n- **{label} has**: b\n- **C**: d\n"
    written = draft(read(text), dialect=Dialect.UPSTREAM)
    assert written == f"Words:\n- **{label} has**: b\n\n**C**: d\n"


# --- The comment for older scripts ---------------------------------------------------


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Python 3.12", "**Storage**: Python 3.12"),
        ("two\n  lines", "**Storage**: two lines"),
        ("a --> b", "**Storage**: a --&gt; b"),
        ("N/A", None),
        ("[NEEDS CLARIFICATION: which?]", None),
        ("NEEDS CLARIFICATION", None),
        ("[e.g., files]", None),
    ],
)
def test_the_comment_holds_what_scripts_would_take(value, line):
    text = draft(read(f"- **Storage**: {value}\n"), compatible=True)
    if line is None:
        assert "<!--" not in text
    else:
        assert text.endswith(f"\n\n<!--\n{line}\n-->\n")
        assert not [p for p in check(read(text)) if p.code == "guidance"]
