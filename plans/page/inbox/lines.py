"""Each entry of a page of the inbox as one line: what it needs besides its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from plans import document as doc
from plans.content import storage
from plans.content.rows import DETAILS
from plans.content.suggestions import outcome_of
from plans.markdown.comments import comment_words
from plans.models import Comment, Item, Plan, Section, Suggestion, User
from plans.page.comments import PLACES, place_label
from plans.page.inbox.box import Inbox, MarkedEntry
from plans.page.inbox.entries import Entry, Kind
from plans.page.thread_texts import asked_in

# Of a longer text in a suggestion, only the beginning of the new one is shown.
MAX_COMPARED = 400
MAX_WORDS = 120


@dataclass(frozen=True)
class EntryLine:
    """`place`: where in the plan; `words`: what was written there; `pieces`: what a
    suggestion changes. `can`: what can be done from the inbox itself."""

    marked: MarkedEntry
    plan: Plan
    who: User | None
    url: str
    place: str = ""
    words: str = ""
    pieces: list[doc.DiffSpan] = field(default_factory=list)
    comment: Comment | None = None
    can: frozenset[str] = frozenset()

    @property
    def entry(self) -> Entry:
        return self.marked.entry

    @property
    def dom_id(self) -> str:
        return "entry-" + self.entry.key.replace(":", "-")


@dataclass(frozen=True)
class _Rows:
    """The rows that the lines of a page need, by id."""

    plans: dict[int, Plan]
    users: dict[int, User]
    comments: dict[int, Comment]
    sections: dict[int, Section]
    items: dict[int, Item]
    suggestions: dict[int, Suggestion]


def entry_lines(inbox: Inbox, page: Sequence[MarkedEntry]) -> list[EntryLine]:
    """At most six queries. What is gone by now has no line."""
    rows = _load([one.entry for one in page])
    lines = (_line(inbox, one, rows) for one in page)
    return [line for line in lines if line is not None]


def _load(entries: Iterable[Entry]) -> _Rows:
    entries = list(entries)
    ids: dict[str, set[int]] = {"section": set(), "item": set(), "suggestion": set()}
    for entry in entries:
        if entry.kind is Kind.SUGGESTION:
            ids["suggestion"].add(entry.row)
        elif entry.kind is Kind.QUESTION or entry.about.startswith("item-"):
            ids["item"].add(entry.row)
        elif entry.kind is Kind.ASSIGNED:
            ids["section"].add(entry.row)
    comments = Comment.objects.select_related(
        "author", "thread__plan", *(f"thread__{name}" for name in PLACES)
    )
    suggestions = Suggestion.objects.select_related(
        "item__block__section", *(f"item__{name}" for name in DETAILS)
    )
    items = storage.items_with_details().select_related("block__section")
    return _Rows(
        plans=_by_id(
            Plan.objects.select_related("team"), {entry.plan_id for entry in entries}
        ),
        users=_by_id(User.objects.all(), {entry.who for entry in entries if entry.who}),
        comments=_by_id(
            comments, {entry.comment for entry in entries if entry.comment}
        ),
        sections=_by_id(Section.objects.all(), ids["section"]),
        items=_by_id(items, ids["item"]),
        suggestions=_by_id(suggestions, ids["suggestion"]),
    )


def _by_id(rows: QuerySet[Any], ids: set[int]) -> dict[int, Any]:
    return {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}


def _line(inbox: Inbox, marked: MarkedEntry, rows: _Rows) -> EntryLine | None:
    entry = marked.entry
    plan = rows.plans.get(entry.plan_id)
    if plan is None:
        return None
    comment = rows.comments.get(entry.comment)
    values: dict[str, Any] = {"comment": comment}
    who = rows.users.get(entry.who or 0)
    match entry.kind:
        case Kind.MENTION | Kind.ASKED:
            if comment is None:
                return None
            who = comment.author
            values |= _of_mention(inbox, plan, comment)
        case Kind.QUESTION:
            if not (item := rows.items.get(entry.row)):
                return None
            values |= _of_question(plan, item, comment)
        case Kind.SUGGESTION:
            if not (suggestion := rows.suggestions.get(entry.row)):
                return None
            values |= _of_suggestion(plan, suggestion)
        case Kind.ASSIGNED:
            kind = entry.about.partition("-")[0]
            row = rows.items if kind == "item" else rows.sections
            if not (part := row.get(entry.row)):
                return None
            url = f"{plan.url}#{entry.about}"
            values |= {"place": place_label(part), "url": url}
        case _:
            values |= _of_review(plan, entry)
    return EntryLine(marked, plan, who, **values)


def _of_review(plan: Plan, entry: Entry) -> dict[str, Any]:
    assert entry.seat
    anchors = {Kind.SIGN: "decide", Kind.CONDITION: "condition"}
    slot = entry.seat.slot.approval
    anchor = f"#{anchors[entry.kind]}-{slot.pk}" if entry.kind in anchors else ""
    decision = entry.seat.approver.decision
    return {
        "url": reverse("plans:review", args=[plan.slug]) + anchor,
        "place": slot.role,
        "words": _start_of(decision.comment) if decision else "",
    }


def _of_mention(inbox: Inbox, plan: Plan, comment: Comment) -> dict[str, Any]:
    thread = comment.thread
    may_comment = plan.team_id in inbox.teams.comment
    can = {"reply"} if may_comment else set()
    if may_comment and not thread.is_question:
        can.add("resolve")
    return {
        "url": thread.get_absolute_url(),
        "place": place_label(thread.place),
        "words": _start_of(comment_words(comment.text)),
        "can": frozenset(can),
    }


def _of_question(plan: Plan, item: Item, answer: Comment | None) -> dict[str, Any]:
    questions = [text for _, text in asked_in(item)]
    address = reverse("plans:comments", args=[plan.slug])
    return {
        "url": f"{address}?item={item.pk}",
        "place": place_label(item),
        "words": _start_of(
            comment_words(answer.text) if answer else " ".join(questions)
        ),
    }


def _of_suggestion(plan: Plan, suggestion: Suggestion) -> dict[str, Any]:
    outcome = outcome_of(suggestion)
    length = len(outcome.current) + len(outcome.text)
    address = reverse("plans:comments", args=[plan.slug])
    can = {"decline"}
    if not outcome.is_outdated and not plan.is_locked:
        can.add("accept")
    return {
        "url": f"{address}?item={suggestion.item_id}#suggestion-{suggestion.pk}",
        "place": place_label(suggestion.item),
        "pieces": (
            doc.word_diff(outcome.current, outcome.text)
            if length <= MAX_COMPARED and not outcome.is_outdated
            else []
        ),
        "words": _start_of(suggestion.text),
        "can": frozenset(can),
    }


def _start_of(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"
