import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
import uvicorn

from planner import serve
from planner.ops.metrics_folder import metrics_folder

pytestmark = pytest.mark.once
HOLD = """
import sys, tempfile
from planner.ops.metrics_folder import metrics_folder
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


# --- Heads of requests ---


async def answer_ok(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch):
    """A server that waits half a second for the head of a request."""
    monkeypatch.setattr(serve, "HEAD_SECONDS", 0.5)
    config = uvicorn.Config(
        answer_ok, http=serve.Protocol, lifespan="off", log_level="warning"
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()


def connect(port):
    return closing(socket.create_connection(("127.0.0.1", port), timeout=5))


@pytest.mark.parametrize("sent", [b"", b"GE", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
def test_a_connection_without_a_whole_head_ends(port, sent):
    with connect(port) as connection:
        connection.sendall(sent)
        assert connection.recv(1000) == b""


def test_so_does_one_that_stays_open_and_begins_another(port):
    with connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in connection.recv(1000)
        connection.sendall(b"GE")
        while data := connection.recv(1000):
            assert b"HTTP" not in data


def test_one_that_asks_again_within_the_time_stays(port):
    with connect(port) as connection:
        for _ in range(3):
            time.sleep(0.3)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = b""
            while not answer.endswith(b"0\r\n\r\n"):
                answer += connection.recv(1000)
            assert b"200 OK" in answer


@pytest.mark.parametrize("line", [b"X: ", b""])
def test_a_head_has_a_limit(port, line):
    """Whether one line of it is endless, or there are lines without end."""
    with connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + line)
        piece = b"a" * 1000 if line else b"X: a\r\n" * 200
        with suppress(ConnectionError):
            for _ in range(2000):
                connection.sendall(piece)
        with suppress(ConnectionError):
            assert b"431" in connection.recv(1000)
            return
    # The answer was lost, as it may be for who goes on sending.


def test_a_long_body_behind_a_head_is_none_of_it(port):
    with connect(port) as connection:
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n"
        connection.sendall(head + b"a" * 200_000)
        assert b"200 OK" in connection.recv(1000)
