"""Who belongs to a team: invitations, roles, leaving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plans.actions import sharing, teams
from plans.actions.approvers import confirm
from plans.errors import NotAllowed, Refused
from plans.models import Invitation, Membership, ShareLink, User
from plans.reviews.named_people import proposed_members
from plans.reviews.status import review_status
from tests import make


def roles(team):
    return dict(team.memberships.values_list("user__username", "role"))


@pytest.fixture
def token(team, alice):
    _, token = teams.invite(team=team, actor=alice, role="reviewer")
    return token


def test_who_makes_a_team_owns_it(charlie):
    team = teams.create_team(actor=charlie, name="  Tide   watchers ")
    assert (team.name, roles(team)) == ("Tide watchers", {"charlie": "owner"})
    assert teams.create_team(actor=charlie, name="Tide watchers").slug != team.slug


def test_an_invitation_lets_one_person_in_once(team, alice, charlie, token):
    assert teams.accept_invitation(token=token, actor=charlie) == team
    assert roles(team)["charlie"] == "reviewer"
    other = make.make_user("erin")
    with pytest.raises(Refused, match="already used, was revoked or has expired"):
        teams.accept_invitation(token=token, actor=other)
    assert "erin" not in roles(team)


def test_the_database_does_not_know_the_link(token):
    stored = Invitation.objects.values().get()
    assert token not in str(stored)


@pytest.mark.parametrize("how", ["late", "revoked", "unknown"])
def test_an_invitation_that_ended_lets_nobody_in(team, alice, charlie, token, how):
    invitation = Invitation.objects.get()
    if how == "late":
        late = timezone.now() - timedelta(seconds=1)
        Invitation.objects.update(expires_at=late)
    elif how == "revoked":
        teams.revoke_invitation(invitation=invitation, actor=alice)
    else:
        token = "x" * 43
    with pytest.raises(Refused, match="Ask the person who sent it"):
        teams.accept_invitation(token=token, actor=charlie)
    assert "charlie" not in roles(team)


def test_a_member_who_uses_an_invitation_keeps_their_role(team, bob, token):
    with pytest.raises(Refused, match="already in Harbour"):
        teams.accept_invitation(token=token, actor=bob)
    assert roles(team)["bob"] == "editor"
    assert Invitation.objects.live().count() == 1


@pytest.mark.parametrize("name", ["bob", "dana", "victor", "charlie"])
def test_only_owners_lead(request, team, alice, token, name):
    person = request.getfixturevalue(name)
    calls = [
        lambda: teams.invite(team=team, actor=person, role="owner"),
        lambda: teams.revoke_invitation(
            invitation=Invitation.objects.get(), actor=person
        ),
        lambda: teams.change_role(team=team, actor=person, member=alice, role="viewer"),
        lambda: teams.remove_member(team=team, actor=person, member=alice),
    ]
    before = roles(team)
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert roles(team) == before
    assert Invitation.objects.live().count() == 1


def test_the_last_owner_stays(team, alice, bob):
    for act in (
        lambda: teams.change_role(team=team, actor=alice, member=alice, role="editor"),
        lambda: teams.remove_member(team=team, actor=alice, member=alice),
    ):
        with pytest.raises(Refused, match="last owner"):
            act()
    teams.change_role(team=team, actor=alice, member=bob, role="owner")
    teams.remove_member(team=team, actor=alice, member=alice)
    assert roles(team) == {"bob": "owner"}


def test_anybody_may_leave(team, alice, victor):
    teams.remove_member(team=team, actor=victor, member=victor)
    assert "victor" not in roles(team)


@pytest.mark.parametrize("how", ["removed", "left", "demoted"])
def test_what_an_owner_gave_out_ends_with_their_role(team, alice, bob, how):
    teams.change_role(team=team, actor=alice, member=bob, role="owner")
    plan, elsewhere = make.make_plan(team=team, actor=alice), make.make_team("Other")
    make.make_member(bob, elsewhere, "owner")
    other = make.make_plan(team=elsewhere, actor=bob)
    for place, person in ((team, bob), (elsewhere, bob), (team, alice)):
        teams.invite(team=place, actor=person, role="viewer")
    for shared, person in ((plan, bob), (plan, bob), (plan, alice), (other, bob)):
        sharing.share_plan(plan=shared, actor=person, days=3)
    if how == "demoted":
        teams.change_role(team=team, actor=alice, member=bob, role="editor")
    else:
        actor = bob if how == "left" else alice
        teams.remove_member(team=team, actor=actor, member=bob)
    sent = Invitation.objects.live().order_by("pk")
    assert [(one.team, one.created_by) for one in sent] == [
        (elsewhere, bob),
        (team, alice),
    ]
    links = ShareLink.objects.live().order_by("pk")
    assert [(one.plan, one.created_by) for one in links] == [
        (plan, alice),
        (other, bob),
    ]
    change = plan.changes.filter(verb="plan.unshared").get()
    assert change.actor == (bob if how == "left" else alice)


def test_another_owner_more_ends_nothing(team, alice, bob):
    teams.change_role(team=team, actor=alice, member=bob, role="owner")
    teams.invite(team=team, actor=bob, role="viewer")
    teams.change_role(team=team, actor=alice, member=bob, role="owner")
    assert Invitation.objects.live().count() == 1


def test_who_was_taken_out_meanwhile_shares_nothing(team, alice, bob):
    """The page that was asked for had loaded the role that is gone."""
    plan = make.make_plan(team=team, actor=alice)
    teams.change_role(team=team, actor=alice, member=bob, role="owner")
    teams.remove_member(team=team, actor=alice, member=bob)
    with pytest.raises(NotAllowed):
        sharing.share_plan(plan=plan, actor=bob, days=3)


def test_nobody_invites_without_end(team, alice):
    for _ in range(teams.MOST_INVITATIONS):
        teams.invite(team=team, actor=alice, role="viewer")
    with pytest.raises(Refused, match="within an hour"):
        teams.invite(team=team, actor=alice, role="viewer")


def test_a_role_that_is_none_is_refused(team, alice, bob):
    for act in (
        lambda: teams.invite(team=team, actor=alice, role="boss"),
        lambda: teams.change_role(team=team, actor=alice, member=bob, role="boss"),
    ):
        with pytest.raises(Refused, match="Choose a role"):
            act()


@pytest.mark.parametrize("line", ["Charlie Ebb", "charlie"])
def test_who_joins_is_proposed_where_they_are_named(team, alice, charlie, token, line):
    charlie.display_name = "Charlie Ebb"
    charlie.save()
    text = make.FINISHED.replace("**Technical Design**: Dana", f"**Design**: {line}")
    plan = make.make_plan(team=team, actor=alice, text=text)
    assert review_status(plan).slots[0].approvers == []
    teams.accept_invitation(token=token, actor=charlie)
    assert Membership.objects.filter(user=charlie, team=team).exists()
    slot = review_status(plan).slots[0]
    assert slot.approvers == []
    assert proposed_members(plan, slot.approval) == [charlie]
    confirm(plan=plan, approval=slot.approval, actor=alice, person=charlie)
    assert [approver.user for approver in review_status(plan).slots[0].approvers] == [
        charlie
    ]


def test_a_name_that_two_have_seats_neither(team, alice, bob, dana):
    """Else whoever calls themselves as the approver is would sign in their place."""
    # As it was before names were compared.
    both = User.objects.filter(pk__in=[bob.pk, dana.pk])
    both.update(display_name="Dana Okafor")
    dana.refresh_from_db()
    text = make.FINISHED.replace("Design**: Dana", "Design**: Dana Okafor")
    plan = make.make_plan(team=team, actor=alice, text=text)
    assert review_status(plan).slots[0].approvers == []
    text = make.FINISHED.replace("Design**: Dana", "Design**: dana")
    bob.display_name = "Dana"
    bob.save()
    plan = make.make_plan(team=team, actor=alice, text=text)
    # Nor by the user name of one of them, as long as the other is shown under it.
    assert review_status(plan).slots[0].approvers == []
