"""Undo and redo of what stands in a part that somebody has removed since."""

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from plans.actions import blocks, history, items, moving, sections, undo
from plans.actions.reviews import request_review
from plans.content import storage
from plans.errors import Refused, Stale
from plans.models import Approval, Change, Item
from tests import make
from tests.effort import examples

TEXT = """\
# Plan: Tides

## Objective

- **Storage**: files
- **Deliverables**:
  - research
  - gauges

- [x] Constraints known

### Scope

All harbours.

## Sign-off

### Approvals

- **Technical Design**: Dana
- **Later**:
  - **Launch Approval**: Alice
"""


def block_of(plan, **place):
    block = make.find(plan, **place).block
    block.section.plan = plan
    return block


def remove(plan, actor, **place):
    items.remove_item(plan=plan, item=make.find(plan, **place), actor=actor)


def remove_block(plan, actor, **place):
    blocks.remove_block(plan=plan, block=block_of(plan, **place), actor=actor)


def remove_section(plan, actor, heading):
    section = make.section_of(plan, heading)
    sections.remove_section(plan=plan, section=section, actor=actor)


def add(plan, actor, **place):
    items.add_item(plan=plan, block=block_of(plan, **place), actor=actor)


def move(plan, actor, **place):
    item = make.find(plan, **place)
    moving.move_item(plan=plan, item=item, actor=actor, direction="down")


CASES = {
    "an entry under a field": (
        lambda plan, bob: remove(plan, bob, text="research"),
        lambda plan, alice: remove(plan, alice, label="Deliverables"),
    ),
    "a field in a block": (
        lambda plan, bob: remove(plan, bob, label="Storage"),
        lambda plan, alice: remove_block(plan, alice, label="Deliverables"),
    ),
    "a field in a section": (
        lambda plan, bob: remove(plan, bob, label="Storage"),
        lambda plan, alice: remove_section(plan, alice, "Objective"),
    ),
    "a block": (
        lambda plan, bob: remove_block(plan, bob, text="Constraints known"),
        lambda plan, alice: remove_section(plan, alice, "Objective"),
    ),
    "a place": (
        lambda plan, bob: move(plan, bob, label="Storage"),
        lambda plan, alice: remove_section(plan, alice, "Objective"),
    ),
    "a place of what went itself": (
        lambda plan, bob: move(plan, bob, label="Storage"),
        lambda plan, alice: remove(plan, alice, label="Storage"),
    ),
    "an addition": (
        lambda plan, bob: add(plan, bob, label="Storage"),
        lambda plan, alice: remove_section(plan, alice, "Objective"),
    ),
    "a sign-off under another one": (
        lambda plan, bob: remove(plan, bob, label="Launch Approval"),
        lambda plan, alice: remove(plan, alice, label="Later"),
    ),
}


def rows_that_count(plan) -> set[int]:
    return set(storage.items_of(plan).present().values_list("pk", flat=True))


def rows_of_document(plan) -> set[int]:
    document = storage.load(plan).document
    return {item.id for _, _, item in document.walk()}


@pytest.mark.parametrize("name", CASES)
def test_undo_and_redo_say_that_the_part_is_gone(team, alice, bob, name):
    change, removal = CASES[name]
    for again in (False, True):
        plan = make.make_plan(team=team, actor=alice, text=TEXT)
        change(plan, bob)
        if again:
            undo.undo(plan=plan, actor=bob)
        removal(plan, alice)
        written = make.text_of(plan)
        with pytest.raises(Refused, match="has since been removed"):
            (undo.redo if again else undo.undo)(plan=plan, actor=bob)
        assert make.text_of(plan) == written
        assert rows_that_count(plan) == rows_of_document(plan)


def test_submission_is_not_refused_for_what_nobody_sees(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice, text=TEXT)
    remove(plan, bob, label="Launch Approval")
    remove(plan, alice, label="Later")
    with transaction.atomic():
        try:
            undo.undo(plan=plan, actor=bob)
        except Refused:
            transaction.set_rollback(True)
    assert request_review(plan=plan, actor=alice).number == 1


def test_nothing_is_added_under_what_is_gone(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice, text=TEXT)
    parent = make.find(plan, label="Deliverables")
    remove(plan, alice, label="Deliverables")
    with pytest.raises(Refused, match="has been removed"):
        items.add_item(plan=plan, block=parent.block, actor=bob, parent=parent)


# --- The law ---

who = st.sampled_from(["alice", "bob"])
where = st.integers(0, 12)


class Together(RuleBasedStateMachine):
    """Two people edit, remove, undo and redo in any order."""

    @initialize()
    def start(self):
        self.everything = transaction.atomic()
        self.everything.__enter__()
        team = make.make_team("Sea")
        self.people = {
            name: make.make_user(f"{name}-2", team=team, role="owner")
            for name in ("alice", "bob")
        }
        actor = self.people["alice"]
        self.plan = make.make_plan(team=team, actor=actor, text=TEXT)
        self.count = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.everything.__exit__(None, None, None)

    def act(self, name, action, **arguments):
        try:
            with transaction.atomic():
                return action(plan=self.plan, actor=self.people[name], **arguments)
        except (Refused, Stale):
            self.plan.refresh_from_db()
            return None

    def item(self, at):
        """Any that there ever was; pages of others may still show it."""
        rows = storage.items_of(self.plan).order_by("pk")
        row = rows[at % rows.count()]
        row.block.section.plan = self.plan
        return row

    def section(self, at):
        rows = list(self.plan.section_set.order_by("pk"))
        section = rows[at % len(rows)]
        section.plan = self.plan
        return section

    @rule(name=who, at=where)
    def save(self, name, at):
        self.count += 1
        text = f"text {self.count}"
        values = {"value": text, "text": text, "label": f"Label {self.count}"}
        self.act(name, items.save_item, item=self.item(at), values=values, seen=None)

    @rule(name=who, at=where, nested=st.booleans())
    def add(self, name, at, nested):
        item = self.item(at)
        parent = item if nested and item.kind == "field" else item.parent
        self.act(name, items.add_item, block=item.block, parent=parent)

    @rule(name=who, at=where)
    def remove(self, name, at):
        self.act(name, items.remove_item, item=self.item(at))

    @rule(name=who, at=where)
    def move(self, name, at):
        self.act(name, moving.move_item, item=self.item(at), direction="down")

    @rule(name=who, at=where)
    def remove_block(self, name, at):
        self.act(name, blocks.remove_block, block=self.item(at).block)

    @rule(name=who, at=where)
    def remove_section(self, name, at):
        self.act(name, sections.remove_section, section=self.section(at))

    @rule(name=who, action=st.sampled_from([undo.undo, undo.redo]))
    def take_back(self, name, action):
        before = make.text_of(self.plan)
        if self.act(name, action):
            assert make.text_of(self.plan) != before, "it is not to be seen"

    @rule(name=who, at=where, number=st.integers(0, 40))
    def restore(self, name, at, number):
        changes = Change.objects.filter(plan=self.plan).order_by("number")
        change = changes[number % changes.count()]
        self.act(name, history.restore, item=self.item(at), change=change)

    @invariant()
    def what_counts_is_what_is_seen(self):
        if hasattr(self, "plan"):
            seen = rows_of_document(self.plan)
            assert rows_that_count(self.plan) == seen
            slots = Approval.objects.present().filter(
                item__block__section__plan=self.plan
            )
            rows = Item.objects.filter(pk__in=seen, approval__isnull=False)
            assert set(slots.values_list("pk", flat=True)) == set(
                rows.values_list("pk", flat=True)
            )


def test_whatever_is_undone_is_seen(db):
    run_state_machine_as_test(
        Together,
        settings=settings(
            max_examples=examples(4),
            stateful_step_count=15,
            deadline=None,
            # To make a failure smaller takes minutes here.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
