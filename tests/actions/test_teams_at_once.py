"""Two people who change a team at the same instant."""

import threading

import pytest
from django.db import connection

from plans.actions import teams
from plans.errors import Refused
from plans.models import Membership
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What became of each: "done", or the refusal; anything else fails the test."""
    gate, ends = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            act()
            ends.append("done")
        except Refused:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.fixture
def olga(team):
    return make.make_user("olga", team=team, role="owner")


def test_one_link_lets_one_of_two_people_in(team, alice):
    people = [make.make_user("xenia"), make.make_user("yuri")]
    _, token = teams.invite(team=team, actor=alice, role="viewer")
    acts = [
        lambda p=p: teams.accept_invitation(token=token, actor=p) for p in people
    ]  # fmt: skip
    assert at_once(*acts) == ["done", "refused"]
    assert Membership.objects.filter(user__in=people).count() == 1


def test_two_owners_who_demote_each_other_leave_one(team, alice, olga):
    ends = at_once(
        lambda: teams.change_role(team=team, actor=alice, member=olga, role="viewer"),
        lambda: teams.change_role(team=team, actor=olga, member=alice, role="viewer"),
    )
    assert ends == ["done", "refused"]
    assert team.memberships.filter(role="owner").count() == 1


@pytest.mark.parametrize("time", range(3))
def test_who_joins_while_the_inviter_leaves_is_in_or_refused(team, alice, olga, time):
    guest = make.make_user("xenia")
    _, token = teams.invite(team=team, actor=olga, role="viewer")
    ends = at_once(
        lambda: teams.accept_invitation(token=token, actor=guest),
        lambda: teams.remove_member(team=team, actor=olga, member=olga),
    )
    assert ends.count("done") == 1 + team.memberships.filter(user=guest).count()


def test_teams_of_one_name_get_addresses_of_their_own(alice):
    acts = [lambda: teams.create_team(actor=alice, name="Meters")] * 5
    assert at_once(*acts) == ["done"] * 5
    slugs = alice.teams.filter(name="Meters").values_list("slug", flat=True)
    assert set(slugs) == {"meters", *(f"meters-{number}" for number in range(2, 6))}
