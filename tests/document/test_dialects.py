"""That a plan means the same in both dialects, however often it goes to and fro.

To upstream's dialect, back, and to upstream's again gives the same text, and every
form has the values, the numbers and the nesting of the first.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans.document import Dialect, check, draft, read
from plans.document.fingerprint import semantic_tree
from tests.document.texts import documents
from tests.make import corpus_files

pytestmark = pytest.mark.once

UPSTREAM, CUSTOMER = Dialect.UPSTREAM, Dialect.CUSTOMER

FIELDS = [
    *("- **A**: a", "- **B**: [hint]", "- **C**:", "- **D:** d", "* **A**: a"),
    "- **E**: of two  \n  lines",
    "- **F**:\n  - one\n  - two\n    with a line",
    "- **G**: value\n  - nested\n    - deeper",
    "- **H**: value\n\n  A second paragraph.",
    "- **I**:\n  1. one\n  2. two\n     - [ ] check",
    "- **J**:\n\n  A paragraph.\n\n  - then a list",
    "- **K**:\n  - one\n  2. other list",
    "- **L**:\n  - **M**: n\n  - **O**: p",
    "- **N**:\n  value below",
    "1. **Build**: x\n2. **Push**: y",
    "3. **Build**:\n   - x",
    "- entry\n  - nested",
    "* other",
    "1. one\n2. two",
    "- [ ] check",
    "**P**: p",
    "**Q**: q | **R**: [hint]",
    "**S**: s\n**T**: t",
    "**U**:\n- u\n- v",
    "**V**:\n\n1. [hint]",
    "Words.",
    "Words **Label**:",
    "  indented",
    "```\ncode\n```",
    "| A |\n|---|\n| b |",
    "<!-- hint -->",
    "## H",
    "---",
]


@st.composite
def plans(draw):
    parts = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=6))
    between = st.sampled_from(["\n", "\n\n", "\n\n", "\n\n\n"])
    text = "".join(part + draw(between) for part in parts[:-1]) + parts[-1]
    text += draw(st.sampled_from(["\n", "", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def in_form(text, dialect):
    return draft(read(text), dialect=dialect)


def holds(text):
    expected = semantic_tree(read(text))
    customer = in_form(text, CUSTOMER)
    upstream = in_form(customer, UPSTREAM)
    back = in_form(upstream, CUSTOMER)
    for form in (customer, upstream, back, in_form(text, UPSTREAM)):
        assert semantic_tree(read(form)) == expected
        assert form.count("[...]") == text.count("[...]")
    assert in_form(back, UPSTREAM) == upstream
    assert in_form(upstream, UPSTREAM) == upstream
    assert in_form(back, CUSTOMER) == back


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_each_kind_of_field_means_the_same(newline):
    for text in FIELDS:
        holds(f"{text}\n".replace("\n", newline))


def test_steps_keep_their_numbers():
    text = "1. **Build**: x\n2. **Push**: y\n"
    assert in_form(text, UPSTREAM) == text


def test_what_a_field_holds_stays_with_it():
    text = "- **A**: a\n- **B**: b\n  - c\n- **C**:\n- **D**: d  \n  e\n"
    assert in_form(text, UPSTREAM) == (
        "**A**: a\n\n- **B**: b\n  - c\n- **C**:\n\n**D**: d  \ne\n"
    )


@pytest.mark.slow
@given(plans())
@example("- **A**: a\n- **A**: a\n\n\n* **A**: a\n")
@example("- **C**:\n**Q**: q | **R**: [hint]\n")
@example("* **A**: a\n- **J**:\n\n  A paragraph.\n\n  - then a list\n")
def test_fields_mean_the_same_to_and_fro(text):
    holds(text)


@given(documents)
def test_any_text_means_the_same_to_and_fro(text):
    holds(text)


@pytest.mark.slow
def test_real_plans_mean_the_same_to_and_fro():
    for path in corpus_files("corpus", "templates"):
        holds(path.read_bytes().decode())


@given(plans())
def test_another_dialect_opens_no_blank(text):
    for dialect in Dialect:
        before, after = read(text), read(in_form(text, dialect))
        assert [p.message for p in check(after)] == [p.message for p in check(before)]
