"""Who may do what, with a reason for whoever may not; none of it asks the database."""

import pytest

from plans import permissions
from plans.models import Approval, Membership, Team, User

TEAM = Team(name="Harbour")
PERSON = 4
ROLES = ["owner", "editor", "reviewer", "viewer"]


def member(role):
    user = User(pk=PERSON, username="dana")
    return Membership(team=TEAM, user=user, role=role) if role else None


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        (permissions.may_see, ROLES),
        (permissions.may_edit, ["owner", "editor"]),
        (permissions.may_suggest, ["owner", "editor", "reviewer"]),
        (permissions.may_decide, ["owner", "editor"]),
        (permissions.may_manage, ["owner"]),
        (permissions.may_set_up, ["owner"]),
    ],
)
def test_a_role_allows(question, allowed):
    answers = {role: question(member(role)) for role in [*ROLES, None]}
    assert [role for role, answer in answers.items() if answer] == allowed
    for role, answer in answers.items():
        assert bool(answer.reason) == (role not in allowed)


def test_a_superuser_is_no_exception():
    assert not permissions.may_see(member(None))


@pytest.mark.parametrize("role", ["owner", "editor", "reviewer"])
def test_the_person_named_in_a_slot_may_sign_it(role):
    slot = Approval(role="Design", name="Dana")
    assert permissions.may_sign(member(role), slot, {PERSON})
    refusal = permissions.may_sign(member(role), slot, {PERSON + 1})
    assert refusal.reason.startswith("Design is signed by Dana.")


def test_neither_a_viewer_nor_a_stranger_signs():
    slot = Approval(role="Design", name="Dana")
    refusal = permissions.may_sign(member("viewer"), slot, {PERSON})
    assert "Viewers can’t sign" in refusal.reason
    assert not permissions.may_sign(None, slot, {PERSON})


def test_a_slot_without_a_name_says_so():
    answer = permissions.may_sign(member("editor"), Approval(role="Design"), set())
    assert "signed by no one yet" in answer.reason
