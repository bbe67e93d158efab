"""What the planner can be tried with: four teams, their people, and twelve plans.

Everything here is made up. The people's password is known to everybody who reads this,
so `load_demo` refuses to make them anywhere but in development.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from plans.demo import other_teams, water_works
from plans.demo.cast import PASSWORD, PEOPLE, WATER_WORKS, CastMember, make_people
from plans.demo.stage import demo_text
from plans.models import Team

__all__ = ["PASSWORD", "PEOPLE", "CastMember", "demo_text", "load_demo_plans"]


@transaction.atomic
def load_demo_plans(*, today: date) -> None:
    """Make teams, people and plans; where the first team has plans, leave all as it is.

    Raises Refused where other accounts have the usernames of the demo's people.
    """
    if Team.objects.filter(slug=WATER_WORKS.slug, plans__isnull=False).exists():
        return
    people = make_people()
    water_works.load(people, today)
    other_teams.load(people, today)
    for username, person in people.items():
        # Last, so that nothing above sends mail.
        person.email = f"{username}@example.org"
        person.save(update_fields=["email"])
