"""Markdown to safe HTML, as GitHub would show it.

Whatever comes out of here has been through the sanitizer and may be put on a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt",
    "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "input", "ins", "kbd", "li",
    "ol", "p", "pre", "s", "samp", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "th", "thead", "tr", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "input": {"type", "checked", "disabled"},
    "li": {"class"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "ul": {"class"},
}
# What the renderer itself writes; any other class would borrow the looks of our pages.
_CLASSES = {
    "code": re.compile(r"language-\S+"),
    "li": re.compile(r"task-list-item"),
    "ul": re.compile(r"contains-task-list"),
}
_ALIGN = re.compile(r' style="text-align:(left|right|center)"')


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A link in the picture's place: a plan must not load or track anything."""
        token = tokens[idx]
        text = self.renderInlineAsText(token.children, options, env) or "image"
        address = nh3.clean_text(str(token.attrs.get("src", "")))
        return f'<a href="{address}">{nh3.clean_text(text)}</a>'


@dataclass
class _Link:
    """A bare link in a text, as markdown-it asks for it."""

    schema: str
    index: int
    last_index: int
    url: str
    text: str


# What GitHub makes a link by itself: these starts, and addresses of mail. A file name
# such as `plan.md` is none, though `.md` is a domain.
_BARE = re.compile(
    r"(?<![^\s*_~(])(?:https?://|ftp://|www\.(?=[\w-]))[^\s<]+"
    r"|(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+(?<![_-])",
    re.IGNORECASE,
)
_LAST = frozenset("?!.,:*_~'\"")
_WORD = re.compile(r"\w+")


class _BareLinks(LinkifyIt):  # type: ignore[misc]
    def pretest(self, text: str) -> bool:
        return "www." in text.lower() or "://" in text or "@" in text

    def test(self, text: str) -> bool:
        return _BARE.search(text) is not None

    def match(self, text: str) -> list[_Link] | None:
        return [_link(found) for found in _BARE.finditer(text)] or None


def _link(found: re.Match[str]) -> _Link:
    text = found[0][: _end_of_link(found[0])]
    schema, url = "http:", text
    if text.lower().startswith("www."):
        url = f"http://{text}"
    elif "://" not in text:
        schema, url = "mailto:", f"mailto:{text}"
    return _Link(schema, found.start(), found.start() + len(text), url, text)


def _end_of_link(text: str) -> int:
    """What ends the sentence around a link is no part of it.

    Each character is looked at once: a line may end with thousands of them.
    """
    end = len(text)
    unopened = text.count(")") - text.count("(")
    while end:
        last = text[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
            end -= 1
        elif last in _LAST:
            end -= 1
        elif last == ";" and _WORD.fullmatch(
            text, start := text.rfind("&", 0, end) + 1, end - 1
        ):
            if not start:
                break
            end = start - 1
        else:
            break
    return end


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like", renderer_cls=_Renderer)
    parser.linkify = _BareLinks()
    parser.core.ruler.after("inline", "task_lists", _mark_task_lists)
    return parser.use(front_matter_plugin)


_BOX = re.compile(r"\[[ xX]\]\s")


def _mark_task_lists(state: StateCore) -> None:
    """Boxes in place of `[ ]`. The usual plugin looks back for the list of each box,
    past all the boxes before it: seconds for a list of some thousand."""
    lists: list[Token] = []
    before = [Token("", "", 0)] * 2
    for token in state.tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif (
            token.type == "inline"
            and [one.type for one in before] == ["list_item_open", "paragraph_open"]
            and _BOX.match(token.content)
            and token.children
        ):
            before[0].attrSet("class", "task-list-item")
            lists[-1].attrSet("class", "contains-task-list")
            is_ticked = token.content[1] != " "
            box = Token("html_inline", "", 0)
            box.content = f'<input type="checkbox"{" checked" if is_ticked else ""}>'
            token.children[0].content = token.children[0].content[3:]
            token.children.insert(0, box)
        before = [before[1], token]


# A page has hundreds of passages, which seldom change. Whole plans would fill the
# memory: two thousand of them, a megabyte each.
_LONGEST_KEPT = 20_000


def markdown_html(text: str) -> SafeString:
    """Sanitised HTML of a passage or a whole plan."""
    return _kept_html(text) if len(text) <= _LONGEST_KEPT else _html(text)


@lru_cache(maxsize=2_000)
def _kept_html(text: str) -> SafeString:
    return _html(text)


def _html(text: str) -> SafeString:
    html = _ALIGN.sub(r' align="\1"', _parser().render(text))
    clean = sanitised(html, _TAGS, _ATTRIBUTES, _kept)
    return mark_safe(_checkboxes_only(clean))  # noqa: S308


def sanitised(
    html: str,
    tags: set[str],
    attributes: dict[str, set[str]],
    kept: Callable[[str, str, str], str | None],
) -> str:
    """What people may have written into HTML. Links lead to pages and mail alone, and
    tell nobody where they were followed. `kept` has the last word on an attribute."""
    # Tags that were taken out may leave others nested as no browser nests them. Read
    # once more, what was looked at is what a browser makes of it.
    for _ in range(2):
        html = nh3.clean(
            html,
            tags=tags,
            attributes=attributes,
            attribute_filter=kept,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    return html


def _kept(tag: str, name: str, value: str) -> str | None:
    # Asked about tags that go, too.
    own = _CLASSES.get(tag)
    return value if name != "class" or (own and own.fullmatch(value)) else None


def _checkboxes_only(html: str) -> str:
    """Task list boxes stay, disabled; any other input a person wrote goes."""

    def box(match: re.Match[str]) -> str:
        if 'type="checkbox"' not in match[0]:
            return ""
        checked = " checked" if "checked" in match[0] else ""
        return f'<input type="checkbox" disabled{checked}>'

    return re.sub(r"<input\b[^>]*>", box, html)


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
