"""A seat belongs to an account: no name that somebody takes changes whose it is."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from plans import document as doc
from plans.actions import approvers, teams
from plans.actions.profiles import change_profile
from plans.actions.reviews import request_review
from plans.errors import NotAllowed, Refused
from plans.models import Approver, Membership, User
from plans.reviews.approved_file import approved_file
from plans.reviews.identify import identify_versions
from tests import make
from tests.views.asking import signed_in, url_of, words_of

NAMES = ["Dana", "dana", "DANA", "Ｄａｎａ"]
NAMES += ["Da\u200bna", "Dаnа", "Dána", " Dana\u202e"]
OUT = make.FINISHED.replace("Dana", "Erin Lund")


def call(person, name):
    change_profile(
        actor=person, display_name=name, colour=None, time_zone="", region=""
    )
    person.refresh_from_db()
    return person


def seated(plan, role="Technical Design"):
    return list(make.slot_of(plan, role).approvers.all())


def line(plan, text, actor, role="Technical Design"):
    make.edit(plan, actor, label=role, value=text)


# --- Names are one person's in a team ---


@pytest.mark.parametrize("name", NAMES)
def test_nobody_takes_what_looks_like_the_name_of_a_team_mate(dana, bob, name):
    with pytest.raises(Refused, match="Someone in your team is called Dana"):
        call(bob, name)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_brings_such_a_name_into_a_team(team, alice, dana, charlie, name):
    call(charlie, name)
    _, token = teams.invite(team=team, actor=alice, role="reviewer")
    with pytest.raises(Refused, match="is called Dana already"):
        teams.accept_invitation(token=token, actor=charlie)
    call(charlie, "Charlie")
    teams.accept_invitation(token=token, actor=charlie)


def test_the_administration_and_the_command_give_out_none(
    client, team, dana, bob, charlie, monkeypatch
):
    call(charlie, "Dana")
    client.force_login(User.objects.create_superuser("root"))
    form = {"name": team.name, "slug": team.slug}
    form |= {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    form |= {"memberships-0-user": charlie.pk, "memberships-0-role": "reviewer"}
    page = reverse("admin:plans_team_change", args=[team.pk])
    assert "is called Dana already" in words_of(client.post(page, form))
    assert not Membership.objects.filter(team=team, user=charlie).exists()
    form = {"username": "bob", "display_name": "Da\u200bna", "is_active": "on"}
    form |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    page = reverse("admin:plans_user_change", args=[bob.pk])
    assert "is called Dana already" in words_of(client.post(page, form))
    monkeypatch.setattr("sys.stdin", io.StringIO("nine wet stones\n"))
    with pytest.raises(CommandError, match="is called Dana already"):
        call_command("make_owner", "ines", "--team", team.name, "--name", "Dаna")


def test_a_name_is_kept_in_one_spelling_and_nothing_unseen_in_it(bob):
    assert call(bob, "Ｂｏｂ\u200b  of\u202e the\u00a0sea").name == "Bob of the sea"


def test_a_name_of_nothing_that_is_seen_is_none(bob):
    with pytest.raises(Refused, match="no visible characters"):
        call(bob, "\u200b\u3164")


# --- A seat is an account's ---


def test_a_seat_stays_through_every_rename(team, alice, bob, dana):
    call(dana, "Erin Lund")
    plan = make.make_plan(team=team, actor=alice, text=OUT)
    call(dana, "Erin Ito")
    line(plan, "Erin Lund, Architect", bob)
    assert seated(plan) == [dana]
    line(plan, "Bob", bob)
    line(plan, "Erin Lund", bob)
    assert seated(plan) == [dana]


def test_a_name_that_was_given_up_seats_nobody_else(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    call(dana, "Dana Ito")
    with pytest.raises(Refused):
        call(bob, "Dana")
    teams.remove_member(team=team, actor=alice, member=dana)
    call(bob, "Dana")
    assert seated(plan) == [dana]
    line(plan, "Dana, Architect", alice)
    assert seated(plan) == []


def test_a_name_of_two_members_seats_nobody(team, alice, bob, dana):
    # As it was before names were compared.
    User.objects.filter(pk=bob.pk).update(display_name="Dana")
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    assert seated(plan) == []


def test_who_joins_is_proposed_and_asked_only_when_an_editor_says_so(
    team, alice, bob, dana
):
    plan = make.make_plan(team=team, actor=alice, text=OUT)
    erin = make.make_user("erin", display_name="Erin Lund")
    _, token = teams.invite(team=team, actor=alice, role="reviewer")
    teams.accept_invitation(token=token, actor=erin)
    request_review(plan=plan, actor=alice)
    approval = make.slot_of(plan)
    assert seated(plan) == []
    question = "probably means Erin Lund (erin), who hasn’t been asked to sign."
    page = signed_in(bob).get(url_of("review", plan))
    assert question in words_of(page)
    assert "Ask Erin Lund" in words_of(page)
    assert "Ask Erin Lund" not in words_of(signed_in(dana).get(url_of("review", plan)))
    with pytest.raises(NotAllowed):
        approvers.confirm(plan=plan, approval=approval, actor=erin, person=erin)
    with pytest.raises(Refused):
        approvers.confirm(plan=plan, approval=approval, actor=bob, person=dana)
    form = {"person": erin.pk}
    answer = signed_in(bob).post(url_of("slot_confirm", plan, approval.pk), form)
    assert answer.status_code == 302
    assert seated(plan) == [erin]
    assert "Erin Lund (erin)" in plan.changes.first().label
    make.sign(plan, erin)


def test_the_administration_proposes_as_an_invitation_does(client, team, bob):
    plan = make.make_plan(team=team, actor=bob, text=OUT)
    client.force_login(User.objects.create_superuser("root"))
    erin = make.make_user("erin", display_name="E.", team=team, role="reviewer")
    form = {"username": "erin", "display_name": "Erin Lund", "is_active": "on"}
    form |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    page = reverse("admin:plans_user_change", args=[erin.pk])
    assert client.post(page, form).status_code == 302
    assert not Approver.objects.filter(user=erin).exists()
    assert "Ask Erin Lund" in words_of(signed_in(bob).get(url_of("review", plan)))


# --- What is signed names the account ---


def test_the_record_the_file_and_verify_plan_name_the_account(
    team, alice, bob, dana, settings, tmp_path, capsys
):
    settings.PLANNER_ADDRESS = "https://plans.example.org"
    team.name = "C++ — “x” on 2026-01-01, version 9, sha256 000000000000"
    team.save()
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    record = make.sign(plan, dana)
    assert record.name == "Dana (dana)"
    assert record.details["team"] == team.name
    assert record.details["planner"] == "plans.example.org"
    make.sign(plan, alice, "Launch Approval")
    file = approved_file(plan).text
    (match,) = identify_versions(file)
    assert match.is_valid and len(match.signatures) == 2
    assert match.signatures[0].signature.name == (
        "Dana (dana) of C++ – “x” on 2026-01-01, version 9, sha256 000000000000 "
        "at plans.example.org"
    )
    path = tmp_path / "plan.md"
    path.write_bytes(file.encode())
    call_command("verify_plan", path)
    output = capsys.readouterr().out
    assert "approved by Dana (dana) of C++" in output
    assert "at plans.example.org on" in output


def test_a_name_in_brackets_is_no_user_name(team, alice, bob, dana):
    """Else somebody might call themselves `Alice (alice)`."""
    call(dana, "Alice Lind (alice)")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=make.FINISHED)
    assert make.sign(plan, dana).name == "Alice Lind [alice] (dana)"


def test_a_doctored_copy_of_another_team_says_whose_it_is(team, alice, bob, dana):
    """Its marks name the account, and the team that it was signed in."""
    mallory = make.make_user("mallory", team=make.make_team("Evil"), role="owner")
    call(mallory, "Dana")
    ines = make.make_user("ines", team=mallory.teams.get())
    copy = make.FINISHED.replace("Alice", "Dana")
    there = mallory.teams.get()
    plan = make.make_submitted(team=there, actor=ines, editor=ines, text=copy)
    for role in ("Technical Design", "Launch Approval"):
        make.sign(plan, mallory, role)
    (match,) = identify_versions(approved_file(plan).text)
    assert {named.signature.name for named in match.signatures} == {
        "Dana (mallory) of Evil at 127.0.0.1:8000"
    }


def test_marks_of_long_names_are_read_again():
    name = f"{'*' * 100} ({'_' * 150})"
    printed = doc.printed_account(name, "_" * 100, "a" * 260)
    assert f" ({'_' * 150}) of " in printed
    text = make.FINISHED
    day = doc.Signature(printed, date(2026, 3, 1), 1, "0" * 12)
    lines = doc.approval_lines(text)
    signed = doc.add_signatures(text, [[day], *([] for _ in lines[1:])])
    assert doc.strip_signatures(signed) == text
    assert doc.approval_lines(signed)[0].signatures == (day,)


# --- A rename is in the history of what it touches ---


def test_a_rename_is_in_the_history_of_the_plans_that_name_the_account(
    client, team, alice, bob, dana
):
    touched = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    other = make.make_plan(team=team, actor=alice, text="# Other\n\nText.\n")
    call(dana, "Dana Ito")
    assert touched.changes.first().label == "Dana (dana) is Dana Ito (dana) now"
    assert other.changes.first().verb == "plan.imported"
    client.force_login(User.objects.create_superuser("root"))
    form = {"username": "dito", "display_name": "Dana Ito", "is_active": "on"}
    form |= {"date_joined_0": "2026-03-01", "date_joined_1": "09:00"}
    client.post(reverse("admin:plans_user_change", args=[dana.pk]), form)
    assert touched.changes.first().label == "Dana Ito (dana) is Dana Ito (dito) now"
    history = words_of(signed_in(bob).get(url_of("history", touched)))
    assert "Dana Ito (dana) is Dana Ito (dito) now" in history
