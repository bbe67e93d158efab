from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from planner import env
from plans import demo
from plans.errors import Refused
from plans.management.base import PlannerCommand


class Command(PlannerCommand):
    help = "Make twelve demo plans and the people to try them with."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo people have a password that everybody can read, so they are "
                "made in development only. Set PLANNER_ENV=development to try them."
            )
        try:
            demo.load_demo_plans(today=timezone.localdate())
        except Refused as refusal:
            # No failure: `make run` goes on and serves what the people here have.
            self.stderr.write(str(refusal))
            return
        port = env.number("PORT", 8000, least=1, most=65_535)
        self.stdout.write(
            f"Sign in at http://127.0.0.1:{port} as one of these, "
            f"password {demo.PASSWORD}:"
        )
        for person in demo.PEOPLE:
            self.stdout.write(
                f"  {person.username:<8}{person.display_name} ({person.role.label})"
            )
