"""Dump, wipe, restore, as docs/operations.md says; the digests agree."""

import os
import shutil
import stat
import subprocess

import pytest
from django.db import connection

from tests import make
from tests.conftest import address_of_database
from tests.live.reading import session_of
from tests.operations.conftest import APPROVED, Installation
from tests.operations.test_rolling_restart import Saver, wait_for

on_sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="asked when the tests run on SQLite"
)


@on_sqlite_only
def test_a_sqlite_backup_restores_everything(filled, tmp_path):
    before = filled.exported(tmp_path / "before")
    copy = tmp_path / "backup.sqlite3"
    assert str(copy) in filled.manage("backup", copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = tmp_path / "restored.sqlite3"
    shutil.copy(copy, restored)
    again = Installation(f"sqlite:///{restored}")
    assert again.exported(tmp_path / "after") == before
    # It is at the newest migration, and can be written to.
    again.manage("migrate", "--check")
    again.manage("import_plan", next((tmp_path / "before").iterdir()))


@on_sqlite_only
def test_a_backup_is_made_while_people_save(served, tmp_path, team, alice):
    plan = make.make_plan(team=team, actor=alice)
    server = served()
    item = make.find(plan, label="Storage")
    session = session_of(alice)["value"]
    saver = Saver(server, session, plan, item, keeps_connection=True)
    saver.start()
    wait_for(lambda: len(saver.acknowledged) > 2, server)
    acknowledged = list(saver.acknowledged)
    copy = tmp_path / "backup.sqlite3"
    Installation(address_of_database()).manage("backup", copy)
    meanwhile = len(saver.acknowledged)
    saver.is_stopped.set()
    saver.join(timeout=30)
    assert saver.failures == []
    assert meanwhile > len(acknowledged), "nobody could save meanwhile"
    text = Installation(f"sqlite:///{copy}").manage("export_plan", plan.slug)
    # What was acknowledged before it began is in it.
    number = int(text.split(" saved ")[1].split("\n")[0])
    assert number >= len(acknowledged)


@on_sqlite_only
def test_a_backup_writes_over_nothing(filled, tmp_path):
    there = tmp_path / "there"
    there.write_text("precious")
    done = filled.try_to("backup", there)
    assert (done.returncode, there.read_text()) == (2, "precious")
    assert "is there already" in done.stderr


@on_sqlite_only
@pytest.mark.parametrize("name", ["absent/file", "file/file"])
def test_a_backup_that_cannot_be_written_is_a_sentence(filled, tmp_path, name):
    (tmp_path / "file").touch()
    done = filled.try_to("backup", tmp_path / name)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_postgresql_backup_restores_everything(
    filled, migrated_postgresql, postgres_programs, tmp_path
):
    path = f"{postgres_programs}{os.pathsep}{os.environ['PATH']}"
    filled.manage("move_database", "--to", migrated_postgresql.url)
    before = migrated_postgresql.exported(tmp_path / "before")
    copy = tmp_path / "planner.dump"
    migrated_postgresql.manage("backup", copy, PATH=path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    migrated_postgresql.wipe()
    assert migrated_postgresql.try_to("verify_approvals", APPROVED).returncode
    restore = ["--no-owner", "--exit-on-error", "--single-transaction"]
    subprocess.run(
        [
            postgres_programs / "pg_restore",
            *restore,
            f"--dbname={migrated_postgresql.url}",
            copy,
        ],
        check=True,
    )
    assert migrated_postgresql.exported(tmp_path / "after") == before
    migrated_postgresql.manage("migrate", "--check")


def test_a_postgresql_backup_names_what_is_missing(empty_postgresql, tmp_path):
    done = empty_postgresql.try_to("backup", tmp_path / "file", PATH="/nowhere")
    assert done.returncode == 2
    assert "pg_dump is not installed" in done.stderr
    assert list(tmp_path.iterdir()) == []
