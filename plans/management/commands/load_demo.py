from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from plans import demo


class Command(BaseCommand):
    help = "Make two demo plans and the people to try them with, where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo people have a password that everybody can read, so they are "
                "made in development only. Set PLANNER_ENV=development to try them."
            )
        demo.load(today=timezone.localdate())
        self.stdout.write(f"Sign in as one of these, password {demo.PASSWORD}:")
        for person in demo.PEOPLE:
            self.stdout.write(
                f"  {person.username:<8}{person.display_name} ({person.role.label})"
            )
