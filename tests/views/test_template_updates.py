"""Bringing a plan up to date, as a page: the list of changes, and what is taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.plans import Start, archive_plan, create_from_template
from plans.actions.templates import (
    add_template,
    add_template_version,
    archive_template,
)
from plans.models import Plan, Template
from tests import make
from tests.actions.test_template_updates import NEW, OLD
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once

BUDGET = "- **Budget**: [How much?]\n"


@pytest.fixture
def old(team, alice):
    return add_template(team=team, actor=alice, name="Service plan", markdown=OLD)


@pytest.fixture
def plan(team, bob, old):
    return create_from_template(
        team=team, actor=bob, start=Start("Tide tables"), version=old
    )


def newer(old, alice, markdown=NEW):
    return add_template_version(
        template=old.template, actor=alice, markdown=markdown, note="For the night"
    )


def boxes(answer):
    boxes = soup(answer).select("[name=take]")
    return {box["value"]: box.has_attr("checked") for box in boxes}


def test_what_is_chosen_is_taken(plan, alice, bob, old):
    client, url = signed_in(bob), url_of("template_update", plan)
    assert "The plan is up to date" in words_of(client.get(url))
    make.edit(plan, bob, label="Budget", value="Two weeks")
    version = newer(old, alice)
    side = words_of(client.get(plan.get_absolute_url()))
    assert "Bring up to version 2" in side
    page = client.get(url)
    assert "Version 2: For the night" in words_of(page)
    offered = boxes(page)
    assert sorted(offered.values())[:2] == [False, True]
    budget = next(
        li for li in soup(page).select(".change-choice") if "Two weeks" in li.text
    )
    assert not budget.input.has_attr("checked")
    chosen = [key for key, is_checked in offered.items() if is_checked]
    answer = client.post(url, {"to": "2", "take": chosen}, follow=True)
    assert "The plan is up to date with Service plan, version 2." in words_of(answer)
    stored = Plan.objects.get(pk=plan.pk)
    assert stored.template_version == version
    assert "- **Budget**: Two weeks" in make.text_of(stored)
    assert "Bring up to version" not in words_of(client.get(plan.get_absolute_url()))
    client.post(url_of("undo", plan))
    assert Plan.objects.get(pk=plan.pk).template_version == old


def test_all_takes_what_loses_nothing(plan, alice, bob, old):
    make.edit(plan, bob, label="Budget", value="Two weeks")
    newer(old, alice)
    data = {"to": "2", "all": "1"}
    signed_in(bob).post(url_of("template_update", plan), data)
    text = make.text_of(plan)
    assert "Two weeks" in text and "**Data store**" in text


def test_a_choice_that_is_out_of_date_is_asked_again(plan, alice, bob, old):
    newer(old, alice)
    client, url = signed_in(bob), url_of("template_update", plan)
    keys = [*boxes(client.get(url))]
    newer(old, alice, NEW + "\n## Even more\n\n[x]\n")
    answer = client.post(url, {"to": "2", "take": keys})
    assert answer.status_code == 409
    assert "newer version of the template by now" in words_of(answer)
    answer = client.post(url, {"to": "3", "take": ["0" * 16]})
    assert answer.status_code == 409
    assert Plan.objects.get(pk=plan.pk).template_version == old


def test_nothing_to_take_notes_the_version(plan, alice, bob, old):
    add_template_version(
        template=old.template, actor=alice, markdown=OLD, hints="## Context\n\nA"
    )
    client, url = signed_in(bob), url_of("template_update", plan)
    assert "Nothing in the text changes" in words_of(client.get(url))
    client.post(url, {"to": "2"})
    assert Plan.objects.get(pk=plan.pk).template_version.number == 2


def test_who_may_not_is_told_why(plan, alice, bob, dana, charlie, old):
    newer(old, alice)
    url = url_of("template_update", plan)
    for ask in (signed_in(dana).get, signed_in(dana).post):
        assert ask(url).status_code == 403
    assert signed_in(charlie).get(url).status_code == 404
    archive_plan(plan=plan, actor=alice)
    assert signed_in(bob).get(url).status_code == 422
    other = make.make_plan(team=plan.team, actor=bob)
    assert signed_in(bob).get(url_of("template_update", other)).status_code == 404


def test_a_plan_starts_to_follow_a_template_and_stops(team, alice, bob, old):
    """Nothing of its own is changed; then it is brought up to date like any other."""
    text = OLD.replace("[FEATURE]", "Tides").replace("[e.g., files]", "SQLite")
    text = text.replace("- **Budget**: [How much?]\n", "").replace(
        "## Old ways\n\n[What was done before]\n", "## Ours\n\nWords.\n"
    )
    plan = make.make_plan(team=team, actor=bob, text=text)
    client, url = signed_in(bob), url_of("template_follow", plan)
    assert "Follow a template…" in words_of(client.get(url_of("plan_menu", plan)))
    assert "Service plan" in words_of(client.get(url))
    page = client.get(url, {"template": old.template_id})
    offered = boxes(page)
    assert list(offered.values()) == [True, True]  # the budget and the old ways
    data = {"template": old.template_id, "to": "1", "take": [*offered][:1]}
    assert client.post(url, data | {"to": "7"}).status_code == 409
    answer = client.post(url, data, follow=True)
    assert "The plan follows Service plan, version 1 now." in words_of(answer)
    plan = Plan.objects.get(pk=plan.pk)
    now = text.replace("- **Owner**: [Name]\n", "- **Owner**: [Name]\n" + BUDGET)
    assert (plan.template_version, make.text_of(plan)) == (old, now)
    assert client.get(url)["Location"] == url_of("template_update", plan)

    newer(old, alice)
    words = words_of(client.get(url_of("template_update", plan)))
    assert "Region" in words and "Stop following" in words

    answer = client.post(url_of("template_unfollow", plan), follow=True)
    assert "doesn’t follow Service plan any more" in words_of(answer)
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.template_version, make.text_of(plan)) == (None, now)
    client.post(url_of("undo", plan))
    assert Plan.objects.get(pk=plan.pk).template_version == old
    for _ in range(2):
        client.post(url_of("undo", plan))
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.template_version, make.text_of(plan)) == (None, text)


def test_who_may_not_follow_is_told_why(plan, team, alice, bob, dana, charlie):
    archived = add_template(team=team, actor=alice, name="Archived", markdown=OLD)
    archive_template(template=archived.template, actor=alice, archived=True)
    other = make.make_plan(team=team, actor=bob)
    for name in ("template_follow", "template_unfollow"):
        url = url_of(name, other)
        assert signed_in(dana).post(url).status_code == 403
        assert signed_in(charlie).post(url).status_code == 404
    data = {"template": archived.template_id, "to": "1", "none": "1"}
    signed_in(bob).post(url_of("template_follow", other), data)
    assert Plan.objects.get(pk=other.pk).template_version is None
    Template.objects.all().update(archived=True, is_default=False)
    words = words_of(signed_in(bob).get(url_of("template_follow", other)))
    assert "No templates yet" in words


def test_a_template_of_another_team_is_not_followed(plan, alice, bob, old, charlie):
    """Where the plan came to another team, or its template."""
    newer(old, alice)
    Plan.objects.filter(pk=plan.pk).update(team=charlie.teams.get(name="Elsewhere"))
    answer = signed_in(charlie).get(plan.get_absolute_url())
    assert "Service plan" not in words_of(answer)
    url = url_of("template_update", plan)
    assert signed_in(charlie).get(url).status_code == 404


def test_the_list_makes_as_many_queries_whatever_it_has(
    plan, alice, bob, old, django_assert_num_queries
):
    client, url = signed_in(bob), url_of("template_update", plan)
    newer(old, alice)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
        few = len(queries)
    more = "".join(f"## H{n}\n\n- **F{n}**: [x]\n\n" for n in range(50))
    newer(old, alice, NEW + more)
    client.get(url)
    with django_assert_num_queries(few):
        client.get(url)
