"""A disk that is full: what can be read is served, and /readyz says what is wrong."""

import http.client
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from planner.ops import health
from plans.models import Session
from tests import make
from tests.client import CheckingClient
from tests.processes import Browser, serving


def ask(server, address, cookie=""):
    web = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    with closing(web):
        web.request("GET", address, headers={"Cookie": cookie})
        answer = web.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 20 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20m", "planner-test", str(folder)],
            capture_output=True,
        ).returncode
    ):
        pytest.skip("A file system can be mounted by root alone.")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


# More than what is left of a full disk, in lines that a plan may have.
LONG = ("x" * 1_000 + "\n") * 50


@pytest.mark.once
@pytest.mark.skipif(connection.vendor != "sqlite", reason="its disk is the server's")
def test_a_full_disk_fails_no_page_and_is_told(
    transactional_db, small_disk, tmp_path, plan, alice
):
    client = CheckingClient()
    client.force_login(alice)
    key = client.session.session_key
    item = make.find(plan, label="Storage")
    # So that a page would note when she was last seen.
    Session.objects.update(last_seen=timezone.now() - timedelta(days=1))
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as here:
        here.execute("VACUUM INTO ?", [str(small_disk / "planner.sqlite3")])
    environment = {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "DATABASE_URL": f"sqlite:///{small_disk}/planner.sqlite3",
        "PLANNER_THREADS": "2",
    }
    with serving(environment, tmp_path / "log") as server:
        browser = Browser(server.url, key)
        save = f"{plan.get_absolute_url()}items/{item.pk}/"
        fill(small_disk)
        of_plan = [plan.get_absolute_url() + end for end in ("", "review/", "history/")]
        for address in ("/", "/inbox/", "/profile/", "/teams/", *of_plan):
            status, _ = ask(server, address, f"sessionid={key}")
            assert status == 200, server.log_text()
        assert ask(server, "/readyz") == (503, "the disk is full\n")
        assert ask(server, "/livez")[0] == 200
        status, _ = browser.post(save, {"value": LONG, "seen": item.version})
        assert status == 503
        (small_disk / "filler").unlink()
        browser.close()
        time.sleep(health.DISK_FULL_SECONDS)
        assert browser.post(save, {"value": "SQLite", "seen": item.version})[0] == 200
        assert ask(server, "/readyz") == (200, "ready\n")
        browser.close()


class DiskFull:
    """Fails at every write, as each engine does."""

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "INSERT")):
            cause = sqlite3.OperationalError("database or disk is full")
            cause.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError("database or disk is full") from cause
        return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch):
    monkeypatch.setattr(health, "_full_at", 0.0)


def test_when_somebody_was_last_seen_is_not_worth_a_page(client, alice):
    client.force_login(alice)
    Session.objects.update(last_seen=timezone.now() - timedelta(days=1))
    with connection.execute_wrapper(DiskFull()):
        assert client.get("/").status_code == 200


def test_a_save_that_found_no_room_says_so(client, plan, alice):
    client.force_login(alice)
    client.raise_request_exception = False
    item = make.find(plan, label="Storage")
    url = f"{plan.get_absolute_url()}items/{item.pk}/"
    with connection.execute_wrapper(DiskFull()):
        answer = client.post(url, {"value": "Files", "seen": item.version})
    assert answer.status_code == 503
    assert "disk is full" in answer.content.decode()
    assert client.get("/readyz").content == b"the disk is full\n"
