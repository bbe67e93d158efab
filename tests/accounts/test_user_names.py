"""A user name is one person's, however it is written and whichever way it came in."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from plans.models import User
from tests import make
from tests.accounts import people
from tests.accounts.test_company import ALICE, LOGIN, company, provider, who
from tests.views.asking import words_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

__all__ = ["company", "provider"]
PASSWORD = "nine wet stones"
TAKEN = ["ALICE", "Alice", "аlice", "ａｌｉｃｅ", "alìce"]
SENTENCE = "That username, or one that looks like it, is already taken."


@pytest.mark.parametrize("username", TAKEN)
def test_nobody_signs_up_by_a_name_that_looks_like_one(
    client, alice, settings, username
):
    settings.SIGNUP_IS_OPEN = True
    form = {"username": username, "email": "m@elsewhere.test"}
    form |= {"password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), form)
    assert SENTENCE in words_of(answer)
    assert User.objects.count() == 1


@pytest.mark.parametrize("username", TAKEN)
def test_no_administrator_gives_out_such_a_name(client, alice, bob, username):
    client.force_login(User.objects.create_superuser("root"))
    form = {"username": username, "password1": PASSWORD, "password2": PASSWORD}
    form |= {"usable_password": "true"}
    message = words_of(client.post(reverse("admin:plans_user_add"), form))
    assert SENTENCE in message or "username already exists" in message
    change = {"username": username, "is_active": "on"}
    change |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    answer = client.post(reverse("admin:plans_user_change", args=[bob.pk]), change)
    assert SENTENCE in words_of(answer)
    assert set(User.objects.values_list("username", flat=True)) == {
        "alice",
        "bob",
        "root",
    }


@pytest.mark.parametrize("username", TAKEN)
def test_no_owner_is_made_by_such_a_name(alice, monkeypatch, username):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    with pytest.raises(CommandError, match="already taken"):
        call_command("make_owner", username, "--team", "Elsewhere")
    assert User.objects.count() == 1


def test_the_company_brings_nobody_in_by_such_a_name(client, company, alice, settings):
    settings.OIDC_SIGNUP = True
    claims = {"email": "new@harbour.test", "preferred_username": "Аlice", "sub": "40"}
    company.signs_in(**ALICE | claims)
    company.through(client, LOGIN)
    brought = who(client)
    assert brought is None or brought.username != "Аlice"
    assert set(User.objects.values_list("username", flat=True)) <= {
        "alice",
        brought and brought.username,
    }


def test_a_person_keeps_their_own_name_in_other_letters(client, alice):
    client.force_login(User.objects.create_superuser("root"))
    change = {"username": "Alice", "is_active": "on"}
    change |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    answer = client.post(reverse("admin:plans_user_change", args=[alice.pk]), change)
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.username == "Alice"


@pytest.mark.parametrize(
    ("username", "typed"),
    [
        ("alice", "ALICE"),
        ("Alice", "alice"),
        ("örn", "ÖRN"),
        ("örn", "o\u0308rn"),
    ],
)
def test_one_signs_in_in_any_letters(client, db, username, typed):
    make.make_user(username)
    assert people.sign_in(client, typed, username).status_code == 302


def test_names_that_clash_already_are_told_apart(transactional_db, capsys):
    """The first keeps the name; the others get a number, and the command says so."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    before = [("plans", "0001_plans_and_sign_off")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    old = MigrationExecutor(connection).loader.project_state(before).apps
    user = old.get_model("plans", "User")
    for username in ("dana", "Dana", "DANA", "Dana-2", "emil"):
        user.objects.create(username=username)
    MigrationExecutor(connection).migrate(newest)
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == [
        "dana",
        "Dana-3",
        "DANA-4",
        "Dana-2",
        "emil",
    ]
    assert (
        "Dana differs from another one only in case and is now Dana-3"
        in capsys.readouterr().out
    )
