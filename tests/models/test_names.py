"""When two names look alike, and what is left of one that is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.models import names

pytestmark = pytest.mark.once


def are_alike(name, other):
    return not names.keys(name).isdisjoint(names.keys(other))


@pytest.mark.parametrize(
    "other",
    [
        "DANA ITO",
        "dana ito",
        "Dana  Ito",
        "Dana\u00a0Ito",
        "Ｄａｎａ Ｉｔｏ",
        "Dáńä Ïtö",
        "Da\u200bna Ito",
        "Dana\u202e Ito",
        "Dana\u3164 Ito",
        "Dana I\u0301to",
        "Dаna Itо",  # Cyrillic а and о
        "Dana lto",  # a small l for the capital I
        "𝒟ana Ito",
        "Ðana Ito",
    ],
)
def test_what_looks_like_a_name_is_taken_for_it(other):
    assert are_alike("Dana Ito", other)
    assert are_alike(other, "Dana Ito")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Kai", "Kal"),
        ("Dana Ito", "Dana Itoh"),
        ("山田", "山口"),
        ("かき", "かぎ"),
        ("...", ".."),
        ("Marn", "Mam"),
        ("R2D0", "R2DO"),
    ],
)
def test_what_is_not_folded_is_another_name(name, other):
    assert not are_alike(name, other)


texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


@given(texts)
def test_a_cleaned_name_is_clean(name):
    """And one line, in one spelling, with nothing that turns what follows around."""
    clean = names.visible(name)
    assert names.visible(clean) == clean
    assert clean == clean.strip() and "\n" not in clean
    assert not any(char in clean for char in "\u200b\u200d\u202e\u2066\ufeff\x00\u3164")
    assert are_alike(name, clean)


@given(texts)
def test_case_width_and_what_is_not_seen_make_no_other_name(name):
    for other in (f"\u200b{name}\u202e", name.casefold(), f" {name} "):
        assert are_alike(name, other)
