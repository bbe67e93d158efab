"""That a signature is of what its signer saw, and counts as long as it should."""

import pytest
from django.utils import timezone

from plans.actions.items import remove_item, save_item
from plans.actions.reviews import expire_request, request_review
from plans.actions.signing import confirm_condition, sign, withdraw
from plans.actions.slots import change_rules, change_slot, replace_approver
from plans.actions.undo import undo
from plans.errors import NotAllowed, Outdated, Refused
from plans.models import AuditRecord, Membership, User
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.kept import kept_plan

SLOTS = ("Technical Design", "Launch Approval")


def make_submitted(team, alice, bob, dana):
    """Version 1 waits for dana, then alice."""
    make.make_user("emil", team=team, role="reviewer")
    return make.make_submitted(team=team, actor=alice, editor=bob)


team, plan = kept_plan(make_submitted)


@pytest.fixture
def emil(team):
    return User.objects.get(username="emil")


@pytest.fixture(autouse=True)
def evidence_fits(request, db):
    """Whatever a test does by actions."""
    yield
    for plan in {record.plan for record in AuditRecord.objects.select_related("plan")}:
        assert verify_evidence(plan).problem == ""


def word(plan, role=SLOTS[0]):
    return review_status(plan).slot_of(make.slot_of(plan, role).pk).state


def take_back(plan, actor, role=SLOTS[0], comment="Second thoughts", **arguments):
    slot = make.slot_of(plan, role)
    arguments = {"comment": comment, "proof": "password"} | arguments
    return withdraw(plan=plan, approval=slot, actor=actor, **arguments)


def confirm(plan, actor, role=SLOTS[0], **arguments):
    slot = make.slot_of(plan, role)
    return confirm_condition(
        plan=plan, approval=slot, actor=actor, proof="password", **arguments
    )


def resubmit(plan, editor, value):
    make.edit(plan, editor, label="Storage", value=value)
    return request_review(plan=plan, actor=editor)


def name_in_line(plan, actor, names, role=SLOTS[0]):
    item = make.find(plan, label=role)
    save_item(plan=plan, item=item, actor=actor, values={"value": names}, seen=None)


# --- What each decision does


@pytest.mark.parametrize(
    ("decision", "slot", "name"),
    [
        ("approved", "approved", "review"),
        ("approved_if", "condition", "review"),
        ("changes_requested", "changes", "changes"),
        ("declined", "declined", "changes"),
    ],
)
def test_a_decision_has_its_outcome(plan, dana, decision, slot, name):
    before = timezone.now()
    signed = make.sign(plan, dana, decision=decision, meaning=" I looked at it ")
    version = plan.versions.get()
    assert (word(plan), review_status(plan).name) == (slot, name)
    assert (signed.kind, signed.name, signed.role) == (
        decision,
        "Dana (dana)",
        SLOTS[0],
    )
    assert (signed.meaning, signed.proof) == ("I looked at it", "password")
    assert (signed.version, signed.sha256) == (version, version.sha256)
    assert before <= signed.at <= timezone.now() and signed.at.utcoffset().seconds == 0


def test_a_signature_says_what_it_means_though_nobody_typed_it(plan, dana):
    assert make.sign(plan, dana).meaning == "I approve the technical design"


@pytest.mark.parametrize("decision", ["approved_if", "changes_requested", "declined"])
@pytest.mark.parametrize("comment", ["", " \n "])
def test_what_is_no_plain_approval_needs_words(plan, dana, decision, comment):
    with pytest.raises(Refused, match="^(Enter your condition|Say )"):
        make.sign(plan, dana, decision=decision, comment=comment)
    assert word(plan) == "open"


@pytest.mark.parametrize("decision", ["", "withdrawn", "submitted", "completed", "x"])
def test_nothing_else_is_a_decision(plan, dana, decision):
    with pytest.raises(Refused, match="Choose a decision"):
        make.sign(plan, dana, decision=decision)


def test_a_comment_has_an_end(plan, dana):
    with pytest.raises(Refused, match="5,000 characters"):
        make.sign(plan, dana, comment="x" * 5_001)


def test_a_condition_counts_when_it_is_met(plan, alice, dana):
    make.sign(plan, dana, decision="approved_if")
    met = confirm(plan, dana, comment="The runbook is there")
    assert (met.kind, met.comment) == ("condition_met", "The runbook is there")
    assert word(plan) == "approved"
    make.sign(plan, alice, SLOTS[1])
    assert review_status(plan).name == "approved"


def test_a_condition_is_met_once_by_who_made_it_and_while_it_stands(
    plan, alice, bob, dana
):
    with pytest.raises(Outdated, match="no open condition"):
        confirm(plan, dana)
    make.sign(plan, dana, decision="approved_if")
    with pytest.raises(NotAllowed):
        confirm(plan, alice)
    make.edit(plan, bob, label="Storage", value="Files")
    with pytest.raises(Outdated, match="has been edited"):
        confirm(plan, dana)
    undo(plan=plan, actor=bob)
    confirm(plan, dana)
    with pytest.raises(Outdated, match="no open condition"):
        confirm(plan, dana)


def test_a_condition_is_not_met_after_the_end_of_the_request(plan, bob, dana):
    make.sign(plan, dana, decision="approved_if")
    expire_request(plan=plan, actor=bob)
    with pytest.raises(Refused, match="has ended"):
        confirm(plan, dana)


def test_a_decision_that_was_withdrawn_no_longer_counts(plan, alice, dana):
    make.sign(plan, dana)
    make.sign(plan, alice, SLOTS[1])
    gone = take_back(plan, dana)
    assert (
        gone.details["record"] == plan.records.get(kind="approved", actor=dana).number
    )
    assert (word(plan), review_status(plan).name) == ("open", "review")
    make.sign(plan, dana)
    assert review_status(plan).name == "approved"
    assert plan.records.filter(kind="completed").count() == 2


def test_a_withdrawal_needs_words_and_a_decision(plan, dana):
    with pytest.raises(Outdated, match="no longer have a decision"):
        take_back(plan, dana)
    make.sign(plan, dana)
    with pytest.raises(Refused, match="Enter a reason"):
        take_back(plan, dana, comment=" ")
    take_back(plan, dana)
    with pytest.raises(Outdated, match="no longer have a decision"):
        take_back(plan, dana)


# --- Sent again


def test_a_form_that_is_sent_twice_signs_once(plan, dana):
    make.sign(plan, dana, seen=0)
    with pytest.raises(Outdated, match="have already decided here"):
        make.sign(plan, dana, seen=0)
    assert plan.records.decisions().count() == 1


def test_an_old_form_signs_nothing_after_a_withdrawal(plan, dana):
    signed = make.sign(plan, dana, seen=0)
    gone = take_back(plan, dana, seen=signed.number)
    for seen in (0, signed.number):
        with pytest.raises(Outdated, match="have already decided here"):
            make.sign(plan, dana, seen=seen)
    with pytest.raises(Outdated, match="no longer have a decision"):
        take_back(plan, dana, seen=signed.number)
    make.sign(plan, dana, seen=gone.number)


def test_a_second_decision_on_a_version_waits_for_a_withdrawal(plan, dana):
    signed = make.sign(plan, dana)
    with pytest.raises(Outdated, match="withdraw it first"):
        make.sign(plan, dana, decision="declined", seen=signed.number)


# --- Of which text


def test_an_edit_or_a_newer_version_is_told_and_nothing_signed(plan, bob, dana):
    old = plan.versions.get()
    make.edit(plan, bob, label="Storage", value="Files")
    with pytest.raises(Outdated, match="edited after version 1"):
        make.sign(plan, dana)
    request_review(plan=plan, actor=bob)
    with pytest.raises(Outdated, match="newer version"):
        make.sign(plan, dana, version=old)
    assert not plan.records.decisions().exists()


def test_a_sign_off_counts_for_the_same_bytes_submitted_again(plan, bob, dana):
    make.sign(plan, dana)
    first = plan.versions.get()
    resubmit(plan, bob, "Files")
    assert word(plan) == "open"
    undo(plan=plan, actor=bob)
    third = request_review(plan=plan, actor=bob)
    assert (third.number, third.sha256) == (3, first.sha256)
    approver = review_status(plan).slots[0].approvers[0]
    assert (approver.state, approver.is_carried) == ("approved", True)


def test_an_objection_counts_for_the_same_bytes_too(plan, bob, dana):
    make.sign(plan, dana, decision="declined")
    resubmit(plan, bob, "Files")
    assert review_status(plan).name == "review"
    undo(plan=plan, actor=bob)
    request_review(plan=plan, actor=bob)
    assert review_status(plan).name == "changes"


@pytest.fixture
def covering(plan, alice):
    """The technical design is about the risks, and only a change there matters."""
    change_rules(plan=plan, actor=alice, rules={"stale_on": "covered"})
    settle(plan, alice, covers=["7. RISKS & MITIGATIONS"])
    return plan


def settle(plan, owner, role=SLOTS[0], **rules):
    rules = {"is_required": True, "after": [], "covers": []} | rules
    slot = make.slot_of(plan, role)
    return change_slot(plan=plan, approval=slot, actor=owner, **rules)


def test_an_approval_is_carried_over_and_may_be_decided_again(covering, bob, dana):
    signed = make.sign(covering, dana)
    resubmit(covering, bob, "Files")
    approver = review_status(covering).slots[0].approvers[0]
    assert (approver.decision, approver.is_carried) == (signed, True)
    make.sign(covering, dana, decision="declined", seen=signed.number)
    assert word(covering) == "declined"


def test_an_objection_is_not_carried_over(covering, bob, dana):
    make.sign(covering, dana, decision="changes_requested")
    resubmit(covering, bob, "Files")
    assert word(covering) == "open"


def test_an_approval_is_not_carried_over_to_a_slot_of_another_name(covering, bob, dana):
    make.sign(covering, dana)
    item = make.find(covering, label=SLOTS[0])
    values = {"label": "Launch of the design"}
    save_item(plan=covering, item=item, actor=bob, values=values, seen=None)
    request_review(plan=covering, actor=bob)
    assert word(covering, "Launch of the design") == "open"


def test_a_carried_approval_can_be_withdrawn(covering, bob, dana):
    make.sign(covering, dana)
    resubmit(covering, bob, "Files")
    take_back(covering, dana)
    assert word(covering) == "open"


def test_a_slot_that_the_version_does_not_name_is_not_signed(covering, bob, dana):
    settle(covering, covering.created_by, role=SLOTS[1], covers=["1. OBJECTIVE"])
    name_in_line(covering, bob, "Dana", SLOTS[1])
    with pytest.raises(Outdated, match="edited after version 1"):
        make.sign(covering, dana, SLOTS[1])
    # The other one's line is as it was.
    make.sign(covering, dana)


# --- By whom


def replace(plan, owner, leaves, comes, role=SLOTS[0]):
    slot = make.slot_of(plan, role)
    return replace_approver(
        plan=plan,
        approval=slot,
        actor=owner,
        leaves=leaves,
        comes=comes,
        comment="Away",
    )


def test_the_word_of_who_was_replaced_does_not_count_until_they_are_back(
    plan, alice, dana, emil
):
    make.sign(plan, dana)
    make.sign(plan, alice, SLOTS[1])
    replace(plan, alice, dana, emil)
    assert (word(plan), review_status(plan).name) == ("open", "review")
    with pytest.raises(NotAllowed):
        make.sign(plan, dana)
    replace(plan, alice, emil, dana)
    assert review_status(plan).name == "approved"


def test_who_takes_a_place_signs_in_it_and_the_record_says_for_whom(
    plan, alice, dana, emil
):
    replace(plan, alice, dana, emil)
    signed = make.sign(plan, emil)
    assert signed.details["in_place_of"] == "Dana (dana)"
    assert word(plan) == "approved"
    assert not review_status(plan).is_edited


@pytest.mark.parametrize("role", ["viewer", None])
def test_who_may_no_longer_sign_is_refused_whatever_a_page_has_loaded(plan, dana, role):
    members = Membership.objects.filter(user=dana)
    members.update(role=role) if role else members.delete()
    with pytest.raises(NotAllowed):
        make.sign(plan, dana)
    assert not plan.records.decisions().exists()


def test_what_was_signed_stands_when_its_signer_leaves(plan, dana):
    make.sign(plan, dana)
    Membership.objects.filter(user=dana).delete()
    assert word(plan) == "approved"


@pytest.mark.parametrize(
    ("names", "decisions", "slot"),
    [
        ("Dana and Emil", ["approved"], "open"),
        ("Dana and Emil", ["approved", "approved"], "approved"),
        ("Dana or Emil", ["approved"], "approved"),
        ("Dana or Emil", ["approved", "declined"], "declined"),
        ("Dana or Emil", ["changes_requested", "approved"], "changes"),
        ("Dana and Emil", ["approved", "approved_if"], "condition"),
    ],
)
def test_several_approvers_are_asked_for_all_or_any(
    plan, bob, dana, emil, names, decisions, slot
):
    name_in_line(plan, bob, names)
    request_review(plan=plan, actor=bob)
    for person, decision in zip((dana, emil), decisions, strict=False):
        make.sign(plan, person, decision=decision)
    assert word(plan) == slot


# --- What a slot asks


def test_an_optional_slot_is_not_waited_for_but_its_objection_is_heard(
    plan, alice, dana
):
    settle(plan, alice, SLOTS[1], is_required=False)
    make.sign(plan, dana)
    assert review_status(plan).name == "approved"
    make.sign(plan, alice, SLOTS[1], decision="declined")
    assert review_status(plan).name == "changes"


def test_a_slot_that_was_removed_is_not_signed(plan, bob, dana):
    slot = make.slot_of(plan)
    remove_item(plan=plan, item=make.find(plan, label=SLOTS[0]), actor=bob)
    with pytest.raises(Outdated, match="no longer needed"):
        sign(
            plan=plan,
            approval=slot,
            version=plan.versions.get(),
            actor=dana,
            decision="approved",
            proof="password",
        )


def test_removing_the_slot_of_who_has_not_signed_approves_nothing(plan, bob, dana):
    make.sign(plan, dana)
    remove_item(plan=plan, item=make.find(plan, label=SLOTS[1]), actor=bob)
    assert review_status(plan).name == "review"


def test_naming_fewer_approvers_approves_nothing(plan, alice, bob, dana):
    name_in_line(plan, bob, "Dana and Emil")
    request_review(plan=plan, actor=bob)
    make.sign(plan, dana)
    settle(plan, alice, SLOTS[1], is_required=False)
    name_in_line(plan, bob, "Dana")
    assert review_status(plan).name == "review"


def test_an_approved_version_stays_so_when_other_approvers_are_named(
    plan, alice, bob, dana
):
    make.sign(plan, dana)
    make.sign(plan, alice, SLOTS[1])
    name_in_line(plan, bob, "Zoë")
    assert review_status(plan).name == "superseded"
