"""What a team asks of all its plans at once."""

import pytest

from plans.actions.items import remove_item, save_item
from plans.actions.plans import archive_plan
from plans.actions.sections import remove_section
from plans.models import Approval, Dependency, Plan, Risk
from tests.make import find, make_plan, section_of


@pytest.fixture
def plans(plan, alice, charlie):
    other = make_plan(team=plan.team, actor=alice)
    make_plan(team=charlie.teams.get(), actor=charlie)
    return [plan, other]


def test_every_high_risk_of_ones_teams(plans, bob):
    assert Risk.objects.visible_to(bob).high().count() == 4
    row = find(plans[0], cell="R-002")
    save_item(plan=plans[0], item=row, actor=bob, values={"cell-3": "Low"}, seen=None)
    assert [r.code for r in Risk.objects.visible_to(bob).high()].count("R-002") == 1


def test_every_red_dependency_of_ones_teams(plans, bob):
    red = Dependency.objects.visible_to(bob).red()
    assert [d.name for d in red] == ["Gauge feed"] * 2


def test_every_approval_that_names_one(plans, dana, charlie):
    assert Approval.objects.for_approver(dana).count() == 2
    assert Approval.objects.for_approver(charlie).count() == 0


def test_what_is_removed_or_put_away_does_not_count(plans, alice, dana):
    first, second = plans
    remove_item(plan=first, item=find(first, cell="R-001"), actor=alice)
    remove_section(
        plan=first, section=section_of(first, "8. DEPENDENCIES"), actor=alice
    )
    archive_plan(plan=second, actor=alice)
    assert [r.code for r in Risk.objects.visible_to(alice).high()] == ["R-002"]
    assert not Dependency.objects.visible_to(alice).red().exists()
    assert Approval.objects.for_approver(dana).count() == 1


def test_the_list_of_plans_is_of_ones_teams(plans, bob, charlie):
    assert set(Plan.objects.visible_to(bob)) == set(plans)
    assert Plan.objects.visible_to(charlie).count() == 1
