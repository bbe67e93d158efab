"""A page acts for the person who opened it, and for nobody who signed in since."""

import re

import pytest

from plans.models import Change, Comment
from tests.client import CheckingClient
from tests.live.reading import Reader, session_of
from tests.test_every_address import addresses

pytestmark = pytest.mark.once


def opened_by(user) -> dict:
    return {"X-Opened-By": str(user.pk)}


def test_no_address_takes_a_post_from_a_page_of_another(client, plan, alice, bob):
    client.force_login(bob)
    values = {"slug": plan.slug, "token": "x", "version": "1"}
    for name, path in [*addresses(), ("login", "accounts/email/")]:
        path = re.sub(
            r"<(?:(\w+):)?(\w+)>",
            lambda part: "1" if part[1] in ("id", "int") else values.get(part[2], "x"),
            path,
        )
        response = client.post(f"/{path}", {"text": "mine"}, headers=opened_by(alice))
        assert response.status_code == 409, (name, path)
        assert "Bob is now signed in" in response.content.decode(), name
    assert not Change.objects.filter(actor=bob).exists()


def test_what_was_typed_is_shown_again(client, plan, alice, bob):
    client.force_login(bob)
    form = {
        "opened-by": alice.pk,
        "comment": "Who reads <the> gauges?",
        "password": "abc",
    }
    response = client.post(f"{plan.url}comments/add/", form)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Who reads &lt;the&gt; gauges?" in page
    assert "abc" not in page
    assert not Comment.objects.exists()


def test_a_fragment_is_not_shown_to_another_either(client, plan, alice, bob):
    client.force_login(bob)
    headers = {"HX-Request": "true", **opened_by(alice)}
    response = client.get(f"{plan.url}side/", headers=headers)
    assert response.status_code == 409
    assert "Bob is now signed in" in response.content.decode()


def test_whoever_wants_to_sign_out_can(client, alice, bob):
    client.force_login(bob)
    response = client.post("/accounts/logout/", {"opened-by": alice.pk})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_mark_that_names_nobody_is_of_another(client, plan, bob):
    client.force_login(bob)
    for mark in ("0", "x", "9" * 30, "²"):
        response = client.post(f"{plan.url}undo/", headers={"X-Opened-By": mark})
        assert response.status_code == 409, mark


def test_without_javascript_the_token_says_it(plan, alice, bob):
    """Signing in gives another token; the page that has the old one shows the text."""
    client = CheckingClient(enforce_csrf_checks=True)

    def sign_in(name):
        client.get("/accounts/login/")
        client.post("/accounts/login/", with_token({"login": name, "password": name}))

    def with_token(form):
        return form | {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}

    sign_in("alice")
    typed = with_token({"comment": "Who reads the gauges?"})
    client.post("/accounts/logout/", with_token({}))
    sign_in("bob")
    response = client.post(f"{plan.url}comments/add/", typed)
    assert response.status_code == 409
    assert "Who reads the gauges?" in response.content.decode()


def test_a_stream_is_only_for_whom_the_page_was_opened_by(asgi_server, alice, bob):
    query = {"opened-by": alice.pk}
    reader = Reader(asgi_server, session_of(bob), **query)
    reader.close()
    assert reader.status == 409
