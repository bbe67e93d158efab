"""The planner below a path of a host: every address that it gives leads there."""

import http.client
import re
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests import make
from tests.processes import serving

pytestmark = pytest.mark.once

BASE = "/planner"


@pytest.fixture
def under_a_path(transactional_db, tmp_path):
    from tests.conftest import address_of_database

    environment = {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "DATABASE_URL": address_of_database(),
        "BASE_PATH": BASE,
    }
    with serving(environment, tmp_path / "log") as server:
        yield server


class Browser:
    def __init__(self, port):
        self.port, self.cookies, self.paths = port, {}, {}

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        body = b"" if path.startswith(f"{BASE}/live/") else answer.read()
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
            self.paths[name] = re.search(r"Path=([^;]*)", line)[1]
        return answer, body

    def page(self, path):
        answer, body = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return BeautifulSoup(body, "html.parser")


def test_every_address_leads_below_the_path(under_a_path):
    alice = make.make_user("alice", team=make.make_team(), role="owner")
    plan = make.make_plan(team=alice.teams.get(), actor=alice)
    browser = Browser(under_a_path.port)
    door = browser.page(f"{BASE}/accounts/login/")
    assert browser.paths == {"csrftoken": f"{BASE}/"}
    answer, _ = browser.ask("GET", f"{BASE}/plans/{plan.slug}/")
    assert answer.getheader("Location").startswith(
        f"{BASE}/accounts/login/?next={BASE}/"
    )
    here = Client()
    here.force_login(alice)
    browser.cookies["sessionid"] = here.cookies["sessionid"].value
    where = f"{BASE}/plans/{plan.slug}/"
    for page in (door, *map(browser.page, [f"{BASE}/", where, f"{where}review/"])):
        for tag in page.find_all(True):
            for name in ("href", "src", "action", "hx-get", "hx-post", "data-live-url"):
                address = urljoin(where, tag.get(name, ""))
                is_below = address.startswith((f"{BASE}/", "https:"))
                assert is_below or name == "action", (tag.name, address)
        for script in page.select("script[src]"):
            assert browser.ask("GET", script["src"])[0].status == 200
    answer, _ = browser.ask("GET", f"{BASE}/live/?stream={'a' * 32}")
    assert answer.status == 200
    for probe in ("/livez", f"{BASE}/livez", f"{BASE}/readyz"):
        assert browser.ask("GET", probe)[0].status == 200


def test_scripts_ask_for_addresses_relative_to_themselves():
    from tests.processes import PROJECT

    for script in (PROJECT / "static/js").glob("*.js"):
        assert not re.search(r"[\"'`]/(live|plans)/", script.read_text()), script.name
