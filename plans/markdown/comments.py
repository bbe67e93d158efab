"""Comments to safe HTML: Markdown without headings, pictures and HTML of its own.

All output has been through the sanitizer and may be put on a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from django.utils.html import linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.util import AtomicString

from plans.markdown.mentions import (
    PATTERN,
    M,
    Member,
    MentionedMember,
    member_called,
    named_in,
)
from plans.markdown.rendering import sanitised

_TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "span",
    "strong", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "span": {"class", "title"}}
# A title of a comment would be a heading of the page; `#12` is more often a number.
_NO_BLOCKS = ("hashheader", "setextheader")
_NO_INLINES = ("html", "image_reference", "short_image_ref", "automail")
# Behind a bare link: the end of the sentence that it stands in.
_BARE_LINK = r"(?<![\w/])(https?://[^\s<>]*[^\s<>.,:;!?*_'\")\]])"
# Each open bracket is looked at with all that follow it: thousands would take seconds.
_MOST_BRACKETS = 200


def comment_html(text: str, members: Iterable[Member] = ()) -> SafeString:
    """Sanitised HTML; mentions of members are marked, with their name as title."""
    return _rendered(text, named_in(text, members))[0]


def comment_words(text: str) -> str:
    """What a comment says, on one line and without its form: for a list of comments."""
    return " ".join(unescape(strip_tags(comment_html(text))).split())


def mentioned_in(text: str, members: Iterable[M]) -> list[M]:
    """The members that a comment speaks to, in no order. A name in code is none."""
    members = list(members)
    usernames = _rendered(text, named_in(text, members))[1]
    return [member for member in members if member.username in usernames]


@lru_cache(maxsize=2_000)
def _rendered(
    text: str, named: tuple[MentionedMember, ...]
) -> tuple[SafeString, frozenset[str]]:
    """The HTML, and the user names that are mentioned in it."""
    if text.count("[") > _MOST_BRACKETS:
        return mark_safe(linebreaks(text, autoescape=True)), frozenset()  # noqa: S308
    parser = markdown.Markdown(extensions=["fenced_code", "nl2br", "sane_lists"])
    parser.preprocessors.deregister("html_block")
    for name in _NO_BLOCKS:
        parser.parser.blockprocessors.deregister(name)
    for name in _NO_INLINES:
        parser.inlinePatterns.deregister(name)
    mentions = _Mentions(named, parser)
    pictures = LinkInlineProcessor(r"\!\[", parser)  # a link in the picture's place
    parser.inlinePatterns.register(pictures, "image_link", 155)
    parser.inlinePatterns.register(_BareLinks(_BARE_LINK, parser), "bare_link", 100)
    parser.inlinePatterns.register(mentions, "mention", 70)
    try:
        html = parser.convert(text)
    except RecursionError:  # thousands of nested quotes, written to see what happens
        html, mentions.usernames = linebreaks(text, autoescape=True), set()
    clean = sanitised(html, _TAGS, _ATTRIBUTES, _kept)
    return mark_safe(clean), frozenset(mentions.usernames)  # noqa: S308


def _kept(tag: str, name: str, value: str) -> str | None:
    # Any other class would borrow the looks of our pages.
    return value if name != "class" or value == "mention" else None


class _Mentions(InlineProcessor):
    """Marks `@username`, and collects the user names."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(
        self, named: tuple[MentionedMember, ...], parser: markdown.Markdown
    ) -> None:
        super().__init__(PATTERN, parser)
        self.named = named
        self.usernames: set[str] = set()

    # As InlineProcessor has it; the stubs hold it to the older Pattern.
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        member = member_called(m[1], self.named)
        if member is None:
            return None, None, None
        self.usernames.add(member.username)
        mark = Element("span", {"class": "mention", "title": member.name})
        mark.text = AtomicString(f"@{m[1][: len(member.username)]}")
        return mark, m.start(), m.start() + 1 + len(member.username)


class _BareLinks(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    # As InlineProcessor has it; the stubs hold it to the older Pattern.
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Any, int, int]:
        link = Element("a", {"href": m[1]})
        link.text = AtomicString(m[1])
        return link, m.start(), m.end()
