"""Why an action did not happen, in sentences for the person who asked for it."""

from __future__ import annotations

from plans.document import Problem
from plans.models import User


def changed_by(author: User | None, reader: User, what: str) -> str:
    """Names who changed something, to the person whose own change has to wait."""
    if author == reader:
        return f"You changed {what} in another tab"
    return f"{author.name if author else 'Someone'} changed {what}"


class Refused(Exception):
    """The action did not happen; the message says why and what to do."""


class NotAllowed(Refused):
    """The person may not do this."""


class Stale(Refused):
    """Someone else saved first. The page shows their text next to the one typed."""

    def __init__(self, what: str = "Someone changed this") -> None:
        super().__init__(
            f"{what} since you opened it. Your text isn’t saved yet: compare the two "
            "and choose one."
        )

    def by(self, author: User | None, reader: User) -> Stale:
        """The same refusal, naming whose text is stored."""
        return Stale(changed_by(author, reader, "this"))


class Unfinished(Refused):
    """The plan is not complete enough for this; `problems` are in the way."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        things = "1 issue is" if count == 1 else f"{count} issues are"
        super().__init__(f"{things} still blocking the finished plan.")
        self.problems = problems


class Outdated(Refused):
    """What the person decided on is no longer what there is to decide on."""
