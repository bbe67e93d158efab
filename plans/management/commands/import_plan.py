from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.actions.plans import import_plan
from plans.actions.template_updates import follow_template
from plans.content.limits import Unreadable
from plans.errors import Refused
from plans.management.files import CANNOT, read_template, read_text
from plans.management.new_plans import NewPlansCommand


class Command(NewPlansCommand):
    help = (
        "Store each file as a plan, byte for byte, and print SLUG<TAB>FILE for each. "
        "All of them are stored, or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        self.add_team_arguments(parser)
        parser.add_argument(
            "--template",
            type=Path,
            help="the template that they were made from: what is left of it is found",
        )
        self.add_template_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        template = read_template(options["template"])
        texts = read_all(files)
        stored: list[str] = []
        with transaction.atomic():
            team, owner = self.whose(options["team"], options["owner"])
            version = self.version_of(team, options["team_template"])
            for path, text in zip(files, texts, strict=True):
                try:
                    plan = import_plan(
                        team=team,
                        actor=owner,
                        text=text,
                        name=path.stem,
                        template=template,
                    )
                    if version is not None:
                        follow_template(plan=plan, version=version, actor=owner)
                except (Refused, Unreadable) as error:
                    raise CommandError(f"{path}: {error}", returncode=CANNOT) from None
                stored.append(f"{plan.slug}\t{path}")
        for line in stored:
            self.stdout.write(line)


def read_all(files: list[Path]) -> list[str]:
    """The text of every file. Raises CommandError that lists each unreadable one."""
    texts, refusals = [], []
    for path in files:
        try:
            texts.append(read_text(path))
        except Unreadable as error:
            refusals.append(str(error))
    if refusals:
        raise CommandError("\n".join(refusals), returncode=CANNOT)
    return texts
