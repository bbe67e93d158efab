"""A save merges and checks before it locks: what others do meanwhile counts."""

import threading

import pytest
from django.db import connections

from plans.actions import merging
from plans.actions.items import remove_item, save_item
from plans.actions.locks import lock_editing, unlock_editing
from plans.errors import NotAllowed, Refused, Stale
from plans.models import Change, Plan
from tests.make import find, make_plan, make_team, make_user, row_of, text_of

PATIENCE = 20


@pytest.fixture
def cast(transactional_db):
    team = make_team()
    return [make_user(name, team=team, role="owner") for name in ("alice", "bob")]


@pytest.fixture
def plan(cast):
    return make_plan(team=cast[0].memberships.get().team, actor=cast[0])


class Pause:
    """Holds a save while it checks its text."""

    def __init__(self, monkeypatch):
        self.is_next = False
        self.is_checking = threading.Event()
        self.may_go_on = threading.Event()
        guard = merging.guard

        def guard_slowly(part, block):
            if self.is_next:
                self.is_next = False
                self.is_checking.set()
                assert self.may_go_on.wait(PATIENCE)
            guard(part, block)

        monkeypatch.setattr(merging, "guard", guard_slowly)

    def during(self, work, meanwhile):
        """What `work` raised, or None; `meanwhile` runs while it checks its text."""
        outcome = []

        def run():
            try:
                outcome.append(work())
            except Exception as error:
                outcome.append(error)
            finally:
                connections.close_all()

        self.is_next = True
        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert self.is_checking.wait(PATIENCE)
            meanwhile()
        finally:
            self.may_go_on.set()
            thread.join(PATIENCE)
        return outcome[0]


@pytest.fixture
def pause(monkeypatch):
    return Pause(monkeypatch)


def save(plan, actor, label, value, **options):
    item = find(plan, label=label)
    plan = Plan.objects.get(pk=plan.pk)
    values = {"value": value}
    options = {"seen": None} | options
    return save_item(plan=plan, item=item, actor=actor, values=values, **options)


def test_others_save_meanwhile(plan, cast, pause):
    alice, bob = cast
    other = make_plan(team=plan.team, actor=bob)
    saved = []

    def meanwhile():
        save(other, bob, "Category", "in another plan")
        save(plan, bob, "Storage", "in the same one")
        saved.extend(Change.objects.values_list("label", flat=True))

    outcome = pause.during(lambda: save(plan, alice, "Category", "slowly"), meanwhile)
    assert outcome.field.value == "slowly"
    assert len(saved) == 4  # with the two imports, and without the one that waits
    assert "in another plan" in text_of(other)
    assert "slowly" in text_of(plan)
    assert "in the same one" in text_of(plan)
    numbers = plan.changes.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_what_others_type_meanwhile_is_merged(plan, cast, pause):
    alice, bob = cast
    save(plan, alice, "Category", "one two three")
    base = {"based_on": {"value": "one two three"}}
    outcome = pause.during(
        lambda: save(plan, alice, "Category", "ONE two three", **base),
        lambda: save(plan, bob, "Category", "one two THREE"),
    )
    assert outcome.field.value == "ONE two THREE"


def test_what_cannot_be_merged_is_a_conflict(plan, cast, pause):
    alice, bob = cast
    outcome = pause.during(
        lambda: save(plan, alice, "Category", "mine"),
        lambda: save(plan, bob, "Category", "theirs"),
    )
    assert isinstance(outcome, Stale)
    assert "theirs" in text_of(plan)


def test_the_same_text_is_no_change(plan, cast, pause):
    alice, bob = cast
    outcome = pause.during(
        lambda: save(plan, alice, "Category", "ours"),
        lambda: save(plan, bob, "Category", "ours"),
    )
    assert outcome.field.value == "ours"
    plan.refresh_from_db()
    assert plan.change_number == plan.changes.count() == 2


def test_a_plan_that_was_locked_meanwhile_stays_as_it_is(plan, cast, pause):
    alice, bob = cast
    before = text_of(plan)
    outcome = pause.during(
        lambda: save(plan, alice, "Category", "too late"),
        lambda: lock_editing(
            plan=Plan.objects.get(pk=plan.pk), actor=bob, reason="Signing"
        ),
    )
    assert isinstance(outcome, NotAllowed)
    assert "Bob locked this plan" in str(outcome)
    assert text_of(plan) == before
    plan.refresh_from_db()
    assert plan.change_number == plan.changes.count() == 2
    unlock_editing(plan=plan, actor=bob)
    save(plan, alice, "Category", "in time")


def test_an_item_that_was_removed_meanwhile_is_gone(plan, cast, pause):
    alice, bob = cast
    item = find(plan, label="Category")
    outcome = pause.during(
        lambda: save(plan, alice, "Category", "too late"),
        lambda: remove_item(
            plan=Plan.objects.get(pk=plan.pk), item=row_of(plan, item.pk), actor=bob
        ),
    )
    assert isinstance(outcome, Refused)
    assert "has been removed" in str(outcome)
    assert "too late" not in text_of(plan)
