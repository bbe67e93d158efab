import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from planner.sqlite import Turns, join_turns

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has a file"),
]


@pytest.fixture
def ordinary_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder):
    return {
        path.name: f"{stat.S_IMODE(path.stat().st_mode):o}" for path in folder.iterdir()
    }


def opened(path):
    database = DatabaseWrapper({**connection.settings_dict, "NAME": str(path)}, "other")
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS a (b)")
        cursor.execute("INSERT INTO a VALUES (1)")
    return database


def test_only_its_owner_may_read_a_new_database(tmp_path, ordinary_umask):
    database = opened(tmp_path / "new.sqlite3")
    file_modes = modes(tmp_path)
    database.close()
    assert file_modes == {
        "new.sqlite3": "600",
        "new.sqlite3-wal": "600",
        "new.sqlite3-shm": "600",
    }


def test_a_database_that_everybody_may_read_is_closed_to_them(tmp_path, ordinary_umask):
    opened(tmp_path / "old.sqlite3").close()
    (tmp_path / "old.sqlite3").chmod(0o644)
    database = opened(tmp_path / "old.sqlite3")
    file_modes = modes(tmp_path)
    database.close()
    assert set(file_modes.values()) == {"600"}


def test_what_its_owner_chose_for_a_group_stays(tmp_path, ordinary_umask):
    opened(tmp_path / "old.sqlite3").close()
    (tmp_path / "old.sqlite3").chmod(0o640)
    opened(tmp_path / "old.sqlite3").close()
    assert modes(tmp_path) == {"old.sqlite3": "640"}


# --- Writers take turns ---


def in_transaction(database):
    """What Django's `atomic` does, for a database that is in no settings."""
    return database._start_transaction_under_autocommit()


def written(path):
    database = opened(path)
    with database.cursor() as cursor:
        return [name for (name,) in cursor.execute("SELECT b FROM a ORDER BY rowid")]


def test_who_came_first_writes_first(tmp_path):
    path, names = tmp_path / "new.sqlite3", [*range(100, 108)]
    first = opened(path)
    in_transaction(first)

    def write(name):
        database = opened_without_writing(path)
        in_transaction(database)
        with database.cursor() as cursor:
            cursor.execute("INSERT INTO a VALUES (%s)", [name])
        database._commit()
        database.close()

    with ThreadPoolExecutor(len(names)) as threads:
        for index, name in enumerate(names):
            threads.submit(write, name)
            wait_until(lambda index=index: first.connection.turns.waiting == index + 1)
        first._commit()
    assert [name for name in written(path) if name != 1] == names


def opened_without_writing(path):
    database = DatabaseWrapper({**connection.settings_dict, "NAME": str(path)}, "other")
    database.connect()
    return database


def wait_until(is_so):
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("end", ["_commit", "_rollback", "close"])
def test_a_turn_ends_with_its_transaction(tmp_path, end):
    one, other = opened(tmp_path / "a.sqlite3"), opened(tmp_path / "a.sqlite3")
    for _ in range(2):
        one.ensure_connection()
        in_transaction(one)
        assert one.connection.turns.is_taken
        getattr(one, end)()
        assert not other.connection.turns.is_taken
    in_transaction(other)
    other._commit()


def test_a_transaction_that_cannot_begin_keeps_no_turn(tmp_path):
    database = opened(tmp_path / "a.sqlite3")
    in_transaction(database)
    with pytest.raises(DatabaseError):
        in_transaction(database)
    database._commit()
    assert not database.connection.turns.is_taken


def test_another_process_is_waited_for_by_sqlite_itself(tmp_path):
    """One that has no turn here, such as a command beside the server."""
    path = tmp_path / "a.sqlite3"
    here, elsewhere = opened(path), opened(path)
    elsewhere.connection.turns = None
    in_transaction(elsewhere)
    here.connection.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(OperationalError, match="locked"):
        in_transaction(here)
    elsewhere._commit()
    in_transaction(here)
    here._commit()


def test_nobody_waits_for_ever():
    turns = Turns()
    assert turns.take(1)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0.01)


def test_a_turn_is_never_with_two():
    turns, inside, most = Turns(), [], []

    def work(patience):
        for _ in range(200):
            if turns.take(patience):
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                turns.give()

    with ThreadPoolExecutor(8) as threads:
        for patience in (0.0005, 5) * 4:
            threads.submit(work, patience)
    assert set(most) == {1}
    assert not turns.is_taken


def test_a_connection_joins_once(tmp_path):
    database = opened(tmp_path / "a.sqlite3")
    count = len(database.execute_wrappers)
    assert count
    join_turns(connection=database)
    assert len(database.execute_wrappers) == count
