"""The first owner, made by a command."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from plans.models import Membership, Team, User
from tests.accounts import people

PASSWORD = "nine wet stones"


@pytest.fixture
def make_owner(db, monkeypatch):
    def run(*arguments, password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\nmore\n"))
        output = io.StringIO()
        call_command("make_owner", *arguments, stdout=output)
        return output.getvalue()

    return run


def test_somebody_who_can_sign_in_and_owns_a_team(make_owner, client):
    output = make_owner(
        "ines", "--team", "Harbour", "--email", "ines@harbour.test", "--name", "Ines"
    )
    assert output == "ines owns the team Harbour (harbour).\n"
    member = Membership.objects.get()
    assert (member.role, member.team.name, member.user.name) == (
        "owner",
        "Harbour",
        "Ines",
    )
    assert EmailAddress.objects.get(user=member.user).verified
    assert not member.user.is_staff
    assert people.sign_in(client, "ines@harbour.test", PASSWORD).status_code == 302


def test_a_team_that_is_there_gets_another_owner(make_owner, team, alice):
    make_owner("ines", "--team", team.name)
    assert Team.objects.count() == 1
    assert Membership.objects.filter(team=team, role="owner").count() == 2


def test_an_operator_is_made_when_asked_for(make_owner, client):
    make_owner("ines", "--admin")
    people.sign_in(client, "ines", PASSWORD)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "password", "why"),
    [
        (["alice"], PASSWORD, "already taken"),
        (["ines"], "12345", "too short"),
        (["ines"], "", "too short"),
        (["ines", "--email", "no address"], PASSWORD, "valid email"),
        (["ines", "--team", " "], PASSWORD, "Enter a name for the team"),
        (["in es"], PASSWORD, "valid username"),
    ],
)
def test_a_mistake_is_told_and_nobody_is_made(
    make_owner, alice, arguments, password, why
):
    with pytest.raises(CommandError, match=why):
        make_owner(*arguments, password=password)
    assert User.objects.count() == 1
    assert Team.objects.count() == 1
