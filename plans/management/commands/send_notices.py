from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from plans.management.base import PlannerCommand
from plans.notifications import reminders
from plans.notifications.sender import Outbox, delete_settled


class Command(PlannerCommand):
    help = (
        "Send the mails and webhook calls that are due, for servers with "
        "SEND_NOTICES=no. Run it every few minutes; several at a time send nothing "
        "twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        reminders.write_due()
        counts = Outbox().send_due()
        delete_settled()
        self.stdout.write(
            f"{counts['sent']} sent, {counts['dropped']} no longer wanted, "
            f"{counts['later']} to be tried again, {counts['failed']} given up."
        )
        if counts["later"] or counts["failed"]:
            raise CommandError("Not everything was sent; the log says why.")
