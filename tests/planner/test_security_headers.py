import contextlib

import pytest

from planner.middleware import CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/nowhere/", "/static/htmx/htmx.min.js"]
)
def test_every_answer_says_what_browsers_may_do(path, client, db):
    with contextlib.closing(client.get(path)) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_has_no_exception():
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY
    for exception in ("unsafe", "nonce", "sha256", "data:", "blob:", "http", "*"):
        assert exception not in CONTENT_SECURITY_POLICY


def test_static_files_are_for_our_own_pages(client, db):
    with contextlib.closing(client.get("/static/htmx/htmx.min.js")) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
