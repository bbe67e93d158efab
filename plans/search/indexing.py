"""Keeping the index: what a plan says now, against what the index has of it.

An action writes nothing into the index. It takes the plan's next change number in its
transaction, as all actions do, and that alone says that the index is behind: a plan
knows up to which change it is indexed. A search first brings up to date what its reader
may see; a thread of the server does so every few seconds, so that little is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from plans.models import Change, Plan, SearchEntry, User
from plans.models.plan import PlanQuerySet
from plans.search import sources
from plans.search.engines import FTS, tag
from plans.search.folding import words_of

Kind = SearchEntry.Kind
Key = tuple[str, int, int]
NEVER = -1
# A search waits no longer for the index, in seconds; what is left is said on its page.
PATIENCE = 0.5
# After more changes than these, a plan is read as a whole.
MOST_CHANGES = 200
_BATCH = 500
_OF_ONE_ITEM = {Change.Verb.ITEM_EDITED, Change.Verb.ITEM_TICKED}
_VERSIONS = (Kind.VERSION, Kind.SAVED_VERSION)


def behind() -> PlanQuerySet:
    """The plans that have changed since they were indexed."""
    return Plan.objects.filter(~Q(indexed_number=F("change_number")))


def is_behind_for(user: User) -> bool:
    # In the order of the index that has those alone: PostgreSQL would read every plan.
    ids = behind().visible_to(user).order_by("pk").values_list("pk", flat=True)
    return bool(ids[:1])


def catch_up(user: User) -> bool:
    """Index what a person may see and has changed. False if some of it had to wait."""
    ids = behind().visible_to(user).values_list("pk", flat=True)
    try:
        return index_plans(list(ids), PATIENCE)
    except DatabaseError:  # the disk is full, or another writer takes long
        return False


def catch_up_with_all(seconds: float) -> bool:
    """The same for everyone; the newest plans last, as in the index. False if not all
    could be indexed in so many seconds."""
    ids = behind().order_by("updated_at", "pk").values_list("pk", flat=True)
    return index_plans(list(ids), seconds)


def index_plans(ids: Iterable[int], seconds: float) -> bool:
    """False if not all could be indexed in so many seconds."""
    end = monotonic() + seconds
    for pk in ids:
        if monotonic() > end:
            return False
        index_plan(pk)
    return True


def index_plan(pk: int, *, is_anew: bool = False) -> None:
    """Bring the index of one plan up to date; with `is_anew`, write all of it again.

    The plan is read without a lock. Its change number is read first: what changes
    meanwhile has a higher one, so the plan is then still behind.
    """
    plan = Plan.objects.filter(pk=pk).first()
    if plan is None:
        return
    number, seen = plan.change_number, plan.indexed_number
    if number == seen and not is_anew:
        return
    items = None if is_anew else _edited_items(plan, seen, number)
    wanted = dict(_wanted(plan, items))
    entries = plan.search_entries.exclude(kind__in=_VERSIONS)
    if items is not None:
        entries = entries.filter(kind=Kind.ITEM, source__in=items)
    known = {} if is_anew else _known(entries)
    gone = [pk for key, (pk, digest) in known.items() if _differs(wanted, key, digest)]
    new = [key for key in wanted if known.get(key, (0, None))[1] != wanted[key].digest]
    rows = [wanted[key].row(plan, key) for key in new]
    if items is None:
        stale, versions = _versions(plan, is_anew=is_anew)
        gone += stale
        rows += versions
    with transaction.atomic():
        # Whoever else indexes it has come first, or comes after.
        mine = Plan.objects.filter(pk=pk, indexed_number=seen)
        if not mine.update(indexed_number=number):
            return
        if is_anew:
            plan.search_entries.all().delete()
        for start in range(0, len(gone), _BATCH):
            batch = gone[start : start + _BATCH]
            SearchEntry.objects.filter(pk__in=batch).delete()
        SearchEntry.objects.bulk_create(rows, batch_size=_BATCH)


def rebuild() -> Iterator[int]:
    """Write the whole index again, plan after plan, the newest last; yields how many
    are done. Searches go on meanwhile."""
    if connection.vendor == "sqlite":
        _run_on_fts("rebuild")
    ids = Plan.objects.order_by("updated_at", "pk").values_list("pk", flat=True)
    for count, pk in enumerate(list(ids), start=1):
        index_plan(pk, is_anew=True)
        yield count
    if connection.vendor == "sqlite":
        _run_on_fts("optimize")


def _run_on_fts(command: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES (%s)", [command])  # noqa: S608


@dataclass(frozen=True)
class _Entry:
    words: list[str]
    digest: int
    written_at: datetime

    def row(self, plan: Plan, key: Key) -> SearchEntry:
        kind, source, part = key
        return SearchEntry(
            plan=plan,
            kind=kind,
            source=source,
            part=part,
            words=self.words,  # type: ignore[misc]
            digest=self.digest,
            written_at=self.written_at,
        )


def _entry(
    plan: Plan, tags: Iterable[str], text: str, written_at: datetime
) -> _Entry | None:
    """None for a text without words."""
    words = words_of(text)
    if not words:
        return None
    words = [*_access_tags(plan), *map(tag, tags), *words]
    digest = blake2b(" ".join(words).encode(), digest_size=8).digest()
    return _Entry(words, int.from_bytes(digest, signed=True), written_at)


def _access_tags(plan: Plan) -> list[str]:
    """As PlanQuerySet.visible_to asks for them (plans.search.searching)."""
    tags = [tag("team", plan.team_id), tag("plan", plan.pk)]
    tags += [tag("open")] if plan.is_open else []
    return tags + [tag("archived")] if plan.archived else tags


def _wanted(plan: Plan, items: set[int] | None) -> Iterator[tuple[Key, _Entry]]:
    for source in sources.sources_of(plan, items):
        for part, text in enumerate(sources.parts_of(source.text)):
            entry = _entry(plan, source.tags, text, source.written_at)
            if entry is not None:
                yield (source.kind, source.pk, part), entry


def _known(entries: Any) -> dict[Key, tuple[int, int]]:
    rows = entries.values_list("kind", "source", "part", "pk", "digest")
    return {(kind, source, part): (pk, d) for kind, source, part, pk, d in rows}


def _differs(wanted: dict[Key, _Entry], key: Key, digest: int) -> bool:
    return key not in wanted or wanted[key].digest != digest


def _versions(plan: Plan, *, is_anew: bool) -> tuple[list[int], list[SearchEntry]]:
    """Entries that are out of date, and new ones. The text of a version never changes:
    it is read only where the first part, its name, is not as it should be."""
    entries = plan.search_entries.filter(kind__in=_VERSIONS)
    known = {} if is_anew else _known(entries.filter(part=0))
    rows: list[SearchEntry] = []
    stale = Q(pk__in=[])
    for version in sources.versions_of(plan):
        kind = sources.kind_of_version(version)
        name = _entry(plan, ("version",), version.title, version.created_at)
        assert name is not None, "it begins with the word “Version”, or has a name"
        if known.get((kind, version.pk, 0), (0, None))[1] == name.digest:
            continue
        stale |= Q(kind=kind, source=version.pk)
        for part, text in enumerate(sources.parts_of_version(version)):
            entry = _entry(plan, ("version",), text, version.created_at)
            if entry is not None:
                rows.append(entry.row(plan, (kind, version.pk, part)))
    gone = (
        []
        if is_anew or not rows
        else entries.filter(stale).values_list("pk", flat=True)
    )
    return list(gone), rows


def _edited_items(plan: Plan, seen: int, number: int) -> set[int] | None:
    """The items that changed, where nothing else did."""
    if seen < 0 or number - seen > MOST_CHANGES:
        return None
    changes = plan.changes.filter(number__gt=seen, number__lte=number)
    items: set[int] = set()
    for verb, edits in changes.values_list("verb", "edits"):
        if verb not in _OF_ONE_ITEM:
            return None
        for edit in edits:
            if edit["row"] != "item":
                return None
            items.add(edit["id"])
    return items
