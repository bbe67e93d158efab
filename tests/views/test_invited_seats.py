"""Inviting somebody to sign from the slot's own form: the seat waits for them."""

import re

import pytest

from plans.actions import teams
from plans.actions.reviews import request_review
from plans.actions.slots import change_rules
from plans.models import (
    Approval,
    AuditRecord,
    Guest,
    Invitation,
    InvitedSeat,
    Membership,
    SeatName,
)
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

NORA = {"invite_name": "Nora Lind", "invite_email": "nora@firm.example"}
LAUNCH = "Launch Approval"
NOT_ASKED = ["not_alone", "not_last_editor", "done_first", "ready_first"]


@pytest.fixture
def finished(team, alice, dana):
    """A plan that can be submitted, and approved by anybody, in any order."""
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    change_rules(plan=plan, actor=alice, rules=dict.fromkeys(NOT_ASKED, False))
    return plan


def post(user, plan, *people, role=LAUNCH, **more):
    item = make.find(plan, label=role)
    data = {"role": role, "people": people, "needs": "all", "seen": item.version}
    address = url_of("slot_people", plan, item.pk)
    return signed_in(user).post(address, data | {"invite_as": "reviewer"} | more)


def slot_in(plan, role=LAUNCH):
    return next(s for s in review_status(plan).slots if s.approval.role == role)


def join(mailoutbox, username="nora.l"):
    """The invited person comes by the mail's link, as an account of any name."""
    Outbox().send_due()
    link = re.search(r"http\S+(/join/\S+)", mailoutbox[-1].body)[1]
    user = make.make_user(username)
    answer = signed_in(user).post(link, {"name": "N. Lind-Berg"})
    assert answer.status_code == 302, words_of(answer)
    return user, answer


def test_the_seat_waits_for_the_invitation_whatever_the_account_is_called(
    plan, alice, mailoutbox
):
    answer = post(alice, plan, **NORA)
    assert answer.status_code == 302, words_of(answer)
    assert make.slot_of(plan, LAUNCH).name == "Nora Lind"
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("nora@firm.example", "reviewer")
    for page in ("review_setup", "review"):
        assert "Nora Lind" in words_of(signed_in(alice).get(url_of(page, plan)))
    text = make.text_of(plan)
    user, answer = join(mailoutbox)
    assert f"asks you to sign the plan “{plan.title}”: {LAUNCH}" in mailoutbox[-1].body
    assert answer["Location"] == url_of("review", plan)
    assert [one.user for one in slot_in(plan).approvers] == [user]
    assert not InvitedSeat.objects.exists()
    assert make.text_of(plan) == text
    # The name means this account from now on, in other lines too.
    make.edit(plan, alice, label="Technical Design", value="Nora Lind")
    assert [one.user for one in slot_in(plan, "Technical Design").approvers] == [user]


def test_a_namesake_who_joins_first_is_not_taken_for_them(plan, alice, team, bob):
    post(alice, plan, **NORA)
    other = make.make_user("nora", team=team, role="reviewer", display_name="Nora Lind")
    page = words_of(signed_in(bob).get(url_of("review", plan)))
    assert "probably means" not in page
    make.edit(plan, alice, label=LAUNCH, value="Nora Lind and Dana")
    assert other not in [one.user for one in slot_in(plan).approvers]


def test_all_of_them_waits_for_who_was_invited(finished, alice, dana, mailoutbox):
    post(alice, finished, dana.pk, **NORA)
    slot = make.slot_of(finished, LAUNCH)
    assert (slot.name, slot.needs) == ("Dana and Nora Lind", "all")
    request_review(plan=finished, actor=alice)
    make.sign(finished, dana)
    make.sign(finished, dana, LAUNCH)
    assert not slot_in(finished).is_approved
    assert not verify_evidence(finished).problem
    user, _ = join(mailoutbox)
    record = finished.records.filter(kind=AuditRecord.Kind.SEATED).last()
    assert record.actor == user
    assert [pk for pk, _ in record.details["seats"]] == [dana.pk, user.pk]
    make.sign(finished, user, LAUNCH)
    assert slot_in(finished).is_approved
    assert not verify_evidence(finished).problem


def test_one_of_them_is_enough_where_that_is_chosen(finished, alice, dana):
    post(alice, finished, dana.pk, needs="any", **NORA)
    slot = make.slot_of(finished, LAUNCH)
    assert (slot.name, slot.needs) == ("Dana or Nora Lind", "any")
    request_review(plan=finished, actor=alice)
    make.sign(finished, dana)
    make.sign(finished, dana, LAUNCH)
    assert slot_in(finished).is_approved


def test_a_seat_taken_away_behind_the_records_is_noticed(finished, alice, dana):
    post(alice, finished, dana.pk, **NORA)
    request_review(plan=finished, actor=alice)
    InvitedSeat.objects.all().delete()
    assert "who was invited to sign in" in verify_evidence(finished).problem


def test_the_name_of_an_invited_person_stays_when_others_are_chosen(plan, alice, dana):
    post(alice, plan, **NORA)
    seat = InvitedSeat.objects.get()
    page = signed_in(alice).get(url_of("review_setup", plan))
    box = soup(page).select_one(f'input[value="invited-{seat.pk}"]')
    assert box.has_attr("checked")
    post(alice, plan, dana.pk, f"invited-{seat.pk}")
    assert make.slot_of(plan, LAUNCH).name == "Dana and Nora Lind"
    assert slot_in(plan).awaits_invited
    post(alice, plan, dana.pk)
    assert make.slot_of(plan, LAUNCH).name == "Dana"
    assert not slot_in(plan).awaits_invited


def test_undoing_the_line_brings_the_seat_back(plan, alice, bob, mailoutbox):
    post(alice, plan, **NORA)
    make.edit(plan, bob, label=LAUNCH, value="Bob")
    assert not slot_in(plan).awaits_invited
    make.edit(plan, bob, label=LAUNCH, value="Nora Lind")
    assert slot_in(plan).awaits_invited
    make.edit(plan, bob, label=LAUNCH, value="Bob")
    user, _ = join(mailoutbox)
    assert user not in [one.user for one in slot_in(plan).approvers]


def test_a_name_that_stands_there_already_is_not_written_again(plan, alice):
    make.edit(plan, alice, label=LAUNCH, value="Nora Lind, Quality")
    text = make.text_of(plan)
    post(alice, plan, **NORA | {"invite_name": "Nora Lind"})
    assert slot_in(plan).awaits_invited
    assert "Nora Lind" in make.text_of(plan)
    assert text.count("Nora Lind") == 1


def test_a_guest_is_seated_at_once(plan, alice):
    answer = post(alice, plan, **NORA, invite_as="guest")
    assert answer.status_code == 302, words_of(answer)
    guest = Guest.objects.get()
    assert [one.user for one in slot_in(plan).approvers] == [guest.user]
    assert not Invitation.objects.exists()


def test_the_address_of_a_member_means_that_member(plan, alice, dana, team):
    dana.email = "dana@harbour.example"
    dana.save(update_fields=["email"])
    post(alice, plan, invite_email="Dana@Harbour.example")
    assert [one.user for one in slot_in(plan).approvers] == [dana]
    assert not Invitation.objects.exists()


def test_an_open_invitation_to_the_same_address_is_used(plan, alice):
    teams.invite(team=plan.team, actor=alice, role="editor", email="nora@firm.example")
    post(alice, plan, **NORA)
    assert InvitedSeat.objects.get().invitation == Invitation.objects.get()


def test_a_new_slot_can_be_for_somebody_new(plan, alice):
    data = {"role": "Legal", "needs": "all", "invite_as": "reviewer"} | NORA
    answer = signed_in(alice).post(url_of("slot_add", plan), data)
    assert answer.status_code == 302, words_of(answer)
    assert InvitedSeat.objects.get().approval == Approval.objects.get(role="Legal")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"invite_name": "Nora"}, "Enter the email address that the invitation"),
        ({"invite_email": "nora@firm.example"}, "Enter the name of the person"),
        (NORA | {"invite_email": "nora"}, "Enter an email address such as"),
        (NORA | {"invite_name": "Nora and Ole"}, "Enter the name of one person"),
        (NORA | {"invite_name": "Dana"}, "is in the team already and has this"),
        (NORA | {"invite_as": "boss"}, "has changed since you opened the page"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_stays_typed(plan, alice, typed, message):
    before = make.text_of(plan)
    answer = post(alice, plan, **typed)
    assert answer.status_code == 422
    assert message in words_of(answer)
    values = {box.get("value") for box in soup(answer).select("details[open] input")}
    assert set(typed.values()) - {"boss"} <= values
    assert make.text_of(plan) == before
    assert not Invitation.objects.exists()


def test_a_viewer_by_address_is_refused(plan, alice, victor):
    victor.email = "victor@harbour.example"
    victor.save(update_fields=["email"])
    answer = post(alice, plan, invite_email="victor@harbour.example")
    assert "is a viewer of the team" in words_of(answer)


def test_only_owners_invite(plan, bob):
    page = signed_in(bob).get(url_of("review_setup", plan))
    assert not soup(page).select(".slot-invite")
    assert "An owner of Harbour can invite them" in words_of(page)
    answer = post(bob, plan, **NORA)
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_a_server_without_mail_offers_none(plan, alice, settings):
    settings.SENDS_MAIL = False
    page = signed_in(alice).get(url_of("review_setup", plan))
    assert not soup(page).select(".slot-invite")
    answer = post(alice, plan, **NORA)
    assert "This server can’t send email" in words_of(answer)


def test_an_ended_invitation_is_said_and_can_be_renewed(plan, alice):
    post(alice, plan, **NORA)
    teams.revoke_invitation(invitation=Invitation.objects.get(), actor=alice)
    page = words_of(signed_in(alice).get(url_of("review", plan)))
    assert "Invitation ended" in page
    seat = InvitedSeat.objects.get()
    post(alice, plan, f"invited-{seat.pk}", **NORA)
    assert InvitedSeat.objects.get().invitation.is_live
    assert make.slot_of(plan, LAUNCH).name == "Nora Lind"


def test_who_joins_as_a_viewer_by_hand_gets_no_seat(plan, alice, mailoutbox):
    post(alice, plan, **NORA)
    Invitation.objects.update(role=Membership.Role.VIEWER)
    user, _ = join(mailoutbox)
    assert not slot_in(plan).approvers
    assert SeatName.objects.filter(user=user).exists()
