"""Who is where: the people who have a plan open, and the item that each is on.

Kept in memory alone, told as differences, and never written down. Each process knows
its own people from their streams; what it hears of another process's people it forgets
when that process no longer confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from time import monotonic
from typing import Any

# Other processes confirm their people every few seconds (broker.POLL_INTERVAL).
REMOTE_TIMEOUT = 12.0


@dataclass(frozen=True)
class Presence:
    """One tab of somebody. `key` tells it from others and says nothing of its stream;
    `colour` is one of 0 to 7."""

    key: str
    user: int
    name: str
    initials: str
    colour: int
    item: int | None = None


def presence_key(stream: str, tab: str) -> str:
    """The token of a stream is a secret: who knows it may speak for it."""
    return sha256(f"{stream} {tab}".encode()).hexdigest()[:12]


class PresenceTracker:
    """The people of one plan, and what has to be told of them."""

    def __init__(self) -> None:
        self._here: dict[str, Presence] = {}
        self._elsewhere: dict[str, tuple[Presence, float]] = {}
        self._changed: set[str] = set()

    def put(self, person: Presence) -> None:
        if self._here.get(person.key) != person:
            self._here[person.key] = person
            self._changed.add(person.key)

    def drop(self, key: str) -> None:
        if self._here.pop(key, None):
            self._changed.add(key)

    def own(self) -> list[Presence]:
        """Those of this process."""
        return list(self._here.values())

    def everybody(self) -> dict[str, Presence]:
        others = {key: person for key, (person, _) in self._elsewhere.items()}
        return others | self._here

    def hear(self, people: Iterable[Presence], gone: Iterable[str]) -> None:
        """What another process says of its people."""
        for person in people:
            known = self._elsewhere.get(person.key)
            self._elsewhere[person.key] = (person, monotonic())
            if known is None or known[0] != person:
                self._changed.add(person.key)
        for key in gone:
            if self._elsewhere.pop(key, None):
                self._changed.add(key)

    def forget_unconfirmed(self) -> None:
        limit = monotonic() - REMOTE_TIMEOUT
        for key, (_, heard_at) in list(self._elsewhere.items()):
            if heard_at < limit:
                del self._elsewhere[key]
                self._changed.add(key)

    def news(self) -> tuple[list[Presence], list[str]]:
        """Who changed and who is gone since this was last asked."""
        changed, self._changed = self._changed, set()
        everybody = self.everybody()
        return (
            [everybody[key] for key in sorted(changed) if key in everybody],
            sorted(key for key in changed if key not in everybody),
        )


def encode_presence(
    people: Iterable[Presence], gone: Iterable[str] = (), *, is_full: bool = False
) -> dict[str, Any]:
    """As it goes to browsers and to other processes."""
    told: dict[str, Any] = {"people": [asdict(person) for person in people]}
    if gone:
        told["gone"] = list(gone)
    if is_full:
        told["full"] = True
    return told


def decode_presence(message: dict[str, Any]) -> list[Presence]:
    return [Presence(**told) for told in message["people"]]
