"""What the pages show of suggestions. Nothing here writes, or needs a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.server.disconnects import check_client
from plans import document as doc
from plans import permissions
from plans.content.storage import Loaded
from plans.content.suggestions import outcome_of, suggestions_of
from plans.models import Item, Membership, Plan, Suggestion, User
from plans.page.comments import Scope, place_label, shortened
from plans.page.items import view_of_row
from plans.page.thread_texts import is_gone
from plans.page.view_models import Control
from plans.permissions import Decision

# As much text as one page compares, in characters: about half a second of work.
_MAX_COMPARED = 300_000


@dataclass
class SuggestionView:
    """`pieces`: what it changes, empty where that is too long to compare. `control`: of
    the text that it would make, for an editor to change before accepting."""

    row: Suggestion
    label: str
    place: str
    is_gone: bool
    pieces: list[doc.DiffSpan]
    is_outdated: bool
    is_done: bool
    current: str
    control: Control | None
    may_withdraw: Decision

    @property
    def dom_id(self) -> str:
        return f"suggestion-{self.row.pk}"

    @property
    def text_id(self) -> str:
        return f"suggestion-text-{self.row.pk}"


@dataclass(frozen=True)
class Waiting:
    """The open suggestions of one person, to decide on together."""

    author: User
    count: int


def suggestions_context(
    plan: Plan, member: Membership, scope: Scope, own: frozenset[str] = frozenset()
) -> dict[str, object]:
    """What `_suggestions.html` needs; one query."""
    rows = suggestions_of(plan)
    if scope.item_id:
        rows = rows.filter(item=scope.item_id)
    elif scope.section_id:
        rows = rows.none()
    elif not scope.resolved:
        rows = rows.open()
    views = list(_views(rows, member, own))
    waiting = [view for view in views if view.row.is_open]
    return {
        "open_suggestions": waiting,
        "decided_suggestions": [view for view in views if not view.row.is_open],
        "suggesting": [] if scope.is_place else _by_author(waiting),
        "may_suggest": permissions.may_suggest(member),
        "may_decide": permissions.may_decide(member),
    }


def _by_author(views: Iterable[SuggestionView]) -> list[Waiting]:
    """Those with several open suggestions."""
    counts: dict[User, int] = {}
    for view in views:
        counts[view.row.author] = counts.get(view.row.author, 0) + 1
    return [Waiting(author, n) for author, n in counts.items() if n > 1]


def _views(
    rows: Iterable[Suggestion], member: Membership, own: frozenset[str]
) -> Iterable[SuggestionView]:
    left = _MAX_COMPARED
    for row in rows:
        check_client()
        outcome = outcome_of(row)
        texts = outcome.current, outcome.text
        if not row.is_open or outcome.is_outdated:
            texts = row.base, row.text
        left -= sum(map(len, texts))
        pieces = doc.fold_unchanged(doc.word_diff(*texts)) if left > 0 else []
        control = control_of(row.item, row.key, own)
        label = place_label(row.item)
        if control and row.key.startswith("cell-"):
            label = f"{label} › {control.label}"
        if control:
            control.value, control.is_blank = outcome.text, not outcome.text
            control.questions = ()
        yield SuggestionView(
            row=row,
            label=label,
            place=f"#item-{row.item_id}",
            is_gone=is_gone(row.item),
            pieces=pieces,
            is_outdated=row.is_open and outcome.is_outdated,
            is_done=row.is_open and outcome.is_done,
            current=outcome.current,
            control=control,
            may_withdraw=permissions.may_withdraw(member, row),
        )


def control_of(item: Item, key: str, own: frozenset[str]) -> Control | None:
    """The control of one value of an item."""
    controls = view_of_row(item, own).controls
    return next((each for each in controls if each.name == key), None)


@dataclass(frozen=True)
class SuggestionLine:
    """A line of the side panel."""

    row: Suggestion
    words: str
    label: str
    place: str

    @property
    def query(self) -> str:
        return f"item={self.row.item_id}"


def suggestion_lines(
    plan: Plan, loaded: Loaded, places: dict[int, str]
) -> list[SuggestionLine]:
    """The open suggestions on what is in the plan, newest first; one query, and none
    where the rows know of no suggestion."""
    if not any(row.open_suggestions for row in loaded.items.values()):
        return []
    return [
        SuggestionLine(
            row,
            words=shortened(row.reason or row.text) or "Empty",
            label=place_label(row.item),
            place=places.get(row.item_id, f"#item-{row.item_id}"),
        )
        for row in suggestions_of(plan).open().order_by("-pk")
        if row.item_id in loaded.items
    ]
