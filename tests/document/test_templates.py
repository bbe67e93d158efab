"""What a project's own template leaves to people, known when plans are checked."""

import pytest

from plans import document as doc
from tests.make import corpus_files

pytestmark = pytest.mark.once

TEMPLATE = """\
# {title, or a short name}

- **Id**: SPEC-XXX
- **Owner**: (fill me in with a name, `like_this`)
- **Team**: <your team>
- **Since**: YYYY-MM-DD
- **Note**: about [sum] a month

Run `{command}` in [our CI](a).

```
{ "code": [int] }
```

<!-- Say why. -->
"""


def test_what_a_template_asks_for_is_in_the_way():
    own = doc.template_placeholders(TEMPLATE)
    for text, words in [
        ("# {title, or a short name}\n", "{title, or a short name}"),
        ("Our SPEC-XXX is old.\n", "SPEC-XXX"),
        (
            "- **Owner**: Ada, (fill me in with a name, `like_this`)\n",
            "(fill me in with",
        ),
        ("- ask <your team> first\n", "<your team>"),
        ("| A |\n|---|\n| due YYYY-MM-DD |\n", "YYYY-MM-DD"),
        ("- about [sum] a month\n", "[sum]"),
    ]:
        assert "placeholder" not in {p.code for p in doc.check(doc.read(text))}
        problems = doc.check(doc.read(text), own_placeholders=own)
        (problem,) = [p for p in problems if p.code == "placeholder"]
        assert words in problem.message and problem.is_error
        for *_, item in doc.read(text).walk():
            assert doc.item_completeness(item, own).blank == 1
    for text in [
        "Run `{command}`.\n",
        "a { and } b\n",
        "SPEC-001, XXX-1\n",
        "[our CI](b)\n",
    ]:
        assert doc.check(doc.read(text), own_placeholders=own) == []


def test_a_template_is_never_finished_by_its_own_standard():
    for path in corpus_files("templates", whole=True):
        if "INDEX" in path.name or "seed-family" in path.name:  # that one is filled in
            continue
        text = path.read_bytes().decode()
        own = doc.template_placeholders(text)
        errors = [
            p for p in doc.check(doc.read(text), own_placeholders=own) if p.is_error
        ]
        assert errors, path.name


def test_a_plan_is_not_held_to_the_template_of_others():
    text = "- **Id**: SPEC-XXX\n- ask {our team}\n"
    assert doc.check(doc.read(text)) == []
