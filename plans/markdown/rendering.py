"""Markdown to safe HTML, as GitHub would show it.

All output has been through the sanitizer and may be put on a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape, unescape
from unicodedata import category
from urllib.parse import unquote

import comrak
import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from planner.server.disconnects import check_client
from plans.document.syntax.parsing import row_widths, split_lines

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt",
    "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "input", "ins", "kbd", "li",
    "ol", "p", "pre", "s", "samp", "section", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "code": {"class"},
    "div": {"class"},
    "input": {"type", "checked", "disabled"},
    "li": {"id"},
    "ol": {"start"},
    "p": {"class"},
    "section": {"class"},
    "sup": {"class"},
    "td": {"align"},
    "th": {"align"},
}
# What the renderer itself writes; any other class would borrow the looks of our pages,
# and any other id the place of another.
_CLASSES = {
    "a": re.compile(r"footnote-backref"),
    "code": re.compile(r"language-\S+"),
    "div": re.compile(r"markdown-alert markdown-alert-[a-z]+"),
    "p": re.compile(r"markdown-alert-title"),
    "section": re.compile(r"footnotes"),
    "sup": re.compile(r"footnote-ref"),
}
_ID = re.compile(r"fn(?:ref)?-\S+")

# --- Markdown to HTML ----------------------------------------------------------------

# Tags whose content a browser reads as no HTML: one would hide all that follows it.
# GitHub shows them as text. (comrak's own filter looks at each `<` again and again.)
_SHOWN_AS_TEXT = re.compile(
    r"<(?=/?(?:title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext)"
    r"(?:[\s/>]|\Z))",
    re.IGNORECASE,
)


@cache
def _options(
    *, with_lines: bool
) -> tuple[comrak.ExtensionOptions, comrak.ParseOptions, comrak.RenderOptions]:
    """As GitHub's renderer has them; it makes a link of `http://localhost`, too."""
    extensions = comrak.ExtensionOptions()
    for name in (
        "alerts",
        "autolink",
        "footnotes",
        "strikethrough",
        "table",
        "tasklist",
    ):
        setattr(extensions, name, True)
    rendering = comrak.RenderOptions()
    rendering.sourcepos = rendering.full_info_string = with_lines
    rendering.unsafe_ = rendering.gfm_quirks = True  # the sanitizer makes it safe
    parsing = comrak.ParseOptions()
    parsing.relaxed_autolinks = True
    return extensions, parsing, rendering


def github_html(text: str, *, with_lines: bool = False) -> str | None:
    """HTML as GitHub's renderer writes it, not safe yet; None for a text that would
    take more time or room than a page is worth. `with_lines`: each element says which
    lines of the text it is (`data-sourcepos`)."""
    text = text.removeprefix("\ufeff").encode("utf-8", "replace").decode()
    text = _FRONT_MATTER.sub(_fenced, text)
    if _costs_too_much(text):
        return None
    html = _SHOWN_AS_TEXT.sub(
        "&lt;", comrak.render_markdown(text, *_options(with_lines=with_lines))
    )
    return None if _nests_too_much(html) else html


# GitHub shows it as a table above the plan.
_FRONT_MATTER = re.compile(r"\A---[ \t]*(\r?\n(?:.*\n)*?)---[ \t]*(?=[\r\n]|\Z)")


def _fenced(front_matter: re.Match[str]) -> str:
    """In a fence, with as many lines."""
    longest = max(map(len, re.findall(r"`+", front_matter[1])), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{front_matter[1]}{fence}"


# --- What is bounded -----------------------------------------------------------------

# What rendering costs grows with a text's length, except for what these count. Real
# plans stay far below: the largest of them reach a tenth.
_LONGEST_LINE = 100_000
_MOST_MAIL_SIGNS = 20_000_000  # `@` in a line, by the length of the line
_MOST_CELLS = 50_000  # a short row is filled up to the width of its table's head
_MOST_FILLING = 30_000_000  # rows of tables, by the square of the width
_MOST_DEPTH = 12  # elements that a tag stands in, on an average
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
# A browser opens these again in each paragraph until they are closed.
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike"}
    | {"strong", "tt", "u"}
)


def _costs_too_much(text: str) -> bool:
    lines = split_lines(text)
    if max(map(len, lines), default=0) > _LONGEST_LINE:
        return True
    if sum(line.count("@") * len(line) for line in lines) > _MOST_MAIL_SIGNS:
        return True
    widths = row_widths(lines)
    return sum(widths) > _MOST_CELLS or sum(n**2 for n in widths) > _MOST_FILLING


def _nests_too_much(html: str) -> bool:
    """Whether reading it as a browser does would take time that grows with depth."""
    stack: list[str] = []
    inside: Counter[str] = Counter()
    formatting = tags = depths = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _VOID:
            continue
        if not tag[1]:
            stack.append(name)
            inside[name] += 1
            formatting += name in _FORMATTING
            tags += 1
            depths += len(stack) + formatting
            continue
        formatting -= formatting > 0 and name in _FORMATTING
        if inside[name]:
            while (last := stack.pop()) != name:
                inside[last] -= 1
            inside[name] -= 1
    return depths > _MOST_DEPTH * tags + 100_000


def as_written(text: str) -> SafeString:
    """For a text that costs too much to be rendered."""
    html = format_html(
        "<p><em>This text has more markup than a page can show. It is shown as it is "
        "written.</em></p>\n<pre>{}</pre>",
        text,
    )
    # Escaped as the sanitizer does it, which leaves quotes alone.
    return mark_safe(nh3.clean(html, tags={"em", "p", "pre"}))  # noqa: S308


# --- Safe HTML -----------------------------------------------------------------------

# A page has hundreds of passages, which seldom change. Whole plans would fill the
# memory: two thousand of them, a megabyte each.
_LONGEST_KEPT = 20_000


def markdown_html(text: str) -> SafeString:
    """Sanitised HTML of a passage."""
    return _kept_html(text) if len(text) <= _LONGEST_KEPT else _html(text)


def document_html(text: str) -> SafeString:
    """Sanitised HTML of a whole plan: the links to its headings work."""
    return _html(text, is_whole=True)


@lru_cache(maxsize=2_000)
def _kept_html(text: str) -> SafeString:
    return _html(text)


def _html(text: str, *, is_whole: bool = False) -> SafeString:
    check_client()
    html = github_html(text)
    if html is None:
        return as_written(text)
    return mark_safe(for_page(clean_html(html), is_whole=is_whole))  # noqa: S308


def clean_html(html: str, more: dict[str, set[str]] | None = None) -> str:
    """What a plan may have of HTML. `more`: attributes that may stay, too."""
    allowed = {tag: _ATTRIBUTES.get(tag, set()) for tag in _TAGS}
    for tag, names in (more or {}).items():
        allowed[tag] = allowed[tag] | names
    html = sanitised(html, _TAGS | {"img"}, allowed | _OF_IMAGES, _kept)
    clean = sanitised(_without_images(html), _TAGS, allowed, _kept, times=1)
    return _checkboxes_only(clean)


_OF_IMAGES = {"img": {"src", "alt"}}
_IMAGE = re.compile(r"<(?:img|a)\b[^>]*>|</a>")  # or a link's ends
_VALUE = re.compile(r' (src|alt)="([^"]*)"')


def _without_images(html: str) -> str:
    """A link in a picture's place, or its words in a link: a plan must not load or
    track anything."""
    is_linked = False

    def link(tag: re.Match[str]) -> str:
        nonlocal is_linked
        if not tag[0].startswith("<img"):
            is_linked = tag[0] != "</a>"
            return tag[0]
        values = dict(_VALUE.findall(tag[0]))
        words = values.get("alt") or "image"
        return words if is_linked else f'<a href="{values.get("src", "")}">{words}</a>'

    return _IMAGE.sub(link, html)


def sanitised(
    html: str,
    tags: set[str],
    attributes: dict[str, set[str]],
    kept: Callable[[str, str, str], str | None],
    *,
    times: int = 2,
) -> str:
    """What people may have written into HTML. Links lead to pages and mail alone, and
    tell nobody where they were followed. `kept` has the last word on an attribute."""

    def named(tag: str, name: str, value: str) -> str | None:
        # The sanitizer lets `title` and `lang` through wherever they are; `rel` is its.
        is_allowed = name == "rel" or name in attributes.get(tag, ())
        return kept(tag, name, value) if is_allowed else None

    # Tags that were taken out may leave others nested as no browser nests them. Read
    # once more, what was looked at is what a browser makes of it.
    for _ in range(times):
        html = nh3.clean(
            html,
            tags=tags,
            attributes=attributes,
            attribute_filter=named,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    return html


def _kept(tag: str, name: str, value: str) -> str | None:
    # Asked about tags that go, too.
    if name == "id":
        return value if _ID.fullmatch(value) else None
    own = _CLASSES.get(tag)
    return value if name != "class" or (own and own.fullmatch(value)) else None


def _checkboxes_only(html: str) -> str:
    """Task list boxes stay, disabled and named; any other input a person wrote goes."""

    def box(match: re.Match[str]) -> str:
        if 'type="checkbox"' not in match[0]:
            return ""
        is_checked = "checked" in match[0]
        state = ' checked aria-label="Done"' if is_checked else ' aria-label="Not done"'
        return f'<input type="checkbox" disabled{state}>'

    return re.sub(r"<input\b[^>]*>", box, html)


# --- What is ours: links, ids, direction ---------------------------------------------

# Before the ids of a plan, so that none is one of our pages'; GitHub has the same.
_PREFIX = "user-content-"
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_WITH_ID = re.compile(r'<(a|li)\b([^>]*?) id="([^"]*)"')
_MARKUP = re.compile(r"<[^>]*>")
_OUTSIDE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_TEXT_BLOCK = re.compile(r"<(p|h[1-6]|li|td|th|blockquote|dt|dd|summary)\b")


def for_page(html: str, *, is_whole: bool, with_targets: bool = True) -> str:
    """Sanitised HTML with what a page of ours adds. Links to headings and footnotes
    work where the plan `is_whole`. We know no address of its repository, so a link to
    another file is shown as text, with its target."""
    ids: set[str] = set()
    html = _with_ids(html, ids) if is_whole else _WITH_ID.sub(r"<\1\2", html)

    def link(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        target = attributes.get("href", "")
        if _OUTSIDE.match(target):
            return match[0]
        if target.startswith("#") and unquote(unescape(target[1:])) in ids:
            return match[0].replace(' href="#', f' href="#{_PREFIX}', 1)
        words = match[2]
        text = _MARKUP.sub("", words)
        is_shown = not target or target in (text, f"./{text}")
        is_shown = is_shown or target.startswith(("#fn-", "#fnref-"))
        if is_shown or not with_targets:
            return words
        return f'{words} <span class="target">({target})</span>'

    html = _LINK.sub(link, html)
    if _RIGHT_TO_LEFT.search(html):
        html = _TEXT_BLOCK.sub(r'<\1 dir="auto"', html)
    return html


def _with_ids(html: str, ids: set[str]) -> str:
    """Ids of headings, as GitHub makes them, and of footnotes; none of them twice."""
    counts: dict[str, int] = {}

    def heading(match: re.Match[str]) -> str:
        slug = own = _slug(unescape(_MARKUP.sub("", match[2])))
        if not slug:
            return match[0]
        while own in ids:
            counts[slug] = counts.get(slug, 0) + 1
            own = f"{slug}-{counts[slug]}"
        ids.add(own)
        level = match[1]
        return f'<h{level} id="{_PREFIX}{escape(own)}">{match[2]}</h{level}>'

    def footnote(match: re.Match[str]) -> str:
        own = unquote(unescape(match[3]))
        if own in ids:
            return f"<{match[1]}{match[2]}"
        ids.add(own)
        return f'<{match[1]}{match[2]} id="{_PREFIX}{match[3]}"'

    return _WITH_ID.sub(footnote, _HEADING.sub(heading, html))


def _slug(heading: str) -> str:
    kept = (
        letter
        for letter in heading.lower()
        if letter.isalnum() or letter in "_- " or category(letter)[0] == "M"
    )
    return "".join(kept).strip("\n").replace(" ", "-")


_LINKED = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def plain_text(text: str) -> str:
    """What a piece of a plan says, without the marks of bold and code. Where a link
    leads and what is struck out stays: that is part of what it says."""

    def with_target(link: re.Match[str]) -> str:
        target, words = link.groups()
        return (
            words
            if words in (target, target.removeprefix("mailto:"))
            else (f"{words} ({target})")
        )

    html = _LINKED.sub(with_target, markdown_html(text))
    html = re.sub(r"</?(?:del|s)>", "~~", html)
    return unescape(nh3.clean(html, tags=set())).strip()
