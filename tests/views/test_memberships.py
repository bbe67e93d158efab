"""That a view hands the membership it has read on to the action that it calls."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.sharing import share_plan
from tests import make
from tests.kept import kept_plan
from tests.views.asking import signed_in, url_of

pytestmark = pytest.mark.once

PLAN = {
    "archive": {"archived": "1"},
    "sharing_open": {"open": "1"},
    "review_rules": {"stale_on": "any", "seen": 0, "check_clean": "on"},
    "review_remind": {},
    "review_expire": {"comment": "Too early"},
    "review_request": {},
}


def memberships_read(client, address, data, user):
    """The queries with which a post asks for the membership of its reader alone."""
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address, data).status_code == 302
    return [
        query["sql"]
        for query in queries
        if 'FROM "plans_membership"' in query["sql"]
        and query["sql"].startswith("SELECT")
        and f'"plans_membership"."user_id" = {user.pk}' in query["sql"]
        and '"plans_membership"."team_id" =' in query["sql"]
    ]


def make_submitted(team, alice, bob, dana):
    return make.make_submitted(team=team, actor=alice, editor=bob)


team, submitted = kept_plan(make_submitted)


@pytest.mark.parametrize("name", PLAN)
def test_it_is_not_read_again_for_a_plan(submitted, alice, name):
    client = signed_in(alice)
    address = url_of(name, submitted)
    assert memberships_read(client, address, PLAN[name], alice) == []


def test_it_is_not_read_again_for_a_link_that_is_revoked(submitted, alice):
    link, _ = share_plan(plan=submitted, actor=alice, days=7)
    address = url_of("sharing_end", submitted)
    data = {"link": link.pk}
    assert memberships_read(signed_in(alice), address, data, alice) == []


def test_it_is_not_read_again_for_the_setup_of_a_slot(submitted, alice):
    slot = make.slot_of(submitted)
    address = url_of("slot_setup", submitted, slot.pk)
    data = {"is_required": "on", "seen": 0}
    assert memberships_read(signed_in(alice), address, data, alice) == []


def test_it_is_not_read_again_for_an_item_that_is_restored(plan, alice):
    item = make.find(plan, label="Category")
    make.edit(plan, alice, value="Library")
    number = plan.changes.first().number
    address = url_of("item_restore", plan, item.pk)
    data = {"number": number - 1}
    assert memberships_read(signed_in(alice), address, data, alice) == []
