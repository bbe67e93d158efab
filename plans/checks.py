"""What only the database can show to be misconfigured; see `planner.checks`."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from plans.models import User


@register("planner", Tags.database)
def nobody_has_the_demo_password(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """`make run` makes accounts with a password that anybody can read."""
    if not settings.PRODUCTION:
        return []
    from plans.demo import PASSWORD, PEOPLE  # loads every action: not at each start

    users = User.objects.filter(
        username__in=[person.username for person in PEOPLE], is_active=True
    )
    try:
        names = [
            user.username
            for user in users.order_by("username")
            if check_password(PASSWORD, user.password)
        ]
    except DatabaseError:  # not there, or not migrated: /readyz says so
        return []
    if not names:
        return []
    return [
        Error(
            f"The database has demo accounts ({', '.join(names)}), whose password "
            "everybody can read.",
            hint="Set DATABASE_URL to a database without demo plans, or give each of "
            "them another password: `python manage.py changepassword NAME`.",
            id="planner.E006",
        )
    ]
