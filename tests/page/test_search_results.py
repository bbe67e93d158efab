"""What is shown of a text that the search found."""

import pytest

from plans.page.search_results import Markup, readable
from plans.search import queries

NONE, VALUE, BLOCKS = Markup


@pytest.mark.parametrize(
    ("written", "markup", "asked", "shown"),
    [
        ("Read `docs/x.md`, **now**", VALUE, "now", "Read docs/x.md, now"),
        ("See [the map](/map.pdf)", VALUE, "map", "See the map (/map.pdf)"),
        # It follows a label, as on the plan's page, and begins no list or heading.
        ("7. Risks › `R-001`", VALUE, "risks", "7. Risks › R-001"),
        ("# of *gauges*", VALUE, "gauges", "# of gauges"),
        ("# Tides\n\n- **Ebb**\n- Flow", BLOCKS, "ebb", "Tides\n\n\nEbb\nFlow"),
        ("x = a[`b`](c)", NONE, "b", "x = a[`b`](c)"),
        ("<b>&lt;i&gt;</b>", VALUE, "i", "<i>"),
        # Nothing else would show why it was found.
        ("**Ebb** <!-- lantern -->", VALUE, "lantern", "**Ebb** <!-- lantern -->"),
        ("**Ebb** <!-- lantern -->", VALUE, "ebb", "Ebb"),
        ("**light**house", VALUE, "house", "**light**house"),
        ("", VALUE, "house", ""),
    ],
)
def test_a_text_is_shown_as_people_read_it(written, markup, asked, shown):
    text = readable(written, markup, queries.read(asked))
    assert text.split() == shown.split()
