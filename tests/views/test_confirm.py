"""Confirming who is meant by a name on an Approvals line."""

import pytest
from django.urls import reverse

from plans.reviews.status import review_status
from tests import make
from tests.client import CheckingClient
from tests.kept import kept_plan, small_plan
from tests.views.asking import signed_in, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


@pytest.fixture
def zoe(team, plan):
    """Named in a line since before she joined."""
    make.edit(plan, plan.created_by, label="Launch Approval", value="Zoe")
    return make.make_user("zoe", team=team, role="reviewer")


def confirm(client, plan, person, **more):
    url = url_of("slot_confirm", plan, make.slot_of(plan, "Launch Approval").pk)
    return client.post(url, {"person": person}, **more)


def seated(plan):
    (slot,) = [
        s for s in review_status(plan).slots if s.approval.role == "Launch Approval"
    ]
    return [approver.user for approver in slot.approvers]


def test_an_editor_confirms_whom_the_page_proposes(plan, bob, zoe):
    client = signed_in(bob)
    assert "Zoe" in words_of(client.get(url_of("review", plan)))
    assert confirm(client, plan, zoe.pk).status_code == 302
    assert seated(plan) == [zoe]


def test_who_may_not_write_does_not_confirm(plan, dana, victor, zoe):
    for reader in (dana, victor, zoe):
        assert confirm(signed_in(reader), plan, zoe.pk).status_code == 403
    assert seated(plan) == []


def test_a_stranger_is_told_that_there_is_no_plan(plan, charlie, zoe):
    assert confirm(signed_in(charlie), plan, zoe.pk).status_code == 404


def test_who_is_signed_out_is_led_to_the_sign_in(plan, zoe):
    answer = confirm(CheckingClient(), plan, zoe.pk)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_it_is_not_done_by_following_a_link(plan, bob, zoe):
    url = url_of("slot_confirm", plan, make.slot_of(plan, "Launch Approval").pk)
    assert signed_in(bob).get(url).status_code == 405


@pytest.mark.parametrize("person", ["", "x", "0", "9" * 30, "bob"])
def test_nobody_else_is_seated(plan, bob, charlie, zoe, person):
    person = bob.pk if person == "bob" else person
    assert confirm(signed_in(bob), plan, person).status_code == 422
    assert seated(plan) == []
