"""The blocks of a version's page that its items are."""

import pytest

from plans import document as doc
from plans.markdown.signing import signing_page
from plans.page.version_text import _Places

pytestmark = pytest.mark.once

TEXT = """# Plan

A passage.

- **Storage**: SQLite
- An entry
  - and another
- [ ] A check

| Risk ID | Description |
|---|---|
| R-001 | The gauge falls silent |
"""


def test_an_item_is_found_by_its_line_without_a_look_at_all_blocks(monkeypatch):
    """A page of 5,000 items has as many blocks: looking at all of them for each takes
    seconds."""
    monkeypatch.setattr(_Places, "_around", lambda places, line: pytest.fail("slow"))
    document = doc.read(TEXT)
    page = signing_page(TEXT)
    places = _Places(page, document)
    found = [places.of_item(item) for _, _, item in document.walk()]
    tags = [page.blocks[number].tag for number in found]
    assert tags == ["p", "li", "li", "li", "li", "tr"]
    assert len(set(found)) == len(found)


def test_one_without_a_block_of_its_own_is_in_the_innermost_around_it():
    page = signing_page(TEXT)
    places = _Places(page, doc.read(TEXT))
    second_line_of_table = TEXT.split("\n").index("|---|---|")
    assert page.blocks[places._around(second_line_of_table)].tag == "table"
    assert places._around(1_000) is None
