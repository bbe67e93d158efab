from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans import document as doc
from plans.actions.outside_copies import note_copy
from plans.content import export, storage
from plans.management.base import PlannerCommand
from plans.management.files import write_bytes
from plans.models import OutsideCopy, Plan
from plans.reviews.approved_file import approved_file


class Command(PlannerCommand):
    help = (
        "Write a plan's Markdown to a file or to the output: as it stands, or finished."
        " A finished plan that still has problems is not written; they are listed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?")
        parser.add_argument(
            "--all", action="store_true", help="every plan, archived too"
        )
        parser.add_argument(
            "--finished",
            action="store_true",
            help="the approved version with who signed it, where there is one",
        )
        parser.add_argument(
            "--unsigned", action="store_true", help="finished, as the plan is now"
        )
        parser.add_argument(
            "--dialect", choices=list(doc.Dialect), help="how fields are written"
        )
        parser.add_argument(
            "--compat",
            action="store_true",
            help="add the comment that older spec-kit scripts read",
        )
        parser.add_argument(
            "--output", type=Path, help="a file; with --all a folder, made if missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug, output = options["slug"], options["output"]
        if options["all"]:
            if slug or not output:
                raise CommandError("--all takes no slug, and a folder: --output DIR.")
            plans = list(Plan.objects.order_by("slug"))
        elif slug:
            plans = list(Plan.objects.filter(slug=slug))
            if not plans:
                raise CommandError(f"There is no plan {slug}.")
        else:
            raise CommandError("Name a plan by its slug, or take them --all.")
        unfinished = 0
        for plan in plans:
            try:
                data = self.text_of(plan, options).encode("utf-8")
            except doc.NotFinished:
                unfinished += 1
                self.say_problems(plan)
                continue
            if output is None:
                self.write_out(data)
            else:
                place = output / f"{plan.slug}.md" if options["all"] else output
                write_bytes(place, data)
        if unfinished:
            raise CommandError(
                f"Not finished, so not written: {unfinished} of {len(plans)}."
            )

    def text_of(self, plan: Plan, options: dict[str, Any]) -> str:
        dialect = options["dialect"]
        written: dict[str, Any] = {
            "dialect": doc.Dialect(dialect) if dialect else None,
            "compatible": options["compat"],
        }
        approved = approved_file(plan) if options["finished"] else None
        if options["unsigned"] or (options["finished"] and approved is None):
            text = export.finished_text(plan, **written)
            note_copy(plan, text, OutsideCopy.Form.FINISHED)
            return text
        if approved is None:
            text = export.draft_text(plan, **written)
            note_copy(plan, text, OutsideCopy.Form.DRAFT)
            return text
        if not approved.is_current:
            self.stderr.write(
                f"{plan.slug}: this is version {approved.version.number} as approved. "
                "The plan was edited since; --unsigned writes it as it is now."
            )
        text = export.in_form(approved.text, **written)
        note_copy(plan, text, OutsideCopy.Form.SIGNED)
        return text

    def say_problems(self, plan: Plan) -> None:
        """By the lines of the plan as it stands: those are what people can look up."""
        for problem in export.problems(plan, storage.load(plan).document):
            if problem.is_error:
                heading = problem.section.heading
                place = f"{plan.slug}:{problem.line}: {heading}".removesuffix(": ")
                self.stderr.write(f"{place}: {problem.message}")

    def write_out(self, data: bytes) -> None:
        """The bytes themselves, whatever encoding the terminal has."""
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(data.decode("utf-8"), ending="")
        else:
            buffer.write(data)
            buffer.flush()
