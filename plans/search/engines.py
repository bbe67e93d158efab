"""The index as each database engine has it: FTS5 of SQLite, and a tsvector with a GIN
index of PostgreSQL. Of a text, both know its folded words and its tags.

A tag is a word that no text has: who may find it, and what it is. So the engine finds
what a person may see in the same step, however many texts of others have the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import router

from plans.models import SearchEntry
from plans.search.queries import Term

# Begins each tag: a character that is neither letter nor digit, so no word has it.
MARK = "\ue000"
# The FTS5 table of SQLite, made in a migration.
FTS = "plans_searchindex"


def tag(name: str, number: int | None = None) -> str:
    return f"{MARK}{name}{'' if number is None else number}"


# Pairs of an entry and its plan, by their ids.
Found = list[tuple[int, int]]


@dataclass(frozen=True)
class Condition:
    """All `terms`, for each of `any_of` one of its tags, and none of `none_of`.
    `headings`: titles and headings alone."""

    terms: Sequence[Term]
    any_of: Sequence[Sequence[str]] = ()
    none_of: Sequence[str] = ()
    headings: bool = False

    @property
    def is_possible(self) -> bool:
        return bool(self.terms) and all(self.any_of)


def newest(condition: Condition, limit: int, *, is_wide: bool = False) -> Found:
    """The newest entries that fulfil a condition. `is_wide`: most texts may be seen, so
    that of a common word enough are among the newest texts of all."""
    if not condition.is_possible:
        return []
    if _connection().vendor != "postgresql":
        return _rows(_SQLITE, [_match(condition), limit])
    query = _tsquery(condition)
    if is_wide and not condition.headings:
        found = _rows(_POSTGRESQL_RECENT, [query, limit])
        if len(found) == limit:
            return found
    sql = _POSTGRESQL_HEADINGS if condition.headings else _POSTGRESQL
    return _rows(sql, [query, limit])


def narrowed(condition: Condition, entries: Sequence[int], limit: int) -> list[int]:
    """The newest of these entries that fulfil a condition. On SQLite, of all that are
    as new as the oldest of them."""
    if not condition.is_possible or not entries:
        return []
    if _connection().vendor == "postgresql":
        rows = _rows(_POSTGRESQL_AMONG, [list(entries), _tsquery(condition), limit])
    else:
        rows = _rows(_SQLITE_AMONG, [_match(condition), min(entries), limit])
    return [pk for pk, _ in rows]


def newest_items(
    condition: Condition, register: str, limit: int, *, is_wide: bool
) -> list[int]:
    """The ids of the newest items of a register whose texts fulfil a condition."""
    if not condition.is_possible:
        return []
    if _connection().vendor != "postgresql":
        parameters = [_match(condition), register, limit]
        return [pk for (pk,) in _rows(_SQLITE_ITEMS, parameters)]
    parameters = [_tsquery(condition), register, limit]
    if is_wide:
        found = _rows(_POSTGRESQL_RECENT_ITEMS, parameters)
        if len(found) == limit:
            return [pk for (pk,) in found]
    return [pk for (pk,) in _rows(_POSTGRESQL_ITEMS, parameters)]


def _rows(sql: str, parameters: Sequence[object]) -> list[Any]:
    with _connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _connection() -> Any:
    """Of the replica, where that is being read (planner.replica)."""
    from django.db import connections

    return connections[router.db_for_read(SearchEntry)]


_SQLITE = f"""
    SELECT entry.id, entry.plan_id
    FROM {FTS} JOIN plans_searchentry AS entry ON entry.id = {FTS}.rowid
    WHERE {FTS} MATCH %s ORDER BY {FTS}.rowid DESC LIMIT %s
"""  # noqa: S608
_SQLITE_AMONG = f"""
    SELECT rowid, 0 FROM {FTS} WHERE {FTS} MATCH %s AND rowid >= %s
    ORDER BY rowid DESC LIMIT %s
"""  # noqa: S608
# PostgreSQL believes that words and tags are spread evenly over the table, and that
# words which are common come together, and would read the table from its end until it
# has enough: have it ask the index.
_POSTGRESQL = """
    WITH fitting AS MATERIALIZED (
        SELECT id, plan_id FROM plans_searchentry WHERE words @@ %s::tsquery
    )
    SELECT id, plan_id FROM fitting ORDER BY id DESC LIMIT %s
"""
# By a small index of their own: a word of a heading can be in all other texts, too.
_POSTGRESQL_HEADINGS = _POSTGRESQL.replace(
    "WHERE", "WHERE kind IN ('title', 'heading') AND"
)
# The index has a list of all texts with a word, which takes long to read where these
# are hundreds of thousands. So many texts are looked at in a few milliseconds.
_POSTGRESQL_RECENT = """
    SELECT id, plan_id FROM (
        SELECT id, plan_id, words FROM plans_searchentry ORDER BY id DESC LIMIT 10000
    ) AS recent
    WHERE words @@ %s::tsquery ORDER BY id DESC LIMIT %s
"""
# Of a register's entries; each item is in one search entry, but for very long texts.
_LISTED = """
    AND EXISTS (
        SELECT 1 FROM plans_registerentry AS listed
        WHERE listed.item_id = entry.source AND listed.register = %s
    )
"""
_SQLITE_ITEMS = f"""
    SELECT entry.source
    FROM {FTS} JOIN plans_searchentry AS entry ON entry.id = {FTS}.rowid
    WHERE {FTS} MATCH %s AND entry.kind = 'item' {_LISTED}
    ORDER BY {FTS}.rowid DESC LIMIT %s
"""  # noqa: S608
_POSTGRESQL_ITEMS = f"""
    WITH entry AS MATERIALIZED (
        SELECT id, source FROM plans_searchentry
        WHERE words @@ %s::tsquery AND kind = 'item'
    )
    SELECT source FROM (SELECT id, source FROM entry ORDER BY id DESC) AS entry
    WHERE TRUE {_LISTED} LIMIT %s
"""  # noqa: S608
_POSTGRESQL_RECENT_ITEMS = f"""
    SELECT source FROM (
        SELECT id, kind, source, words FROM plans_searchentry
        ORDER BY id DESC LIMIT 10000
    ) AS entry
    WHERE words @@ %s::tsquery AND kind = 'item' {_LISTED}
    ORDER BY id DESC LIMIT %s
"""  # noqa: S608
_POSTGRESQL_AMONG = """
    SELECT id, plan_id FROM plans_searchentry
    WHERE id = ANY(%s) AND words @@ %s::tsquery ORDER BY id DESC LIMIT %s
"""


def _match(condition: Condition) -> str:
    """In the language of FTS5. Each word is quoted, and has no quote in it."""
    parts = [
        f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'
        for term in condition.terms
    ]
    parts += [
        "(" + " OR ".join(f'"{name}"' for name in names) + ")"
        for names in _tags(condition)
    ]
    match = f"({' AND '.join(parts)})"
    if condition.none_of:
        names = " OR ".join(f'"{name}"' for name in condition.none_of)
        match += f" NOT ({names})"
    return match


def _tags(condition: Condition) -> list[Sequence[str]]:
    of_headings = [[tag("title"), tag("heading")]] if condition.headings else []
    return [*condition.any_of, *of_headings]


def _tsquery(condition: Condition) -> str:
    """In the language of PostgreSQL."""
    parts = [_phrase(term) for term in condition.terms]
    parts += [f"({_joined(names, '|')})" for names in condition.any_of]
    parts += [f"!'{name}'" for name in condition.none_of]
    return " & ".join(parts)


def _phrase(term: Term) -> str:
    end = ":*" if term.is_prefix else ""
    return f"({_joined(term.words, '<->')}{end})"


def _joined(words: Iterable[str], operator: str) -> str:
    return f" {operator} ".join(f"'{word}'" for word in words)
