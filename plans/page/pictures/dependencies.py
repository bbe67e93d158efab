"""The dependencies of a chapter by their status: what is red is named first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plans import document as doc
from plans.page.pictures.texts import is_given, short_text

STATUSES = ("red", "yellow", "green", "")
_WORDS = {"red": "Red", "yellow": "Yellow", "green": "Green", "": "No status yet"}
_NAMED = 8  # in each group; more are counted


@dataclass(frozen=True)
class PlacedDependency:
    item: int
    place: str
    name: str
    provider: str = ""
    timeline: str = ""
    status: str = ""

    @property
    def details(self) -> str:
        return ", ".join(text for text in (self.provider, self.timeline) if text)


@dataclass(frozen=True)
class StatusGroup:
    """`start` and `share`: of the bar, in percent."""

    status: str
    dependencies: tuple[PlacedDependency, ...]
    start: float
    share: float

    @property
    def word(self) -> str:
        return _WORDS[self.status]

    @property
    def css_class(self) -> str:
        return f"status-{self.status or 'none'}"

    @property
    def named(self) -> tuple[PlacedDependency, ...]:
        return self.dependencies[:_NAMED]

    @property
    def others(self) -> int:
        return len(self.dependencies) - len(self.named)


@dataclass(frozen=True)
class DependencyBoard:
    dependencies: tuple[PlacedDependency, ...]

    kind = "dependencies"
    title = "Dependencies by status"
    template = "plans/pictures/dependencies.html"

    @property
    def is_empty(self) -> bool:
        return not any(dependency.status for dependency in self.dependencies)

    @property
    def groups(self) -> list[StatusGroup]:
        groups: list[StatusGroup] = []
        start = 0.0
        for status in STATUSES:
            of_status = tuple(
                dependency
                for dependency in self.dependencies
                if dependency.status == status
            )
            if of_status:
                share = 100 * len(of_status) / len(self.dependencies)
                group = StatusGroup(status, of_status, round(start, 2), round(share, 2))
                groups.append(group)
                start += share
        return groups

    @property
    def summary(self) -> str:
        counts = [
            f"{len(group.dependencies)} {group.word.lower()}" for group in self.groups
        ]
        count = len(self.dependencies)
        return f"{count} dependenc{'y' if count == 1 else 'ies'}: {', '.join(counts)}"


def dependencies_of(
    block: doc.Block, places: dict[int, str]
) -> Iterable[PlacedDependency]:
    """The dependencies of a table that have a name or a status."""
    roles = doc.roles_of(block.kind, doc.columns_of(block))
    for number, item in enumerate(block.items, start=1):
        assert isinstance(item, doc.Row)
        cells = dict(zip(roles, item.cells, strict=False))
        name = short_text(cells.get("name", ""), 100)
        status = doc.parse_status(cells.get("status", ""))
        if not name and not status:
            continue
        details = {
            key: text
            for key, role in (("provider", "owner"), ("timeline", "timeline"))
            if is_given(text := short_text(cells.get(role, ""), 60))
        }
        pk = item.id or 0
        yield PlacedDependency(
            item=pk,
            place=places.get(pk, f"#item-{pk}"),
            name=name or f"no. {number}",
            status=status,
            **details,
        )
