import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
HOLD = """
import sys, tempfile
from planner import serve
tempfile.tempdir = sys.argv[1]
with serve.metrics_folder() as folder:
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


def end(process, number):
    process.send_signal(number)
    process.communicate()


@pytest.mark.xfail(
    strict=True, reason="nobody cleans up after a process that is killed"
)
def test_what_killed_servers_left_is_removed_at_the_next_start(tmp_path, monkeypatch):
    from planner import serve

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, left = hold(tmp_path)
    alive, used = hold(tmp_path)
    try:
        (left / "counter_1.db").write_bytes(b"counts")
        end(killed, signal.SIGKILL)
        assert left.is_dir()
        others = tmp_path / "planner-metrics-of-somebody-else"
        others.symlink_to(tmp_path)
        foreign = tmp_path / "planner-import"
        foreign.mkdir()
        with serve.metrics_folder() as folder:
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


@pytest.mark.xfail(
    strict=True, reason="nobody cleans up after a process that is killed"
)
def test_folders_of_the_release_before_are_removed_once_they_are_old(
    tmp_path, monkeypatch
):
    """They have no lock that says whether their server is alive."""
    from planner import serve

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = tmp_path / "planner-metrics-old", tmp_path / "planner-metrics-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "gauge_livesum_1.db").touch()
    a_week_ago = old.stat().st_mtime - 7 * 24 * 3600
    os.utime(old / "gauge_livesum_1.db", (a_week_ago, a_week_ago))
    os.utime(old, (a_week_ago, a_week_ago))
    with serve.metrics_folder():
        assert not old.exists()
        assert new.is_dir()
