"""What every answer tells the browser, whatever kind of answer it is."""

import contextlib
import http.client
import json
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from planner.ops.middleware import CONTENT_SECURITY_POLICY, HEADERS, PERMISSIONS_POLICY
from plans.actions.sharing import share_plan
from tests.client import CheckingClient
from tests.planner.test_settings import PRODUCTION, start

pytestmark = pytest.mark.once

EXPECTED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a bug would")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("as a view would")


urlpatterns = [
    path("fails/", fails),
    path("refuses/", refuses),
    path("", include("planner.urls")),
]


def expect_headers(headers, about):
    for name, value in EXPECTED.items():
        assert headers.get(name) == value, (about, name)
    assert "Access-Control-Allow-Origin" not in headers, about


# --- Django's answers ---

ANSWERS = {
    "/accounts/login/": 200,
    "/nowhere/": 404,
    "/": 302,
    "/plans/none/": 302,
    "/refuses/": 403,
    "/fails/": 500,
    "/static/js/pages/plan.js": 200,
    "/static/css/index.css": 200,
    "/static/none.js": 404,
    "/static/css": 404,
    "/livez": 200,
    "/readyz": 200,
    "/shared/none/": 404,
    "/admin/login/": 302,
}


@pytest.mark.urls("tests.planner.test_security_headers")
@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_says_what_browsers_may_do(address, db):
    client = CheckingClient(raise_request_exception=False)
    with contextlib.closing(client.get(address)) as answer:
        assert answer.status_code == ANSWERS[address]
        expect_headers(answer.headers, address)


def test_a_plan_in_every_form_says_so_too(plan, alice, client):
    client.force_login(alice)
    parts = ("", "preview/", "plan.md", "side/", "evidence/", "evidence.json", "none/")
    for part in parts:
        answer = client.get(f"{plan.get_absolute_url()}{part}")
        expect_headers(answer.headers, part)


def test_no_proxy_keeps_the_page_of_one_person_for_another(plan, alice, client):
    client.force_login(alice)
    addresses = ["", "history/", "comments/", "review/", "body/", "items/0/"]
    for address in ["/", "/teams/", *(plan.get_absolute_url() + a for a in addresses)]:
        assert client.get(address)["Cache-Control"] == "private, no-cache", address


def test_figures_say_so_too(client, db, settings):
    settings.METRICS_TOKEN = "a token of this test"
    refused = client.get("/metrics")
    assert refused.status_code == 401
    figures = client.get(
        "/metrics", headers={"Authorization": "Bearer a token of this test"}
    )
    assert figures.status_code == 200
    for answer in (refused, figures):
        expect_headers(answer.headers, answer.status_code)


def test_an_address_that_is_a_secret_is_told_to_nobody(plan, alice, client):
    _, token = share_plan(plan=plan, actor=alice, days=1)
    answer = client.get(f"/shared/{token}/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_what_is_refused_before_it_is_read_says_so_too(client, db, settings):
    foreign = client.get("/", headers={"host": "elsewhere.test"})
    assert foreign.status_code == 400
    long = client.post("/accounts/login/", {"username": "x" * 10_000_000})
    assert long.status_code == 413
    forged = CheckingClient(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert forged.status_code == 403
    wrong = client.get("/plans/none/undo/")
    assert wrong.status_code == 405
    settings.SECURE_SSL_REDIRECT = True
    over_https = CheckingClient()  # middleware reads its settings once
    moved = over_https.get("/accounts/login/")
    assert moved.status_code == 301
    unknown = over_https.get("/", headers={"host": "elsewhere.test"})
    assert unknown.status_code == 400
    for answer in (foreign, long, forged, wrong, moved, unknown):
        expect_headers(answer.headers, answer.status_code)


# --- the live feed's, and the server's ---


def test_the_live_feed_says_so_too(asgi_server, visit_cookie):
    token = "a" * 20
    requests = {
        ("GET", f"/live/?stream={token}", visit_cookie): 200,
        ("GET", f"/live/?stream={token}", ""): 401,
        ("GET", "/live/", visit_cookie): 400,
        ("GET", "/live/none/", ""): 404,
        ("PUT", "/live/", ""): 405,
        ("POST", "/live/here/", ""): 400,
    }
    for (method, address, cookie), status in requests.items():
        connection = http.client.HTTPConnection(urlsplit(asgi_server.url).netloc)
        with contextlib.closing(connection):
            connection.request(method, address, headers={"Cookie": cookie})
            answer = connection.getresponse()
            assert answer.status == status, address
            expect_headers(answer.headers, address)


@pytest.fixture
def visit_cookie(alice):
    client = CheckingClient()
    client.force_login(alice)
    return client.cookies.output(header="", sep=";").split(";")[0].strip()


# --- what they say ---


def test_the_policy_has_no_exception():
    policy = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == policy["form-action"] == "'self'"
    for none in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[none] == "'none'"
    assert set(policy.values()) == {"'self'", "'none'"}


def test_features_that_no_page_uses_are_off():
    for feature in PERMISSIONS_POLICY.split(", "):
        assert feature.endswith("=()")
    assert "camera=()" in PERMISSIONS_POLICY
    assert HEADERS["Permissions-Policy"] == PERMISSIONS_POLICY


# --- cookies in production ---

SIGN_IN = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import RequestFactory

def view(request):
    get_token(request)
    request.session["is"] = "there"
    return HttpResponse()

session = SessionMiddleware(CsrfViewMiddleware(view))
session.SessionStore = SessionStore  # no database is needed for a cookie
answer = session(RequestFactory().get("/", secure=True))
print(json.dumps({name: {k: str(v) for k, v in morsel.items()}
                  for name, morsel in answer.cookies.items()}))
"""


def test_cookies_of_production_stay_between_us_and_the_browser():
    done = start("-c", SIGN_IN, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    cookies = json.loads(done.stdout)
    assert set(cookies) == {"sessionid", "csrftoken"}
    for cookie in cookies.values():
        assert cookie["secure"] == "True"
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
    # The other one is read by static/js/csrf.js, and is of no use to another site.
    assert cookies["sessionid"]["httponly"] == "True"
