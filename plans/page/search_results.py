"""What the search shows of the texts that it finds: a line for each, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from plans import document as doc
from plans.content.values import change_label, values_of_row
from plans.content.versions import AnyVersion
from plans.document import ItemKind
from plans.markdown.rendering import plain_text
from plans.models import (
    Comment,
    Item,
    Plan,
    SavedVersion,
    SearchEntry,
    Suggestion,
    User,
    Version,
)
from plans.models.content import Block, Section
from plans.search import sources
from plans.search.passages import marks_in, passage_html
from plans.search.queries import Query
from plans.search.searching import Hit

Kind = SearchEntry.Kind
# What nothing fits.
NOTHING = Query("", ())


class Markup(Enum):
    """How a text is written. NONE: no Markdown; VALUE: Markdown behind a label or
    a mark, so that its first characters begin no list or heading; BLOCKS: Markdown."""

    NONE = auto()
    VALUE = auto()
    BLOCKS = auto()


@dataclass(frozen=True)
class SearchResult:
    """One line. `place`: where in the plan, "" for its title and its headings; `text`:
    as people read it."""

    kind: str
    plan: Plan
    place: str
    url: str
    text: str
    query: Query
    written_at: datetime

    @property
    def passage(self) -> SafeString:
        """Safe HTML, with what fits marked."""
        return passage_html(self.text, self.query)


@dataclass(frozen=True)
class _Place:
    """Where a text is, and what it says."""

    kind: str
    name: str
    url: str
    text: str
    markup: Markup = Markup.NONE


def load_results(user: User, hits: Iterable[Hit], query: Query) -> list[SearchResult]:
    """The lines of some hits, in their order. A query for the plans, and one for each
    kind of row. What has gone since is left out."""
    hits = list(hits)
    ids = {hit.plan_id for hit in hits}
    visible = Plan.objects.visible_to(user).filter(pk__in=ids)
    plans = {plan.pk: plan for plan in visible.select_related("team")}
    places = _Places(plans, hits)
    results = []
    for hit in hits:
        place = places.find(hit)
        if place is None:
            continue
        results.append(
            SearchResult(
                kind=place.kind,
                plan=plans[hit.plan_id],
                place=place.name,
                url=place.url,
                text=readable(place.text, place.markup, query),
                query=query,
                written_at=hit.written_at,
            )
        )
    return results


# As plans.page.value_html: what stands behind it begins no block.
_LEAD = ". "


def readable(text: str, markup: Markup, query: Query) -> str:
    """A text without the marks of bold, code and links, if all of it that fits is still
    there: what was found in a comment or a tag is shown as it is written."""
    if markup is Markup.NONE or doc.is_plain(text):
        return text
    if markup is Markup.BLOCKS:
        words = plain_text(text)
    else:
        words = plain_text(_LEAD + text).removeprefix(_LEAD.strip()).strip()
    is_all = _terms_in(words, query) >= _terms_in(text, query)
    return words if words and is_all else text


def _terms_in(text: str, query: Query) -> set[int]:
    return {mark.term for mark in marks_in(text, query)}


class _Places:
    def __init__(self, plans: dict[int, Plan], hits: Sequence[Hit]) -> None:
        self.plans = plans
        ids: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        for hit in hits:
            ids[hit.kind].append(hit.source)
        self.sections = _by_id(_sections(ids[Kind.HEADING]))
        self.items = _by_id(_items(ids[Kind.ITEM]))
        self.comments = _by_id(_comments(ids[Kind.COMMENT]))
        self.suggestions = _by_id(_suggestions(ids[Kind.SUGGESTION]))
        self.tables = _by_id(_tables(ids[Kind.COLUMNS]))
        self.versions = _by_id(_versions(Version, ids[Kind.VERSION]))
        self.saved = _by_id(_versions(SavedVersion, ids[Kind.SAVED_VERSION]))
        self.parts: dict[AnyVersion, list[str]] = {}

    def find(self, hit: Hit) -> _Place | None:
        """None for what has gone, and for a plan that the person may not see."""
        plan = self.plans.get(hit.plan_id)
        if plan is None:
            return None
        match hit.kind:
            case Kind.TITLE:
                return _Place("Plan", "", plan.url, plan.title)
            case Kind.HEADING:
                return _of_section(plan, self.sections.get(hit.source))
            case Kind.ITEM:
                return _of_item(plan, self.items.get(hit.source), hit.part)
            case Kind.COMMENT:
                return _of_comment(plan, self.comments.get(hit.source), hit.part)
            case Kind.SUGGESTION:
                return _of_suggestion(plan, self.suggestions.get(hit.source), hit.part)
            case Kind.COLUMNS:
                return _of_table(plan, self.tables.get(hit.source), hit.part)
            case Kind.VERSION:
                return self._of_version(plan, self.versions.get(hit.source), hit.part)
            case Kind.SAVED_VERSION:
                return self._of_version(plan, self.saved.get(hit.source), hit.part)

    def _of_version(
        self, plan: Plan, version: AnyVersion | None, part: int
    ) -> _Place | None:
        if version is None:
            return None
        if version not in self.parts:
            self.parts[version] = sources.parts_of_version(version)
        url = f"{reverse('plans:versions', args=[plan.slug])}#version-{version.key}"
        text = _part(self.parts[version], part)
        return _Place("Version", version.title, url, text, Markup.BLOCKS)


def _of_section(plan: Plan, section: Section | None) -> _Place | None:
    if section is None:
        return None
    url = f"{plan.url}#section-{section.pk}"
    return _Place("Heading", "", url, section.heading)


def _of_item(plan: Plan, item: Item | None, part: int) -> _Place | None:
    if item is None:
        return None
    value, _ = values_of_row(item)
    text = _part(sources.parts_of(sources.text_of_part(value)), part)
    kind = "Question" if item.questions else "Text"
    markup = _MARKUP.get(ItemKind(item.kind), Markup.VALUE)
    url = f"{plan.url}#item-{item.pk}"
    return _Place(kind, _label(value, item), url, text, markup)


_MARKUP = {
    ItemKind.CODE: Markup.NONE,
    ItemKind.FRONT_MATTER: Markup.NONE,
    ItemKind.RAW: Markup.BLOCKS,
}


def _label(value: doc.Item, item: Item) -> str:
    return readable(change_label(value, item), Markup.VALUE, NOTHING)


def _of_comment(plan: Plan, comment: Comment | None, part: int) -> _Place | None:
    if comment is None:
        return None
    comment.thread.plan = plan
    name = f"{comment.author.name} on {_name_of(comment.thread.place)}"
    url = comment.thread.get_absolute_url()
    text = _part(sources.parts_of(comment.text), part)
    return _Place("Comment", name, url, text, Markup.BLOCKS)


def _of_suggestion(
    plan: Plan, suggestion: Suggestion | None, part: int
) -> _Place | None:
    if suggestion is None:
        return None
    value, _ = values_of_row(suggestion.item)
    name = f"{suggestion.author.name} on {_label(value, suggestion.item)}"
    address = reverse("plans:comments", args=[plan.slug])
    url = f"{address}?item={suggestion.item_id}#suggestion-{suggestion.pk}"
    text = _part(sources.parts_of(sources.text_of_suggestion(suggestion)), part)
    return _Place("Suggestion", name, url, text, Markup.VALUE)


def _of_table(plan: Plan, block: Block | None, part: int) -> _Place | None:
    if block is None:
        return None
    text = _part(sources.parts_of(sources.text_of_columns(block)), part)
    name = _name_of(block.section)
    return _Place("Columns", name, f"{plan.url}#block-{block.pk}", text)


def _name_of(place: Item | Section) -> str:
    section = place if isinstance(place, Section) else place.block.section
    return section.heading or "the introduction"


def _part(parts: Sequence[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


def _sections(ids: Sequence[int]) -> Any:
    return sources.present_sections().filter(pk__in=ids) if ids else ()


def _items(ids: Sequence[int]) -> Any:
    return sources.present_items().filter(pk__in=ids) if ids else ()


def _comments(ids: Sequence[int]) -> Any:
    rows = sources.present_comments().filter(pk__in=ids)
    place = ("thread__section", "thread__item__block__section")
    return rows.select_related("author", *place) if ids else ()


def _suggestions(ids: Sequence[int]) -> Iterable[Suggestion]:
    """In two queries: their items, with all that an item is named by."""
    if not ids:
        return ()
    rows = sources.present_suggestions().filter(pk__in=ids).select_related("author")
    suggestions = list(rows)
    items = _by_id(_items([row.item_id for row in suggestions]))
    for row in suggestions:
        row.item = items[row.item_id]
    return suggestions


def _tables(ids: Sequence[int]) -> Any:
    rows = sources.present_tables().filter(pk__in=ids)
    return rows.select_related("section") if ids else ()


def _versions(model: type[AnyVersion], ids: Sequence[int]) -> Any:
    rows = model._default_manager.filter(pk__in=ids)
    return rows.only("number", "name", "markdown") if ids else ()


def _by_id(rows: Iterable[Any]) -> dict[int, Any]:
    return {row.pk: row for row in rows}
