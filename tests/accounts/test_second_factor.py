"""An authenticator app and recovery codes; passkeys are in tests/browser."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from tests.accounts import people
from tests.views.asking import soup, words_of

pytestmark = pytest.mark.once

AUTHENTICATE = "/accounts/2fa/authenticate/"


def reauthenticated(user):
    client = people.signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": user.username})
    return client


def test_an_app_is_set_up_by_a_code_that_it_shows(alice, mailoutbox):
    client = reauthenticated(alice)
    page = soup(client.get(reverse("mfa_activate_totp")))
    picture = page.select_one(".qr-code svg")
    assert picture.path["d"]
    secret = page.select_one("#authenticator_secret").text
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code is incorrect" in words_of(wrong)
    form = {"code": people.code_now(secret)}
    answer = client.post(reverse("mfa_activate_totp"), form, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    shown = soup(answer).select_one("#recovery_codes").text.split()
    assert shown == people.recovery_codes_of(alice)
    assert len(shown) == 10


def test_it_is_not_set_up_without_showing_again_who_one_is(alice):
    client = people.signed_in(alice)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_with_an_app_a_password_is_not_enough(client, alice):
    secret = people.with_app(alice)
    assert people.sign_in(client, "alice")["Location"] == AUTHENTICATE
    assert client.get("/").status_code == 302
    assert "authenticator" in words_of(client.get(AUTHENTICATE))
    wrong = client.post(AUTHENTICATE, {"code": "000000"})
    assert "This code is incorrect" in words_of(wrong)
    answer = client.post(AUTHENTICATE, {"code": people.code_now(secret)})
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_is_good_once(client, alice):
    secret = people.with_app(alice)
    code = people.code_now(secret)
    people.sign_in(client, "alice")
    assert client.post(AUTHENTICATE, {"code": code}).status_code == 302
    client.logout()
    people.sign_in(client, "alice")
    again = client.post(AUTHENTICATE, {"code": code})
    assert "already used" in words_of(again)


def test_a_recovery_code_lets_in_once(client, alice):
    people.with_app(alice)
    code = people.recovery_codes_of(alice)[0]
    people.sign_in(client, "alice")
    assert client.post(AUTHENTICATE, {"code": code})["Location"] == "/"
    assert code not in people.recovery_codes_of(alice)
    client.logout()
    people.sign_in(client, "alice")
    assert client.post(AUTHENTICATE, {"code": code}).status_code == 200
    assert client.get("/").status_code == 302


def test_codes_are_not_guessed(client, alice):
    secret = people.with_app(alice)
    people.sign_in(client, "alice")
    for _ in range(10):
        client.post(AUTHENTICATE, {"code": "000000"})
    answer = client.post(AUTHENTICATE, {"code": people.code_now(secret)})
    assert "Too many attempts" in words_of(answer)
    assert client.get("/").status_code == 302


def test_new_recovery_codes_take_the_place_of_the_old_ones(alice):
    client = reauthenticated(alice)
    people.with_app(alice)
    before = people.recovery_codes_of(alice)
    client.post(reverse("mfa_generate_recovery_codes"))
    after = people.recovery_codes_of(alice)
    assert len(after) == 10
    assert not set(before) & set(after)
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert re.findall(r"\d{8}", file.content.decode()) == after


def test_an_app_is_given_up(alice):
    client = reauthenticated(alice)
    people.with_app(alice)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=alice).exists()
    client.logout()
    cache.clear()
    assert people.sign_in(client, "alice")["Location"] == "/"
