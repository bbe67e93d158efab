"""The index as each database engine has it: FTS5 of SQLite, and a tsvector with a GIN
index of PostgreSQL. Of a text, both know its folded words and its tags.

A tag is a word that no text has: who may find it, and what it is. So the engine finds
what a person may see in the same step, however many texts of others have the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Condition:
    """All `terms`, for each of `any_of` one of its tags, and none of `none_of`."""

    terms: Sequence[Term]
    any_of: Sequence[Sequence[str]] = ()
    none_of: Sequence[str] = field(default=())


def newest(condition: Condition, limit: int) -> list[int]:
    """The ids of the newest entries that fulfil a condition."""
    if not condition.terms or not all(condition.any_of):
        return []
    connection = _connection()
    if connection.vendor == "postgresql":
        sql = _POSTGRESQL_NARROW if condition.any_of else _POSTGRESQL
        match = _tsquery(condition)
    else:
        sql, match = _SQLITE, _match(condition)
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, limit])
        return [pk for (pk,) in cursor.fetchall()]


def _connection() -> Any:
    """Of the replica, where that is being read (planner.replica)."""
    from django.db import connections

    return connections[router.db_for_read(SearchEntry)]


_SQLITE = f"""
    SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s ORDER BY rowid DESC LIMIT %s
"""  # noqa: S608
_POSTGRESQL = """
    SELECT id FROM plans_searchentry WHERE words @@ %s::tsquery
    ORDER BY id DESC LIMIT %s
"""
# PostgreSQL believes that what a tag narrows is spread evenly over the table, and would
# read it from its end until it has enough: have it ask the index.
_POSTGRESQL_NARROW = """
    WITH fitting AS MATERIALIZED (
        SELECT id FROM plans_searchentry WHERE words @@ %s::tsquery
    )
    SELECT id FROM fitting ORDER BY id DESC LIMIT %s
"""


def _match(condition: Condition) -> str:
    """In the language of FTS5. Each word is quoted, and has no quote in it."""
    parts = [
        f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'
        for term in condition.terms
    ]
    parts += [
        "(" + " OR ".join(f'"{name}"' for name in names) + ")"
        for names in condition.any_of
    ]
    match = f"({' AND '.join(parts)})"
    if condition.none_of:
        names = " OR ".join(f'"{name}"' for name in condition.none_of)
        match += f" NOT ({names})"
    return match


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
