"""What a room asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.live.fragments import side_html
from plans.live.room import read_sides


def test_the_panels_of_all_kinds_are_read_as_one(plan):
    with CaptureQueriesContext(connection) as of_one:
        read_sides(plan.pk, {True})
    with CaptureQueriesContext(connection) as of_both:
        sides = read_sides(plan.pk, {True, False})
    assert len(of_both) == len(of_one)
    for may_edit in (True, False):
        assert sides[may_edit] == side_html(plan, can_edit=may_edit)
