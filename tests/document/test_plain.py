"""What is taken for plain words is treated as a full look would have it."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from plans.document import fingerprint
from plans.document.model import Block, BlockKind, Field
from plans.document.syntax import plain
from plans.document.syntax.items import clean
from plans.document.syntax.plain import is_plain
from tests.document.texts import HOSTILE, values

pytestmark = pytest.mark.once

words = st.from_regex(plain._WORDS, fullmatch=True)
near_words = st.text(st.sampled_from("abAZé09 ,.'’()/%–—-:*_[]|#>`\\\n")) | values
labels = st.sampled_from(["Storage", "Target Platform", "a:b", "**x**", "1. One"])
sources = st.sampled_from(
    [
        "",
        "- **Storage**: [e.g., PostgreSQL or N/A]",
        "- **Storage**: SQLite",
        "  - **Storage:** SQLite  ",
        "* **Storage**:SQLite",
        "1. **Storage**： SQLite",
        "**Storage**: [High/Med/Low]",
        "**Storage**：",
        "**Storage**: NEEDS CLARIFICATION",
        "- **Storage**: ```",
        "- **Storage**: <!-- a",
        "- **Storage**: | a",
        "- no field",
        "- **Storage**: two\n  lines",
    ]
)
kinds = st.sampled_from([BlockKind.FIELDS, BlockKind.APPROVALS])


@pytest.mark.parametrize(
    "text", ["Python 3.11", "e.g. one (two)", "P95, read/write", "Café’s – 99 %", "a"]
)
def test_words_are_plain(text):
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    ["", " a", "a ", "a  b", "a\nb", "1. a", "- a", "www.a.b", "see WWW.a", "a: b"]
    + ["[a]", "a*b*", "_a_", "a|b", "<b>", "a & b", "שלום", "a" * 1_001]
    + [text for text in HOSTILE if not text.isalpha()],
)
def test_other_texts_are_not(text):
    assert not is_plain(text)


@given(value=words | near_words, label=labels, source=sources, kind=kinds)
@example("SQLite", "Storage", "- **Storage**: SQLite", BlockKind.FIELDS)
@example("NEEDS CLARIFICATION", "Storage", "**Storage**: x", BlockKind.FIELDS)
def test_what_reads_back_by_its_form_reads_back(value, label, source, kind):
    field, block = Field(label=label, value=value, source=source), Block(kind=kind)
    clean(field)
    assume(is_plain(field.value))
    if fingerprint.item_reads_back(field, block):
        assert fingerprint._reads_back_alone(field, block, "\n")


def test_the_form_of_a_plain_value_is_looked_at_once():
    block = Block(kind=BlockKind.FIELDS)
    source = "- **Storage**: [e.g., PostgreSQL or N/A]"
    fingerprint._plain_field_reads_back.cache_clear()
    for value in ("SQLite", "Another database", "A third"):
        field = Field(label="Storage", value=value, source=source)
        assert fingerprint.item_reads_back(field, block)
    for value in ("one\ntwo", "[a]", "PostgreSQL"):
        field = Field(label="Storage", value=value, source=source)
        assert fingerprint.item_reads_back(field, block)
    assert fingerprint._plain_field_reads_back.cache_info()[:2] == (2, 1)
