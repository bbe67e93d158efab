"""What the commands that make plans have in common: whose the plans are, and which
template of the team they follow."""

from __future__ import annotations

from typing import TypeVar

from django.core.management.base import CommandError, CommandParser

from plans.actions.plans import own_team
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT
from plans.models import Membership, Team, TemplateVersion, User
from plans.permissions import Role

Row = TypeVar("Row", Team, User)

# The owner of imported plans on a server without users.
NOBODY_YET = "planner"


class NewPlansCommand(PlannerCommand):
    def add_team_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", help="slug of the team that gets the plans")
        parser.add_argument("--owner", help="username of the person who brings them")

    def add_template_argument(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--team-template",
            metavar="NAME",
            help="the template of the team that the plans follow from now on",
        )

    def version_of(self, team: Team, name: str | None) -> TemplateVersion | None:
        """The newest version of the template of that name."""
        if not name:
            return None
        template = team.templates.current().filter(name=" ".join(name.split())).first()
        if template is None:
            raise CommandError(
                f"{team} has no template called {name}.", returncode=CANNOT
            )
        return template.newest()

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


def row_named(model: type[Row], noun: str, **named: str) -> Row:
    row = model._default_manager.filter(**named).first()
    if row is None:
        (name,) = named.values()
        raise CommandError(f"There is no {noun} {name}.")
    return row
