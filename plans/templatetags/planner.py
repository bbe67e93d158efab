"""Tags and filters of the pages."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from plans.document import ItemChange, Problem, SectionChange
from plans.markdown.rendering import markdown_html
from plans.models import Item, Plan, Section
from plans.page import item_html
from plans.page.comments import button_html
from plans.page.item_html import RenderedItem
from plans.page.view_models import Control, ItemView

register = template.Library()


@register.simple_tag(takes_context=True)
def node(context: Context, part: ItemView) -> SafeString:
    """An item with what is nested in it. Context: plan, can_edit."""
    html = item_html.node_html(part, context["plan"], context["can_edit"])
    return item_html.with_token(html, str(context.get("csrf_token", "")))


@register.simple_tag(takes_context=True)
def with_token(context: Context, html: str) -> SafeString:
    """Markup that is kept, with the token of whom the page is for."""
    return item_html.with_token(html, str(context.get("csrf_token", "")))


@register.simple_tag
def view(item: RenderedItem, control: Control) -> SafeString:
    """One of the values of an item at rest."""
    return item.view(control)


@register.simple_tag
def home() -> str:
    """Where the planner begins. Not by the name of its page: an error page has to be
    made when names cannot be resolved."""
    return f"{settings.BASE_PATH}/"


@register.simple_tag
def comment_button(plan: Plan, place: Item | Section) -> SafeString:
    """The link that opens the comments of an item or a section."""
    return button_html(plan, place)


@register.filter
def comment_text(comment: str) -> str:
    """What an HTML comment says."""
    text = comment.strip().removeprefix("<!--").removesuffix("-->")
    return "\n".join(line.strip() for line in text.strip().splitlines())


@register.filter
def markdown(text: str) -> SafeString:
    """A text of people as safe HTML."""
    return mark_safe(markdown_html(text))  # noqa: S308


@register.filter
def place(problem: Problem, places: dict[int, str]) -> str:
    """Where on the plan's page a problem is; `places` as `parts` tells them."""
    if problem.item is not None and problem.item.id:
        return places.get(problem.item.id, f"#item-{problem.item.id}")
    return f"#section-{problem.section.id}" if problem.section.id else ""


@register.filter
def place_of(change: ItemChange | SectionChange, places: dict[int, str]) -> str:
    """Where on the plan's page something that changed is, if it is there still; for
    changes towards the plan's own document, whose parts have the ids of their rows."""
    if isinstance(change, SectionChange):
        section = change.section
        return f"#section-{section.id}" if section and section.id else ""
    if change.item is None or not change.item.id:
        return ""
    return places.get(change.item.id, f"#item-{change.item.id}")
