from __future__ import annotations

from typing import Any

from plans.management.base import PlannerCommand
from plans.search import indexing

TOLD_EVERY = 1000


class Command(PlannerCommand):
    help = (
        "Write the index of the search again. A server keeps it up to date by itself; "
        "this fills it before an upgraded server starts, and repairs it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for count in indexing.rebuild():
            if count % TOLD_EVERY == 0:
                self.stdout.write(f"{count:,} plans …")
        self.stdout.write(f"The search knows {count:,} plans.")
