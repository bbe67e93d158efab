"""Who can no longer sign is not waited for, and gets no mail about the plan."""

import pytest
from django.core import mail

from plans.actions import teams
from plans.actions.reviews import remind, request_review
from plans.errors import Refused
from plans.models import Membership, User
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from plans.reviews.summary import review_summary
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import signed_in, url_of, words_of

team, plan = kept_plan(small_plan)

ROLE = "Technical Design"


@pytest.fixture
def finished(team, alice, bob, dana):
    """Alice's and Bob's plan, submitted; dana is asked to sign it first."""
    User.objects.filter(pk=dana.pk).update(email="dana@example.org")
    text = make.FINISHED.replace("Launch Approval**: Alice", "Launch Approval**: Bob")
    plan = make.make_plan(team=team, actor=alice, text=text)
    request_review(plan=plan, actor=bob)
    return plan


def leaves(plan, person, alice):
    teams.remove_member(team=plan.team, actor=alice, member=person)


def reads_only(plan, person, alice):
    teams.change_role(team=plan.team, actor=alice, member=person, role="viewer")


def is_switched_off(plan, person, alice):
    User.objects.filter(pk=person.pk).update(is_active=False)


WAYS = pytest.mark.parametrize("goes", [leaves, reads_only, is_switched_off])


def slot_of(plan):
    return next(s for s in review_status(plan).slots if s.approval.role == ROLE)


@WAYS
def test_who_cannot_sign_is_not_to_decide(finished, alice, dana, goes):
    goes(finished, dana, alice)
    slot = slot_of(finished)
    assert slot.open_approvers == [] and not slot.is_approved
    steps = " ".join(review_summary(review_status(finished)).steps)
    assert "Dana to decide" not in steps
    assert f"Replace them for {ROLE}" in steps
    for name in ("review", "side", "review_setup"):
        page = words_of(signed_in(alice).get(url_of(name, finished)))
        assert "can’t sign" in page, name


@WAYS
def test_who_cannot_sign_is_never_mailed(
    finished, alice, bob, dana, goes, django_capture_on_commit_callbacks
):
    goes(finished, dana, alice)
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(Refused, match="no one to remind"):
            remind(plan=finished, actor=bob)
        make.edit(finished, bob, value="Design")
        request_review(plan=finished, actor=bob)
    Outbox().send_due()
    assert mail.outbox == []


def test_who_submitted_and_left_does_not_hear_what_was_decided(
    finished, alice, bob, dana, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    leaves(finished, bob, alice)
    with django_capture_on_commit_callbacks(execute=True):
        make.sign(finished, dana)
    Outbox().send_due()
    assert mail.outbox == []


def test_what_somebody_signed_before_they_left_stands(finished, alice, dana):
    make.sign(finished, dana)
    leaves(finished, dana, alice)
    assert slot_of(finished).is_approved


def test_who_comes_back_has_the_seat_again(finished, alice, dana):
    leaves(finished, dana, alice)
    Membership.objects.create(team=finished.team, user=dana, role="reviewer")
    assert [approver.user for approver in slot_of(finished).open_approvers] == [dana]
