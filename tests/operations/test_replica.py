"""A process with a streaming replica: it follows, lags behind, stops and comes back.

By hand:

    python -m tests.postgres pytest tests/operations/test_replica.py
"""

import http.client
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import reverse

from planner.replica import COOKIE, MAX_LAG, RETRY_AFTER
from plans.models import Membership, Plan
from tests import make
from tests.conftest import address_of_database
from tests.live.reading import session_of, wait_until
from tests.processes import headers_of, serving
from tests.replica import replica_of
from tests.views.asking import url_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="a replica is one of PostgreSQL"
    ),
]
TOKEN = "a token of tests that opens nothing else"
LIST, WAITING = reverse("plans:plan_list"), reverse("plans:inbox")


@pytest.fixture
def replica(transactional_db, postgres_programs):
    with replica_of(address_of_database(), postgres_programs) as following:
        yield following


@pytest.fixture
def process(replica, tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "PLANNER_THREADS": "4",
        "DATABASE_URL": address_of_database(),
        "DATABASE_REPLICA_URL": replica.url,
        "METRICS_TOKEN": TOKEN,
    }
    command = ["-m", "planner.serve"]
    with serving(environment, tmp_path / "log", command=command) as running:
        yield running
        assert "Traceback" not in running.log_text()


class Visitor:
    """A browser that keeps its cookies."""

    def __init__(self, process, user):
        self.address = urlsplit(process.url).netloc
        self.headers = headers_of(session_of(user)["value"])
        self.cookies = {}

    def ask(self, method, path, body=None):
        cookies = "".join(f"; {name}={value}" for name, value in self.cookies.items())
        headers = self.headers | {"Cookie": self.headers["Cookie"] + cookies}
        with closing(
            http.client.HTTPConnection(self.address, timeout=20)
        ) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                if name == COOKIE:
                    self.cookies[name] = value
            return answer.status, text

    def page(self, path):
        status, text = self.ask("GET", path)
        assert status == 200
        return text


def reads(process):
    """How many pages were read from where."""
    with closing(
        http.client.HTTPConnection(urlsplit(process.url).netloc, timeout=20)
    ) as connection:
        connection.request(
            "GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        lines = connection.getresponse().read().decode().splitlines()
    start = 'planner_replica_reads_total{source="'
    counts = dict.fromkeys(["replica", "behind", "away"], 0)
    for line in lines:
        if line.startswith(start):
            source, _, count = line.removeprefix(start).partition('"} ')
            counts[source] = int(float(count))
    return counts


def from_where(process, read):
    """What was read, and where from."""
    before = reads(process)
    text = read()
    after = reads(process)
    (source,) = (name for name in after if after[name] > before[name])
    return text, source


def until_from(source, process, visitor, path=LIST, patience=10.0):
    """The page as it is when it is read from there."""
    texts = []

    def is_read():
        text, where = from_where(process, lambda: visitor.page(path))
        texts.append(text)
        return where == source

    wait_until(is_read, timeout=patience)
    return texts[-1]


def old_page(process, replica, visitor, path, change):
    """A page that the replica answers after a change which it has not seen: within the
    second for which a process remembers where the primary was."""
    for _ in range(10):
        replica.resume()
        replica.catch_up()
        time.sleep(MAX_LAG)
        until_from("replica", process, visitor, path)
        replica.pause()
        change()
        text, source = from_where(process, lambda: visitor.page(path))
        if source == "replica":
            return text
    raise AssertionError("the replica is never read")


def test_lists_are_read_from_a_replica_and_a_plan_is_not(process, replica, plan, alice):
    visitor = Visitor(process, alice)
    titles = []

    def rename():
        """Without a word to anybody: no process knows that it should look."""
        titles.append(f"Title {len(titles)}")
        Plan.objects.filter(pk=plan.pk).update(title=titles[-1])

    text = old_page(process, replica, visitor, LIST, rename)
    assert titles[-1] not in text
    assert titles[-1] in visitor.page(plan.get_absolute_url())
    # Nobody is shown old things for longer than that.
    assert titles[-1] in until_from("behind", process, visitor)
    replica.resume()
    replica.catch_up()
    assert titles[-1] in until_from("replica", process, visitor, f"{LIST}?q=title")
    until_from("replica", process, visitor, WAITING)


def test_a_search_is_read_from_a_replica_that_has_the_index(process, plan, bob):
    """Right after a change the replica's index is behind, and the primary is asked."""
    visitor = Visitor(process, bob)
    address = f"{reverse('plans:search')}?q=lighthouse"
    make.edit(plan, bob, value="A lighthouse")
    assert "<mark>lighthouse</mark>" in visitor.page(address)
    assert "<mark>lighthouse</mark>" in until_from("replica", process, visitor, address)


def test_who_left_a_team_sees_no_more_of_it(process, replica, team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    visitor = Visitor(process, dana)
    assert plan.title in visitor.page(WAITING)

    def leave():
        """The plan and the slot the replica would still show."""
        Membership.objects.filter(user=dana).delete()

    text = old_page(process, replica, visitor, WAITING, leave)
    assert plan.title not in text


def test_who_wrote_sees_it_at_once(process, replica, plan, alice):
    visitor = Visitor(process, alice)
    until_from("replica", process, visitor)
    replica.pause()
    path = url_of("item", plan, make.find(plan, label="Storage").pk)
    assert visitor.ask("POST", path, "value=A+new+database")[0] == 200
    assert from_where(process, lambda: visitor.page(LIST))[1] == "behind"
    replica.resume()
    until_from("replica", process, visitor)


def test_pages_work_while_the_replica_is_stopped(process, replica, plan, alice):
    visitor = Visitor(process, alice)
    until_from("replica", process, visitor)
    replica.stop()
    for path in (LIST, WAITING):
        text, source = from_where(process, lambda path=path: visitor.page(path))
        assert source == "away"
    assert plan.title in visitor.page(LIST)
    # Once for all of them: it is left alone for a while.
    assert process.log_text().count("The replica failed") == 1
    replica.start()
    until_from("replica", process, visitor, patience=RETRY_AFTER + 10)


def test_a_made_up_position_is_no_harm(process, replica, plan, alice):
    visitor = Visitor(process, alice)
    until_from("replica", process, visitor)
    visitor.cookies[COOKIE] = "FFFFFFFF/FFFFFFFF"
    text, source = from_where(process, lambda: visitor.page(LIST))
    assert (source, plan.title in text) == ("behind", True)
    for typed in ("x", "1/2'", "123456789/0", ""):
        visitor.cookies[COOKIE] = typed
        until_from("replica", process, visitor)
