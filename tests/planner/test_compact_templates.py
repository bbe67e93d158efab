"""Templates are loaded without their indentation, and say the same."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from planner import settings
from planner.compact_templates import compact, unquote

pytestmark = pytest.mark.once

PAGES = sorted(Path(settings.BASE_DIR / "templates").rglob("*.html"))


def test_indentation_goes_and_line_ends_stay():
    assert compact("<p>\n    a\n\n  b c\n</p>\n") == "<p>\na\nb c\n</p>\n"


def test_a_line_of_tags_alone_leaves_none():
    source = (
        "<p>\n  {% if a %}\n    {# why #}\n    b\n"
        "  {% endif %}{% if c %}\n  {% icon 1 %}\n  d\n"
    )
    assert compact(source) == (
        "<p>\n{% if a %}{# why #}b\n{% endif %}{% if c %}{% icon 1 %}\nd\n"
    )


def test_words_are_not_joined():
    for source in ("a\n{% if b %}\nc", "a {% if b %}\nc", "{% if b %}\nc"):
        assert re.search(r"\s({%.*%})?\s?c|%}\s*c", compact(source))
    assert compact("<b>a</b>{% if b %}\n<b>c</b>") == "<b>a</b>{% if b %}\n<b>c</b>"


@pytest.mark.parametrize("name", ["pre", "textarea"])
def test_where_white_space_is_text_it_stays(name):
    source = f"<{name} rows='2'>\n  a\n\n  b</{name}>"
    assert compact(f"<div>\n  {source}\n  </div>") == f"<div>\n{source}\n</div>"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_template_says_the_same(path):
    source = path.read_text()
    assert "".join(compact(source).split()) == "".join(source.split())
    assert attributes_in(unquote(source)) == attributes_in(source)


def attributes_in(source):
    found = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    reader.handle_startendtag = reader.handle_starttag
    reader.feed(re.sub(r"(?s){%.*?%}|{{.*?}}|{#.*?#}", "", source))
    return found


def test_single_words_have_no_quotation_marks():
    source = (
        '<a class="b" id="c" href="d/" title="e f" dir="auto"\n data-n="1">g="h" i</a>'
        '{% include "j" with k="l" %}<m n="o"/><p class="{{ q }} r" tabindex="-1"\n>'
    )
    assert unquote(source) == (
        '<a class=b id="c" href="d/" title="e f" dir=auto\n data-n=1>g="h" i</a>'
        '{% include "j" with k="l" %}<m n="o"/><p class="{{ q }} r" tabindex=-1\n>'
    )


def test_mails_keep_their_lines():
    template = get_template("account/email/base_message.txt")
    assert template.template.source == Path(template.origin.name).read_text()
