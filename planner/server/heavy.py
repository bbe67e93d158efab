"""Requests that take long, such as the page of a very large plan, take turns.

Python computes in one thread at a time, so ten pages side by side are ready no sooner
than one after the other, and meanwhile a save gets an eleventh of the processor. Which
requests take long is not known beforehand; the same one took as long the last time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

# Seconds of computing from which a request waits for the others that take so long.
LONG_SECONDS = 0.25
# Of so many addresses it is remembered.
MAX_ADDRESSES = 1_000

Address = tuple[str, str]


class HeavyAddresses:
    """Those (method and path) whose last answer took long to compute."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[Address, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, address: Address) -> bool:
        return address in self._addresses

    def note(self, address: Address, seconds: float) -> None:
        with self._lock:
            self._addresses.pop(address, None)
            if seconds >= LONG_SECONDS:
                self._addresses[address] = None
                if len(self._addresses) > MAX_ADDRESSES:
                    self._addresses.popitem(last=False)
