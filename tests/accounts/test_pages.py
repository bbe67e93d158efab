"""That each of allauth's pages is a page of ours: the checking client refuses inline
scripts, styles and template syntax; and none is forgotten."""

import pytest
from allauth.account.models import EmailAddress
from allauth.urls import urlpatterns
from django.urls import URLPattern, reverse

from plans.actions.teams import invite
from tests import make
from tests.accounts import people
from tests.views.asking import soup, words_of

pytestmark = pytest.mark.once

# Addresses that anybody may open, and whether a page answers them then.
AT_THE_DOOR = {
    "account_login": 200,
    "account_signup": 200,
    "account_inactive": 200,
    "account_email_verification_sent": 200,
    "account_reset_password": 200,
    "account_reset_password_done": 200,
    "account_reset_password_from_key_done": 200,
    "socialaccount_login_cancelled": 200,
    "socialaccount_login_error": 401,
    # They lead on: nothing is under way.
    "account_logout": 302,
    "account_confirm_login_code": 302,
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    "socialaccount_signup": 302,
}
OF_AN_ACCOUNT = {
    "account_reauthenticate": 200,
    "account_email": 200,
    "account_change_password": 200,
    "account_logout": 200,
    "mfa_index": 200,
    "mfa_activate_totp": 200,
    "mfa_reauthenticate": 302,
    "mfa_reauthenticate_webauthn": 302,
    "mfa_list_webauthn": 200,
    "mfa_add_webauthn": 200,
    "mfa_generate_recovery_codes": 200,
    "mfa_view_recovery_codes": 404,
    "mfa_deactivate_totp": 404,
    "socialaccount_connections": 200,
    "accounts:sessions": 200,
    # There is a password already.
    "account_set_password": 302,
}
# What is another one with an authenticator app.
WITH_AN_APP = {
    "mfa_activate_totp": 302,
    "mfa_reauthenticate": 200,
    "mfa_view_recovery_codes": 200,
    "mfa_deactivate_totp": 200,
}
# Tried with what they take, here or in another file.
WITH_ARGUMENTS = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_download_recovery_codes",
    "openid_connect_login",
    "openid_connect_callback",
}


def names_in(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern.name
        else:
            yield from names_in(pattern.url_patterns)


def test_no_page_is_forgotten():
    known = {*AT_THE_DOOR, *OF_AN_ACCOUNT, *WITH_ARGUMENTS} - {"accounts:sessions"}
    assert set(names_in(urlpatterns)) == known


def assert_is_ours(answer):
    page = soup(answer)
    assert len(page("h1")) == 1
    assert page.title.text.endswith("· Planner")
    assert page.title.text.strip() != "· Planner"
    for control in page.select("input:not([type=hidden]), textarea"):
        label = page.find("label", attrs={"for": control["id"]})
        assert label or control.get("aria-label"), control
    for button in page.select("main button, main a.button"):
        assert "button" in button["class"]


@pytest.mark.parametrize(("name", "status"), AT_THE_DOOR.items())
def test_a_page_at_the_door(client, db, name, status):
    answer = client.get(reverse(name))
    assert answer.status_code == status
    if status != 302:
        assert_is_ours(answer)
        # None is a dead end.
        assert soup(answer).select(".account :is(a.button, button)")


@pytest.mark.parametrize("has_app", [False, True], ids=["", "with an app"])
@pytest.mark.parametrize(("name", "status"), OF_AN_ACCOUNT.items())
def test_a_page_of_an_account(alice, name, status, has_app):
    client = people.signed_in(alice)
    assert client.get(reverse("mfa_index")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": "alice"})
    if has_app:
        people.with_app(alice)
    answer = client.get(reverse(name))
    if has_app:
        status = WITH_AN_APP.get(name, status)
    assert answer.status_code == status
    if status == 200:
        assert_is_ours(answer)


@pytest.mark.parametrize("name", OF_AN_ACCOUNT)
def test_pages_of_an_account_are_for_who_is_signed_in(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(("/accounts/login/", "/accounts/2fa/"))


def test_the_pages_of_an_address_that_changes(alice, mailoutbox):
    client = people.signed_in(alice)
    client.post(reverse("account_reauthenticate"), {"password": "alice"})
    url = reverse("account_email")
    assert "no email address" in words_of(client.get(url))
    answer = client.post(url, {"email": "alice@harbour.test", "action_add": ""})
    assert answer.status_code == 302
    assert "alice@harbour.test isn’t confirmed yet" in words_of(client.get(url))
    [mail] = [one for one in mailoutbox if one.to == ["alice@harbour.test"]]
    assert mail.subject == "[Planner] Confirm your email address"
    link = next(word for word in mail.body.split() if "confirm-email" in word)
    answer = client.get(link)
    assert_is_ours(answer)
    assert client.post(link).status_code == 302
    address = EmailAddress.objects.get(user=alice)
    assert (address.email, address.verified) == ("alice@harbour.test", True)
    alice.refresh_from_db()
    assert alice.email == "alice@harbour.test"
    # Confirmed already.
    assert "Email goes to alice@harbour.test" in words_of(client.get(url))


def test_a_confirmation_that_nobody_sent_is_told(client, db):
    answer = client.get(reverse("account_confirm_email", args=["no-such-key"]))
    assert answer.status_code == 200
    assert_is_ours(answer)


def test_each_error_stands_by_its_field(alice):
    client = people.signed_in(alice)
    client.post(reverse("account_reauthenticate"), {"password": "alice"})
    form = {"oldpassword": "no", "password1": "nine wet stones", "password2": "other"}
    page = soup(client.post(reverse("account_change_password"), form))
    assert "current password" in page.select_one("#id_oldpassword_error").text
    assert page.select_one("#id_password2_error").text


def test_the_way_to_ones_security_is_in_the_menu_of_every_page(alice, plan):
    page = soup(people.signed_in(alice).get(plan.get_absolute_url()))
    links = {link.text: link["href"] for link in page.select(".user-menu a")}
    assert links["Security"] == reverse("mfa_index")


def test_one_goes_on_at_the_first_field_that_is_wrong(client, db):
    page = soup(client.get(reverse("account_reset_password")))
    assert page.select_one("[autofocus]")["id"] == "id_email"
    answer = client.post(reverse("account_reset_password"), {"email": "z" * 60})
    box = soup(answer).select_one("[autofocus]")
    assert (box["id"], box["value"]) == ("id_email", "z" * 60)
    assert "such as name@example.org" in words_of(answer)
    assert box["aria-describedby"] == "id_email_error"
    profile = people.signed_in(make.make_user("ann"))
    form = {"display_name": "W" * 101, "time_zone": "Nowhere/Else"}
    page = soup(profile.post(reverse("plans:profile"), form))
    for box in page.select("[aria-invalid]"):
        descriptions = [page.find(id=one) for one in box["aria-describedby"].split()]
        assert any("form-error" in one["class"] for one in descriptions), box


def test_whoever_is_invited_need_not_type_the_address(client, team, alice):
    _, token = invite(team=team, actor=alice, role="editor", email="bo@harbour.test")
    client.get(reverse("plans:join", args=[token]))
    page = soup(client.get(reverse("account_signup")))
    assert page.select_one("#id_email")["value"] == "bo@harbour.test"
