"""That commands started as people start them end with the right code, and say why."""

import os
import shutil
import subprocess
import sys
from functools import partial

import pytest
from django.conf import settings

from plans import demo
from tests import databases
from tests.make import SMALL

pytestmark = [pytest.mark.once, pytest.mark.slow]


def run_in(database, *arguments):
    """Run one command in a process of its own, whose output knows ASCII alone."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "PYTHONIOENCODING": "ascii",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", *map(os.fspath, arguments)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
    )
    assert b"Traceback" not in ended.stderr, ended.stderr.decode()
    return ended


@pytest.fixture
def manage(django_db_setup, tmp_path):
    """`manage("name", ...)`: on a database that was empty when the test began."""
    own = shutil.copy(databases.kept_tables(), tmp_path / "own.sqlite3")
    return partial(run_in, own)


def test_plans_go_through_a_database_of_their_own(manage, tmp_path):
    data = SMALL.replace("Show the tides", "Größe\r\n").encode() + b"\xef\xbb\xbf"
    (tmp_path / "plan.md").write_bytes(data)

    brought = manage("import_plan", tmp_path / "plan.md")
    assert brought.returncode == 0
    assert brought.stdout.decode() == f"tide-tables\t{tmp_path / 'plan.md'}\n"
    assert b"changepassword planner" in brought.stderr

    exported = manage("export_plan", "tide-tables")
    assert (exported.returncode, exported.stdout) == (0, data)

    finished = manage("export_plan", "tide-tables", "--finished")
    assert (finished.returncode, finished.stdout) == (1, b"")
    assert b"tide-tables:6: 1. OBJECTIVE: Storage is blank" in finished.stderr

    (tmp_path / "zip.md").write_bytes(b"PK\x03\x04")
    refused = manage("import_plan", tmp_path / "plan.md", tmp_path / "zip.md")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"zip.md: The file is not text." in refused.stderr

    manage("export_plan", "--all", "--output", tmp_path / "all")
    assert [path.name for path in (tmp_path / "all").iterdir()] == ["tide-tables.md"]


def test_the_demo_loads_twice_into_a_database_of_its_own(manage):
    first, second = manage("load_demo"), manage("load_demo")
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout and not second.stderr
    exported = manage("export_plan", "offline-meter-readings", "--finished")
    assert exported.stdout == demo.demo_text("offline-readings").encode()


def test_a_name_that_no_terminal_shows_is_no_obstacle(manage, tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xc3\xb6.md"
    with open(path, "wb") as file:
        file.write("# Größe\n\n- **Maß**: [NEEDS CLARIFICATION: Wählt]\n".encode())
    assert manage("import_plan", os.fsdecode(path)).returncode == 0
    checked = manage("check_plan", os.fsdecode(path))
    assert checked.returncode == 1 and b":3: Ma\\xdf has an open" in checked.stdout
