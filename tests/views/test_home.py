"""What the page that people start from shows above the list of plans."""

from datetime import date

import pytest

from plans.actions.assignments import assign
from plans.actions.comments import comment
from plans.actions.items import save_item
from plans.actions.reminders import change_reminders
from plans.models import Plan
from tests import make
from tests.views.asking import signed_in, soup, url_of

pytestmark = pytest.mark.once


def part(user, name):
    """The lines of a part of the page."""
    page = soup(signed_in(user).get(url_of("plan_list")))
    section = page.select_one(f"[aria-labelledby={name}]")
    lines = section.select("li") if section else []
    return [" ".join(line.get_text().split()) for line in lines]


def test_what_is_due_comes_by_its_day(plan, team, alice, bob, dana):
    storage = make.find(plan, label="Storage")
    assign(plan=plan, actor=alice, item=storage, assignee=bob, due=date(2099, 1, 2))
    section = make.section_of(plan, "1. OBJECTIVE")
    assign(plan=plan, actor=alice, section=section, assignee=bob, due=date(2020, 1, 2))
    goal = make.find(plan, label="Goal")
    assign(plan=plan, actor=alice, item=goal, assignee=bob, due=None)
    assert [line.split(" Tide")[0] for line in part(bob, "due")] == [
        "2 Jan (overdue) 1. OBJECTIVE",
        "2 Jan 1. OBJECTIVE › Storage",
    ]
    assert part(dana, "due") == []


def test_a_sign_off_is_due_for_who_gives_it_and_who_wrote_the_plan(
    team, alice, bob, dana, victor
):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    change_reminders(
        plan=plan, actor=alice, due_after=3, remind_after=None, escalate_after=None
    )
    for person, is_there in ((alice, True), (dana, True), (bob, False)):
        assert any("Sign-off Tide tables" in x for x in part(person, "due")) == is_there
    Plan.objects.update(archived=True)
    assert part(dana, "due") == []


def test_what_the_teams_changed_lately_is_one_line_a_plan(plan, team, alice, bob, dana):
    other = make.make_plan(team=team, actor=alice, text="# Plan: Buoys\n")
    for number in range(3):
        storage = make.find(plan, label="Storage")
        values = {"value": f"Files {number}"}
        save_item(plan=plan, item=storage, actor=bob, values=values, seen=None)
    comment(
        plan=other, actor=alice, section=make.section_of(other, "Plan: Buoys"), text="x"
    )
    lines = part(dana, "lately")
    assert lines[0].startswith("A Alice commented on Plan: Buoys and 1 more in Buoys")
    assert lines[1].startswith("B Bob edited 1. OBJECTIVE › Storage and 2 more in")


def test_other_people_s_teams_are_nobody_s_business(plan, charlie):
    Plan.objects.update(is_open=True)
    assert part(charlie, "lately") == []
    assert part(charlie, "due") == []


def test_who_has_no_plans_is_told_how_to_begin(client, db):
    newcomer = make.make_user("nora")
    page = soup(signed_in(newcomer).get(url_of("plan_list")))
    assert not page.select(".home")
    assert page.select_one(".empty .button-primary")["href"] == url_of("plan_new")
