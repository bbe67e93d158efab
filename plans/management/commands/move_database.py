from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery

from planner import env
from plans.content import export
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT
from plans.models import Plan, SearchEntry
from plans.reviews.hash_chain import sha256_of
from plans.reviews.verify import verify_evidence
from plans.search.indexing import NEVER

TARGET = "target"
ROWS_AT_ONCE = 500
# PostgreSQL takes 65,535 values in a statement, SQLite half of that.
VALUES_AT_ONCE = 30_000
# `migrate` fills these by itself; they are copied too, so that their ids agree.
FILLED_BY_MIGRATE: tuple[type[Model], ...] = (ContentType, Permission)


class Command(PlannerCommand):
    help = (
        "Copy everything from the database of DATABASE_URL to another, empty one, and "
        "compare both afterwards: every plan's bytes, every version and sign-off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            required=True,
            metavar="DATABASE_URL",
            help="an empty database in which `manage.py migrate` was run",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connect(options["to"])
        models = in_order_of_need(apps.get_models(include_auto_created=True))
        try:
            refuse_if_not_fit(models)
            # The first transaction keeps others from saving what would stay behind
            # (on SQLite; stop the server all the same), the second is all or nothing.
            with transaction.atomic(), transaction.atomic(using=TARGET):
                rows = sum(copy(model) for model in models)
                set_sequences(models)
                # The engines keep the words of the search in their own ways.
                Plan.objects.using(TARGET).update(indexed_number=NEVER)
                plans = compare_databases()
        except DatabaseError as error:
            raise CommandError(f"Nothing was moved: {error}") from error
        self.stdout.write(
            f"Moved {rows} rows of {len(models)} tables. All {plans} plans have the "
            "same bytes as before, and their versions and sign-offs fit. Set "
            "DATABASE_URL to the new database, run `manage.py rebuild_search`, and "
            "start the server."
        )


def connect(url: str) -> None:
    try:
        target = env.parse_database_url("--to", url)
    except ImproperlyConfigured as error:
        raise CommandError(str(error), returncode=CANNOT) from error
    both = {DEFAULT_DB_ALIAS: connections.settings[DEFAULT_DB_ALIAS], TARGET: target}
    connections.settings = connections.configure_settings(both)


def in_order_of_need(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Each after those that its rows refer to. A reference that may be empty, or leads
    to the same table, is checked at the end of the transaction."""
    needs: dict[type[Model], set[Any]] = {
        model: {
            field.related_model
            for field in model._meta.concrete_fields
            if field.is_relation and not field.null and field.related_model != model
        }
        for model in models
        if model._meta.managed and not model._meta.proxy and model != SearchEntry
    }
    return list(TopologicalSorter(needs).static_order())


def refuse_if_not_fit(models: Iterable[type[Model]]) -> None:
    here, there = (applied(connections[name]) for name in (DEFAULT_DB_ALIAS, TARGET))
    if not there:
        raise CommandError(
            "The database of --to has no tables yet. Make them first: "
            "`DATABASE_URL=… manage.py migrate` with its address.",
            returncode=CANNOT,
        )
    if here != there:
        app, name = sorted(here ^ there)[0]
        raise CommandError(
            f"The two databases are not at the same migrations ({app}.{name} is "
            "applied in one of them only). Run `manage.py migrate` on both.",
            returncode=CANNOT,
        )
    for model in models:
        if model not in FILLED_BY_MIGRATE and rows_of(model, TARGET).exists():
            raise CommandError(
                f"The database of --to is not empty: it has {model._meta.db_table}. "
                "Nothing was written.",
                returncode=CANNOT,
            )


def applied(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    return set(MigrationRecorder(database).applied_migrations())


def rows_of(model: type[Model], using: str) -> QuerySet[Model]:
    """All rows, also those that the model's own manager leaves out."""
    return QuerySet(model=model, using=using)


def copy(model: type[Model]) -> int:
    """Copy rows as they are, with their ids and times."""
    if model in FILLED_BY_MIGRATE:
        rows_of(model, TARGET).delete()
    fields = model._meta.local_concrete_fields
    at_once = max(1, min(ROWS_AT_ONCE, VALUES_AT_ONCE // len(fields)))
    rows = rows_of(model, DEFAULT_DB_ALIAS).order_by("pk").iterator(at_once)
    copied = 0
    while batch := list(islice(rows, at_once)):
        query = InsertQuery(model)
        query.insert_values(fields, batch, raw=True)
        query.get_compiler(TARGET).execute_sql()
        copied += len(batch)
    return copied


def set_sequences(models: list[type[Model]]) -> None:
    """The next row gets the id after the last one copied."""
    target = connections[TARGET]
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# --- whether it is all there ---------------------------------------------------------


def compare_databases() -> int:
    """The number of plans. Raises CommandError, and so undoes all, on a difference."""
    connections[TARGET].check_constraints()
    before = digests()
    with as_default(TARGET):
        after = digests()
        if before != after:
            differ = {slug for slug, _ in set(before.items()) ^ set(after.items())}
            raise CommandError(f"Nothing was moved: {min(differ)} would have changed.")
        for plan in Plan.objects.order_by("slug"):
            if problem := verify_evidence(plan).problem:
                raise CommandError(f"Nothing was moved: {plan.slug}: {problem}")
    return len(after)


def digests() -> dict[str, tuple[str, ...]]:
    """Of each plan's text, and of each of its versions' texts."""
    by_plan = {}
    for plan in Plan.objects.order_by("slug"):
        versions = plan.versions.order_by("number").values_list("markdown", flat=True)
        by_plan[plan.slug] = tuple(map(sha256_of, [export.draft_text(plan), *versions]))
    return by_plan


@contextmanager
def as_default(name: str) -> Iterator[None]:
    """What reads plans asks the default connection: lend it another one."""
    own = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[name]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
