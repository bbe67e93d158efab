"""Senders and servers that are killed at any moment, and several side by side: every
notice arrives, and none twice unless its sender died before it could note it."""

import logging
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPException

import pytest
from django.utils import timezone

from plans.actions.comments import comment
from plans.models import Comment, Notice
from tests import make
from tests.conftest import address_of_database
from tests.live.reading import session_of
from tests.notifications.mailbox import mailbox_running, text_in, until
from tests.processes import PROJECT, Browser, Processes
from tests.views.asking import url_of

pytestmark = pytest.mark.slow

ROUNDS = 10  # in each, a sender and a server are killed
PEOPLE = 25
MARK = re.compile(r"number-\d+-")


@pytest.fixture
def addresses(transactional_db):
    """Instead of the cast's, for these have a database of their own."""


@pytest.fixture
def plan(transactional_db):
    team = make.make_team()
    alice = make.make_user("alice", team=team, role="owner")
    for number in range(PEOPLE):
        name = f"reader{number:02}"
        make.make_user(name, team=team, email=f"{name}@harbour.test")
    return make.make_plan(team=team, actor=alice)


@pytest.fixture
def mailbox():
    with mailbox_running() as mailbox:
        yield mailbox


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    """Of each line that the mail server gets, aiosmtpd says a word."""
    caplog.set_level(logging.WARNING, "mail.log")


def environment(mailbox, **more):
    return {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "PLANNER_THREADS": "4",
        "DATABASE_URL": address_of_database(),
        **mailbox.settings(),
        **more,
    }


class Sender:
    """A process that sends, begun and killed."""

    def __init__(self, mailbox):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.notifications.sending"],
            cwd=PROJECT,
            env={**os.environ, **environment(mailbox)},
            stdout=subprocess.PIPE,
        )

    def wait(self):
        assert self.process.stdout.readline() == b"ready\n"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def text_number(number):
    return f"@reader{number % PEOPLE:02} number-{number}-"


def arrived(mailbox):
    return Counter(MARK.search(text_in(mail))[0] for mail in mailbox.messages)


def let_claims_run_out():
    """As if minutes had passed since the processes that held them died."""
    past = timezone.now() - timedelta(seconds=1)
    Notice.objects.waiting().exclude(claimed_until=None).update(claimed_until=past)


def test_two_processes_send_none_twice(plan, mailbox):
    item = make.find(plan, label="Storage")
    alice = plan.created_by
    for number in range(PEOPLE * 4):
        comment(plan=plan, actor=alice, item=item, text=text_number(number))
    senders = [Sender(mailbox) for _ in range(3)]
    try:
        for sender in senders:
            sender.wait()
        until(lambda: not Notice.objects.waiting().exists())
    finally:
        for sender in senders:
            sender.kill()
    counts = arrived(mailbox)
    assert len(counts) == PEOPLE * 4
    assert set(counts.values()) == {1}


def test_none_is_lost_however_often_senders_and_servers_are_killed(
    plan, mailbox, tmp_path
):
    chance = random.Random(7)  # noqa: S311
    item = make.find(plan, label="Storage")
    path = url_of("comment_add", plan)
    server = Processes(environment(mailbox), tmp_path / "log")
    browser = Browser(server.url, session_of(plan.created_by)["value"])
    acknowledged, sent = [], 0
    for _ in range(ROUNDS):
        sender = Sender(mailbox)
        try:
            server.start()
            sender.wait()
            until_killed = time.monotonic() + chance.uniform(0.05, 0.4)
            enough = len(acknowledged) + 3
            while time.monotonic() < until_killed or len(acknowledged) < enough:
                text = text_number(sent)
                sent += 1
                values = {"item": item.pk, "comment": text}
                with suppress(OSError, HTTPException):
                    if browser.post(path, values)[0] == 200:
                        acknowledged.append(text)
        finally:
            sender.kill()
            server.kill()
        let_claims_run_out()
    browser.close()
    stored = set(Comment.objects.values_list("text", flat=True))
    assert set(acknowledged) <= stored
    sender = Sender(mailbox)
    try:
        until(lambda: not Notice.objects.waiting().exists())
    finally:
        sender.kill()
    counts = arrived(mailbox)
    # Six an hour about one thing are sent to each; the rest is held back on purpose.
    expected = Notice.objects.filter(state="sent").count()
    assert len(counts) == expected >= ROUNDS * 2
    assert max(counts.values()) <= 2
    # Twice is what was sent by a process that died before it noted that.
    assert sum(counts.values()) - len(counts) <= ROUNDS * 2
    assert {
        MARK.search(text)[0] for text in stored if "number" in text
    } >= counts.keys()
    assert Counter(Notice.objects.values_list("state", flat=True)) == {"sent": expected}


def test_a_server_sends_by_itself_and_ends_at_once(plan, mailbox, tmp_path):
    server = Processes(environment(mailbox, BASE_PATH="/planner"), tmp_path / "log")
    try:
        server.start()
        browser = Browser(server.url, session_of(plan.created_by)["value"])
        item = make.find(plan, label="Storage")
        values = {"item": item.pk, "comment": text_number(1)}
        began = time.monotonic()
        assert browser.post(url_of("comment_add", plan), values)[0] == 200
        until(lambda: mailbox.messages)
        assert time.monotonic() - began < 5, "it is woken, and does not wait for a look"
        link = f"/planner/plans/{plan.slug}/comments/"
        assert link in text_in(mailbox.messages[0])
        browser.close()
        took, code = server.stop()
    finally:
        server.kill()
    assert code in (0, -signal.SIGTERM) and took < 10
    assert "Traceback" not in server.log_text()


def test_the_command_sends_where_the_server_does_not(plan, mailbox, tmp_path):
    item = make.find(plan, label="Storage")
    for number in range(3):
        comment(plan=plan, actor=plan.created_by, item=item, text=text_number(number))
    server = Processes(environment(mailbox, SEND_NOTICES="no"), tmp_path / "log")
    try:
        server.start()
        time.sleep(0.5)
        assert mailbox.messages == []
    finally:
        server.kill()
    mailbox.stop()
    done = _send_notices(mailbox)
    assert done.returncode == 1 and "to be tried again" in done.stdout
    mailbox.start()
    done = _send_notices(mailbox)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "3 sent, 0 no longer wanted, 0 to be tried again, 0 given up.\n"
    )
    assert set(arrived(mailbox).values()) == {1}


def _send_notices(mailbox):
    return subprocess.run(
        [sys.executable, "manage.py", "send_notices"],
        cwd=PROJECT,
        env={**os.environ, **environment(mailbox)},
        capture_output=True,
        text=True,
    )
