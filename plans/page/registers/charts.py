"""The counts of a register as pictures whose parts are links that filter it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plans.page.lists import ListAddress
from plans.page.pictures.risks import LEVELS, MatrixCell, MatrixFrame
from plans.page.registers.queries import Counts, Filters


@dataclass(frozen=True)
class CountedCell(MatrixCell):
    """`url`: the register with these levels alone, or with all again."""

    number: int = 0
    url: str = ""
    is_chosen: bool = False

    @property
    def name(self) -> str:
        return f"{self.number} risk{'' if self.number == 1 else 's'}, {self.levels}"


@dataclass(frozen=True)
class CountedMatrix(MatrixFrame):
    cells: tuple[CountedCell, ...]

    template = "registers/_matrix.html"

    @property
    def is_telling(self) -> bool:
        return any(cell.number or cell.is_chosen for cell in self.cells)


def matrix(counts: Counts, filters: Filters, address: ListAddress) -> CountedMatrix:
    """A cell is chosen where both of its levels are; where it is so alone, its link
    takes them away again."""
    chosen = filters.get("impact") or [], filters.get("likelihood") or []
    cells = []
    for impact in reversed(LEVELS):
        for likelihood in LEVELS:
            levels = {"impact": [impact], "likelihood": [likelihood]}
            is_chosen = impact in chosen[0] and likelihood in chosen[1]
            is_alone = chosen == ([impact], [likelihood])
            number = counts.total({**levels, "lacks": filters.get("lacks")})
            url = address.without(*levels) if is_alone else address.having(**levels)
            cells.append(CountedCell(impact, likelihood, number, url, is_chosen))
    return CountedMatrix(tuple(cells))


@dataclass(frozen=True)
class Share:
    """One part of a bar, `start` and `share` in percent, and the link that adds it to
    what is chosen, or takes it away."""

    label: str
    number: int
    css_class: str
    url: str = ""
    is_chosen: bool = False
    start: float = 0
    share: float = 0

    @property
    def is_shown(self) -> bool:
        return bool(self.number or self.is_chosen)


@dataclass(frozen=True)
class Bar:
    title: str
    shares: tuple[Share, ...]

    template = "registers/_bar.html"

    @property
    def is_telling(self) -> bool:
        """Whether there is anything to compare, or a choice to take back."""
        shown = [share for share in self.shares if share.is_shown]
        return len(shown) > 1 or any(share.is_chosen for share in shown)


def bar(
    title: str,
    parts: Iterable[tuple[str, str, str, int]],
    *,
    name: str,
    filters: Filters,
    address: ListAddress,
) -> Bar:
    """`parts`: the value of the filter `name`, its label, its class, and how many; the
    value "" stands for what has none."""
    parts = list(parts)
    total = sum(number for *_, number in parts) or 1
    shares, start = [], 0.0
    for value, label, css_class, number in parts:
        chosen = filters.get(name) or []
        is_chosen = value in chosen
        url = address.without_value(name, value)
        if not is_chosen:
            url = address.having(**{name: [*chosen, value] if value else []})
        share = round(100 * number / total, 2)
        shares.append(
            Share(label, number, css_class, url, is_chosen, round(start, 2), share)
        )
        start += share
    return Bar(title, tuple(shares))
