"""That changes of a plan are numbered one after the other, whoever writes at once."""

import threading

import pytest
from django.db import connections

from plans.actions.change_log import edit_of
from plans.actions.items import add_item, save_item
from plans.errors import Stale
from plans.models import Change, Item, Plan
from tests.make import find, make_plan, make_team, make_user, row_of, text_of

WRITERS = 4
ROUNDS = 5


@pytest.fixture
def shared_plan(transactional_db):
    team = make_team()
    people = [make_user(f"u{n}", team=team, role="owner") for n in range(WRITERS)]
    return make_plan(team=team, actor=people[0]), people


def at_once(work, people):
    """Runs work(person) for everybody in threads; returns what went wrong."""
    errors = []
    start = threading.Barrier(len(people))

    def run(person):
        try:
            start.wait()
            work(person)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def assert_numbers_have_no_gaps(plan):
    numbers = list(
        Change.objects.filter(plan=plan).order_by("pk").values_list("number", flat=True)
    )
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert Plan.objects.get(pk=plan.pk).change_number == len(numbers)


def test_writers_never_share_a_number(shared_plan):
    plan, people = shared_plan
    labels = ["Category", "Storage", "Owner", "Goal"]
    places = dict(zip(people, labels, strict=True))

    def work(person):
        for number in range(ROUNDS):
            own = Plan.objects.get(pk=plan.pk)
            item = find(own, label=places[person])
            values = {"value": f"{number}"}
            save_item(plan=own, item=item, actor=person, values=values, seen=None)

    assert at_once(work, people) == []
    assert Change.objects.filter(plan=plan).count() == 1 + WRITERS * ROUNDS
    assert_numbers_have_no_gaps(plan)


def test_rows_added_at_once_have_places_and_ids_of_their_own(shared_plan):
    plan, people = shared_plan
    block = find(plan, cell="R-001").block

    def work(person):
        for _ in range(ROUNDS):
            own = Plan.objects.get(pk=plan.pk)
            add_item(plan=own, block=block, actor=person)

    assert at_once(work, people) == []
    rows = Item.objects.filter(block=block).select_related("risk")
    assert len({row.position for row in rows}) == 2 + WRITERS * ROUNDS
    codes = [row.risk.code for row in rows.order_by("position")]
    assert codes == [f"R-{n:03}" for n in range(1, 3 + WRITERS * ROUNDS)]
    assert_numbers_have_no_gaps(plan)


def test_of_saves_of_one_version_exactly_one_is_stored(shared_plan):
    plan, people = shared_plan
    pk = find(plan, label="Category").pk

    def work(person):
        own = Plan.objects.get(pk=plan.pk)
        values = {"value": person.name}
        save_item(plan=own, item=row_of(own, pk), actor=person, values=values, seen=0)

    errors = at_once(work, people)
    assert [type(error) for error in errors] == [Stale] * (WRITERS - 1)
    winner = Change.objects.get(verb="item.edited").actor
    assert f"**Category**: {winner.name}\n" in text_of(plan)
    assert_numbers_have_no_gaps(plan)


def test_plans_of_one_title_made_at_once_have_addresses_of_their_own(shared_plan):
    plan, people = shared_plan
    assert at_once(lambda p: make_plan(team=plan.team, actor=p), people) == []
    slugs = set(Plan.objects.values_list("slug", flat=True))
    assert slugs == {"tide-tables", *(f"tide-tables-{n}" for n in range(2, 6))}


def test_an_edit_tells_only_what_is_different(plan):
    item = find(plan, label="Category")
    edit = edit_of(item, {"label": "A", "value": "b"}, {"label": "A", "value": "c"})
    assert edit == {
        "row": "item",
        "id": item.pk,
        "before": {"value": "b"},
        "after": {"value": "c"},
    }
