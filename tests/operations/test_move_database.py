"""From SQLite to PostgreSQL by one command: all or nothing, and compared afterwards."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import connection

# By a mark: a fixture would find it out when the database to move has been filled.
pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="asked when the tests run on PostgreSQL",
)


@pytest.fixture
def target(migrated_postgresql):
    return migrated_postgresql


def plans_in(target):
    with psycopg.connect(target.url) as connection:
        return connection.execute("SELECT count(*) FROM plans_plan").fetchone()[0]


def test_everything_is_moved(filled, target, tmp_path):
    before = filled.exported(tmp_path / "before")
    output = filled.manage("move_database", "--to", target.url)
    assert f"All {len(before[0])} plans have the same bytes" in output
    assert target.exported(tmp_path / "after") == before
    # Times too: nothing was set anew.
    with (
        closing(sqlite3.connect(filled.path)) as here,
        psycopg.connect(target.url) as there,
    ):
        query = "SELECT id, {} FROM plans_change ORDER BY id"
        text = "to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')"
        rows = here.execute(query.format("created_at")).fetchall()
        assert there.execute(query.format(text)).fetchall() == rows
    # The next rows get ids of their own.
    some = next((tmp_path / "before").iterdir())
    target.manage("import_plan", some)
    # Again: not onto what is there.
    done = filled.try_to("move_database", "--to", target.url)
    assert done.returncode == 2
    assert "is not empty: it has " in done.stderr


def test_a_target_without_tables_is_refused(filled, empty_postgresql):
    done = filled.try_to("move_database", "--to", empty_postgresql.url)
    assert done.returncode == 2
    assert "has no tables yet" in done.stderr


def test_other_migrations_are_refused(filled, target):
    with psycopg.connect(target.url, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        connection.execute(
            "DELETE FROM django_migrations WHERE id = "
            "(SELECT max(id) FROM django_migrations WHERE app = 'plans')"
        )
    done = filled.try_to("move_database", "--to", target.url)
    assert done.returncode == 2
    assert "not at the same migrations (plans." in done.stderr
    assert plans_in(target) == 0


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE plans_version SET markdown = markdown || 'x'", "is not the one"),
        ("UPDATE plans_record SET comment = 'Well done'", "was changed after"),
        ("UPDATE plans_plan SET slug = printf('%0200d', id)", "too long"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_moved(
    filled, target, tmp_path, damage, sentence
):
    damaged = tmp_path / "damaged.sqlite3"
    filled.manage("backup", damaged)
    with closing(sqlite3.connect(damaged)) as connection:
        connection.execute(damage)
        connection.commit()
    done = type(filled)(f"sqlite:///{damaged}").try_to(
        "move_database", "--to", target.url
    )
    assert done.returncode == 1
    assert "Nothing was moved" in done.stderr
    assert sentence in done.stderr
    assert plans_in(target) == 0


@pytest.mark.parametrize("url", ["mysql://a@b/c", "nonsense"])
def test_an_address_that_cannot_be_meant_is_refused(filled, empty_postgresql, url):
    done = filled.try_to("move_database", "--to", url)
    assert done.returncode == 2
    assert done.stderr.startswith("CommandError: --to ")
