import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from planner.metrics_folder import metrics_folder

pytestmark = pytest.mark.once
HOLD = """
import sys, tempfile
from planner.metrics_folder import metrics_folder
tempfile.tempdir = sys.argv[1]
with metrics_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


def hold(folder):
    """Another process that has a folder of its own, as a server has."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, Path(process.stdout.readline().strip())


def make_old(*folders):
    """Too old to be of servers that only start now."""
    for folder in folders:
        os.utime(folder, (0, 0))


def end(process, number):
    process.send_signal(number)
    process.communicate()


def test_what_killed_servers_left_is_removed_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, left = hold(tmp_path)
    alive, used = hold(tmp_path)
    try:
        (left / "counter_1.db").write_bytes(b"counts")
        end(killed, signal.SIGKILL)
        make_old(left, used)
        others = tmp_path / "planner-metrics-of-somebody-else"
        others.symlink_to(tmp_path)
        foreign = tmp_path / "planner-import"
        foreign.mkdir()
        with metrics_folder() as folder:
            assert Path(folder).is_dir()
            assert not left.exists()
            assert used.is_dir(), "it is another server's, which is alive"
            assert foreign.is_dir()
        assert not Path(folder).exists()
        assert sorted(os.listdir(tmp_path)) == sorted(
            [used.name, others.name, foreign.name]
        )
    finally:
        end(alive, signal.SIGTERM)


def test_what_the_release_before_left_is_told_by_its_processes(tmp_path, monkeypatch):
    """It has no lock that says whether its server is alive."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive, new = (
        tmp_path / f"planner-metrics-{name}" for name in ("dead", "alive", "new")
    )
    for folder, process in ((dead, ended.pid), (alive, os.getpid()), (new, ended.pid)):
        folder.mkdir()
        (folder / f"gauge_livesum_{process}.db").touch()
    make_old(dead, alive)
    with metrics_folder():
        assert not dead.exists()
        assert alive.is_dir()
        assert new.is_dir()
