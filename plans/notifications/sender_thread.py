"""The sender of a server process: a thread that wakes up when a notice is committed,
and looks every few seconds for what came otherwise or is due again.

A mail that is being sent when the process ends has a claim that runs out."""

from __future__ import annotations

import time

from django.conf import settings
from django.urls import set_script_prefix

from planner.server.worker_thread import WorkerThread
from plans.notifications import outbox, reminders
from plans.notifications.sender import Outbox, delete_settled

# Seconds between two looks at what is overdue, and at old rows.
REMINDERS_EVERY = 300.0
CLEAN_EVERY = 3600.0


class SenderThread(WorkerThread):
    unavailable = "The outbox cannot be read"

    def __init__(self) -> None:
        super().__init__("sender")
        self._outbox = Outbox()
        self._last: dict[str, float] = {}

    def start(self) -> None:
        outbox.on_notices(self.wake)
        super().start()

    def stop(self) -> None:
        outbox.off_notices(self.wake)
        super().stop()

    def run(self) -> None:
        # Without a request, Django would build links without this prefix.
        set_script_prefix(f"{settings.BASE_PATH}/")
        super().run()

    def work(self) -> float:
        if self._is_time("remind", REMINDERS_EVERY):
            reminders.write_due()
        self._outbox.send_due()
        if self._is_time("clean", CLEAN_EVERY):
            delete_settled()
        return self.interval

    def _is_time(self, task: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(task, -every) < every:
            return False
        self._last[task] = now
        return True
