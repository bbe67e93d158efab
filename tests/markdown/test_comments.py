"""Comments on a page: Markdown, mentions, and no markup of their own."""

import time

import pytest
from bs4 import BeautifulSoup

from plans.markdown.comments import comment_html, comment_words, mentioned_in
from plans.markdown.mentions import MentionedMember

pytestmark = pytest.mark.once

BOB = MentionedMember("bob", "Bob Tanaka")
LEE = MentionedMember("anna.lee", 'Anna "Lee" <b>')
MEMBERS = [BOB, LEE]


def html(text):
    return BeautifulSoup(comment_html(text, MEMBERS), "html.parser")


def marked(text):
    return [(span.get_text(), span["title"]) for span in html(text)("span")]


def names(text):
    return {member.username for member in mentioned_in(text, MEMBERS)}


# --- Markdown ---


def test_markdown_works():
    text = "**b** *i* `c`\nnext\n\n- one\n- two\n\n> said\n\n```py\nx < 1\n```"
    page = html(text)
    assert [page.find(tag).get_text() for tag in ("strong", "em", "code")] == [
        "b",
        "i",
        "c",
    ]
    assert page.find("br")
    assert [li.get_text() for li in page("li")] == ["one", "two"]
    assert page.find("blockquote").get_text().strip() == "said"
    assert page.find("pre").get_text() == "x < 1\n"


def test_a_comment_has_no_headings():
    text = "# One\n\nTwo\n===\n\n## Three"
    assert not html(text).find(["h1", "h2"])
    assert "# One" in html(text).get_text()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b_c.", "https://example.org/a_b_c"),
        ("(http://example.org/x?a=1&b=2)", "http://example.org/x?a=1&b=2"),
        ("<https://example.org>", "https://example.org"),
        ("[here](https://example.org)", "https://example.org"),
    ],
)
def test_links_lead_there_and_vouch_for_nothing(text, address):
    (link,) = html(text)("a")
    assert link["href"] == address
    assert "nofollow" in link["rel"]


def test_a_picture_is_a_link():
    page = html("![a chart](https://example.org/x.png)")
    assert not page.find("img")
    assert page.find("a")["href"] == "https://example.org/x.png"
    assert page.get_text().strip() == "a chart"


def test_a_list_of_comments_has_their_words_alone():
    text = "**On** call?\n\n- `a < b`\n- <b>c</b> &amp; d"
    assert comment_words(text) == "On call? a < b <b>c</b> & d"


# --- Mentions ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@bob", ["@bob"]),
        ("Hello @bob, and @anna.lee.", ["@bob", "@anna.lee"]),
        ("**@Bob**!", ["@Bob"]),
        ("(@bob)", ["@bob"]),
        ("@bobby bob@bob.com x/@bob @@bob @nobody @", []),
        ("`@bob`", []),
        ("```\n@bob\n```", []),
        ("    @bob", []),
        ("[@bob](https://example.org)", []),
        ("https://example.org/@bob", []),
        ("\\@bob", ["@bob"]),
    ],
)
def test_members_are_marked_and_found_alike(text, expected):
    assert [mention for mention, _ in marked(text)] == expected
    assert names(text) == {mention[1:].casefold() for mention in expected}


def test_a_mark_says_who_it_is():
    assert marked("@bob @anna.lee") == [("@bob", BOB.name), ("@anna.lee", LEE.name)]


def test_two_names_that_differ_in_capitals_are_two():
    both = [MentionedMember("bob", "Bob"), MentionedMember("Bob", "Robert")]
    assert [m.name for m in mentioned_in("@Bob", both)] == ["Robert"]
    assert [m.name for m in mentioned_in("@bob", both)] == ["Bob"]


def test_nobody_makes_a_mark_by_hand():
    text = '<span class="mention" title="Bob Tanaka">@eve</span>'
    assert marked(text) == []
    assert names(text) == set()


def test_a_new_name_is_shown_at_once():
    assert marked("@bob") == [("@bob", "Bob Tanaka")]
    renamed = comment_html("@bob", [MentionedMember("bob", "Bob Ito")])
    assert 'title="Bob Ito"' in renamed


# --- Hostile text ---


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '[x](http://e.org "onmouseover=alert(1)")',
    '[x](http://e.org" onmouseover="alert(1))',
    '```"><script>alert(1)</script>\nx\n```',
    "```{.x onclick=alert(1)}\nx\n```",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<form action=//e.org><input name=x></form>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\x02wzxhzdk:0\x03 \x02amp\x03<b>",
    'https://e.org/"onclick="alert(1)',
    "`</code><script>alert(1)</script>`",
    "@bob<script>",
    "<!-- --><!--><script>alert(1)</script>-->",
    "<b style='position:fixed'>x</b>",
]
TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "span",
    "strong", "ul",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text):
    page = html(text)
    for tag in page.find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "title", "rel", "class", "start"}
        address = tag.get("href", "https:")
        assert address.startswith(("https:", "http:", "mailto:")), address
        assert tag.get("class", ["mention"]) == ["mention"]
    # What was typed as HTML is read as such.
    if text.startswith("<script"):
        assert page.get_text().strip() == text


@pytest.mark.parametrize(
    "text",
    [
        "> " * 2_500,
        "- " * 2_500,
        "[" * 5_000,
        "![" * 2_500,
        "[a](" * 1_250,
        "[a" * 1_600 + "]" * 1_600,
        "*a" * 2_500,
        "***a** b" * 600,
        "`a" * 2_500,
        "@a" * 2_500,
        "<a " * 1_600,
        "\\" * 5_000,
        "http://" * 700,
        "\n".join("    " * depth + "- a" for depth in range(45)),
    ],
    ids=lambda text: ascii(text[:8]),
)
def test_no_text_takes_long(text):
    start = time.perf_counter()
    out = comment_html(text, MEMBERS)
    assert time.perf_counter() - start < 1
    assert out
