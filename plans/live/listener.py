"""PostgreSQL's LISTEN: one connection in each process, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg
from django.db import connections

from planner.databases import direct_alias
from plans.notifications.notify import CHANNEL

log = logging.getLogger(__name__)
# Seconds between checks for a stop, and before a lost connection is tried again.
POLL_SECONDS = 0.5
# We send nothing on this connection, so TCP has to find out whether it is alive.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class Listener:
    """Passes each message to `receive`, called from its own thread.

    Messages sent while it is disconnected are lost, so `reconnected` is called on each
    connection: the receiver then polls the database. `is_connected` is for probes.
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
        parameters = connections[direct_alias()].get_connection_params()
        parameters.pop("pool", None)
        parameters = KEEPALIVE | parameters
        while not self._is_stopped.is_set():
            try:
                with psycopg.connect(**parameters, autocommit=True) as listening:
                    self._listen(listening)
            except psycopg.Error as error:
                self.is_connected = False
                # Log the type only: the message names the server and the user.
                log.warning(
                    "The live feed lost its database connection (%s).",
                    type(error).__name__,
                )
                self._is_stopped.wait(POLL_SECONDS)

    def _listen(self, listening: psycopg.Connection) -> None:
        if is_pooled(listening):
            log.warning(
                "The live feed listens through a pooler, which loses messages unless "
                "it is in session mode: set DATABASE_LISTEN_URL to PostgreSQL itself."
            )
        # Last, so that it is what pg_stat_activity shows for this connection.
        listening.execute(f"LISTEN {CHANNEL}")
        self.is_connected = True
        self.reconnected()
        while not self._is_stopped.is_set():
            for notice in listening.notifies(timeout=POLL_SECONDS):
                self.receive(notice.payload)


def is_pooled(listening: psycopg.Connection) -> bool:
    """Whether PgBouncer answers in PostgreSQL's place: the process that it names as the
    one to cancel queries with is not the one that answers them."""
    row = listening.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] != listening.info.backend_pid
