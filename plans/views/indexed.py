"""Pages that ask the search index: it is brought up to date for their reader first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from planner.replica import read_from_replica
from plans.search import indexing
from plans.views.shortcuts import Request

Result = TypeVar("Result")


def load_indexed(
    request: Request, load: Callable[[], Result], *, asks: bool
) -> tuple[Result, bool]:
    """What `load` returns, and whether the index knew everything that the person may
    see: from a replica, if its index does. `asks`: whether `load` needs the index."""

    def load_if_indexed() -> Result | None:
        if asks and indexing.is_behind_for(request.user):
            return None
        return load()

    result = read_from_replica(request, load_if_indexed)
    if result is not None:
        return result, True
    is_complete = indexing.catch_up(request.user)
    return load(), is_complete
