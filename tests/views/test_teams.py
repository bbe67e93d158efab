"""The pages of teams, joining, and one's own profile."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from plans.actions import sharing
from plans.actions import teams as actions
from plans.models import Invitation, Membership, Notice
from plans.notifications.sender import Outbox
from tests import make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def url(name, *arguments):
    return url_of(name, None, *arguments)


def link_in(answer):
    return soup(answer).select_one(".secret-link")["value"]


def test_a_member_sees_the_team_and_a_stranger_none(team, alice, victor, charlie):
    page = signed_in(victor).get(url("team", team.slug))
    assert "Alice" in words_of(page)
    assert not soup(page).select("select, .secret-link")
    assert signed_in(charlie).get(url("team", team.slug)).status_code == 404


def test_teams_are_for_people_who_are_signed_in(team, client):
    for address in (url("team_list"), url("team", team.slug), url("profile")):
        assert client.get(address)["Location"].endswith(f"?next={address}")


def test_a_team_is_made_and_led(alice, team):
    client = signed_in(alice)
    answer = client.post(url("team_list"), {"name": "Tide watchers"}, follow=True)
    assert "Tide watchers" in words_of(answer)
    assert "Invite" in words_of(answer)
    assert client.post(url("team_list"), {"name": " "}).status_code == 422


def test_an_invitation_by_link_leads_into_the_team(team, alice, charlie, client):
    answer = signed_in(alice).post(url("team_invite", team.slug), {"role": "editor"})
    assert answer["Cache-Control"].startswith("max-age=0")
    path = re.sub(r"^https?://[^/]+", "", link_in(answer))
    assert (
        link_in(answer)
        not in signed_in(alice).get(url("team", team.slug)).content.decode()
    )
    signed_out = client.get(path)
    assert "invited you as editor" in words_of(signed_out)
    stranger = signed_in(charlie)
    assert "Join as Charlie" in words_of(stranger.get(path))
    answer = stranger.post(path, follow=True)
    assert "Welcome to Harbour" in words_of(answer)
    assert Membership.objects.get(user=charlie, team=team).role == "editor"
    assert "no longer works" in words_of(stranger.get(path))
    assert stranger.get(path).status_code == 404
    assert stranger.get(url("join", "nonsense")).status_code == 404


def test_who_belongs_to_the_team_is_not_asked_to_join_it(team, alice, bob):
    _, token = actions.invite(team=team, actor=alice, role="viewer")
    page = signed_in(bob).get(url("join", token))
    assert "You’re already a member of this team" in words_of(page)
    assert not soup(page).select("main form")


def test_an_invitation_by_mail_is_sent_and_can_be_taken_back(
    team, alice, charlie, django_capture_on_commit_callbacks
):
    data = {"role": "viewer", "email": "erin@example.org"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(alice).post(url("team_invite", team.slug), data, follow=True)
    assert "sent to erin@example.org" in words_of(answer)
    kept = Notice.objects.get().facts["token"]
    Outbox().send_due()
    (sent,) = mail.outbox
    assert sent.to == ["erin@example.org"]
    assert "the planner at http" in sent.body and " UTC" in sent.body
    path = re.search(r"https?://[^/]+(/join/\S+)", sent.body)[1]
    assert path not in answer.content.decode()
    # The database does not tell the link, before it is sent or afterwards.
    assert path.split("/")[2] not in kept and Notice.objects.get().facts == {}
    assert signed_in(charlie).get(path).status_code == 200
    invitation = Invitation.objects.get()
    revoke = url("invitation_revoke", team.slug, invitation.pk)
    assert signed_in(charlie).post(revoke).status_code == 404
    signed_in(alice).post(revoke)
    assert signed_in(charlie).get(path).status_code == 404


def test_nothing_is_sent_where_there_is_no_mail_server(team, alice, settings):
    settings.SENDS_MAIL = False
    data = {"role": "viewer", "email": "erin@example.org"}
    answer = signed_in(alice).post(url("team_invite", team.slug), data)
    assert answer.status_code == 422
    assert "This server can’t send email" in words_of(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("data", [{"role": "boss"}, {"role": "viewer", "email": "x"}])
def test_an_invitation_that_cannot_be_is_refused(team, alice, data):
    answer = signed_in(alice).post(url("team_invite", team.slug), data)
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_one_invitation_too_many_is_refused_where_it_is_typed(team, alice):
    for _ in range(actions.MOST_INVITATIONS):
        actions.invite(team=team, actor=alice, role="viewer")
    data = {"role": "viewer", "email": "erin@example.org"}
    answer = signed_in(alice).post(url("team_invite", team.slug), data)
    assert answer.status_code == 422
    form = soup(answer).select_one("#invite form")
    assert "within an hour" in form.select_one("[role=alert]").get_text()
    assert form.select_one("[name=email]")["value"] == "erin@example.org"


def test_roles_change_on_the_page(team, alice, bob):
    client = signed_in(alice)
    role = url("member_role", team.slug, bob.pk)
    assert "Bob is now reviewer" in words_of(
        client.post(role, {"role": "reviewer"}, follow=True)
    )
    own = url("member_role", team.slug, alice.pk)
    answer = client.post(own, {"role": "viewer"})
    assert answer.status_code == 422
    (unfolded,) = soup(answer).select("details[open]")
    assert "last owner" in unfolded.select_one("[role=alert]").get_text()
    assert unfolded.select_one("option[selected]")["value"] == "viewer"
    client.post(url("member_remove", team.slug, bob.pk))
    assert not team.memberships.filter(user=bob).exists()
    assert client.post(role, {"role": "owner"}).status_code == 404


@pytest.mark.parametrize("number", [10**18, 10**19, 10**30])
def test_a_number_that_nobody_has_is_nobody(team, alice, number):
    for name in ("member_role", "member_remove", "invitation_revoke"):
        answer = signed_in(alice).post(url(name, team.slug, number))
        assert answer.status_code == 404


@pytest.mark.parametrize("name", ["bob", "victor"])
def test_others_do_not_change_who_belongs(request, team, alice, name):
    client = signed_in(request.getfixturevalue(name))
    answers = [
        client.post(url("team_invite", team.slug), {"role": "owner"}),
        client.post(url("member_role", team.slug, alice.pk), {"role": "viewer"}),
        client.post(url("member_remove", team.slug, alice.pk)),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_leaving_leads_to_the_other_teams(team, bob):
    answer = signed_in(bob).post(url("member_remove", team.slug, bob.pk), follow=True)
    assert "You left Harbour" in words_of(answer)


def test_the_page_says_what_ends_with_an_owner_before_they_go(team, alice, bob, plan):
    bob.memberships.update(role="owner")
    for _ in range(2):
        actions.invite(team=team, actor=bob, role="viewer")
    sharing.share_plan(plan=plan, actor=bob, days=3)
    page = signed_in(alice).get(url("team", team.slug))
    assert (
        "Removing Bob or taking the owner role away also revokes their 2 invitations "
        "and 1 shared link." in words_of(page)
    )
    assert len(soup(page).select(".member-ends")) == 1
    own = words_of(signed_in(bob).get(url("team", team.slug)))
    assert "Leaving or giving up the owner role also revokes your 2" in own


def test_hostile_names_are_text(team, alice):
    make.make_user("mallory", team=team, display_name="<script>alert(1)</script>")
    page = signed_in(alice).get(url("team", team.slug))
    assert "<script>alert(1)</script>" in words_of(page)


def test_the_team_takes_the_same_queries_at_any_size(
    team, alice, django_assert_num_queries
):
    for size in (2, 30):
        for number in range(size):
            make.make_user(f"member-{size}-{number}", team=team)
        client = signed_in(alice)
        with django_assert_num_queries(4):
            client.get(url("team", team.slug))


# --- One's own profile ---


def test_a_profile_is_stored_and_shown(alice, plan):
    client = signed_in(alice)
    data = {"display_name": "Ada  M.", "colour": "3", "time_zone": "Asia/Tokyo"}
    answer = client.post(url("profile"), data, follow=True)
    assert "Your profile was saved" in words_of(answer)
    alice.refresh_from_db()
    assert (alice.name, alice.hue, alice.time_zone) == ("Ada M.", 3, "Asia/Tokyo")
    assert soup(answer).select_one(".user-menu .person-3").get_text() == "AM"


@pytest.mark.parametrize(
    "data",
    [{"colour": "9"}, {"time_zone": "Moon/Base"}, {"display_name": "x" * 101}],
    ids=str,
)
def test_a_profile_that_cannot_be_is_refused(alice, data):
    answer = signed_in(alice).post(url("profile"), data)
    assert answer.status_code == 422
    assert soup(answer).select(".form-error")


@pytest.mark.parametrize("name", ["Dana", "  dana ", "ＤＡＮＡ", "dana-okafor"])
def test_nobody_takes_the_name_of_another_in_the_team(team, bob, name):
    make.make_user("dana-okafor", team=team, display_name="Dana")
    answer = signed_in(bob).post(url("profile"), {"display_name": name})
    assert answer.status_code == 422
    assert "called Dana already" in words_of(answer)
    bob.refresh_from_db()
    assert bob.name == "Bob"


def test_the_same_name_in_another_team_is_nobodys_business(team, bob, charlie):
    answer = signed_in(bob).post(url("profile"), {"display_name": "Charlie"})
    assert answer.status_code == 302


def test_a_sign_off_is_shown_in_utc_whoever_looks(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    at = plan.records.last().at
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    for name, expected in (
        ("review", f"{at:%H:%M} UTC"),
        ("evidence", f"{at:%Y-%m-%d %H:%M:%S} UTC"),
    ):
        page = signed_in(alice).get(reverse(f"plans:{name}", args=[plan.slug]))
        assert expected in words_of(page)


def test_times_are_shown_in_the_zone_that_was_chosen(alice, plan):
    change = plan.changes.get()
    plan.changes.filter(pk=change.pk).update(created_at="2026-03-01T22:30:00Z")
    history = reverse("plans:history", args=[plan.slug])
    assert "22:30" in words_of(signed_in(alice).get(history))
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    assert "07:30" in words_of(signed_in(alice).get(history))


def test_who_has_no_name_gives_one_on_arrival(team, alice):
    nameless = make.make_user("xk7", display_name="")
    answer = signed_in(alice).post(url("team_invite", team.slug), {"role": "reviewer"})
    path = re.sub(r"^https?://[^/]+", "", link_in(answer))
    client = signed_in(nameless)
    assert soup(client.get(path)).select_one("input[name=name][required]")
    for name, why in (("  ", "Enter your name"), ("Alice", "called Alice already")):
        answer = client.post(path, {"name": name})
        assert answer.status_code == 422
        assert why in words_of(answer)
        nameless.refresh_from_db()
        assert nameless.name == "xk7"
        assert not team.memberships.filter(user=nameless).exists()
    client.post(path, {"name": "Xenia Kral"})
    nameless.refresh_from_db()
    assert nameless.name == "Xenia Kral"
    assert team.memberships.get(user=nameless).role == "reviewer"
