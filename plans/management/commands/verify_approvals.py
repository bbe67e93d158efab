from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.management.base import PlannerCommand
from plans.management.files import CANNOT
from plans.models import Plan
from plans.reviews.verify import verify_evidence


class Command(PlannerCommand):
    help = (
        "Compute the chain of a plan's sign-off records and all digests again. Ends "
        "with 0 when everything fits, 1 with the first record that does not, 2 when "
        "there is no such plan."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(slug=options["slug"]).first()
        if plan is None:
            raise CommandError(
                f"There is no plan {options['slug']}.", returncode=CANNOT
            )
        report = verify_evidence(plan)
        if not report.is_valid:
            raise CommandError(f"{plan.slug}: {report.problem}", returncode=1)
        self.stdout.write(
            f"{plan.slug}: {report.records} records and {report.versions} versions fit."
            f" Newest hash: {report.head or 'none yet'}"
        )
