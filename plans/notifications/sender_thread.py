"""The sender of a server process: a thread that wakes up when a notice is committed,
and looks every few seconds for what came otherwise or is due again."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connections
from django.urls import set_script_prefix

from plans.notifications import outbox, reminders
from plans.notifications.sender import Outbox, delete_settled

log = logging.getLogger(__name__)

# Seconds between two looks at the outbox, at what is overdue, and at old rows.
INTERVAL = 10.0
REMINDERS_EVERY = 300.0
CLEAN_EVERY = 3600.0
# For which a stop waits for a mail that is being sent. Its claim runs out otherwise.
STOP_SECONDS = 5.0


class SenderThread(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="sender", daemon=True)
        self._is_stopped = False
        self._wake = threading.Event()
        self._outbox = Outbox()
        self._last: dict[str, float] = {}

    def start(self) -> None:
        outbox.on_notices(self._wake.set)
        super().start()

    def stop(self) -> None:
        outbox.off_notices(self._wake.set)
        self._is_stopped = True
        self._wake.set()
        self.join(STOP_SECONDS)

    def run(self) -> None:
        # Without a request, Django would build links without this prefix.
        set_script_prefix(f"{settings.BASE_PATH}/")
        while not self._is_stopped:
            self._wake.clear()
            self._work()
            self._wake.wait(INTERVAL)

    def _work(self) -> None:
        try:
            if self._is_time("remind", REMINDERS_EVERY):
                reminders.write_due()
            self._outbox.send_due()
            if self._is_time("clean", CLEAN_EVERY):
                delete_settled()
        except DatabaseError as error:
            # It is away, or not migrated: /readyz says so. The next look tries again.
            log.warning("The outbox cannot be read: %s.", type(error).__name__)
        except Exception:
            log.exception("The sender of notices failed.")
        finally:
            # PostgreSQL's pool has it back until the next look.
            connections.close_all()

    def _is_time(self, task: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(task, -every) < every:
            return False
        self._last[task] = now
        return True
