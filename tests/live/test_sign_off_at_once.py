"""Two people at the same instant: each is answered rightly, and the evidence fits.

Each asks by HTTP from a thread with a database connection of its own; both wait for
each other before they post.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from plans.actions.reviews import request_review
from plans.actions.slots import replace_approver
from plans.models import AuditRecord, Membership
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.make import FINISHED
from tests.views.asking import signed_in, url_of, words_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 4


@pytest.fixture
def plan(team, alice, bob, dana):
    """Dana signs one slot and emil the other, in any order; bob submits."""
    make.make_user("emil", team=team, role="reviewer")
    text = FINISHED.replace("**Launch Approval**: Alice", "**Tide Review**: Emil")
    return make.make_submitted(team=team, actor=alice, editor=bob, text=text)


def at_once(*posts):
    """What each of these is answered when they are asked together."""
    ready = threading.Barrier(len(posts))

    def ask(post):
        try:
            ready.wait(20)
            return post()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(ask, posts))


def post_of(user, name, plan, *args, **data):
    """A post that has only to be sent."""
    client, url = signed_in(user), url_of(name, plan, *args)
    return lambda: client.post(url, data)


def signing(plan, user, role="Technical Design", **data):
    fields = {
        "version": plan.versions.first().number,
        "seen": 0,
        "decision": "approved",
    }
    fields |= {"password": user.username} | data
    return post_of(user, "review_sign", plan, make.slot_of(plan, role).pk, **fields)


def editing(plan, user, value):
    item = make.find(plan, label="Storage")
    return post_of(user, "item", plan, item.pk, value=value)


def fits(plan):
    assert verify_evidence(plan).problem == ""
    numbers = list(plan.records.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    return True


def user(name):
    return make.User.objects.get(username=name)


def test_two_approvers_of_two_slots_both_sign(plan, dana):
    posts = signing(plan, dana), signing(plan, user("emil"), "Tide Review")
    assert [answer.status_code for answer in at_once(*posts)] == [302, 302]
    assert fits(plan)
    assert review_status(plan).name == "approved"
    assert plan.records.filter(kind="completed").count() == 1


def test_one_approver_who_signs_twice_signs_once(plan, dana):
    answers = at_once(*[signing(plan, dana) for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "You have already decided here" in words_of(refused)
    assert plan.records.decisions().count() == 1
    assert fits(plan)


def test_an_approval_and_an_objection_of_one_person_are_one_decision(plan, dana):
    objection = signing(plan, dana, decision="declined", comment="No")
    answers = at_once(signing(plan, dana), objection)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert plan.records.decisions().count() == 1


def test_signing_and_an_edit_come_one_after_the_other(plan, bob, dana):
    """Who signed, signed what the plan said then; who came later is told."""
    statuses = set()
    for number in range(ROUNDS):
        seen = own_number(plan, dana)
        post = signing(plan, dana, seen=seen)
        signed, saved = at_once(post, editing(plan, bob, f"Files {number}"))
        assert saved.status_code in (200, 302)
        statuses.add(signed.status_code)
        newest = plan.versions.first()
        record = plan.records.decisions().filter(version=newest).last()
        assert (record is not None) == (signed.status_code == 302)
        if record:
            edit = plan.changes.filter(verb="item.edited").first()
            assert record.change_number < edit.number
            assert record.sha256 == newest.sha256
        else:
            assert signed.status_code == 409
            assert "The plan was edited after version" in words_of(signed)
        assert fits(plan)
        request_review(plan=make.Plan.objects.get(pk=plan.pk), actor=bob)
    assert statuses <= {302, 409}


def own_number(plan, person):
    own = plan.records.filter(actor=person, approval=make.slot_of(plan))
    newest = own.order_by("number").last()
    return newest.number if newest else 0


def test_signing_and_submitting_come_one_after_the_other(plan, bob, dana):
    for number in range(ROUNDS):
        old = plan.versions.first()
        post = signing(plan, dana, seen=own_number(plan, dana))
        make.edit(plan, bob, label="Storage", value=f"Files {number}")
        signed, submitted = at_once(post, post_of(bob, "review_request", plan))
        # The edit was there before: whichever comes first, the page was out of date.
        assert (signed.status_code, submitted.status_code) == (409, 302)
        assert plan.versions.first().number == old.number + 1
        assert not plan.records.decisions().exists()
        assert fits(plan)


def test_signing_and_withdrawing_come_one_after_the_other(plan, dana):
    make.sign(plan, dana)
    seen = own_number(plan, dana)
    slot = make.slot_of(plan)
    fields = {"seen": seen, "password": "dana", "comment": "Wait"}
    withdrawing = post_of(dana, "review_withdraw", plan, slot.pk, **fields)
    signed, withdrawn = at_once(signing(plan, dana, seen=seen), withdrawing)
    assert (signed.status_code, withdrawn.status_code) == (409, 302)
    assert review_status(plan).slot_of(slot.pk).state == "open"
    assert fits(plan)


def test_a_replacement_and_a_signature_come_one_after_the_other(plan, alice, dana):
    emil = user("emil")

    def replacing():
        replace_approver(
            plan=make.Plan.objects.get(pk=plan.pk),
            approval=make.slot_of(plan),
            actor=alice,
            leaves=dana,
            comes=emil,
            comment="Away",
        )

    signed, _ = at_once(signing(plan, dana), replacing)
    assert signed.status_code in (302, 403)
    replaced = plan.records.get(kind="replaced")
    record = plan.records.decisions().first()
    assert (record is None) == (signed.status_code == 403)
    assert record is None or record.number < replaced.number
    assert review_status(plan).slot_of(make.slot_of(plan).pk).state == "open"
    assert fits(plan)


# --- Between the page and the click


def loaded(plan, person):
    assert signed_in(person).get(url_of("review", plan)).status_code == 200
    return signing(plan, person)


def edited(plan, dana):
    make.edit(plan, user("bob"), label="Storage", value="Files")


def submitted(plan, dana):
    edited(plan, dana)
    request_review(plan=plan, actor=user("bob"))


def demoted(plan, dana):
    Membership.objects.filter(user=dana).update(role="viewer")


def removed(plan, dana):
    Membership.objects.filter(user=dana).delete()


def replaced(plan, dana):
    replace_approver(
        plan=plan,
        approval=make.slot_of(plan),
        actor=user("alice"),
        leaves=dana,
        comes=user("emil"),
        comment="Away",
    )


@pytest.mark.parametrize(
    ("happens", "status", "words"),
    [
        (edited, 409, "The plan was edited after version 1"),
        (submitted, 409, "A newer version has been submitted"),
        (demoted, 403, "Viewers can’t sign"),
        (removed, 404, ""),
        (replaced, 403, "is signed by"),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_what_came_between_page_and_signature_is_told(
    plan, dana, happens, status, words
):
    post = loaded(plan, dana)
    happens(plan, dana)
    answer = post()
    assert (answer.status_code, words in words_of(answer)) == (status, True)
    assert not AuditRecord.objects.decisions().exists()
    assert fits(plan)
