"""Two people who take names that look alike at the same moment: the database lets one
of them have it, and the other is told."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from plans.actions import teams
from plans.actions.profiles import change_profile
from plans.errors import Refused
from plans.models import (
    MemberNameKey,
    Membership,
    NameTaken,
    Team,
    User,
    UsernameKey,
)
from tests import make
from tests.client import CheckingClient
from tests.views.asking import words_of

PASSWORD = "nine wet stones"
USERNAME_TAKEN = "That username, or one that looks like it, is already taken"
NAME_TAKEN = "Someone in one of your teams took this name"


@pytest.fixture
def nobody_looks(monkeypatch):
    """As if both had looked before either wrote; see `looked`."""

    def look(resembles):
        monkeypatch.setattr(User, "resembles_another", resembles)
        monkeypatch.setattr(User, "namesake_in", lambda *args: None)
        monkeypatch.setattr(User, "namesake_among", lambda *args: None)

    # Who lost asks again, and is told then.
    real = User.resembles_another
    checked = set()

    def once(username, *, but=None):
        is_first = (threading.get_ident(), username) not in checked
        checked.add((threading.get_ident(), username))
        return False if is_first else real(username, but=but)

    look(once)


def at_once(*acts):
    """What each answered. They begin together."""
    gate, ends = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            ends.append(act())
        except (NameTaken, Refused) as error:
            ends.append(str(getattr(error, "message", error)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def sign_up(username):
    # An address of their own, for addresses are one person's too.
    form = {"username": username, "email": f"{username.encode().hex()}@elsewhere.test"}
    form |= {"password1": PASSWORD, "password2": PASSWORD}
    return CheckingClient().post(reverse("account_signup"), form)


@pytest.mark.parametrize(
    "other", ["аlice", "ALICE", "ａlice"], ids=["letter", "case", "width"]
)
@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_sign_up_at_once_has_the_name(nobody_looks, settings, other):
    settings.SIGNUP_IS_OPEN = True
    answers = at_once(lambda: sign_up("alice"), lambda: sign_up(other))
    assert User.objects.count() == 1
    (refused,) = [answer for answer in answers if answer.status_code != 302]
    assert refused.status_code in (200, 409)
    assert USERNAME_TAKEN in words_of(refused)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_come_in_at_once_has_the_name(nobody_looks):
    """In a team, which one joins while the other one is renamed in it."""
    team = Team.objects.create(name="Harbour", slug="harbour")
    users = [User.objects.create(username=name) for name in ("xenia", "yuri")]
    for user in users:
        user.display_name = "Dana"

    def join(user):
        Membership.objects.create(team=team, user=user, role="viewer")
        return "in"

    for user in users:
        user.save()
    ends = at_once(*(lambda user=user: join(user) for user in users))
    assert sorted(end[:20] for end in ends) == [NAME_TAKEN[:20], "in"]
    assert team.memberships.count() == 1


# --- What the database says is said in a sentence, whichever way somebody came ---


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root")


def test_every_way_to_a_user_name_ends_in_a_sentence(
    nobody_looks, alice, root, settings, monkeypatch
):
    settings.SIGNUP_IS_OPEN = True
    answer = sign_up("аlice")
    assert (answer.status_code, USERNAME_TAKEN in words_of(answer)) == (409, True)
    client = CheckingClient()
    client.force_login(root)
    form = {"username": "aliсe", "password1": PASSWORD, "password2": PASSWORD}
    form |= {"usable_password": "true"}
    answer = client.post(reverse("admin:plans_user_add"), form)
    assert (answer.status_code, USERNAME_TAKEN in words_of(answer)) == (409, True)
    form = {"username": "alicе", "is_active": "on"}
    form |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    page = reverse("admin:plans_user_change", args=[root.pk])
    answer = client.post(page, form)
    assert (answer.status_code, USERNAME_TAKEN in words_of(answer)) == (409, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    with pytest.raises(CommandError, match="already taken"):
        call_command("make_owner", "аliсe")
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", username="аlicе", email="a@b.test")
    assert set(User.objects.values_list("username", flat=True)) == {"alice", "root"}


def test_every_way_to_a_name_in_a_team_ends_in_a_sentence(
    nobody_looks, team, alice, bob, root, monkeypatch
):
    guest = make.make_user("xenia", display_name="Вob")
    _, token = teams.invite(team=team, actor=alice, role="viewer")
    with pytest.raises(Refused, match=NAME_TAKEN):
        teams.accept_invitation(token=token, actor=guest)
    client = CheckingClient()
    client.force_login(guest)
    answer = client.post(reverse("plans:join", args=[token]))
    assert (answer.status_code, NAME_TAKEN in words_of(answer)) == (422, True)
    with pytest.raises(Refused, match=NAME_TAKEN):
        change_profile(
            actor=alice, display_name="BOB", colour=None, time_zone="", region=""
        )
    alice.refresh_from_db()
    assert alice.name == "Alice"
    client.force_login(root)
    form = {"username": "alice", "display_name": "bob", "is_active": "on"}
    form |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    page = reverse("admin:plans_user_change", args=[alice.pk])
    answer = client.post(page, form)
    assert (answer.status_code, NAME_TAKEN in words_of(answer)) == (409, True)
    form = {"name": team.name, "slug": team.slug}
    form |= {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    form |= {"memberships-0-user": guest.pk, "memberships-0-role": "reviewer"}
    page = reverse("admin:plans_team_change", args=[team.pk])
    answer = client.post(page, form)
    assert (answer.status_code, NAME_TAKEN in words_of(answer)) == (409, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    with pytest.raises(CommandError, match=NAME_TAKEN):
        call_command("make_owner", "ines", "--team", team.name, "--name", "Bób")
    assert team.memberships.count() == 2
    assert not User.objects.filter(username="ines").exists()


# --- Keys follow their names ---


def test_a_name_that_was_given_up_is_free(nobody_looks, team, alice, bob):
    for name in ("Dana", "Erin"):
        bob.display_name = name
        bob.save()
    alice.display_name = "dana"
    alice.save()
    team.memberships.filter(user=alice).delete()
    bob.display_name = "Dana"
    bob.save()
    bob.username = "bоb"  # looks like his own
    bob.save()
    bob.delete()
    User.objects.create(username="bob")


def test_a_key_that_its_owner_no_longer_has_stops_nobody(nobody_looks, alice, bob):
    """The release before renames and writes no keys."""
    User.objects.filter(pk=bob.pk).update(username="robert", display_name="Robert")
    alice.username, alice.display_name = "bob", "Bob"
    alice.save()


@pytest.mark.django_db(transaction=True)
def test_the_release_before_can_delete_whose_keys_are_stored(team, alice, bob):
    if connection.vendor != "postgresql":
        pytest.skip("several releases run at once on PostgreSQL alone")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plans_membership WHERE user_id = %s", [bob.pk])
        cursor.execute("DELETE FROM plans_user WHERE id = %s", [bob.pk])
    assert set(UsernameKey.objects.values_list("user", flat=True)) == {alice.pk}
    assert {key.membership.user for key in MemberNameKey.objects.all()} == {alice}


@pytest.mark.slow
def test_names_that_were_alike_before_keep_their_owners(transactional_db):
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    before = [("plans", "0002_places_counts_and_names")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    old = MigrationExecutor(connection).loader.project_state(before).apps
    user, member = old.get_model("plans", "User"), old.get_model("plans", "Membership")
    team = old.get_model("plans", "Team").objects.create(name="Harbour", slug="h")
    for username in ("dana", "dаna", "emil"):
        row = user.objects.create(username=username, display_name="Dana")
        member.objects.create(team=team, user=row, role="viewer")
    MigrationExecutor(connection).migrate(newest)
    assert UsernameKey.objects.filter(clash=1).get().user.username == "dаna"
    clashes = MemberNameKey.objects.order_by("pk").values_list("clash", flat=True)
    assert set(clashes) == {0, 1, 2}
    for row in User.objects.all():
        row.email = "x@y.test"
        row.save()
        row.full_clean(exclude=["password", "username"])
    with pytest.raises(NameTaken):
        User.objects.create(username="dána")
    second = User.objects.get(username="dаna")
    second.username = second.display_name = "Ines"
    second.save()
    assert not UsernameKey.objects.filter(clash=1).exists()
