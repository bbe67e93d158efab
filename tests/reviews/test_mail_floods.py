"""Repeating an action that others are told of by mail sends few mails."""

import pytest

from plans.actions.reviews import expire_request, request_review
from plans.actions.signing import withdraw
from plans.notifications.outbox import MAX_PER_HOUR as MOST
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from tests import make
from tests.make import FINISHED, edit, make_plan

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture
def finished(team, alice, bob, dana):
    """A plan whose slots name dana and alice."""
    for user in (alice, bob, dana):
        user.email = f"{user.username}@harbour.test"
        user.save()
    return make_plan(team=team, actor=alice, text=FINISHED)


def sent_to(user, mailoutbox):
    return [mail for mail in mailoutbox if mail.to == [user.email]]


def test_a_request_that_ends_and_begins_again_is_mailed_a_few_times(
    finished, bob, dana, mailoutbox
):
    for _ in range(20):
        request_review(plan=finished, actor=bob)
        Outbox().send_due()
        expire_request(plan=finished, actor=bob)
    assert len(sent_to(dana, mailoutbox)) == MOST
    # Of another plan she hears nevertheless.
    other = make_plan(team=finished.team, actor=bob, text=FINISHED)
    request_review(plan=other, actor=bob)
    Outbox().send_due()
    assert len(sent_to(dana, mailoutbox)) == MOST + 1


def test_version_after_version_is_mailed_a_few_times(finished, bob, dana, mailoutbox):
    for number in range(10):
        edit(finished, bob, value=f"Plan of tides {number}")
        request_review(plan=finished, actor=bob)
        Outbox().send_due()
    assert len(sent_to(dana, mailoutbox)) == MOST


def test_a_decision_that_is_taken_back_and_made_again_is_mailed_a_few_times(
    finished, bob, dana, mailoutbox
):
    request_review(plan=finished, actor=bob)
    for _ in range(10):
        make.sign(finished, dana)
        slot = review_status(finished).slots[0].approval
        values = {"comment": "Not yet", "proof": "password"}
        withdraw(plan=finished, approval=slot, actor=dana, **values)
    Outbox().send_due()
    assert len(sent_to(bob, mailoutbox)) == MOST
