"""Coming in with a password: who may, who may not, and how often one may try."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.http import urlencode

from plans.accounts.addresses import confirm_address
from plans.actions.teams import invite
from plans.models import Membership, Session, User
from tests import make
from tests.accounts import people
from tests.client import CheckingClient
from tests.views.asking import soup, words_of

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture
def alice(team):
    alice = make.make_user("alice", team=team, role="owner", email="alice@harbour.test")
    confirm_address(alice)
    return alice


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@harbour.test", " alice "])
def test_a_name_or_an_address_and_the_password_let_in(client, alice, name):
    assert people.sign_in(client, name, "alice")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert client.session["_auth_user_backend"] == "plans.accounts.sessions.Backend"


@pytest.mark.parametrize(
    ("name", "password"),
    [("alice", "no"), ("nobody", "no"), ("alice@harbour.test", "no")],
)
def test_all_else_does_not(client, alice, name, password):
    answer = people.sign_in(client, name, password)
    assert answer.status_code == 200
    assert "is incorrect" in words_of(answer)
    assert "_auth_user_id" not in client.session


def test_a_new_planner_says_how_the_first_account_is_made(client, db):
    assert "make_owner" in words_of(client.get(people.LOGIN))
    make.make_user("ann")
    assert "make_owner" not in words_of(client.get(people.LOGIN))


def test_a_wrong_name_and_a_wrong_password_look_the_same(client, alice):
    known, unknown = (
        words_of(people.sign_in(client, name, "no")) for name in ("alice", "nobody")
    )
    assert known == unknown


def test_whoever_was_put_out_is_told_so_and_stays_out(client, alice):
    alice.is_active = False
    alice.save()
    answer = client.get(people.sign_in(client, "alice")["Location"])
    assert "deactivated" in words_of(answer)
    assert "_auth_user_id" not in client.session


def test_one_goes_on_where_one_came_from_and_nowhere_else(client, alice):
    form = {"login": "alice", "password": "alice"}
    answer = client.post(f"{people.LOGIN}?next=/inbox/", form)
    assert answer["Location"] == "/inbox/"
    for elsewhere in ("https://elsewhere.test/", "//elsewhere.test", "http://["):
        client.logout()
        page = f"{people.LOGIN}?{urlencode({'next': elsewhere})}"
        assert client.get(page).status_code == 200
        assert client.post(page, form)["Location"] == "/"


def test_signing_out_ends_the_session_by_a_post_alone(alice):
    client = people.signed_in(alice)
    assert client.get(reverse("account_logout")).status_code == 200
    assert Session.objects.filter(user=alice).exists()
    assert client.post(reverse("account_logout")).status_code == 302
    assert not Session.objects.filter(user=alice).exists()


def test_nobody_makes_an_account_by_themselves(client, db, alice):
    answer = client.get(reverse("account_signup"))
    assert "can’t sign up here" in words_of(answer)
    form = {
        "username": "mallory",
        "email": "mallory@elsewhere.test",
        "password1": "nine wet stones",
        "password2": "nine wet stones",
    }
    client.post(reverse("account_signup"), form)
    assert not User.objects.filter(username="mallory").exists()
    assert "Sign up" not in words_of(client.get(people.LOGIN))


@pytest.fixture
def open_sign_up(settings):
    settings.SIGNUP_IS_OPEN = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def sign_up(client, email="mallory@elsewhere.test"):
    form = {
        "username": "mallory",
        "email": email,
        "password1": "nine wet stones",
        "password2": "nine wet stones",
    }
    return client.post(reverse("account_signup"), form)


def test_where_it_is_open_an_address_is_confirmed_first(
    client, db, open_sign_up, mailoutbox
):
    assert "Sign up" in words_of(client.get(people.LOGIN))
    answer = sign_up(client)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert client.get("/").status_code == 302
    link = next(word for word in mailoutbox[0].body.split() if "/confirm" in word)
    client.post(link)
    assert EmailAddress.objects.get(user__username="mallory").verified
    assert people.sign_in(client, "mallory", "nine wet stones").status_code == 302
    assert client.get("/").status_code == 200


def test_signing_up_does_not_tell_whose_address_is_known(
    client, alice, open_sign_up, mailoutbox
):
    known = sign_up(client, "alice@harbour.test")
    assert known["Location"] == reverse("account_email_verification_sent")
    assert "already have an account" in mailoutbox[0].subject
    assert not User.objects.filter(username="mallory").exists()


def test_who_is_invited_makes_an_account_and_joins(client, team, alice, mailoutbox):
    _, token = invite(team=team, actor=alice, role="editor", email="bo@harbour.test")
    join = reverse("plans:join", args=[token])
    link = soup(client.get(join)).find("a", string="Sign up")["href"]
    form = {
        "username": "bo",
        "email": "bo@harbour.test",
        "password1": "nine wet stones",
        "password2": "nine wet stones",
    }
    assert client.post(link, form)["Location"] == join
    # A signature should not say a username alone.
    assert client.post(join).status_code == 422
    assert client.post(join, {"name": "Bo Lund"}).status_code == 302
    bo = Membership.objects.get(team=team, role="editor").user
    assert (bo.username, bo.name) == ("bo", "Bo Lund")
    # The invitation came to that very address.
    assert EmailAddress.objects.get(user=bo).verified
    client.logout()
    assert "can’t sign up here" in words_of(client.get(link))


def test_an_invitation_does_not_make_another_address_theirs(client, team, alice):
    _, token = invite(team=team, actor=alice, role="editor", email="bo@harbour.test")
    client.get(reverse("plans:join", args=[token]))
    sign_up(client)
    assert not EmailAddress.objects.get(user__username="mallory").verified


def test_the_administration_has_no_door_of_its_own(client, alice):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(people.LOGIN)
    answer = client.post("/admin/login/", {"username": "alice", "password": "alice"})
    assert "_auth_user_id" not in client.session


def test_the_administration_asks_for_the_second_factor_too(client, db):
    root = User.objects.create_superuser("root", password="root")
    people.with_app(root)
    people.sign_in(client, "root")
    assert client.get("/admin/").status_code == 302


# --- How often ---


def test_too_many_wrong_passwords_are_answered_429_with_a_sentence(client, alice):
    for _ in range(10):
        assert people.sign_in(client, "alice", "no").status_code == 200
    answer = people.sign_in(client, "alice", "alice")
    assert answer.status_code == 429
    assert "Wait ten minutes" in words_of(answer)
    # Those of others are looked at.
    make.make_user("bob")
    assert people.sign_in(client, "bob").status_code == 302


def test_right_passwords_are_not_counted_as_wrong_ones(client, alice):
    for _ in range(12):
        assert people.sign_in(client, "alice").status_code == 302
        client.logout()


def test_another_way_to_write_a_name_begins_no_count_of_its_own(client, alice):
    alice.email = "alice@harbour.test"
    alice.save()
    names = ["alice", "ALICE", "alice@harbour.test", "Alice@Harbour.test"]
    for number in range(10):
        host = f"testserver:{number + 1}"
        form = {"login": names[number % 4], "password": "no"}
        answer = client.post(people.LOGIN, form, headers={"host": host})
        assert answer.status_code == 200
    assert people.sign_in(client, "alice").status_code == 429
    for name in names:
        assert people.sign_in(client, name, "alice").status_code == 429, name


def test_names_that_nobody_has_are_counted_by_what_they_look_like(client, db):
    for number in range(10):
        people.sign_in(client, "boss" if number % 2 else "boſſ", "no")
    assert people.sign_in(client, "bosſ", "no").status_code == 429


def test_one_address_may_not_try_name_after_name(client, db):
    statuses = [
        people.sign_in(client, f"name-{number}", "no").status_code
        for number in range(25)
    ]
    assert statuses[:20] == [200] * 20
    assert statuses[20:] == [429] * 5
    elsewhere = people.sign_in(type(client)(REMOTE_ADDR="203.0.113.9"), "name", "no")
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"]
)
def test_no_header_makes_it_another_address(client, db, header):
    for number in range(21):
        answer = client.post(
            people.LOGIN,
            {"login": f"name-{number}", "password": "no"},
            headers={header: f"203.0.113.{number}"},
        )
    assert answer.status_code == 429


# --- A new password by mail ---


def test_a_password_is_chosen_anew_by_mail(client, alice, mailoutbox):
    elsewhere = people.signed_in(alice)
    url = reverse("account_reset_password")
    answer = client.post(url, {"email": "alice@harbour.test"}, follow=True)
    assert answer.status_code == 200
    [mail] = mailoutbox
    assert mail.to == ["alice@harbour.test"]
    assert mail.subject == "[Planner] Choose a new password"
    link = next(word for word in mail.body.split() if "/password/reset/" in word)
    page = client.get(link, follow=True)
    assert page.status_code == 200
    place = page.redirect_chain[-1][0]
    form = {"password1": "nine wet stones", "password2": "nine wet stones"}
    assert client.post(place, form, follow=True).status_code == 200
    assert people.sign_in(client, "alice", "nine wet stones").status_code == 302
    # What was open with the old password is not any more, nor is the link good again.
    assert elsewhere.get("/").status_code == 302
    client.logout()
    assert "no longer works" in words_of(client.get(link, follow=True))
    assert any("was reset with the link" in one.body for one in mailoutbox[1:])


def test_the_link_of_a_mail_leads_to_our_address_alone(
    client, alice, mailoutbox, settings
):
    """Whoever asks for somebody else's mail writes the request's host, and its port."""
    settings.PLANNER_URL = "https://plans.example.org"
    form = {"email": "alice@harbour.test"}
    elsewhere = {"host": "testserver:8443"}
    client.post(reverse("account_reset_password"), form, headers=elsewhere)
    [mail] = mailoutbox
    assert "https://plans.example.org/accounts/password/reset/" in mail.body
    assert "8443" not in mail.body


def test_asking_for_it_does_not_tell_whose_address_is_known(client, alice, mailoutbox):
    url = reverse("account_reset_password")
    known, unknown = (
        client.post(url, {"email": email}, follow=True)
        for email in ("alice@harbour.test", "nobody@elsewhere.test")
    )
    assert words_of(known) == words_of(unknown)
    assert mailoutbox[1].to == ["nobody@elsewhere.test"]
    assert "there’s no account with this email address" in mailoutbox[1].body


def test_asking_again_and_again_is_answered_429(client, alice, mailoutbox):
    url = reverse("account_reset_password")
    for _ in range(6):
        answer = client.post(url, {"email": "alice@harbour.test"})
    assert answer.status_code == 429
    assert len(mailoutbox) == 5


def test_a_password_that_is_too_weak_is_refused(alice):
    client = people.signed_in(alice)
    form = {"oldpassword": "alice", "password1": "12345", "password2": "12345"}
    answer = client.post(reverse("account_change_password"), form)
    assert "too short" in words_of(answer)
    alice.refresh_from_db()
    assert alice.check_password("alice")


def test_another_password_keeps_this_session_and_ends_the_others(alice, mailoutbox):
    here, elsewhere = people.signed_in(alice), people.signed_in(alice)
    form = {
        "oldpassword": "alice",
        "password1": "nine wet stones",
        "password2": "nine wet stones",
    }
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert "Choose a new password" in mailoutbox[-1].body


# --- Wrong passwords of somebody else ---


def at(address):
    """A browser at another address."""
    return CheckingClient(REMOTE_ADDR=address)


def test_wrong_passwords_lock_out_nobody_at_another_address(client, alice):
    attacker = at("203.0.113.9")
    for _ in range(10):
        people.sign_in(attacker, "alice", "no")
    assert people.sign_in(attacker, "alice").status_code == 429
    assert people.sign_in(client, "alice").status_code == 302


@pytest.fixture
def attacked(alice):
    """Wrong passwords from as many addresses as it takes."""
    for number in range(10):
        attacker = at(f"203.0.113.{number}")
        for _ in range(10):
            people.sign_in(attacker, "alice", "no")
    assert people.sign_in(at("203.0.113.99"), "alice").status_code == 429
    return alice


def test_wrong_passwords_from_many_addresses_are_stopped_for_the_account(
    client, attacked
):
    refusal = people.sign_in(client, "alice")
    assert refusal.status_code == 429
    assert soup(refusal).select_one(f'a[href="{reverse("account_reset_password")}"]')
    make.make_user("bob")
    assert people.sign_in(client, "bob").status_code == 302


def test_the_owner_of_an_attacked_account_gets_in_by_mail(client, attacked, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": attacked.email})
    link = next(
        word for word in mailoutbox[0].body.split() if "/password/reset/" in word
    )
    place = client.get(link, follow=True).redirect_chain[-1][0]
    form = {"password1": "nine wet stones", "password2": "nine wet stones"}
    client.post(place, form)
    # At once, for the attacker may have used up the tries again by now.
    assert client.get("/").status_code == 200
    client.logout()
    assert people.sign_in(client, "alice", "nine wet stones").status_code == 302


def test_a_mail_is_no_way_around_the_second_factor(client, attacked, mailoutbox):
    people.with_app(attacked)
    client.post(reverse("account_reset_password"), {"email": attacked.email})
    link = next(
        word for word in mailoutbox[0].body.split() if "/password/reset/" in word
    )
    place = client.get(link, follow=True).redirect_chain[-1][0]
    form = {"password1": "nine wet stones", "password2": "nine wet stones"}
    answer = client.post(place, form)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302


def test_who_is_signed_in_signs_while_their_account_is_attacked(alice):
    """They type their password where an attacker cannot."""
    client = people.signed_in(alice)
    for number in range(10):
        attacker = at(f"203.0.113.{number}")
        for _ in range(10):
            people.sign_in(attacker, "alice", "no")
    answer = client.post(reverse("account_reauthenticate"), {"password": "alice"})
    assert answer.status_code == 302
