"""PostgreSQL's LISTEN on one connection of a process, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg
from django.db import connection

from plans.notifications.notify import CHANNEL

log = logging.getLogger(__name__)
# How long a stop may wait, and how soon a lost connection is tried again (seconds).
PATIENCE = 0.5
# Nothing is ever sent on it: the system has to ask whether it is still there.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class Listener:
    """Hands each message to `receive`, from its thread. `is_connected` is for probes.

    What is sent while it is not connected is lost to it; `reconnected` is called so
    that the log is looked at instead.
    """

    def __init__(
        self, receive: Callable[[str], None], reconnected: Callable[[], None]
    ) -> None:
        self.receive = receive
        self.reconnected = reconnected
        self.is_connected = False
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_stopped.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        parameters = connection.get_connection_params()
        parameters.pop("pool", None)
        parameters = KEEPALIVE | parameters
        while not self._is_stopped.is_set():
            try:
                with psycopg.connect(**parameters, autocommit=True) as listening:
                    self._listen(listening)
            except psycopg.Error as error:
                self.is_connected = False
                # Its message names the server and the user; what it is does not.
                log.warning(
                    "The live feed lost its database connection (%s).",
                    type(error).__name__,
                )
                self._is_stopped.wait(PATIENCE)

    def _listen(self, listening: psycopg.Connection) -> None:
        listening.execute(f"LISTEN {CHANNEL}")
        self.is_connected = True
        self.reconnected()
        while not self._is_stopped.is_set():
            for notice in listening.notifies(timeout=PATIENCE):
                self.receive(notice.payload)
