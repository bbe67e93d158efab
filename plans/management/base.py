"""What the planner's commands have in common."""

from __future__ import annotations

import io
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.models import NameTaken


class PlannerCommand(BaseCommand):
    """Prints anything: a file's name or a person's may hold what a terminal cannot."""

    def run_from_argv(self, argv: list[str]) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except NameTaken as taken:
            raise CommandError(taken.message) from None
