"""Why an action did not happen, in sentences for the person who asked for it."""

from __future__ import annotations

from plans.document import Problem
from plans.models import User


class Refused(Exception):
    """The action did not happen; the message says why and what to do."""


class NotAllowed(Refused):
    """The person may not do this."""


class Stale(Refused):
    """Somebody saved first. The page holds their text beside the one typed."""

    def __init__(self, what: str = "Somebody changed this") -> None:
        super().__init__(
            f"{what} since you opened it. Nothing of yours was stored "
            "yet: compare the two texts and choose."
        )

    def by(self, author: User | None, reader: User) -> Stale:
        """The same refusal, naming whose text is stored."""
        if author is None:
            return self
        if author == reader:
            return Stale("You changed this in another tab")
        return Stale(f"{author.name} changed this")


class Unfinished(Refused):
    """The plan is not complete enough for this; `problems` are in the way."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        things = "1 thing is" if count == 1 else f"{count} things are"
        super().__init__(f"{things} still in the way of a finished plan.")
        self.problems = problems


class Outdated(Refused):
    """What the person decided on is no longer what there is to decide on."""
