"""That verify_approvals finds what somebody changes behind the records: what is asked
of a plan, who is asked, and what the plan says."""

import pytest
from django.db import transaction

from plans.actions.items import add_item, remove_item, save_item
from plans.actions.moving import move_item, move_section
from plans.actions.reviews import request_review
from plans.actions.sections import add_section
from plans.actions.slots import change_rules, change_slot, replace_approver
from plans.actions.undo import undo
from plans.document import BlockKind
from plans.models import (
    Approval,
    Approver,
    AuditRecord,
    Block,
    ChecklistItem,
    Field,
    Item,
    Membership,
    Metric,
    ReviewRules,
    Risk,
    Section,
    User,
)
from plans.reviews.verify import verify_evidence
from tests import make
from tests.kept import kept_plan

pytestmark = pytest.mark.slow


def make_plan(team, alice, bob, dana):
    """Submitted, with settings that were changed before and after."""
    make.make_user("emil", team=team, role="reviewer")
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    change_rules(plan=plan, actor=alice, rules={"expires_after": 30})
    change_slot(
        plan=plan,
        approval=make.slot_of(plan, "Launch Approval"),
        actor=alice,
        is_required=True,
        after=[make.slot_of(plan)],
        covers=["1. OBJECTIVE"],
    )
    return plan


team, plan = kept_plan(make_plan)


def emil():
    return User.objects.get(username="emil")


def dana_s_slot():
    return Approval.objects.get(role="Technical Design")


SETTINGS = {
    "a slot made optional": lambda: Approval.objects.update(is_required=False),
    "another order": lambda: Approval.after.through.objects.all().delete(),
    "other parts covered": lambda: Approval.objects.update(covers=[]),
    "one is enough": lambda: Approval.objects.update(needs="any"),
    "a seat given away": lambda: Approver.objects.filter(approval=dana_s_slot()).update(
        user=emil()
    ),
    "a seat added": lambda: Approver.objects.create(
        approval=dana_s_slot(), user=emil()
    ),
    "a seat taken away": lambda: Approver.objects.filter(
        approval=dana_s_slot()
    ).delete(),
    "a place taken": lambda: Approver.objects.filter(approval=dana_s_slot()).update(
        in_place_of=emil()
    ),
    "what makes stale": lambda: ReviewRules.objects.update(stale_on="covered"),
    "a longer request": lambda: ReviewRules.objects.update(expires_after=300),
    "rules taken away": lambda: ReviewRules.objects.all().delete(),
    **{
        f"rule {name}": lambda name=name, on=on: ReviewRules.objects.update(
            **{name: on}
        )
        for name, on in {
            "not_alone": False,
            "not_last_editor": False,
            "not_a_writer": True,
            "check_clean": False,
            "ready_first": False,
            "done_first": False,
        }.items()
    },
}
TEXTS = {
    "a value": lambda: Field.objects.filter(label="Storage").update(value="A cloud"),
    "a label": lambda: Field.objects.filter(label="Storage").update(label="Store"),
    "a tick": lambda: ChecklistItem.objects.filter(text="Constraints known").update(
        done=False
    ),
    "a check": lambda: ChecklistItem.objects.filter(text="Constraints known").update(
        text="Nothing known"
    ),
    "a risk": lambda: Risk.objects.filter(code="R-001").update(impact="Low"),
    "a metric": lambda: Metric.objects.update(target="none"),
    "an entry": lambda: Item.objects.filter(text="The page").update(text="A page"),
    "a role": lambda: Approval.objects.filter(role="Technical Design").update(
        role="Tea"
    ),
    "a name": lambda: Approval.objects.filter(role="Technical Design").update(
        name="Emil"
    ),
    "a heading": lambda: Section.objects.filter(heading="Summary").update(
        heading="Sum"
    ),
    "an item out": lambda: Item.objects.filter(text="The page").update(removed=True),
    "a block out": lambda: Block.objects.filter(kind="risks").update(removed=True),
    "a section out": lambda: Section.objects.filter(heading="Summary").update(
        removed=True
    ),
    "another order": lambda: Section.objects.filter(heading="Summary").update(
        position=1
    ),
}


@pytest.mark.parametrize("tamper", SETTINGS.values(), ids=SETTINGS)
def test_settings_that_were_changed_behind_the_records_are_found(plan, tamper):
    assert verify_evidence(plan).is_valid
    tamper()
    assert "behind the records" in verify_evidence(plan).problem


@pytest.mark.parametrize("tamper", TEXTS.values(), ids=TEXTS)
def test_a_text_that_was_changed_behind_the_records_is_found(plan, tamper):
    tamper()
    assert "behind the change log" in verify_evidence(plan).problem


@pytest.mark.parametrize("name", ["a value", "a label", "a risk", "an entry", "a role"])
def test_it_is_found_among_edits_that_are_in_the_log(plan, bob, name):
    make.edit(plan, bob, value="Chart")
    make.edit(plan, bob, value="Map")
    assert verify_evidence(plan).is_valid
    TEXTS[name]()
    assert "behind the change log" in verify_evidence(plan).problem


def test_an_edited_text_that_was_changed_again_is_found(plan, bob):
    make.edit(plan, bob, label="Storage", value="Files")
    TEXTS["a value"]()
    assert "behind the change log" in verify_evidence(plan).problem


def row_out(plan, bob):
    remove_item(plan=plan, item=make.find(plan, cell="R-002"), actor=bob)


def row_in(plan, bob):
    item = make.find(plan, cell="R-002")
    add_item(plan=plan, block=item.block, actor=bob, after=item)


def row_up(plan, bob):
    item = make.find(plan, cell="R-002")
    move_item(plan=plan, item=item, actor=bob, direction="up")


def section_in(plan, bob):
    section = Section.objects.get(plan=plan, heading="Summary")
    kind = BlockKind.FIELDS
    add_section(plan=plan, actor=bob, heading="Tides", after=section, kind=kind)


def section_up(plan, bob):
    section = Section.objects.get(plan=plan, heading__startswith="7.")
    move_section(plan=plan, section=section, actor=bob, direction="up")


def many_rows_in(plan, bob):
    """So many at one place that their siblings get new positions."""
    item = make.find(plan, cell="R-001")
    for _ in range(34):
        add_item(plan=plan, block=item.block, actor=bob, after=item)


STRUCTURE = [row_out, row_in, row_up, section_in, section_up, many_rows_in]


@pytest.mark.parametrize("restructure", STRUCTURE)
def test_it_is_found_after_rows_came_went_or_moved(plan, bob, restructure):
    restructure(plan, bob)
    assert verify_evidence(plan).is_valid
    undo(plan=plan, actor=bob)
    assert verify_evidence(plan).is_valid
    restructure(plan, bob)
    assert verify_evidence(plan).is_valid
    missed = []
    for name in TEXTS.keys() - {"another order"}:
        with transaction.atomic():
            TEXTS[name]()
            if "behind the change log" not in verify_evidence(plan).problem:
                missed.append(name)
            transaction.set_rollback(True)
    assert missed == []


def test_a_row_that_was_taken_out_and_put_back_by_hand_is_found(plan, bob):
    row_out(plan, bob)
    Item.objects.filter(risk__code="R-002").update(removed=False)
    assert "behind the change log" in verify_evidence(plan).problem


def test_what_actions_do_fits(plan, alice, bob, dana, team):
    """Every way of changing who is asked and for what, and the text."""
    change_rules(plan=plan, actor=alice, rules={"stale_on": "covered"})
    assert verify_evidence(plan).is_valid
    slot = make.slot_of(plan)
    arguments = {"plan": plan, "approval": slot, "actor": alice, "comment": "Away"}
    replace_approver(leaves=dana, comes=emil(), **arguments)
    assert verify_evidence(plan).is_valid
    line = make.row_of(plan, slot.pk)
    values = {"value": "Dana and Emil"}
    save_item(plan=plan, item=line, actor=bob, values=values, seen=None)
    assert verify_evidence(plan).is_valid
    undo(plan=plan, actor=bob)
    assert verify_evidence(plan).is_valid
    make.edit(plan, bob, label="Storage", value="Files")
    assert verify_evidence(plan).is_valid
    request_review(plan=plan, actor=bob)
    make.sign(plan, dana)
    assert verify_evidence(plan).is_valid
    Membership.objects.filter(user=dana).delete()
    assert verify_evidence(plan).is_valid


def test_who_is_asked_is_on_record_when_it_changes(plan, bob):
    line = make.row_of(plan, make.slot_of(plan).pk)
    values = {"value": "Dana or Emil"}
    save_item(plan=plan, item=line, actor=bob, values=values, seen=None)
    record = plan.records.order_by("number").last()
    assert record.kind == "seated"
    seated = Approver.objects.filter(approval=line.pk).values_list("user", flat=True)
    assert record.details["needs"] == "any"
    assert [user for user, _ in record.details["seats"]] == list(seated)
    AuditRecord.objects.filter(pk=record.pk).delete()
    assert not verify_evidence(plan).is_valid
