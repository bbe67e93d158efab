from __future__ import annotations

from typing import Any

from django.db import transaction

from plans.content.registers import index_items
from plans.management.base import PlannerCommand
from plans.models import Plan


class Command(PlannerCommand):
    help = "Find again what all plans list in the registers."

    def handle(self, *args: Any, **options: Any) -> None:
        ids = list(Plan.objects.order_by("pk").values_list("pk", flat=True))
        for pk in ids:
            with transaction.atomic():
                # Actions take the plan's row first, too.
                index_items(Plan.objects.select_for_update().get(pk=pk))
        self.stdout.write(f"Registers of {len(ids)} plans are up to date.")
