"""Reading event streams as somebody, with the standard library alone."""

import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

from tests.client import CheckingClient

TOKEN = "a-token-of-this-test"
# Seconds; a busy machine takes a few of them.
PATIENCE = 20.0


def session_of(user):
    client = CheckingClient()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value}


class Reader:
    """Opens `/live/` as somebody; `next(kind)` waits for an event of that kind."""

    def __init__(
        self, server, session, positions=(), token=TOKEN, timeout=PATIENCE, **query
    ):
        """`session`: a cookie as `session_of` makes it, or None. `positions`:
        `slug:number` of each plan that is open; `query` goes into the address."""
        address = urlsplit(server.url)
        self.connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=timeout
        )
        query = [("plan", plan) for plan in positions] + [
            ("stream", token),
            *query.items(),
        ]
        headers = {"Cookie": f"{session['name']}={session['value']}"} if session else {}
        self.connection.request("GET", f"/live/?{urlencode(query)}", headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def events(self):
        while line := self.response.readline():
            if line.startswith(b"data: "):
                yield json.loads(line[6:])

    def next(self, kind, **fields):
        for event in self.events():
            if event["kind"] == kind and fields.items() <= event.items():
                return event
        raise AssertionError(f"the stream ended without {kind}")

    def rest(self):
        """Everything up to the end of the stream."""
        return list(self.events())

    def close(self):
        # The socket itself: the response holds it open.
        self.response.close()
        self.connection.close()


def ask(server, method, path, user, body=None, headers=None):
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(
        address.hostname, address.port, timeout=PATIENCE
    )
    cookie = {"Cookie": f"sessionid={session_of(user)['value']}"}
    connection.request(method, path, body=body, headers=cookie | (headers or {}))
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def wait_until(true, timeout=PATIENCE):
    limit = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
