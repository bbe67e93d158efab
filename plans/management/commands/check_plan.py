from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans import document as doc
from plans.content.limits import Unreadable
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_plan, read_template


class Command(PlannerCommand):
    help = (
        "Say what keeps each plan.md from being finished, one FILE:LINE: message a "
        "line. Ends with 0 when nothing does, 1 when something does, 2 when a file "
        "cannot be read. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--template",
            type=Path,
            help="the template that they were made from: what is left of it is found",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        own = doc.template_placeholders(read_template(options["template"]))
        located: list[tuple[Path, doc.Problem]] = []
        refusals: list[str] = []
        for path in options["files"]:
            try:
                document = read_plan(path)
            except Unreadable as error:
                refusals.append(str(error))
            else:
                self.say_of_comments(path, doc.comments_of(document, own))
                problems = doc.check(document, own_placeholders=own)
                # verify_plan tells from the record whether a decision stands.
                located += [(path, p) for p in problems if p.code != "decision"]
        if not options["json"]:
            for path, problem in located:
                self.stdout.write(as_line(path, problem))
        elif len(refusals) < len(options["files"]):
            listed = [as_json(path, problem) for path, problem in located]
            self.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False))
        if refusals:
            raise CommandError("\n".join(refusals), returncode=CANNOT)
        if any(problem.is_error for _, problem in located):
            sys.exit(1)

    def say_of_comments(self, path: Path, comments: doc.Comments) -> None:
        """On standard error: it is no problem, and scripts don't expect it."""
        if comments.left_out or comments.count_kept:
            self.stderr.write(
                f"{path}: a finished plan leaves out {len(comments.left_out)} comments "
                f"of the template and keeps {comments.count_kept} "
                f"({len(comments.markers)} marks for tools)."
            )


def as_line(path: Path, problem: doc.Problem) -> str:
    mark = "" if problem.is_error else "warning: "
    return f"{path}:{problem.line}: {mark}{problem.message}"


def as_json(path: Path, problem: doc.Problem) -> dict[str, object]:
    return {
        "file": str(path),
        "line": problem.line,
        "severity": problem.severity,
        "code": problem.code,
        "section": problem.section.heading,
        "message": problem.message,
    }
