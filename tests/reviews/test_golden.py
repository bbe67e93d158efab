"""What older code signed says the same under today's: every digest and every answer."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.processes import PROJECT

GOLDEN = PROJECT / "tests" / "golden"

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What today's code says of the database that older code made."""
    path = tmp_path_factory.mktemp("golden") / "planner.sqlite3"
    dump = gzip.decompress((GOLDEN / "sign_off.sql.gz").read_bytes()).decode()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "DATABASE_URL": f"sqlite:///{path}",
    }

    def run(*command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    run("manage.py", "migrate", "--verbosity", "0")
    return json.loads(run("-m", "tests.golden.answers"))


EXPECTED = json.loads((GOLDEN / "sign_off.json").read_text())


def test_the_same_plans_are_there(answers):
    assert answers.keys() == EXPECTED.keys()


@pytest.mark.parametrize("slug", sorted(EXPECTED))
def test_every_digest_and_every_standing_is_what_it_was(answers, slug):
    answer, expected = dict(answers[slug]), dict(EXPECTED[slug])
    printed, was_printed = answer.pop("verify_plan"), expected.pop("verify_plan")
    assert answer == expected
    assert printed.keys() == was_printed.keys()
    for file, lines in was_printed.items():
        # The command may say more than it did, and nothing else.
        assert [line for line in lines.splitlines() if line not in printed[file]] == []
