from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from planner_evidence.report import as_json, as_page, ending
from planner_evidence.verify import verify_files
from plans.content.limits import Unreadable
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_text
from plans.reviews.identify import (
    Variant,
    Verdict,
    VersionMatch,
    assess,
    identify_versions,
    why_not,
)

# The best first: which of several answers counts.
ENDINGS = {
    Verdict.APPROVED: 0,
    Verdict.HALF_SIGNED: 4,
    Verdict.UNSIGNED: 3,
    Verdict.OBJECTED: 5,
    Verdict.SUPERSEDED: 6,
    Verdict.UNSOUND: 1,
}


class Command(PlannerCommand):
    help = (
        "Say which version of which plan a plan.md is, byte for byte, who signed it, "
        "and what that is worth today. Ends with 0 only for an approved version whose "
        "sign-offs stand; with 1 for a file that is none or names a sign-off that does "
        "not stand, 2 when it cannot be read, 3 when no one has signed it yet, 4 when "
        "sign-offs are missing, 5 when someone objected, 6 when the plan has gone on "
        "since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--approvals",
            type=Path,
            metavar="FILE",
            help="compare with this file of approvals, and not with the database",
        )
        parser.add_argument(
            "--keys",
            type=Path,
            metavar="FILE",
            help="the published keys of the server that signed it",
        )
        parser.add_argument(
            "--json", action="store_true", help="with --approvals: for programs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options.get("approvals") or options.get("keys") or options.get("json"):
            self.verify_alone(path, options)
            return
        try:
            text = read_text(path)
        except Unreadable as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        matches = identify_versions(text)
        if not matches:
            raise CommandError(f"{path}: {why_not(text)}", returncode=1)
        verdicts = [self.say(path, match) for match in matches]
        # The same text may be a version of several plans: one that is approved is
        # enough, and else the nearest to it counts.
        best = min(verdicts, key=list(ENDINGS).index)
        if ENDINGS[best]:
            sys.exit(ENDINGS[best])

    def verify_alone(self, path: Path, options: dict[str, Any]) -> None:
        """As `python -m planner_evidence` does."""
        if not (options["approvals"] and options["keys"]):
            raise CommandError(
                "--approvals and --keys belong together.", returncode=CANNOT
            )
        paths = [path, options["approvals"], options["keys"]]
        try:
            report = verify_files(*(one.read_bytes() for one in paths))
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}.", returncode=CANNOT
            ) from None
        page = as_json(report) if options["json"] else as_page(str(path), report)
        self.stdout.write(page, ending="")
        if code := ending(report):
            sys.exit(code)

    def say(self, path: Path, match: VersionMatch) -> Verdict:
        version = match.version
        self.stdout.write(
            f"{path}: version {version.number} of {version.plan.slug} "
            f"({version.plan.title}), SHA-256 {version.sha256}"
        )
        for named in match.signatures:
            signature = named.signature
            day = signature.day.isoformat()
            line = f"  {named.role}: approved by {signature.name} on {day}"
            if signature.version != version.number:
                line += f", carried over from version {signature.version}"
            self.stdout.write(f"{line} ({named.problem})" if named.problem else line)
        if match.problem:
            self.stdout.write(
                f"  what is stored of this plan does not fit together: {match.problem}"
            )
        if not match.signatures:
            self.stdout.write("  as it was frozen: the file names no decision")
        if match.variant != Variant():
            self.stdout.write(f"  {match.variant}")
        verdict, sentence = assess(match)
        self.stdout.write(f"  {sentence}")
        return verdict
