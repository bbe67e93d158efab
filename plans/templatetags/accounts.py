"""allauth's forms and pictures in our pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from plans.models import User

register = template.Library()


@register.filter
def plain(field: BoundField) -> BoundField:
    """Without a placeholder: it would say what the label says. Where something is
    wrong, one goes on at the first field that is."""
    attributes = field.field.widget.attrs
    attributes.pop("placeholder", None)
    wrong = [name for name in field.form.fields if name in field.form.errors]
    if wrong:
        attributes.pop("autofocus", None)
        if field.name == wrong[0]:
            attributes["autofocus"] = True
    return field


@register.simple_tag
def no_users_exist() -> bool:
    """Whether this planner waits for the first person to be made."""
    return not User.objects.exists()


@register.filter
def is_check_box(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def inline_svg(drawn: str) -> SafeString:
    """A picture that our own code drew, as a part of the page: its policy lets nobody
    load one from a `data:` address."""
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308


@register.filter
def lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
