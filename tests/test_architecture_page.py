"""docs/architecture.md tells a newcomer where things are: they have to be there."""

import ast
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PATH = r"`((?:plans|planner|planner_evidence|static|templates|tests|docs)/[\w./-]+)`"
# `file` (`symbol`, `symbol`), and the rows of the table: | … | `file` | `symbol` |
WITH_SYMBOLS = re.compile(PATH + r"(?:\s\(|,\s| \| )((?:`\w+`(?:, | and )?)+)")


def symbols_of(path):
    """Names that a file defines at its top level."""
    text = (ROOT / path).read_text()
    if path.endswith(".js"):
        return set(re.findall(r"(?:function|class|const|let)\s+(\w+)", text))
    names = set()
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign():
                names |= {
                    name.id for name in node.targets if isinstance(name, ast.Name)
                }
    return names


def test_every_file_that_it_names_is_there():
    paths = set(re.findall(PATH, PAGE))
    assert len(paths) > 40
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_symbol_is_in_its_file():
    named = [
        (path, symbol)
        for path, symbols in WITH_SYMBOLS.findall(PAGE)
        for symbol in re.findall(r"`(\w+)`", symbols)
    ]
    assert len(named) > 40
    assert [(p, name) for p, name in named if name not in symbols_of(p)] == []


def test_it_answers_twenty_questions():
    table = PAGE.split("## Where is")[1].split("## ")[0]
    rows = re.findall(r"^\| .+\? \| `[^`]+` \| `\w+` \|$", table, re.MULTILINE)
    assert len(rows) >= 20
    # Each is one that the test above has looked up.
    assert all(WITH_SYMBOLS.search(row) for row in rows)
