from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.actions.templates import add_template, add_template_version
from plans.content.limits import Unreadable
from plans.errors import Refused
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_text
from plans.models import Membership, Team, Template, TemplateVersion, User
from plans.permissions import Role


class Command(PlannerCommand):
    help = (
        "Store a file as a team's template, byte for byte; where the team has one of "
        "that name, as its next version. Prints NAME<TAB>VERSION."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="slug of the team that gets the template")
        parser.add_argument("name", help="what the template is called")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--hints", type=Path, help="a file with guidance beside it")
        parser.add_argument("--note", default="", help="what is new in this version")
        parser.add_argument("--as", dest="username", help="who adds it")

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(
                f"There is no team {options['team']}.", returncode=CANNOT
            )
        try:
            version = self.added(team, options)
        except (Refused, Unreadable) as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        self.stdout.write(f"{version.template.name}\t{version.number}")

    def added(self, team: Team, options: dict[str, Any]) -> TemplateVersion:
        """The new version; the newest one where the file says nothing else."""
        actor = self.actor(team, options["username"])
        name = " ".join(options["name"].split())
        template = Template.objects.filter(team=team, name=name, archived=False).first()
        texts = {
            "markdown": read_text(options["file"]),
            "hints": read_text(options["hints"]) if options["hints"] else "",
            "note": options["note"],
        }
        if template is None:
            return add_template(team=team, actor=actor, name=name, **texts)
        newest = template.newest()
        if not options["hints"]:
            texts["hints"] = newest.hints
        if (newest.markdown, newest.hints) == (texts["markdown"], texts["hints"]):
            return newest
        return add_template_version(template=template, actor=actor, **texts)

    def actor(self, team: Team, username: str | None) -> User:
        members = Membership.objects.filter(team=team).select_related("user")
        if username:
            member = members.filter(user__username=username).first()
            missing = f"{team} has no member {username}."
        else:
            member = members.filter(role=Role.OWNER).order_by("pk").first()
            missing = f"{team} has no owner: name a member with --as."
        if member is None:
            raise CommandError(missing, returncode=CANNOT)
        return member.user
