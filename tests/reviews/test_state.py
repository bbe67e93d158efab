"""How a plan stands at each step, and what an edit does to what was signed."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.items import save_item
from plans.actions.reviews import request_review
from plans.actions.sections import remove_section, rename_section
from plans.actions.slots import change_rules, change_slot
from plans.actions.undo import redo, undo
from plans.models import Plan
from plans.reviews.status import review_status, review_statuses
from tests import make
from tests.make import FINISHED

pytestmark = pytest.mark.slow

RISKS, OBJECTIVE = "7. RISKS & MITIGATIONS", "1. OBJECTIVE"


@pytest.fixture
def plan(team, alice, bob, dana):
    """Approved; a change in the risks makes dana's sign-off stale, any alice's."""
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    change_slot(
        plan=plan,
        approval=make.slot_of(plan),
        actor=alice,
        is_required=True,
        after=[],
        covers=[RISKS],
    )
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    return plan


def fresh(plan):
    """As a request would find it."""
    return review_status(Plan.objects.get(pk=plan.pk))


def stale(plan):
    return [slot.approval.role for slot in fresh(plan).slots if slot.is_stale]


def save(plan, actor, values, **where):
    item = make.find(plan, **where)
    save_item(plan=plan, item=item, actor=actor, values=values, seen=None)


def edit_outside(plan, bob):
    make.edit(plan, bob, label="Storage", value="Files")


def edit_inside(plan, bob):
    save(plan, bob, {"cell-1": "Fog"}, cell="R-001")


def rename(plan, bob):
    section = make.section_of(plan, RISKS)
    arguments = {"section": section, "heading": "7. Risks", "seen": None}
    rename_section(plan=plan, actor=bob, **arguments)


def remove(plan, bob):
    remove_section(plan=plan, section=make.section_of(plan, RISKS), actor=bob)


def name_another(plan, bob):
    save(plan, bob, {"value": "Zoë"}, label="Technical Design")


EDITS = {
    edit_outside: ["Launch Approval"],
    edit_inside: ["Technical Design", "Launch Approval"],
    rename: ["Technical Design", "Launch Approval"],
    remove: ["Technical Design", "Launch Approval"],
    name_another: ["Technical Design", "Launch Approval"],
}


@pytest.mark.parametrize("mode", ["any", "covered"])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_makes_stale_what_it_touches(plan, alice, bob, edit, mode):
    change_rules(plan=plan, actor=alice, rules={"stale_on": mode})
    edit(plan, bob)
    both = ["Technical Design", "Launch Approval"]
    assert stale(plan) == (both if mode == "any" else EDITS[edit])
    assert fresh(plan).name == "superseded"


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_that_is_undone_leaves_sign_offs_standing(plan, bob, edit):
    edit(plan, bob)
    undo(plan=plan, actor=bob)
    assert (fresh(plan).name, stale(plan)) == ("approved", [])
    redo(plan=plan, actor=bob)
    assert fresh(plan).name == "superseded"


def test_white_space_that_cleaning_removes_changes_nothing(plan, bob):
    number = Plan.objects.get(pk=plan.pk).change_number
    make.edit(plan, bob, label="Storage", value="  SQLite \n")
    assert (fresh(plan).name, plan.change_number) == ("approved", number)


def test_guidance_may_change_without_a_new_signature(team, alice, bob, dana):
    text = FINISHED.replace("### Summary", "<!-- ACTION REQUIRED: a -->\n\n### Summary")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=text)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    number = plan.change_number
    item = next(
        make.row_of(plan, row.pk)
        for row in make.Item.objects.filter(block__section__plan=plan, kind="guidance")
    )
    values = {"text": "<!-- ACTION REQUIRED: in a sentence. -->"}
    save_item(plan=plan, item=item, actor=bob, values=values, seen=None)
    assert "in a sentence" in make.text_of(plan)
    state = fresh(plan)
    assert plan.change_number > number
    assert (state.name, state.is_edited) == ("approved", False)


def test_a_plan_goes_through_its_states(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=FINISHED)
    names = []

    def step(action, *arguments, **keywords):
        action(*arguments, **keywords)
        names.append(fresh(plan).name)

    names.append(fresh(plan).name)
    step(make.edit, plan, bob, value="Plan of tides")
    step(request_review, plan=plan, actor=bob)
    step(make.sign, plan, dana, decision="changes_requested")
    step(make.edit, plan, bob, value="Tides")
    step(request_review, plan=plan, actor=bob)
    step(make.sign, plan, dana)
    step(make.sign, plan, alice, "Launch Approval")
    step(make.edit, plan, bob, value="More tides")
    step(undo, plan=plan, actor=bob)
    assert names == [
        *("draft", "draft", "review", "changes", "changes", "review"),
        *("review", "approved", "superseded", "approved"),
    ]


def ways(team, alice, bob, dana):
    """Plans that stand in every way, in turn."""
    plans = []
    for number in range(30):
        plan = make.make_submitted(team=team, actor=alice, editor=bob)
        if number % 2:
            make.sign(plan, dana)
        if number % 4 == 3:
            make.sign(plan, alice, "Launch Approval")
        if number % 3 == 1:
            make.edit(plan, bob, label="Storage", value=f"Files {number}")
        if number % 5 == 3:
            name_another(plan, bob)
        plans.append(plan)
    return plans


def read_statuses(plans):
    """The states of plans that nothing is known of yet, and what that cost."""
    caches["digests"].clear()
    fresh_plans = list(Plan.objects.filter(pk__in=[plan.pk for plan in plans]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        states = review_statuses(fresh_plans)
    return {
        pk: (state.name, state.label, [(s.state, s.is_stale) for s in state.slots])
        for pk, state in states.items()
    }, len(queries)


def test_a_plan_stands_the_same_alone_and_among_others(team, alice, bob, dana):
    plans = ways(team, alice, bob, dana)
    together, cost = read_statuses(plans)
    alone = [read_statuses([plan]) for plan in plans]
    assert together == {
        pk: status for statuses, _ in alone for pk, status in statuses.items()
    }
    assert {name for name, *_ in together.values()} == {
        "review",
        "approved",
        "superseded",
    }
    # The one that needs most asks as often as all together do.
    assert cost == max(number for _, number in alone)
