"""The counts of a register as pictures whose parts are links that filter it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    chosen = (filters.get("impact"), filters.get("likelihood"))
    cells = []
    for impact in reversed(LEVELS):
        for likelihood in LEVELS:
            levels = {"impact": impact, "likelihood": likelihood}
            is_chosen = chosen == (impact, likelihood)
            number = counts.total({**levels, "lacks": filters.get("lacks")})
            url = address.without(*levels) if is_chosen else address.having(**levels)
            cells.append(CountedCell(impact, likelihood, number, url, is_chosen))
    return CountedMatrix(tuple(cells))


@dataclass(frozen=True)
class Share:
    """One part of a bar, `start` and `share` in percent, and the link that chooses it
    or all again."""

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
    filters: Mapping[str, object],
    address: ListAddress,
) -> Bar:
    """`parts`: the value of the filter `name`, its label, its class, and how many."""
    parts = list(parts)
    total = sum(number for *_, number in parts) or 1
    shares, start = [], 0.0
    for value, label, css_class, number in parts:
        is_chosen = filters.get(name) == value
        url = address.without(name) if is_chosen else address.having(**{name: value})
        share = round(100 * number / total, 2)
        shares.append(
            Share(label, number, css_class, url, is_chosen, round(start, 2), share)
        )
        start += share
    return Bar(title, tuple(shares))
