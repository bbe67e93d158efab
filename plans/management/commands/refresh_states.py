from __future__ import annotations

from typing import Any

from plans.management.base import PlannerCommand
from plans.reviews.kept_states import forget_states, refresh_states


class Command(PlannerCommand):
    help = (
        "Compute the state of every plan again, by which lists filter and count. Only "
        "needed after rows were changed by hand, or to spare the first list that wait "
        "after an upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        forget_states()
        self.stdout.write(f"{refresh_states()} plans.")
