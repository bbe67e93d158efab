from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.management.base import PlannerCommand
from plans.management.files import CANNOT
from plans.models import Plan
from plans.reviews.verify import verify_evidence


class Command(PlannerCommand):
    help = (
        "Compute the chain of a plan's sign-off records and all digests again, and "
        "compare text, rules and seats with the records. Prints the head of the chain, "
        "to be kept elsewhere. Ends with 0 when everything fits, 1 with the first "
        "thing that does not, 2 when there is no such plan."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--kept",
            metavar="HASH",
            help="a head that was printed before, and kept: it has to be in the chain",
        )

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
        self.stdout.write(
            "Rules and seats are as the records say."
            if report.has_settings
            else "No record says what rules and seats were: compare them yourself."
        )
        if report.own_keys:
            self.stdout.write(f"Signed with the signers' own keys: {report.own_keys}.")
        if kept := options["kept"]:
            self.find(plan, kept)
        if report.head:
            self.stdout.write(
                f"Keep this where nobody who runs the server can change it:\n"
                f"{plan.slug} {report.records} {report.head}"
            )

    def find(self, plan: Plan, kept: str) -> None:
        """Whoever writes the chain anew cannot give it a hash that was kept."""
        record = plan.records.filter(hash=kept.lower()).first()
        if record is None:
            raise CommandError(
                f"{plan.slug}: no record has the hash {kept}. The chain was written "
                "anew since that was kept, or it is of another plan.",
                returncode=1,
            )
        self.stdout.write(f"The hash that was kept is that of record {record.number}.")
