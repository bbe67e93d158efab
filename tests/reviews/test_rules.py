"""That each rule refuses what breaks it, lets through what keeps it, and can be off."""

import pytest

from plans.actions.reviews import expire_request, request_review
from plans.actions.slots import change_rules, change_slot
from plans.errors import Refused
from plans.models import ReviewRules
from plans.reviews.rules import RULES
from tests import make
from tests.make import FINISHED

pytestmark = pytest.mark.once

DONE = "### Definition of Done\n\n- [x] Shown\n\n"
READY = FINISHED.replace("| Violation", f"{DONE}| Violation")
DESIGN, LAUNCH = "Technical Design", "Launch Approval"


def submitted(team, authors, text=READY, **rules):
    """Brought by the first author, then edited by each of the others."""
    plan = make.make_plan(team=team, actor=authors[0], text=text)
    for number, author in enumerate(authors[1:]):
        make.edit(plan, author, value=f"Plan {number}")
    if rules:
        owner = make.owner_of(team)
        change_rules(plan=plan, actor=owner, rules=rules)
    request_review(plan=plan, actor=authors[-1])
    return plan


# Each: the rule, the authors, the text, whose sign-off, where, what the refusal says.
BREAKS = {
    "not_alone": (
        ["alice"],
        READY,
        "alice",
        LAUNCH,
        "You’re the only author of this plan",
    ),
    "not_last_editor": (
        ["bob", "alice"],
        READY,
        "alice",
        LAUNCH,
        "You made the last edit of version 1",
    ),
    "not_a_writer": (
        ["alice", "bob"],
        READY,
        "alice",
        LAUNCH,
        "You wrote part of version 1",
    ),
    "check_clean": (
        ["alice", "bob"],
        READY.replace("**Owner**: Alice", "**Owner**: [Team/Individual]"),
        "dana",
        DESIGN,
        "1 issue is blocking version 1",
    ),
    "ready_first": (
        ["alice", "bob"],
        READY.replace("- [x] Problem", "- [ ] Problem"),
        "dana",
        DESIGN,
        "1 of 2 items of the Definition of Ready",
    ),
    "done_first": (
        ["carol", "bob"],
        READY.replace("- [x] Shown", "- [ ] Shown"),
        "alice",
        LAUNCH,
        "0 of 1 items of the Definition of Done",
    ),
}
KEEPS = {
    "not_alone": (["alice", "bob"], READY, "alice", LAUNCH),
    "not_last_editor": (["alice", "bob"], READY, "alice", LAUNCH),
    "not_a_writer": (["carol", "bob"], READY, "alice", LAUNCH),
    "check_clean": (["alice", "bob"], READY, "dana", DESIGN),
    "ready_first": (["alice", "bob"], READY, "dana", DESIGN),
    "done_first": (["carol", "bob"], READY, "alice", LAUNCH),
}
ALL_OFF = {rule.name: False for rule in RULES}


@pytest.fixture
def people(team, alice, bob, dana):
    carol = make.make_user("carol", team=team)
    return {"alice": alice, "bob": bob, "dana": dana, "carol": carol}


@pytest.fixture
def make_case(team, people):
    def make_reviewed(case, **rules):
        authors, text, signer, role = case[:4]
        authors = [people[name] for name in authors]
        return submitted(team, authors, text, **rules), people[signer], role

    return make_reviewed


def test_every_rule_is_tried():
    names = {rule.name for rule in RULES}
    assert set(BREAKS) == set(KEEPS) == names


@pytest.mark.parametrize("name", BREAKS)
def test_a_rule_refuses_what_breaks_it_and_says_what_to_do(make_case, name):
    plan, signer, role = make_case(BREAKS[name], **ALL_OFF | {name: False})
    owner = make.owner_of(plan.team)
    change_rules(plan=plan, actor=owner, rules={name: True})
    for decision in ("approved", "approved_if"):
        with pytest.raises(Refused, match=BREAKS[name][4]) as refusal:
            make.sign(plan, signer, role, decision)
        assert any(
            word in str(refusal.value)
            for word in ("Ask an editor", "submit it again", "submit the plan again")
        )
    assert not plan.records.decisions().exists()


@pytest.mark.parametrize("name", BREAKS)
def test_a_rule_that_is_off_refuses_nothing(make_case, name):
    plan, signer, role = make_case(BREAKS[name], **ALL_OFF)
    make.sign(plan, signer, role)


@pytest.mark.parametrize("name", KEEPS)
def test_a_rule_lets_through_what_keeps_it(make_case, name):
    plan, signer, role = make_case(KEEPS[name], **ALL_OFF | {name: True})
    if name == "done_first":
        with pytest.raises(Refused, match=f"Still open: {DESIGN}"):
            make.sign(plan, signer, role)
        make.sign(plan, make.User.objects.get(username="dana"))
    make.sign(plan, signer, role)


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("decision", ["changes_requested", "declined"])
def test_no_rule_keeps_anybody_from_objecting(make_case, name, decision):
    plan, signer, role = make_case(BREAKS[name], check_clean=False)
    change_rules(
        plan=plan,
        actor=make.owner_of(plan.team),
        rules={rule.name: True for rule in RULES},
    )
    make.sign(plan, signer, role, decision)


def test_all_rules_but_the_strictest_are_on_where_nobody_switched_any(make_case):
    off = {rule.name for rule in RULES if not getattr(ReviewRules(), rule.name)}
    assert off == {"not_a_writer"}
    plan, signer, role = make_case(BREAKS["not_last_editor"])
    with pytest.raises(Refused, match="You made the last edit"):
        make.sign(plan, signer, role)


def test_a_slot_waits_for_those_before_it(make_case, people):
    plan, alice, role = make_case(KEEPS["not_alone"], **ALL_OFF)
    change_slot(
        plan=plan,
        approval=make.slot_of(plan, role),
        actor=alice,
        is_required=True,
        after=[make.slot_of(plan)],
        covers=[],
    )
    with pytest.raises(Refused, match=f"{LAUNCH} comes after {DESIGN}"):
        make.sign(plan, alice, role)
    make.sign(plan, people["dana"])
    make.sign(plan, alice, role)


def test_who_comes_later_may_object_before(make_case, people):
    plan, alice, role = make_case(KEEPS["not_alone"])
    make.sign(plan, alice, role, "declined")


def test_a_request_that_ended_is_signed_by_nobody(make_case):
    plan, dana, role = make_case(KEEPS["check_clean"])
    expire_request(plan=plan, actor=make.User.objects.get(username="bob"))
    for decision in ("approved", "declined"):
        with pytest.raises(Refused, match="An editor can submit it again"):
            make.sign(plan, dana, role, decision)
