import pytest
from django.contrib.auth import get_user_model
from django.shortcuts import resolve_url
from pytest_django.asserts import assertRedirects

pytestmark = pytest.mark.once


def test_sign_in_and_out(client, db, settings):
    alice = get_user_model().objects.create_user(username="alice", password="open")
    assert client.get("/accounts/login/").status_code == 200
    answer = client.post("/accounts/login/", {"login": "alice", "password": "open"})
    assertRedirects(answer, resolve_url(settings.LOGIN_REDIRECT_URL))
    assert client.session["_auth_user_id"] == str(alice.pk)

    answer = client.post("/accounts/logout/")
    assertRedirects(answer, "/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_signed_in_people_are_not_asked_again(client, db):
    client.force_login(get_user_model().objects.create_user(username="alice"))
    assert client.get("/accounts/login/").status_code == 302


def test_wrong_password_is_told(client, db):
    answer = client.post("/accounts/login/", {"login": "alice", "password": "no"})
    assert answer.status_code == 200
    assert "is incorrect" in answer.content.decode()


def test_admin_is_there_for_staff(client, db):
    assert client.get("/admin/").status_code == 302
