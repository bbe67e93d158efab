"""While an upgrade is rolled out the release before still runs, on the new tables
(docs/operations.md, "Upgrade and restart")."""

from collections.abc import Iterator

import pytest
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

# The newest migration of the last release, set anew with each one. (Before the first
# release: the newest one when this was written.)
RELEASED = "0001_plans_and_sign_off"
# What the old code would miss, whatever else is said.
TAKES_AWAY = (
    operations.RemoveField,
    operations.RenameField,
    operations.DeleteModel,
    operations.RenameModel,
    operations.AlterModelTable,
)


def risks(migrations: list[tuple[Migration, ProjectState]]) -> Iterator[str]:
    """Of migrations, each with the state before it: what the old code would trip over,
    in tables that it knows, unless the migration says why not in `contracts`."""
    new = set()
    for migration, before in migrations:
        state = before.clone()
        for operation in migration.operations:
            if isinstance(operation, operations.CreateModel):
                new.add(operation.name_lower)
            risk = risk_of(operation, state, migration.app_label, new)
            if risk and not getattr(migration, "contracts", ""):
                yield f"{migration.name}: {risk} ({operation.describe()})"
            operation.state_forwards(migration.app_label, state)


def risk_of(operation, state, app, new) -> str:
    name = getattr(operation, "model_name_lower", getattr(operation, "name_lower", ""))
    name = name or getattr(operation, "old_name_lower", "")
    if name in new:
        return ""
    if isinstance(operation, TAKES_AWAY):
        return "takes away what the release before asks for"
    if isinstance(operation, operations.AddField) and is_mandatory(operation.field):
        return "adds a column that the release before does not fill"
    if isinstance(operation, operations.AlterField) and is_mandatory(operation.field):
        was = state.models[app, name].fields[operation.name]
        if not is_mandatory(was):
            return "tightens a column that the release before may leave empty"
    if isinstance(operation, operations.AddConstraint):
        return "forbids what the release before may write"
    return ""


def is_mandatory(field) -> bool:
    if isinstance(field, models.ManyToManyField):
        return False
    return not field.null and field.db_default is models.NOT_PROVIDED


def of_this_project():
    loader = MigrationLoader(connection)
    names = [key for key in loader.graph.nodes if key[0] == "plans"]
    for app, name in sorted(names):
        if name > RELEASED:
            before = loader.project_state((app, name), at_end=False)
            yield loader.get_migration(app, name), before


def test_the_release_is_one_of_our_migrations(db):
    loader = MigrationLoader(connection)
    assert ("plans", RELEASED) in loader.graph.nodes


def test_the_release_before_can_go_on_meanwhile(db):
    all_risks = list(risks(list(of_this_project())))
    assert all_risks == [], (
        "Do it in two releases, or give the migration `contracts`, a sentence that "
        "says why the release before does not need it."
    )


# --- That it sees what it looks for ---


@pytest.fixture
def before(db):
    return MigrationLoader(connection).project_state(("plans", RELEASED))


def risks_of(before, *changes, **more):
    migration = type("Migration", (Migration,), {"operations": list(changes), **more})
    return list(risks([(migration("9999_made_up", "plans"), before)]))


def text(**options):
    return models.TextField(**options)


@pytest.mark.parametrize(
    "operation",
    [
        operations.RemoveField("plan", "title"),
        operations.RenameField("plan", "title", "name"),
        operations.DeleteModel("Mention"),
        operations.RenameModel("Mention", "Naming"),
        operations.AlterModelTable("Plan", "plan"),
        operations.AddField("plan", "colour", text(default="red")),
        operations.AlterField("change", "item_id", models.BigIntegerField()),
        operations.AddConstraint(
            "plan", models.UniqueConstraint(fields=["title"], name="title_unique")
        ),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_is_risky_is_told_unless_it_says_why(before, operation):
    (risk,) = risks_of(before, operation)
    assert risk.startswith("9999_made_up: ")
    assert risks_of(before, operation, contracts="Not asked for since 0.1.") == []


@pytest.mark.parametrize(
    "operation",
    [
        operations.AddField("plan", "colour", text(null=True)),
        operations.AddField("plan", "colour", text(db_default="red")),
        operations.AlterField("plan", "title", text()),
        operations.AddIndex("plan", models.Index(fields=["title"], name="by_title")),
        operations.RunPython(operations.RunPython.noop),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_is_harmless_is_not(before, operation):
    assert risks_of(before, operation) == []


def test_a_table_that_the_release_does_not_know_may_change(before):
    table = operations.CreateModel(
        "Label", [("id", models.BigAutoField(primary_key=True))]
    )
    field = operations.AddField("label", "word", text())
    assert risks_of(before, table, field) == []
