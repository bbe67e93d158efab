"""What the search knows of thousands of plans: the entries of the first ones, copied by
the database as their rows are (tests/bench/_many.py)."""

from __future__ import annotations

from django.db import connection

from plans.search import indexing
from plans.search.engines import tag

# A word of the vector is between quotes, so none is taken for the beginning of another.
# The parameters of the formats: stride, tag of a team, tag of a plan.
_COPY = """
    INSERT INTO plans_searchentry
        (id, plan_id, kind, source, part, words, digest, written_at)
    SELECT row.id + copies.g * {stride}, row.plan_id + copies.g * {stride}, row.kind,
        row.source + copies.g * {stride}, row.part,
        replace(replace(replace(replace(row.words::text,
            '''{team}' || plan.team_id || '''',
            '''{team}' || plan.team_id + copies.team || ''''),
            '''{plan}' || plan.id || '''',
            '''{plan}' || plan.id + copies.g * {stride} || ''''),
            '''00000''', '''' || to_char(copies.g, 'FM00000') || ''''),
            '''000''', '''' || to_char(copies.people, 'FM000') || '''')::tsvector,
        row.digest, row.written_at
    FROM copies CROSS JOIN plans_searchentry AS row
        JOIN plans_plan AS plan ON plan.id = row.plan_id
    ORDER BY copies.g
"""
_OPENED = """
    UPDATE plans_searchentry SET words = words || %s::tsvector
    WHERE plan_id IN (SELECT id FROM plans_plan WHERE is_open)
"""


def index_first_plans() -> None:
    """Before anything is copied."""
    for _ in indexing.rebuild():
        pass


def copy_entries(stride: int) -> None:
    """Once all else is copied. `stride`: between the ids of a row and of its copy."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COPY.format(stride=stride, team=tag("team"), plan=tag("plan")), ()
        )
        cursor.execute(_OPENED, [f"'{tag('open')}':1"])
        cursor.execute("UPDATE plans_plan SET indexed_number = change_number")
