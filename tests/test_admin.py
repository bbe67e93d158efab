"""That the administration keeps people and teams, and only looks at plans."""

import pytest
from django.urls import reverse

from plans.actions.comments import comment
from plans.actions.reviews import request_review
from plans.models import Membership, Team, User
from tests import make

pytestmark = pytest.mark.once

LOOKED_AT = ["plan", "change", "version", "auditrecord", "thread", "comment"]


@pytest.fixture
def root(client, db):
    person = User.objects.create_superuser("root", password="root")
    client.force_login(person)
    return person


def page(model, name="changelist", *arguments):
    return reverse(f"admin:plans_{model}_{name}", args=arguments)


@pytest.fixture
def rows(root, team, alice, dana):
    """One of each model: a finished plan that dana has signed."""
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    version = request_review(plan=plan, actor=alice)
    signed = make.sign(plan, dana, version=version)
    section = make.section_of(plan, "7. RISKS & MITIGATIONS")
    remark = comment(plan=plan, actor=dana, section=section, text="Is this all?")
    return {
        "plan": plan,
        "change": plan.changes.first(),
        "version": version,
        "auditrecord": signed,
        "thread": remark.thread,
        "comment": remark,
        "team": team,
        "user": dana,
    }


@pytest.mark.parametrize("model", [*LOOKED_AT, "team", "user"])
def test_every_list_and_every_row_can_be_looked_at(client, rows, model):
    assert client.get(page(model)).status_code == 200
    assert client.get(page(model, "change", rows[model].pk)).status_code == 200


@pytest.mark.parametrize("model", LOOKED_AT)
def test_what_actions_write_is_only_looked_at(client, rows, model):
    row = rows[model]
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "change", row.pk), {}).status_code == 403
    assert (
        client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    )


def test_a_team_that_has_plans_is_not_deleted_with_them(client, rows):
    unsigned = make.make_plan(team=make.make_team("Elsewhere")).team
    for team in (rows["team"], unsigned):
        answer = client.post(page("team", "delete", team.pk), {"post": "yes"})
        assert answer.status_code in (200, 403)
        assert Team.objects.filter(pk=team.pk).exists()


def test_a_team_is_made_with_its_members(client, root):
    bob = make.make_user("bob")
    form = {
        "name": "Lighthouse",
        "slug": "lighthouse",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": bob.pk,
        "memberships-0-role": "reviewer",
    }
    assert client.post(page("team", "add"), form).status_code == 302
    member = Membership.objects.get()
    assert (member.team.slug, member.user, member.role) == (
        "lighthouse",
        bob,
        "reviewer",
    )


def test_a_person_is_made_with_the_name_that_others_see(client, root):
    form = {
        "username": "ines",
        "usable_password": "true",
        "password1": "nine wet stones",
        "password2": "nine wet stones",
        "display_name": "Ines Carvalho",
    }
    assert client.post(page("user", "add"), form).status_code == 302
    assert User.objects.get(username="ines").name == "Ines Carvalho"
    assert "Ines Carvalho" in client.get(page("user") + "?q=carvalho").text
