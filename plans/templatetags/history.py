"""Filters of the history pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from planner.server.disconnects import check_client
from plans.document import DiffSpan, fold_unchanged, word_diff
from plans.markdown.rendering import plain_text
from plans.models import Change

register = template.Library()

# Colours say it to the eye; these words, hidden from it, say it to a screen reader.
_MARKED = {
    "added": '{}<ins><span class="visually-hidden">[added: </span>{}'
    '<span class="visually-hidden">]</span></ins>{}',
    "removed": '{}<del><span class="visually-hidden">[removed: </span>{}'
    '<span class="visually-hidden">]</span></del>{}',
    "same": "{}{}{}",
}


@register.filter
def marked(pieces: Iterable[DiffSpan]) -> SafeString:
    """A comparison with its additions and removals marked, escaped.

    The space around what is marked stays outside: a line through it is only noise.
    """
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces))


def _marked(piece: DiffSpan) -> SafeString:
    words = piece.text.strip() or piece.text
    before, _, behind = piece.text.partition(words)
    return format_html(_MARKED[piece.kind], before, words, behind)


@register.filter
def compared(before: str, after: str) -> SafeString:
    """Two Markdown texts, compared as people read them: in words, without the marks of
    bold and code, and folded where they are the same."""
    check_client()
    texts = plain_text(before), plain_text(after)
    if texts[0] == texts[1]:
        texts = before, after
    return marked(fold_unchanged(word_diff(*texts)))


@register.filter
def of_item(change: Change) -> str:
    """A change's verb on the page of the item that it is about."""
    return _OF_ITEM.get(change.verb, f"{change.deed} this")


_OF_ITEM: dict[str, str] = {
    Change.Verb.ITEM_ADDED: "added this",
    Change.Verb.ITEM_REMOVED: "removed this",
    Change.Verb.ITEM_MOVED: "moved this",
    Change.Verb.ITEM_ASSIGNED: "changed the assignment of this",
    Change.Verb.ITEM_TICKED: "ticked or unticked this",
    Change.Verb.UNDO: "undid a change",
    Change.Verb.REDO: "redid a change",
}
