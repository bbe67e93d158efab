"""Filters of a list, as its address says them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import slug_re
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from plans import formats
from plans.page.lists import SORT, Chip, ListAddress

# SQLite fails at comparing very long words.
LONGEST_WORDS = 200
# Each is a chip, for which its row is read.
MOST_SLUGS = 20
SELECTED = SafeString(" selected")
CHECKED = SafeString(" checked")
# The two dates of a range, in the address. Nothing that is listed is outside of these
# years, which leave room for time zones.
SINCE, UNTIL = "since", "until"
YEARS = range(1900, 2200)


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


class ChoicesPanel(forms.SelectMultiple):
    """Check boxes behind a button that says how many are checked: they need no script,
    and little room."""

    label = ""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        chosen = {str(one) for one in value or ()}
        boxes = [
            (name, key, CHECKED if str(key) in chosen else "", label)
            for key, label in self.choices
        ]
        if not boxes:
            return SafeString("")
        count = sum(bool(checked) for _, _, checked, _ in boxes)
        return format_html(
            '<details class="menu filter-choice"><summary class="button">{}{}</summary>'
            '<fieldset class="filter-options">'
            '<legend class="visually-hidden">{}</legend>{}</fieldset></details>',
            self.label,
            format_html(' <span class="count">{}</span>', count) if count else "",
            self.label,
            format_html_join(
                "",
                '<label><input type="checkbox" name="{}" value="{}"{}>'
                ' <span dir="auto">{}</span></label>',
                boxes,
            ),
        )


class ChoicesField(forms.MultipleChoiceField):
    """Any of several values, each once, in the order of the choices; what is none of
    them is left out."""

    widget = ChoicesPanel

    def clean(self, value: Any) -> list[str]:
        chosen = {str(one) for one in value or ()}
        choices: Any = self.choices
        keys = [str(key) for key, _ in choices]
        return [key for key in keys if key in chosen]


class SlugsField(forms.Field):
    """Any of several slugs, each once; what is none is left out."""

    hidden_widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=self.hidden_widget, **kwargs)

    def clean(self, value: Any) -> list[str]:
        slugs = dict.fromkeys(str(one) for one in value or ())
        return [slug for slug in slugs if slug_re.fullmatch(slug)][:MOST_SLUGS]


class DayField(forms.DateField):
    """One end of a range of days: "2026-03-31"."""

    input_formats = ("%Y-%m-%d",)

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day.year not in YEARS:
            raise forms.ValidationError("A day that nothing here has.")
        return day


class FilterForm(forms.Form):
    """The filters of a list, read from its address: what is none of ours selects
    everything. Each field with a label is shown as a chip while it is set; those in
    `hidden` only as one; those of `period` are together behind a button of that name.
    """

    use_required_attribute = False
    hidden: ClassVar[tuple[str, ...]] = ()
    period: ClassVar[tuple[str, ...]] = ()
    period_label: str = ""

    def __init__(self, query: Any, **kwargs: Any) -> None:
        super().__init__(query, auto_id="filter-%s", **kwargs)
        for name, bound in self.fields.items():
            bound.required = False
            if name in self.hidden:
                bound.widget = bound.hidden_widget()
            if type(bound.widget) is forms.Select:
                bound.widget = QuickSelect(choices=bound.widget.choices)
            if isinstance(bound.widget, ChoicesPanel):
                bound.widget.label = str(bound.label or name)
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
        return [field for field in list(self)[1:] if field.name not in self.period]

    @property
    def period_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.period if name in self.fields]

    @property
    def period_count(self) -> int:
        """How many of them are set."""
        return sum(name in self.values for name in self.period)

    def chips(self, address: ListAddress) -> list[Chip]:
        """One for each value, so that each can be taken away alone."""
        return [
            Chip(label, self.chip_text(name, one), address.without_value(name, one))
            for name, value in self.filters.items()
            if (label := str(self.fields[name].label or ""))
            for one in (value if isinstance(value, list) else [value])
        ]

    def chip_text(self, name: str, value: Any) -> str:
        """How a value is shown."""
        choices = getattr(self.fields[name], "choices", None)
        if isinstance(value, date):
            return formats.write(value, "day")
        if choices is None:
            return f"“{value}”"
        return _label_of(value, choices)


def _label_of(value: Any, choices: Iterable[Any]) -> str:
    labels = {str(choice): label for choice, label in choices}
    return str(labels.get(str(value), value))


def asked_of(query: Any, names: Sequence[str]) -> set[str]:
    """All values that an address has under these names, whether they are choices or
    not."""
    return {value for name in names for value in query.getlist(name)}
