"""Finding: the newest texts that fit, ordered by how well they do and how new they are.

Access is decided in the queries: the tags of a person's teams narrow what the engine
finds, and `PlanQuerySet.visible_to` decides which of it there is for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log2
from operator import attrgetter

from django.db.models import QuerySet
from django.utils import timezone

from plans.models import Guest, Plan, SearchEntry, Team, User
from plans.search.engines import Condition, newest, tag
from plans.search.queries import Query, Term, as_phrase

Kind = SearchEntry.Kind
# So many of the newest texts that fit are ordered; nobody reads on.
MOST_HITS = 200
# Of each narrower question, where more than that fit.
MOST_OF_A_KIND = 50
# Somebody in more teams is first asked for without them: a list for each takes time.
MOST_TAGS = 20
TIMES_MORE = 2
# Days after which a text counts for half.
HALF_LIFE = 180
# What a place says about the whole plan counts for more.
_WEIGHTS = {Kind.TITLE: 6.0, Kind.HEADING: 3.0, Kind.ITEM: 2.0, Kind.COMMENT: 1.5}


@dataclass(frozen=True)
class Filters:
    """What else must hold. `kind`: one of KINDS, or all of them."""

    kind: str = ""
    team: Team | None = None
    plan: Plan | None = None
    archived: bool = False
    versions: bool = False
    newest_first: bool = False


ANYWHERE = Filters()
# Of the filter, and of the tags.
KINDS = ("title", "heading", "item", "question", "comment", "version")


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
    fitting: list[int] = []
    terms = query.terms
    # Words that may go on fit many more texts, and less well: they are asked for where
    # the words as they are do not fit enough.
    for terms in dict.fromkeys((query.exact, query.as_typed, query.terms)):
        fitting = reader.newest(terms, MOST_HITS + 1)
        if len(fitting) > MOST_HITS:
            break
    is_all = len(fitting) <= MOST_HITS
    if not is_all:
        # An older one may be better than the newest.
        fitting += reader.newest(terms, MOST_OF_A_KIND, [tag("title"), tag("heading")])
        if len(terms) > 1:
            fitting += reader.newest(as_phrase(terms), MOST_OF_A_KIND)
    hits = _hits(reader.visible(fitting), query, filters)
    return Hits(hits[:MOST_HITS], is_all)


class _Reader:
    """Who searches, and what else must hold."""

    def __init__(self, user: User, filters: Filters) -> None:
        self.plans = Plan.objects.visible_to(user).filter(archived=filters.archived)
        self.access = _access(user)
        self.any_of = _narrowed(filters)
        self.none_of = _left_out(filters)

    def newest(self, terms: Sequence[Term], limit: int, *more: list[str]) -> list[int]:
        """The ids of the newest entries that they may see."""
        if not self.access:
            return []
        wide = Condition(terms, [*self.any_of, *more], self.none_of)
        if len(self.access) > MOST_TAGS:
            # In so many teams, they see most texts; else, the teams are asked for.
            ids = newest(wide, TIMES_MORE * limit)
            seen = set(self.visible(ids).values_list("pk", flat=True))
            if len(seen) >= limit or len(ids) < TIMES_MORE * limit:
                return [pk for pk in ids if pk in seen][:limit]
        return newest(replace(wide, any_of=[self.access, *wide.any_of]), limit)

    def visible(self, ids: Sequence[int]) -> QuerySet[SearchEntry]:
        """Those entries of them that they may see."""
        seen = self.plans.filter(search_entries__in=ids).values_list("pk", flat=True)
        return SearchEntry.objects.filter(pk__in=ids, plan__in=set(seen))


def _access(user: User) -> list[str]:
    """The tags of what a person may see, as `visible_to` decides it."""
    if user.is_guest:
        plans = Guest.objects.live().filter(user=user).values_list("plan", flat=True)
        return [tag("plan", pk) for pk in plans]
    teams = user.memberships.values_list("team", flat=True)
    return [*(tag("team", pk) for pk in teams), tag("open")]


def _narrowed(filters: Filters) -> list[list[str]]:
    tags = []
    if filters.kind:
        tags.append([tag(filters.kind)])
    if filters.team:
        tags.append([tag("team", filters.team.pk)])
    if filters.plan:
        tags.append([tag("plan", filters.plan.pk)])
    if filters.archived:
        tags.append([tag("archived")])
    return tags


def _left_out(filters: Filters) -> list[str]:
    with_versions = filters.versions or filters.kind == "version"
    names = [] if with_versions else [tag("version")]
    return names if filters.archived else [*names, tag("archived")]


def _hits(entries: QuerySet[SearchEntry], query: Query, filters: Filters) -> list[Hit]:
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
        for entry in entries.order_by("-pk")
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
