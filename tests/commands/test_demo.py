"""The demo plans are worth trying, loaded once, and made in development only."""

import re
from collections import Counter

import pytest
from django.core.management import CommandError

from plans import demo
from plans import document as doc
from plans.models import Change, Item, Plan, Team, User
from plans.reviews.status import review_status, review_statuses
from tests.commands.test_plan_files import run

pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_the_demo_can_be_loaded_again(db, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    output = run("load_demo")
    assert "http://127.0.0.1:8000 " in output
    assert "alice" in output and demo.PASSWORD in output
    numbers = [model.objects.count() for model in (User, Plan, Item, Change)]
    water_works = Team.objects.get(slug="water-works")
    water_works.memberships.filter(user__username="victor").delete()
    User.objects.filter(username="bob").update(display_name="Robert")
    monkeypatch.setenv("PORT", "9000")
    assert run("load_demo") == output.replace("8000", "9000")
    assert numbers == [model.objects.count() for model in (User, Plan, Item, Change)]
    assert not water_works.memberships.filter(user__username="victor").exists()
    assert User.objects.get(username="bob").name == "Robert"


def test_the_demo_has_plans_in_every_state(db, client, tmp_path):
    run("load_demo")
    for person in demo.PEOPLE:
        assert client.login(username=person.username, password=demo.PASSWORD)
    _the_states_are_worth_looking_at()
    _one_is_half_signed_and_one_fresh()
    _the_approved_file_is_known(tmp_path / "approved.md")
    _the_longest_comes_in_again(tmp_path / "longest.md")


def _the_states_are_worth_looking_at():
    plans = list(Plan.objects.all())
    statuses = review_statuses(plans)
    assert len(plans) == 12 and Team.objects.count() == 4
    assert Counter(statuses[plan.pk].name for plan in plans) == {
        "draft": 5,
        "review": 3,
        "changes": 1,
        "approved": 2,
        "superseded": 1,
    }
    assert Plan.objects.get(archived=True).title == "Retire the Nightly Export"
    for slug in Plan.objects.values_list("slug", flat=True):
        assert "fit" in run("verify_approvals", slug)


def _one_is_half_signed_and_one_fresh():
    done, filled, fresh = Plan.objects.filter(team__slug="water-works").order_by("pk")
    text = demo.demo_text("offline-readings")
    assert run("export_plan", filled.slug, finished=True) == text
    state = review_status(filled)
    states = [slot.state for slot in state.slots]
    assert (state.name, states) == (
        "review",
        ["approved", "condition", "open", "open"],
    )
    assert all(len(slot.approvers) == 1 for slot in state.slots)
    assert fresh.title == "Leak Alerts"
    with pytest.raises(CommandError):
        run("export_plan", fresh.slug, finished=True)


def _the_approved_file_is_known(path):
    slug = "final-bill-on-moving-day"
    run("export_plan", slug, finished=True, output=path)
    assert path.read_text().count(" — approved by ") == 4
    output = run("verify_plan", path)
    assert f"version 2 of {slug}" in output
    assert "Launch Approval: approved by Frida Nyström" in output
    path.write_text(path.read_text().replace("11,000 bills", "12,000 bills"))
    with pytest.raises(CommandError, match="not a version of any plan"):
        run("verify_plan", path)


def _the_longest_comes_in_again(path):
    run("export_plan", "offline-meter-readings", finished=True, output=path)
    assert run("check_plan", path) == ""
    slug = run("import_plan", path, team="water-works").split("\t")[0]
    assert run("export_plan", slug, finished=True).encode() == path.read_bytes()


def test_the_demos_longest_plan_is_complete():
    text = demo.demo_text("offline-readings")
    document = doc.read(text)
    assert doc.check(document) == []
    assert [
        section.heading.split(".")[0]
        for section in document.sections
        if section.level == 2
    ] == [str(number) for number in range(1, 11)]
    links_and_boxes = re.compile(r"\[[^]]+\]\(|^- \[[ x]\] ", re.MULTILINE)
    assert "[" not in links_and_boxes.sub("", text)
    assert "<!--" not in text and "Option" not in text


def test_the_demo_leaves_people_alone_who_have_its_names(alice, team):
    output = run("load_demo")
    assert "other accounts here have these names: alice" in output
    assert demo.PASSWORD not in output
    assert User.objects.get() == alice and Team.objects.get() == team
    assert not Plan.objects.exists()


def test_the_demo_is_refused_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PLANNER_ENV=development"):
        run("load_demo")
    assert not User.objects.exists()
