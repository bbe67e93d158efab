"""Guidance of a template that is in no file: what to write below a heading, or in a
field.

It is written as the template is: headings are repeated with the guidance below them,
fields as `- **Label**: what to put there`. Read by the same reader, so that it says the
same of a heading and of a field as a plan does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache

from plans.document.model import Field
from plans.document.reader import read
from plans.document.syntax.items import values_of
from plans.document.syntax.parsing import unix


@dataclass(frozen=True)
class SectionHints:
    """`heading`: as it is written; `texts`: paragraphs of guidance, as Markdown;
    `fields`: by label."""

    heading: str = ""
    texts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def of_field(self, label: str) -> str:
        """What to put into a field, "" where nothing is said of it."""
        folded = _folded(label)
        return next((text for name, text in self.fields if _folded(name) == folded), "")

    def without_fields(self, labels: Collection[str]) -> SectionHints | None:
        """What is left for the section, where these fields show their own."""
        shown = {_folded(label) for label in labels}
        fields = [pair for pair in self.fields if _folded(pair[0]) not in shown]
        if not self.texts and not fields:
            return None
        return replace(self, fields=tuple(fields))


@dataclass(frozen=True)
class Hints:
    by_heading: dict[str, SectionHints] = field(default_factory=dict)

    def of_section(self, heading: str) -> SectionHints | None:
        """What there is to know below a heading, whatever its capitals."""
        return self.by_heading.get(_folded(heading))

    def say_of_a_field(self, labels: Collection[str]) -> bool:
        """Whether there is guidance for a field with one of these labels."""
        return any(
            section.of_field(label)
            for section in self.by_heading.values()
            for label in labels
        )

    def headings_without_place(self, headings: list[str]) -> list[str]:
        """Those that the template has no heading for."""
        known = {_folded(heading) for heading in headings}
        return [
            hints.heading
            for folded, hints in self.by_heading.items()
            if folded not in known
        ]


@lru_cache(maxsize=100)
def read_hints(text: str) -> Hints:
    """The guidance in a text; none of it is lost: what is no field is a paragraph."""
    by_heading: dict[str, SectionHints] = {}
    for section in read(unix(text)).sections:
        texts: list[str] = []
        fields: list[tuple[str, str]] = []
        for item in section.walk():
            if isinstance(item, Field):
                fields.append((item.label, item.value))
            else:
                texts += [value for value in values_of(item) if value.strip()]
        if texts or fields:
            before = by_heading.get(_folded(section.heading), SectionHints())
            by_heading[_folded(section.heading)] = SectionHints(
                section.heading, (*before.texts, *texts), (*before.fields, *fields)
            )
    return Hints(by_heading)


def _folded(heading: str) -> str:
    return " ".join(heading.split()).casefold()
