"""Tags for the pieces of markup that many templates share."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, extra_class: str = "") -> SafeString:
    """One symbol of static/img/icons.svg; hidden from screen readers."""
    classes = f"icon {extra_class}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        static("img/icons.svg"),
        name,
    )


@register.simple_block_tag(takes_context=True)
def post_form(
    context: Context, content: str, *address: object, **attributes: object
) -> SafeString:
    """A form that htmx posts, and the browser itself where there is no JavaScript.

    `address`: the parts of the URL, put together: `{% post_form plan.url "undo/" %}`.
    `attributes`: `class`; `said`, for screen readers once it is done; `confirm`, a
    question to answer first.
    """
    url = "".join(str(part) for part in address)
    named = [(_ATTRIBUTES[name], value) for name, value in attributes.items()]
    return format_html(
        '<form{} method="post" action="{}" hx-post="{}" hx-swap="none">{}{}</form>',
        format_html_join("", ' {}="{}"', named),
        url,
        url,
        CsrfTokenNode().render(context),
        content,
    )


_ATTRIBUTES = {"class": "class", "said": "data-said", "confirm": "hx-confirm"}


@register.filter
def undo_of(message: Message) -> dict[str, Any] | None:
    """The form that takes back what a message tells of (views.shortcuts.note)."""
    if not message.extra_tags:
        return None
    # A message that waits since before an upgrade has no label.
    url, fields, *label = json.loads(message.extra_tags)
    return {"url": url, "fields": fields, "label": label[0] if label else "Undo"}


@register.filter
def after_newline(text: object) -> SafeString:
    """What a textarea or a pre holds. HTML drops the first newline in it: this one,
    and not one of the text's own."""
    return format_html("\n{}", "" if text is None else text)
