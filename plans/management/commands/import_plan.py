from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.actions.plans import import_plan, own_team
from plans.content.limits import Unreadable
from plans.errors import Refused
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_template, read_text
from plans.models import Membership, Team, User
from plans.permissions import Role

Row = TypeVar("Row", Team, User)

# The owner of imported plans on a server without users.
NOBODY_YET = "planner"


class Command(PlannerCommand):
    help = (
        "Store each file as a plan, byte for byte, and print SLUG<TAB>FILE for each. "
        "All of them are stored, or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--team", help="slug of the team that gets the plans")
        parser.add_argument("--owner", help="username of the person who brings them")
        parser.add_argument(
            "--template",
            type=Path,
            help="the template that they were made from: what is left of it is found",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        template = read_template(options["template"])
        texts = read_all(files)
        stored: list[str] = []
        with transaction.atomic():
            team, owner = self.whose(options["team"], options["owner"])
            for path, text in zip(files, texts, strict=True):
                try:
                    plan = import_plan(
                        team=team,
                        actor=owner,
                        text=text,
                        name=path.stem,
                        template=template,
                    )
                except (Refused, Unreadable) as error:
                    raise CommandError(f"{path}: {error}", returncode=CANNOT) from None
                stored.append(f"{plan.slug}\t{path}")
        for line in stored:
            self.stdout.write(line)

    def whose(self, team_slug: str | None, username: str | None) -> tuple[Team, User]:
        """The team and owner from the options, or sensible defaults."""
        team = row_named(Team, "team", slug=team_slug) if team_slug else None
        owner = row_named(User, "user", username=username) if username else None
        if team and owner:
            return team, owner
        if owner:
            return own_team(actor=owner), owner
        owners = Membership.objects.filter(role=Role.OWNER).order_by("pk")
        if team:
            owners = owners.filter(team=team)
        member = owners.select_related("team", "user").first()
        if member:
            return member.team, member.user
        if team:
            raise CommandError(f"{team} has no owner: name a user with --owner.")
        return self.first_team()

    def first_team(self) -> tuple[Team, User]:
        owner = User.objects.order_by("-is_superuser", "pk").first()
        if owner is None:
            owner = User.objects.create_user(username=NOBODY_YET)
            self.stderr.write(
                f"No users exist yet: created the user {owner.username}. "
                f"`manage.py changepassword {owner.username}` lets them sign in."
            )
        return own_team(actor=owner), owner


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


def row_named(model: type[Row], noun: str, **named: str) -> Row:
    row = model._default_manager.filter(**named).first()
    if row is None:
        (name,) = named.values()
        raise CommandError(f"There is no {noun} {name}.")
    return row
