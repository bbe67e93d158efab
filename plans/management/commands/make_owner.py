from __future__ import annotations

import getpass
import sys
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.accounts.addresses import confirm_address
from plans.actions.slugs import save_with_free_address
from plans.management.base import PlannerCommand
from plans.models import Membership, Team, User
from plans.models.people import name_taken


class Command(PlannerCommand):
    help = "Make a person who can sign in, and a team that they own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--team", default="Team", metavar="NAME")
        parser.add_argument("--email", default="", metavar="ADDRESS")
        parser.add_argument("--name", default="", help="What others see.")
        parser.add_argument(
            "--admin", action="store_true", help="May use the administration too."
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["email"]:
            self.refuse_taken_address(options["email"])
        user = User(
            username=options["username"],
            email=options["email"],
            display_name=options["name"],
            is_staff=options["admin"],
            is_superuser=options["admin"],
        )
        try:
            user.full_clean(exclude=["password"])
            password = self.password()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user.set_password(password)
        user.save()
        if user.email:
            confirm_address(user)
        team = self.team(options["team"])
        if other := user.namesake_in(Team.objects.filter(pk=team.pk)):
            raise CommandError(name_taken(other))
        Membership.objects.create(team=team, user=user, role=Membership.Role.OWNER)
        self.stdout.write(f"{user.username} owns the team {team.name} ({team.slug}).")

    def password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        first = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != first:
            raise CommandError("The two passwords differ. Nobody was made.")
        return first

    def team(self, name: str) -> Team:
        """The team of exactly this name, or at this address where several have it; a
        new one where none has."""
        name = " ".join(name.split())[:100]
        if not name:
            raise CommandError("Enter a name for the team.")
        teams = list(Team.objects.filter(name=name).order_by("slug"))
        if not teams:
            teams = list(Team.objects.filter(slug=name))
        if len(teams) > 1:
            raise CommandError(
                f"Several teams are called {name}. Give --team the address of one of "
                f"them: {', '.join(team.slug for team in teams)}."
            )
        if teams:
            return teams[0]
        team = Team(name=name)
        save_with_free_address(team, name, otherwise="team", longest=90)
        return team

    def refuse_taken_address(self, email: str) -> None:
        users = User.objects.filter(email__iexact=email)
        if users.exists() or EmailAddress.objects.filter(email__iexact=email).exists():
            raise CommandError(
                f"Someone already has that email address ({email}). Give another one, "
                "or none."
            )
