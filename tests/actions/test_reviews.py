"""That a version is frozen as it is, and signed by those named and nobody else."""

import hashlib

import pytest

from plans.actions.errors import NotAllowed, Refused, Unfinished
from plans.actions.items import remove_item, save_item
from plans.actions.reviews import request_review, sign
from plans.models import Change, SignOff, Version
from tests.make import FINISHED, find, make_plan


@pytest.fixture
def finished(team, alice, bob, dana):
    """A plan whose slots name dana and alice."""
    return make_plan(team=team, actor=alice, text=FINISHED)


@pytest.fixture
def version(finished, bob):
    return request_review(plan=finished, actor=bob)


def slot_of(plan):
    return find(plan, label="Technical Design").approval


def signed(version, actor, **values):
    if "approval" not in values:
        values["approval"] = slot_of(version.plan)
    values.setdefault("decision", "approve")
    return sign(plan=version.plan, version=version, actor=actor, **values)


def edit(plan, actor, text):
    item = find(plan, label="Category")
    save_item(plan=plan, item=item, actor=actor, values={"value": text}, seen=None)


def test_a_version_is_the_finished_text_and_its_digest(version):
    assert version.number == 1
    assert version.markdown == FINISHED
    assert version.sha256 == hashlib.sha256(FINISHED.encode()).hexdigest()
    assert Change.objects.first().verb == "review.requested"


def test_a_plan_that_is_not_finished_is_not_frozen(plan, bob):
    with pytest.raises(Unfinished, match="5 things are still in the way") as refusal:
        request_review(plan=plan, actor=bob)
    codes = {problem.code for problem in refusal.value.problems}
    assert codes == {"blank", "question", "not_ready"}
    assert not Version.objects.exists()
    assert not Change.objects.filter(actor=bob).exists()


def test_a_plan_that_says_the_same_keeps_its_version(finished, version, bob):
    number = finished.change_number
    assert request_review(plan=finished, actor=bob) == version
    finished.refresh_from_db()
    assert finished.change_number == number


def test_a_plan_that_says_something_else_gets_the_next_version(finished, version, bob):
    edit(finished, bob, "Service")
    assert request_review(plan=finished, actor=bob).number == 2
    assert Version.objects.get(number=1).markdown == FINISHED


def test_the_person_named_signs_and_it_is_told(version, dana):
    decision = signed(version, dana, comment=" Good ")
    assert (decision.name, decision.role) == ("Dana", "Technical Design")
    assert (decision.sha256, decision.comment) == (version.sha256, "Good")
    change = Change.objects.first()
    assert change.verb == "review.approved"
    assert change.label == "Technical Design, version 1"


def test_a_decision_keeps_the_name_and_role_of_its_day(finished, version, dana, bob):
    decision = signed(version, dana)
    item = find(finished, label="Technical Design")
    save_item(
        plan=finished,
        item=item,
        actor=bob,
        values={"label": "Design", "value": "Bob"},
        seen=None,
    )
    dana.display_name = "Dana Ito"
    dana.save()
    decision.refresh_from_db()
    assert (decision.name, decision.role) == ("Dana", "Technical Design")


def test_nobody_else_signs(version, alice, bob, charlie):
    for person in (alice, bob, charlie):
        with pytest.raises(NotAllowed):
            signed(version, person)
    assert not SignOff.objects.exists()


def test_an_older_version_is_not_signed(finished, version, bob, dana):
    edit(finished, bob, "Service")
    request_review(plan=finished, actor=bob)
    with pytest.raises(Refused, match="newer version was submitted"):
        signed(version, dana)


def test_a_version_is_decided_on_once(version, dana):
    signed(version, dana)
    with pytest.raises(Refused, match="decided on this version already"):
        signed(version, dana, decision="decline", comment="No")
    assert SignOff.objects.get().decision == "approve"


def test_a_decline_says_what_has_to_change(version, dana):
    with pytest.raises(Refused, match="Say what has to change"):
        signed(version, dana, decision="decline", comment=" ")
    with pytest.raises(Refused, match="approve or decline"):
        signed(version, dana, decision="maybe")
    assert signed(version, dana, decision="decline", comment="Scope").pk


def test_a_slot_of_another_plan_is_not_signed_here(version, alice, dana, team):
    other = make_plan(team=team, actor=alice, text=FINISHED)
    with pytest.raises(Refused, match="no longer asked for"):
        signed(version, dana, approval=slot_of(other))


def test_a_slot_that_was_taken_out_is_not_signed(finished, version, bob, dana):
    slot = slot_of(finished)
    remove_item(plan=finished, item=find(finished, label="Technical Design"), actor=bob)
    with pytest.raises(Refused, match="no longer asked for"):
        signed(version, dana, approval=slot)
