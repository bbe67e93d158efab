"""docs/threats.md names what protects; what it names has to be there."""

import re

import pytest

from tests import hostile
from tests.planner.test_settings import ROOT

pytestmark = pytest.mark.once

PAGE = (ROOT / "docs/threats.md").read_text()


def test_every_file_that_it_names_is_there():
    named = re.findall(r"`((?:plans|planner|tests)/[\w/.]+)`", PAGE)
    named += [f"docs/{path}" for path in re.findall(r"\]\(([\w/.-]+\.md)\)", PAGE)]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_it_counts_the_payloads_as_they_are():
    (count,) = re.findall(r"(\d+) payloads", PAGE)
    assert int(count) <= len(hostile.PAYLOADS) < int(count) + 50
