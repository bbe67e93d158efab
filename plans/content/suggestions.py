"""Reading suggestions: with their items, and what each would make of the text now."""

from __future__ import annotations

from dataclasses import dataclass

from plans import document as doc
from plans.content.rows import DETAILS
from plans.content.values import value_of, values_of_row
from plans.models import Plan, Suggestion
from plans.models.suggestion import SuggestionQuerySet


def suggestions_of(plan: Plan) -> SuggestionQuerySet:
    """A plan's suggestions, each with its item and all about that."""
    rows = SuggestionQuerySet(Suggestion).filter(plan=plan)
    return rows.select_related(
        "author",
        "decided_by",
        "item__block__section",
        "item__updated_by",
        "item__checklist_item__done_by",
        *(f"item__{name}" for name in DETAILS),
    )


@dataclass(frozen=True)
class Outcome:
    """`current`: the text that stands in the plan. `text`: what it would be with the
    suggestion, or the suggestion as it was made where the two do not fit together."""

    current: str
    text: str
    is_outdated: bool

    @property
    def is_done(self) -> bool:
        """Whether the plan says it already."""
        return self.current == self.text


def outcome_of(suggestion: Suggestion) -> Outcome:
    """What accepting would do now; `accept` merges in the same way."""
    part, _ = values_of_row(suggestion.item)
    current = value_of(part, suggestion.key)
    current = current if isinstance(current, str) else ""
    merged = doc.merge(suggestion.base, suggestion.text, current)
    if merged.is_clean:
        return Outcome(current, merged.text, is_outdated=False)
    return Outcome(current, suggestion.text, is_outdated=True)
