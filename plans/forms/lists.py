"""Filters of a list, as its address says them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from plans.page.lists import SORT, Chip, ListAddress

# SQLite fails at comparing very long words.
LONGEST_WORDS = 200
SELECTED = SafeString(" selected")


class WordsField(forms.CharField):
    """Words to search for, as many as can be compared."""

    widget = forms.SearchInput

    def to_python(self, value: object) -> str:
        words = super().to_python(value) or ""
        return words.replace("\0", "").strip()[:LONGEST_WORDS]


class QuickSelect(forms.Select):
    """Django renders a template for each option: 200 teams take 20 ms."""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SELECTED if str(key) == str(value or "") else "", label)
                for key, label in self.choices
            ),
        )
        attributes = flatatt({**self.attrs, **(attrs or {})})
        return format_html('<select name="{}"{}>{}</select>', name, attributes, options)


class FilterForm(forms.Form):
    """The filters of a list, read from its address: what is none of ours selects
    everything. Each field with a label is shown as a chip while it is set; those in
    `hidden` only as one."""

    use_required_attribute = False
    hidden: ClassVar[tuple[str, ...]] = ()

    def __init__(self, query: Any, **kwargs: Any) -> None:
        super().__init__(query, auto_id="filter-%s", **kwargs)
        for name, bound in self.fields.items():
            bound.required = False
            if name in self.hidden:
                bound.widget = forms.HiddenInput()
            if type(bound.widget) is forms.Select:
                bound.widget = QuickSelect(choices=bound.widget.choices)
            bound.widget.attrs |= {"aria-label": bound.label or name}
            if isinstance(bound, WordsField):
                bound.widget.attrs.setdefault("placeholder", bound.label or "")

    @cached_property
    def values(self) -> dict[str, Any]:
        """What is set and was understood, by name; the rest is gone from the form."""
        self.is_valid()
        values = {
            name: self.cleaned_data[name]
            for name in self.fields
            if self.cleaned_data.get(name) not in (None, "", [])
        }
        if self.errors:
            self.data = values
            self.full_clean()
        return values

    @property
    def filters(self) -> dict[str, Any]:
        """The values without how they are sorted."""
        return {name: value for name, value in self.values.items() if name != SORT}

    @property
    def first_field(self) -> forms.BoundField:
        return next(iter(self))

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return list(self)[1:]

    def chips(self, address: ListAddress) -> list[Chip]:
        return [
            Chip(label, self.chip_text(name, value), address.without(name))
            for name, value in self.filters.items()
            if (label := str(self.fields[name].label or ""))
        ]

    def chip_text(self, name: str, value: Any) -> str:
        """How a value is shown."""
        field = self.fields[name]
        choices = getattr(field, "choices", None)
        if choices is None:
            return f"“{value}”" if isinstance(value, str) else str(value)
        values = value if isinstance(value, list) else [value]
        return ", ".join(_label_of(one, choices) for one in values)


def _label_of(value: Any, choices: Iterable[Any]) -> str:
    labels = {str(choice): label for choice, label in choices}
    return str(labels.get(str(value), value))
