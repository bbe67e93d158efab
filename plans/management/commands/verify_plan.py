from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans import document as doc
from plans.limits import Unreadable
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_text
from plans.models import Version
from plans.reviews.chain import digest_of
from plans.reviews.verify import Match, matches


class Command(PlannerCommand):
    help = (
        "Say which version of which plan a plan.md is, byte for byte, and who signed "
        "it. Ends with 0 when it is one, 1 when it is none or names a sign-off that "
        "does not stand, 2 when the file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            text = read_text(path)
        except Unreadable as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        found = matches(text)
        if not found:
            raise CommandError(f"{path}: {why_not(text)}", returncode=1)
        for match in found:
            self.say(path, match)
        if not any(match.fits for match in found):
            sys.exit(1)

    def say(self, path: Path, match: Match) -> None:
        version = match.version
        self.stdout.write(
            f"{path}: version {version.number} of {version.plan.slug} "
            f"({version.plan.title}), SHA-256 {version.sha256}"
        )
        for named in match.signed:
            said = named.signature
            line = f"  {named.role}: approved by {said.name} on {said.day.isoformat()}"
            if said.version != version.number:
                line += f", carried over from version {said.version}"
            self.stdout.write(f"{line} ({named.stands})" if named.stands else line)
        if match.misfit:
            self.stdout.write(
                f"  what is stored of this plan does not fit together: {match.misfit}"
            )
        if not match.signed:
            self.stdout.write("  as it was frozen: the file names no decision")


def why_not(text: str) -> str:
    """What is closest to the truth about a file that is no version."""
    unix = text.replace("\r\n", "\n").removeprefix("\ufeff")
    if unix != text and matches(unix):
        return (
            "not a version as it is; with LF line ends and without a byte order mark "
            "it would be one. Something converted the file."
        )
    frozen = {digest_of(doc.unsigned(text, edition)) for edition in doc.Edition}
    if Version.objects.filter(sha256__in=frozen).exists():
        return (
            "the text is that of a version, but the decisions in its Approvals lines "
            "are not as the planner writes them, or the stored text was changed."
        )
    return "not a version of any plan here: no byte-for-byte match."
