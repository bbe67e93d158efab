"""Items as markup: the same on the page, in an answer and in the live feed.

It is made without a request, so that it can be made once for everybody. What is a
person's own, the token that a form posts, is put in when a page is made; an answer and
the live feed carry none, because with JavaScript each post has it in a header.
"""

from __future__ import annotations

import secrets

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from plans.models import Plan
from plans.parts import ItemPart

# Stands where a page's token goes. Nobody can write it into a plan beforehand.
_TOKEN = secrets.token_hex(16)
_TOKEN_INPUT = f'<input type="hidden" name="csrfmiddlewaretoken" value="{_TOKEN}">'


def item_html(part: ItemPart, plan: Plan, can_edit: bool) -> SafeString:
    """`#item-N`: an item without what is nested in it. For `with_token`."""
    return _rendered("plans/_item.html", part, plan, can_edit)


def node_html(part: ItemPart, plan: Plan, can_edit: bool) -> SafeString:
    """`#node-N`: an item with what is nested in it. For `with_token`.

    The nested ones are made first: a template in a template in a template would reach
    Python's limit of recursion with what people nest.
    """
    if not part.has_node and not part.keep:
        return item_html(part, plan, can_edit)
    nested = [] if part.keep else part.children
    own = "" if part.keep or part.keep_own else item_html(part, plan, can_edit)
    html = mark_safe("".join([node_html(each, plan, can_edit) for each in nested]))  # noqa: S308
    return _rendered("plans/_node.html", part, plan, can_edit, own=own, nested=html)


def with_token(html: str, token: str = "") -> SafeString:
    """The markup with a person's token in its forms, or with none."""
    if token:
        return mark_safe(html.replace(_TOKEN, token))  # noqa: S308
    return mark_safe(html.replace(_TOKEN_INPUT, ""))  # noqa: S308


def _rendered(
    template: str, part: ItemPart, plan: Plan, can_edit: bool, **more: str
) -> SafeString:
    context = {"item": part, "plan": plan, "can_edit": can_edit, "csrf_token": _TOKEN}
    return render_to_string(template, context | more)
