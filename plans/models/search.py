"""The search index: one row for each text that can be found (plans.search).

It is derived from all other rows and can be made again at any time
(`manage.py rebuild_search`); nothing but plans.search reads or writes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import models

from plans.models.plan import Plan

# A lexeme of PostgreSQL with its positions, as it prints it.
_LEXEME = re.compile(r"'([^']+)':([0-9,]+)")


class WordsField(models.TextField):
    """Folded words in their order (plans.search.folding), as a list of strings.

    SQLite has them in one text, which an FTS5 table indexes; PostgreSQL has a tsvector,
    written out with its positions, so that no parser of PostgreSQL's sees the words.
    """

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(
        self, value: Sequence[str], connection: Any, prepared: bool = False
    ) -> str:
        if connection.vendor != "postgresql":
            return " ".join(value)
        # Words are letters and digits: there is nothing in them to escape.
        return " ".join(f"'{word}':{at}" for at, word in enumerate(value, start=1))

    def from_db_value(self, value: str, expression: Any, connection: Any) -> list[str]:
        if connection.vendor != "postgresql":
            return value.split(" ")
        places: list[tuple[int, str]] = []
        for word, positions in _LEXEME.findall(value):
            if "," in positions:
                places += [(int(at), word) for at in positions.split(",")]
            else:
                places.append((int(positions), word))
        return [word for _, word in sorted(places)]


class SearchEntry(models.Model):
    """A text of a plan that can be found. `source` is the id of the row that has it,
    and `kind` says in which table; a very long text has several parts.

    A newer text gets a new row, so the highest ids are the newest texts.
    """

    class Kind(models.TextChoices):
        TITLE = "title"
        HEADING = "heading"
        ITEM = "item"
        COMMENT = "comment"
        VERSION = "version"
        SAVED_VERSION = "saved"
        SUGGESTION = "suggest"
        COLUMNS = "columns"

    plan = models.ForeignKey(
        Plan, models.CASCADE, related_name="search_entries", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.BigIntegerField()
    part = models.PositiveIntegerField(default=0)
    words = WordsField(
        help_text="Who may find it, what it is, and its folded words in their order."
    )
    digest = models.BigIntegerField(help_text="Of the words, to compare them.")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            # Its index also finds what is indexed of a plan.
            models.UniqueConstraint(
                fields=["plan", "kind", "source", "part"], name="search_entry_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "title",
                        "heading",
                        "item",
                        "comment",
                        "version",
                        "saved",
                        "suggest",
                        "columns",
                    ]
                ),
                name="search_entry_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} of {self.plan}"
