from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans import document as doc
from plans.limits import Unreadable
from plans.management.files import CANNOT, read_plan


class Command(BaseCommand):
    help = (
        "Say what keeps a plan.md from being finished, one FILE:LINE: message a line. "
        "Ends with 0 when nothing does, 1 when something does, 2 when the file cannot "
        "be read. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            document = read_plan(path)
        except Unreadable as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        problems = doc.check(document)
        if options["json"]:
            found = [as_json(path, problem) for problem in problems]
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            for problem in problems:
                self.stdout.write(as_line(path, problem))
        if any(problem.is_error for problem in problems):
            sys.exit(1)


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
