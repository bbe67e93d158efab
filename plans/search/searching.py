"""Finding: the newest texts that fit, ordered by how well they do and how new they are.

Access is decided in the queries: the tags of a person's teams narrow what the engine
finds, and `PlanQuerySet.visible_to` decides which of it there is for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log2
from operator import attrgetter

from django.utils import timezone

from plans.models import Guest, Plan, SearchEntry, Team, User
from plans.search import engines
from plans.search.engines import Condition, tag
from plans.search.queries import Query, Term, as_phrase

Kind = SearchEntry.Kind
# So many of the newest texts that fit are ordered; nobody reads on.
MOST_HITS = 200
# Where more fit: so many titles and headings, and of so many texts those that have the
# words as a phrase.
MOST_OF_A_KIND = 50
MOST_COMPARED = 500
# Of a register's items and of plans, where words narrow it.
MOST_ITEMS = 2_000
# Somebody in more teams is first asked for without them: a list for each takes time.
MOST_TAGS = 20
TIMES_MORE = 2
# Days after which a text counts for half.
HALF_LIFE = 180
# What a place says about the whole plan counts for more.
_WEIGHTS = {
    Kind.TITLE: 6.0,
    Kind.HEADING: 3.0,
    Kind.ITEM: 2.0,
    Kind.COMMENT: 1.5,
    Kind.SUGGESTION: 1.5,
    Kind.COLUMNS: 0.5,  # all plans of a template have the same
}


@dataclass(frozen=True)
class Filters:
    """What else must hold. `kinds` of KINDS: any of them, or all where there are none;
    `teams` likewise."""

    kinds: tuple[str, ...] = ()
    teams: tuple[Team, ...] = ()
    plan: Plan | None = None
    archived: bool = False
    versions: bool = False
    newest_first: bool = False


ANYWHERE = Filters()
# Of the filter, and of the tags.
KINDS = (
    *("title", "heading", "columns", "item", "question", "comment", "suggestion"),
    "version",
)


@dataclass(frozen=True)
class Hit:
    """A text that fits: the row that has it is `source` in the table of its `kind`."""

    kind: Kind
    plan_id: int
    source: int
    part: int
    score: float
    written_at: datetime


@dataclass(frozen=True)
class Hits:
    """The best first. `is_all`: whether there are no more than these."""

    hits: list[Hit]
    is_all: bool


NOTHING = Hits([], True)


def search(user: User, query: Query, filters: Filters = ANYWHERE) -> Hits:
    """What a person may see and is looking for. At most a dozen queries, however many
    texts there are and fit."""
    if not query.terms:
        return NOTHING
    reader = _Reader(user, filters)
    found: list[int] = []
    terms = query.terms
    most = MOST_COMPARED if len(terms) > 1 else MOST_HITS + 1
    # Words that may go on fit many more texts, and less well: they are asked for where
    # the words as they are do not fit enough.
    for terms in dict.fromkeys((query.exact, query.as_typed, query.terms)):
        found = reader.newest(terms, most)
        if len(found) > MOST_HITS:
            break
    is_all = len(found) <= MOST_HITS
    fitting = found[: MOST_HITS + 1]
    if not is_all:
        # An older one may be better than the newest.
        fitting += reader.headings(terms, MOST_OF_A_KIND)
        if older := found[MOST_HITS + 1 :]:
            fitting += reader.narrowed(as_phrase(terms), older, MOST_OF_A_KIND)
    hits = _hits(reader.load(fitting), query, filters)
    return Hits(hits[:MOST_HITS], is_all)


@dataclass(frozen=True)
class Fitting:
    """What a register is narrowed to: items with the words, and plans whose titles have
    them. `is_cut`: there are more, and these are the newest."""

    items: list[int]
    plans: list[int]
    is_cut: bool = False


def find_items(user: User, query: Query, register: str) -> Fitting:
    """Of a register's items, and of all plans' titles; whole words first, as in the
    search. Whoever lists them decides which of them may be seen: here the index only
    narrows what there is to look at."""
    if not query.terms:
        return Fitting([], [])
    reader = _Reader(user, ANYWHERE)
    items: list[int] = []
    for terms in dict.fromkeys((query.exact, query.terms)):
        items = reader.items(terms, register, MOST_ITEMS + 1)
        if len(items) > MOST_ITEMS:
            break
    plans = reader.titled(query.terms, MOST_ITEMS + 1)
    is_cut = max(len(items), len(plans)) > MOST_ITEMS
    return Fitting(items[:MOST_ITEMS], plans[:MOST_ITEMS], is_cut)


class _Reader:
    """Who searches, and what else must hold."""

    def __init__(self, user: User, filters: Filters) -> None:
        self.plans = Plan.objects.visible_to(user).filter(archived=filters.archived)
        self.access = _access(user)
        self.any_of = _narrowed(filters)
        self.none_of = _left_out(filters)

        # Of plans that were asked for: those that there are for them, and all.
        self._visible: set[int] = set()
        self._asked: set[int] = set()

    def newest(self, terms: Sequence[Term], limit: int) -> list[int]:
        """The ids of the newest entries that they may see."""
        return self._newest(self._condition(terms), limit)

    def headings(self, terms: Sequence[Term], limit: int) -> list[int]:
        """The same of titles and headings."""
        return self._newest(replace(self._condition(terms), headings=True), limit)

    def items(self, terms: Sequence[Term], register: str, limit: int) -> list[int]:
        """The newest items of a register; of somebody in many teams, of all plans."""
        condition = self._condition(terms)
        if not self.is_wide:
            condition = replace(condition, any_of=self._tags)
        return engines.newest_items(condition, register, limit, is_wide=self.is_wide)

    def titled(self, terms: Sequence[Term], limit: int) -> list[int]:
        """The newest plans whose titles fit; of somebody in many teams, of all."""
        tags = [[tag("title")]] if self.is_wide else [*self._tags, [tag("title")]]
        condition = replace(self._condition(terms), any_of=tags, headings=True)
        return [plan for _, plan in engines.newest(condition, limit)]

    def narrowed(
        self, terms: Sequence[Term], entries: Sequence[int], limit: int
    ) -> list[int]:
        """Those of these entries, which they may see, that have other terms, too."""
        condition = self._condition(terms)
        if not self.is_wide:
            condition = replace(condition, any_of=self._tags)
        found = set(engines.narrowed(condition, entries, limit))
        return [pk for pk in entries if pk in found]

    def load(self, entries: Sequence[int]) -> list[SearchEntry]:
        """Those entries of them that they may see, the newest first."""
        rows = list(SearchEntry.objects.filter(pk__in=entries).order_by("-pk"))
        plans = self._seen({entry.plan_id for entry in rows})
        return [entry for entry in rows if entry.plan_id in plans]

    @property
    def is_wide(self) -> bool:
        return len(self.access) > MOST_TAGS

    @property
    def _tags(self) -> list[list[str]]:
        return [self.access, *self.any_of]

    def _condition(self, terms: Sequence[Term]) -> Condition:
        return Condition(terms, self.any_of, self.none_of)

    def _newest(self, wide: Condition, limit: int) -> list[int]:
        if not self.access:
            return []
        if self.is_wide:
            # In so many teams, they see most texts; else, the teams are asked for.
            found = engines.newest(wide, TIMES_MORE * limit, is_wide=True)
            plans = self._seen({plan for _, plan in found})
            seen = [pk for pk, plan in found if plan in plans]
            if len(seen) >= limit or len(found) < TIMES_MORE * limit:
                return seen[:limit]
        found = engines.newest(replace(wide, any_of=self._tags), limit)
        return [pk for pk, _ in found]

    def _seen(self, plans: set[int]) -> set[int]:
        """Those of these plans, and of those asked for before, that they may see."""
        if unknown := plans - self._asked:
            visible = self.plans.filter(pk__in=unknown).order_by()
            self._visible.update(visible.values_list("pk", flat=True))
            self._asked |= unknown
        return self._visible


def _access(user: User) -> list[str]:
    """The tags of what a person may see, as `visible_to` decides it."""
    if user.is_guest:
        plans = Guest.objects.live().filter(user=user).values_list("plan", flat=True)
        return [tag("plan", pk) for pk in plans]
    return [*(tag("team", pk) for pk in user.team_roles()), tag("open")]


def _narrowed(filters: Filters) -> list[list[str]]:
    tags = []
    if filters.kinds:
        tags.append([tag(kind) for kind in filters.kinds])
    if filters.teams:
        tags.append([tag("team", team.pk) for team in filters.teams])
    if filters.plan:
        tags.append([tag("plan", filters.plan.pk)])
    if filters.archived:
        tags.append([tag("archived")])
    return tags


def _left_out(filters: Filters) -> list[str]:
    with_versions = filters.versions or "version" in filters.kinds
    names = [] if with_versions else [tag("version")]
    return names if filters.archived else [*names, tag("archived")]


def _hits(entries: Iterable[SearchEntry], query: Query, filters: Filters) -> list[Hit]:
    now = timezone.now()
    hits = [
        Hit(
            kind=Kind(entry.kind),
            plan_id=entry.plan_id,
            source=entry.source,
            part=entry.part,
            score=score(entry, query, now),
            written_at=entry.written_at,
        )
        for entry in entries
    ]
    by_time = attrgetter("written_at") if filters.newest_first else attrgetter("score")
    return sorted(hits, key=by_time, reverse=True)


def score(entry: SearchEntry, query: Query, now: datetime) -> float:
    """How well a text fits: whole words, close together, in a short and new text."""
    words = entry.words
    whole = [term.exact.is_in(words) for term in query.terms]
    closeness = sum(1.0 if is_whole else 0.6 for is_whole in whole) / len(whole)
    if len(query.terms) > 1 and query.phrase.is_in(words):
        closeness *= 2
    days = max((now - entry.written_at).total_seconds() / 86_400, 0)
    newness = 0.5 + 0.5 * 0.5 ** (days / HALF_LIFE)
    weight = _WEIGHTS.get(Kind(entry.kind), 1.0)
    return weight * closeness * newness / log2(4 + len(words))
