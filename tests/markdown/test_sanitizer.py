# ruff: noqa: E501 - pieces, many to a line
"""Laws of what comes out of the sanitizer, whatever went in.

A browser's parser (html5lib) reads what comes out: tags, attributes and addresses are
those that the renderer writes, and there is nothing left to take out a second time.
"""

import re

import html5lib
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plans.markdown import comments, rendering
from plans.markdown.mentions import MentionedMember
from plans.markdown.signing import signing_html
from tests import hostile
from tests.effort import examples

pytestmark = pytest.mark.once

PIECES = [
    *("<", ">", "</", "/>", '"', "'", "`", "=", "&", ";", "\n", "\n\n", " ", "\t", "\0"),
    *("<svg>", "</svg>", "<math>", "</math>", "<mtext>", "<mglyph>", "<style>", "<p>"),
    *("</style>", "<table>", "</table>", "<td>", "<tr>", "<select>", "</select>", "<b>"),
    *("<noscript>", "</noscript>", "<template>", "</template>", "<title>", "</title>"),
    *("<textarea>", "</textarea>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!x", "</p>"),
    *("<a href=", "<a title='", "<img src=x onerror=x>", "<script>", "</script>", "<a>"),
    *("<div class='", "<li class=", "<input type=", "<input type=checkbox ", "<pre><code"),
    *("javascript:x", "JaVa&#9;script:x", "data:text/html,x", "//evil.test/", "&colon;"),
    *("https://e.test/", "mailto:x@e.test", " onclick=x ", " style=x ", " hx-get=x ", "id"),
    *("```", "```x' y='", "~~~", "`", "- [x] ", "- [ ] ", "> ", "# ", "1. ", "| a |\n|-|\n"),
    *("[x](", "![x](", ")", "[x]: ", "[x]", "<https://e.test>", "**", "~~", "\\", "    "),
    *("\u202e", "\u200b", "\ufeff", "\x02", "\x03", "&#0;", "&lt;", "&amp;lt;", "é", "中"),
]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.sampled_from([*PIECES, *hostile.PAYLOADS]), max_size=6).map("".join),
    st.tuples(
        st.sampled_from(hostile.PAYLOADS), st.integers(0, 200), st.sampled_from(PIECES)
    ).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]),
    st.text(alphabet="<>/\"'=&;! -ab[]()`#:\n", max_size=60),
)
laws = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

FEW = {"blockquote", "br", "code", "em", "hr", "li", "p", "pre", "strong", "ul"}
# fmt: off
OTHERS = {
    "b", "blockquote", "br", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "p", "pre", "s", "samp", "strong",
    "sub", "summary", "sup", "table", "tbody", "thead", "tr", "var",
}
# fmt: on
PLAN = {
    **dict.fromkeys(
        ["b", "br", "del", "details", "dl", "em", "hr", "i", "ins", "kbd", "pre", "s"]
        + ["samp", "strong", "sub", "table", "tbody", "thead", "tr", "ul", "var"],
        set(),
    ),
    **dict.fromkeys(["blockquote", "dd", "dt", "summary"], {"dir"}),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], {"dir", "id"}),
    **dict.fromkeys(["code", "div", "section", "span", "sup"], {"class"}),
    **dict.fromkeys(["td", "th"], {"dir", "align"}),
    "a": {"href", "title", "rel", "class", "id"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "li": {"dir", "id"},
    "ol": {"start"},
    "p": {"dir", "class"},
}
SIGNED = PLAN | {"details": {"open"}}
COMMENT = {
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "span": {"class", "title"},
    **dict.fromkeys(FEW, set()),
}
CLASSES = re.compile(
    r"language-\S+|mention|target|fence-info|unseen(?:-[a-z]+)?|footnotes|footnote-(?:ref|backref)"
    r"|markdown-alert(?:-title| markdown-alert-[a-z]+)"
)
ID = re.compile(r"user-content-\S+")
# No scheme at all leads to a page of ours.
ADDRESS = re.compile(r"(?i)(?:https?:|mailto:)|(?![\0-\x20]*[a-z][a-z0-9+.\-\t\r\n]*:)")


def expect_safe(html, allowed, classes=CLASSES):
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=True)
    for element in list(tree.iter())[1:]:
        assert isinstance(element.tag, str), "a comment is left"
        space, _, name = element.tag[1:].partition("}")
        assert space == "http://www.w3.org/1999/xhtml", element.tag
        assert name in allowed, name
        assert set(element.attrib) <= allowed[name], element.attrib
        assert classes.fullmatch(element.get("class", "mention")), element.attrib
        assert ID.fullmatch(element.get("id", "user-content-a")), element.attrib
        assert element.get("dir", "auto") == "auto"
        if "href" in element.attrib:
            assert ADDRESS.match(element.attrib["href"]), element.attrib
            assert element.attrib["rel"] == "nofollow noopener noreferrer"
        if name == "input":
            assert element.attrib["type"] == "checkbox"
            assert "disabled" in element.attrib


def expect_stable(html, allowed):
    """What the sanitizer and a browser read are the same: so once is enough."""
    tags = set(allowed) - {"input"}
    attributes = {tag: names - {"rel"} for tag, names in allowed.items() if tag in tags}
    once = rendering.sanitised(html, tags, attributes, lambda tag, name, value: value)
    again = rendering.sanitised(once, tags, attributes, lambda tag, name, value: value)
    assert again == once
    # A mark of the order of bytes is no text, where a text begins with it.
    assert once == re.sub(r"<input[^>]*>", "", html).removeprefix("\ufeff")


def plan_html(text):
    return rendering.markdown_html(text)


def comment_html(text):
    return comments.comment_html(text, [MentionedMember("dana", hostile.QUOTES[0])])


@pytest.mark.parametrize("text", hostile.PAYLOADS, ids=range(len(hostile.PAYLOADS)))
def test_each_payload_comes_to_nothing(text):
    for around in ("{}", "Words {} and more.", "- {}", "> {}", "| a |\n|---|\n| {} |"):
        for html, allowed in (
            (plan_html(around.replace("{}", text)), PLAN),
            (comment_html(around.replace("{}", text)), COMMENT),
        ):
            expect_safe(html, allowed)
            expect_stable(html, allowed)


@pytest.mark.slow
@laws
@given(texts)
@example("<div>" * 30_000 + "'\r\n\"&'")
def test_any_text_of_a_plan_is_safe_and_sanitised_once(text):
    for html in (plan_html(text), rendering.document_html(text)):
        expect_safe(html, PLAN)
        expect_stable(html, PLAN)


@laws
@given(texts)
@example("<p><![CDATA[\n\n```x' y='")
def test_any_text_that_is_signed_is_safe(text):
    expect_safe(signing_html(text), SIGNED)


@laws
@given(texts)
def test_any_comment_is_safe_and_sanitised_once(text):
    expect_safe(comment_html(text), COMMENT)
    expect_stable(comment_html(text), COMMENT)


@laws
@given(st.lists(st.sampled_from([*PIECES, *hostile.PAYLOADS]), max_size=8))
def test_bare_html_is_safe_without_the_renderer_too(pieces):
    """As if the renderer were broken: the sanitizer is the one that has to hold."""
    html = rendering.sanitised(
        "".join(pieces),
        rendering._TAGS,
        rendering._ATTRIBUTES,
        rendering._kept,
    )
    expect_safe(rendering._checkboxes_only(html), PLAN)
