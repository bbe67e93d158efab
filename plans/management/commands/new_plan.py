from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.actions.plans import Start, create_from_template
from plans.content.limits import Unreadable
from plans.errors import Refused
from plans.management.files import CANNOT
from plans.management.new_plans import NewPlansCommand


class Command(NewPlansCommand):
    help = "Make a plan from a template and print its SLUG."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("title", help="what the plan is called")
        self.add_team_arguments(parser)
        self.add_template_argument(parser)
        parser.add_argument("--branch", default="", help="the branch of the feature")
        parser.add_argument("--area", default="", help="the area of the product")
        parser.add_argument(
            "--date", type=date.fromisoformat, help="for example 2026-11-30"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        team, owner = self.whose(options["team"], options["owner"])
        start = Start(
            options["title"], options["branch"], options["area"], options["date"]
        )
        version = self.version_of(team, options["team_template"])
        try:
            plan = create_from_template(
                team=team, actor=owner, start=start, version=version
            )
        except (Refused, Unreadable) as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        self.stdout.write(plan.slug)
