"""Limits hold across processes, and for the address that the proxy tells of."""

import http.client
import re
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection

from plans.models import CacheEntry

pytestmark = pytest.mark.slow

# Asking for a new password: no password is hashed for it, so that trying is quick.
PATH = "/accounts/password/reset/"
TRIES = 11


def try_in(url, name, **headers):
    """Each try by a connection of its own, as processes share them out."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)) as there:
        there.request("GET", PATH)
        page = there.getresponse()
        cookie = page.headers["Set-Cookie"].split(";")[0]
        token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.read())[
            1
        ].decode()
        form = {"email": f"{name}@elsewhere.test", "csrfmiddlewaretoken": token}
        there.request(
            "POST",
            PATH,
            urlencode(form),
            {
                "Cookie": cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                **headers,
            },
        )
        answer = there.getresponse()
        answer.read()
        return answer.status


def test_processes_count_together(served):
    processes = served(workers=2 if connection.vendor == "postgresql" else 1)
    for number in range(TRIES - 1):
        assert try_in(processes.url, f"name-{number}") == 302
    assert try_in(processes.url, "name") == 429
    if connection.vendor == "postgresql":
        assert CacheEntry.objects.exists()


@pytest.mark.parametrize(
    ("trusted", "forged", "is_limited"),
    [
        # The proxy's own entry is the last; a visitor may have sent the others.
        ("127.0.0.1", "203.0.113.{number}, 198.51.100.7", True),
        ("127.0.0.1", "203.0.113.{number}", False),
        # This is no proxy of ours, so what it says is nothing.
        ("192.0.2.1", "203.0.113.{number}", True),
    ],
)
def test_the_address_is_the_one_that_the_proxy_saw(
    served, monkeypatch, trusted, forged, is_limited
):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    processes = served()
    for number in range(TRIES):
        header = {"X-Forwarded-For": forged.format(number=number)}
        status = try_in(processes.url, f"name-{number}", **header)
    assert status == (429 if is_limited else 302)
