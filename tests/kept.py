"""Rows that many tests of a file begin with, made once and copied into each of them.

    def make_signed(team, alice, bob, dana):
        return make.make_submitted(...)

    team, signed = kept_plan(make_signed)

A plan that was signed takes many times as long to make as to copy.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.sql import InsertQuery

from plans.models import Plan, Team
from tests import make


class Kept:
    """Whatever `fill` stores into a database in which nothing is yet."""

    def __init__(self, fill: Callable[[], Any]) -> None:
        self.fill = fill
        self.result: Any = None
        self.statements: list[tuple[str, Any]] | None = None

    def restore(self) -> Any:
        """Returns what `fill` returned. Call it before anything else is stored: rows
        have the ids that they had."""
        if self.statements is None:
            there = {model for model in stored_models() if model._base_manager.exists()}
            self.result = self.fill()
            tables = [model._base_manager.all() for model in stored_models() - there]
            self.statements = [each for rows in tables if rows for each in insert(rows)]
        else:
            with connection.cursor() as cursor:
                for statement in self.statements:
                    cursor.execute(*statement)
        return self.result


def stored_models() -> set[type[models.Model]]:
    all_models = apps.get_models(include_auto_created=True)
    return {model for model in all_models if not model._meta.proxy}


def insert(rows: Iterable[models.Model]) -> list[tuple[str, Any]]:
    """The SQL that stores these rows of a table, with their ids. Tables may come in any
    order: foreign keys are looked at when a transaction ends."""
    rows = list(rows)
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    query = InsertQuery(model)
    # Raw: with the times at which they were made.
    query.insert_values(fields, rows, raw=True)
    return query.get_compiler(DEFAULT_DB_ALIAS).as_sql()


def small_plan(team: Team, alice: Any, bob: Any, dana: Any) -> Plan:
    """The one that conftest.py has, for a file with many tests of it."""
    return make.make_plan(team=team, actor=alice)


def kept_plan(make_it: Callable[..., Plan]) -> tuple[Any, Any]:
    """The fixtures `team` and the plan's: of the cast, and of a plan that
    `make_it(team, alice, bob, dana)` made."""

    def fill() -> int:
        team = make.make_team()
        return make_it(team, *make.make_cast(team)).pk

    kept = Kept(fill)

    @pytest.fixture
    def team(db: None) -> Team:
        kept.restore()
        return Team.objects.get()

    @pytest.fixture
    def plan(team: Team, alice: Any, bob: Any, dana: Any) -> Plan:
        return Plan.objects.get(pk=kept.result)

    return team, plan
