"""Presence: who has a plan open, and which item each of their tabs is on.

Presence lives in memory and is never stored; browsers receive the differences. Each
process tracks the tabs of its own streams. Entries of other processes expire unless
they are confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from time import monotonic
from typing import Any

# Other processes confirm their entries every few seconds (broker.POLL_INTERVAL).
REMOTE_TIMEOUT = 12.0


@dataclass(frozen=True)
class Presence:
    """One tab of a user, as other browsers see it; the field names are part of the
    protocol. `key` identifies the tab without revealing its stream's token; `colour` is
    0 to 7."""

    key: str
    user: int
    name: str
    initials: str
    colour: int
    item: int | None = None


def presence_key(stream: str, tab: str) -> str:
    """A digest, because the token of a stream is a secret: it authorises its holder to
    report tabs for the stream."""
    return sha256(f"{stream} {tab}".encode()).hexdigest()[:12]


class PresenceTracker:
    """The presences on one plan, and which of them changed since the last broadcast."""

    def __init__(self) -> None:
        self._local: dict[str, Presence] = {}
        self._remote: dict[str, tuple[Presence, float]] = {}
        self._changed: set[str] = set()

    def track(self, presence: Presence) -> None:
        if self._local.get(presence.key) != presence:
            self._local[presence.key] = presence
            self._changed.add(presence.key)

    def untrack(self, key: str) -> None:
        if self._local.pop(key, None):
            self._changed.add(key)

    def local(self) -> list[Presence]:
        """The presences of this process."""
        return list(self._local.values())

    def everyone(self) -> dict[str, Presence]:
        remote = {key: presence for key, (presence, _) in self._remote.items()}
        return remote | self._local

    def merge_remote(self, presences: Iterable[Presence], gone: Iterable[str]) -> None:
        """Take over what another process reports."""
        for presence in presences:
            known = self._remote.get(presence.key)
            self._remote[presence.key] = (presence, monotonic())
            if known is None or known[0] != presence:
                self._changed.add(presence.key)
        for key in gone:
            if self._remote.pop(key, None):
                self._changed.add(key)

    def expire_remote(self) -> None:
        limit = monotonic() - REMOTE_TIMEOUT
        for key, (_, confirmed_at) in list(self._remote.items()):
            if confirmed_at < limit:
                del self._remote[key]
                self._changed.add(key)

    def take_changes(self) -> tuple[list[Presence], list[str]]:
        """The presences that changed and the keys that are gone since the last call."""
        changed, self._changed = self._changed, set()
        everyone = self.everyone()
        return (
            [everyone[key] for key in sorted(changed) if key in everyone],
            sorted(key for key in changed if key not in everyone),
        )


def encode_presence(
    presences: Iterable[Presence], gone: Iterable[str] = (), *, is_full: bool = False
) -> dict[str, Any]:
    """The message for browsers and other processes. `is_full`: it replaces all that
    the browser knows."""
    message: dict[str, Any] = {"people": [asdict(presence) for presence in presences]}
    if gone:
        message["gone"] = list(gone)
    if is_full:
        message["full"] = True
    return message


def decode_presence(message: dict[str, Any]) -> list[Presence]:
    return [Presence(**fields) for fields in message["people"]]
