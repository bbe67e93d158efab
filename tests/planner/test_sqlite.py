import os
import stat

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

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
