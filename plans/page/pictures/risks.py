"""The risks of a chapter as a matrix: impact upwards, likelihood to the right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plans import document as doc
from plans.page.pictures.texts import short_text

LEVELS = ("low", "medium", "high")
# Sizes in the units of the drawing.
LABELS, CELL_WIDTH, CELL_HEIGHT, FOOT = 64, 98, 62, 40
_LONGEST_CODE = 10
_CODES_IN_A_LINE, _LINES = 14, 2  # characters; more codes are counted


@dataclass(frozen=True)
class PlacedRisk:
    """A risk of the plan: where it is, how it is called, how bad and how likely it is.

    `code`: as written, or its number in the table. `level`s are "" where the cell says
    none of the three. `place`: its address on the page.
    """

    item: int
    block: int
    place: str
    code: str
    impact: str = ""
    likelihood: str = ""

    @property
    def is_placed(self) -> bool:
        return bool(self.impact and self.likelihood)


@dataclass(frozen=True)
class MatrixCell:
    """One impact and one likelihood, and where they are drawn."""

    impact: str
    likelihood: str

    @property
    def key(self) -> str:
        return f"{self.impact}-{self.likelihood}"

    @property
    def x(self) -> int:
        return LABELS + LEVELS.index(self.likelihood) * CELL_WIDTH

    @property
    def y(self) -> int:
        return (2 - LEVELS.index(self.impact)) * CELL_HEIGHT

    @property
    def middle(self) -> int:
        return self.x + CELL_WIDTH // 2

    @property
    def severity(self) -> str:
        """The level that the two make together."""
        together = LEVELS.index(self.impact) + LEVELS.index(self.likelihood)
        return "high" if together > 2 else "medium" if together == 2 else "low"

    @property
    def levels(self) -> str:
        return f"impact {self.impact}, likelihood {self.likelihood}"


@dataclass(frozen=True)
class Cell(MatrixCell):
    """With the risks of a plan."""

    risks: tuple[PlacedRisk, ...]

    @property
    def place(self) -> str:
        return self.risks[0].place

    @property
    def items(self) -> str:
        """For the script that filters the table."""
        return " ".join(str(risk.item) for risk in self.risks)

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The codes, in as many lines as there is room for: each with its height."""
        lines, hidden = [""], 0
        for number, risk in enumerate(self.risks):
            longer = f"{lines[-1]} {risk.code}".strip()
            if len(longer) <= _CODES_IN_A_LINE or not lines[-1]:
                lines[-1] = longer
            elif len(lines) < _LINES:
                lines.append(risk.code)
            else:
                hidden = len(self.risks) - number
                break
        if hidden:
            lines[-1] += f" +{hidden}"
        return [(self.y + 38 + 14 * number, line) for number, line in enumerate(lines)]

    @property
    def count(self) -> str:
        return f"{len(self.risks)} risk{'' if len(self.risks) == 1 else 's'}"

    @property
    def name(self) -> str:
        """With what is written in it, so that it can be asked for by voice."""
        codes = " ".join(line for _, line in self.lines)
        return f"{self.count} {codes}: {self.levels}"

    @property
    def tip(self) -> str:
        """With every code."""
        codes = ", ".join(risk.code for risk in self.risks)
        return f"{self.count}, {self.levels}: {codes}"


class MatrixFrame:
    """The size of a matrix, and the names at its edges."""

    title = "Risks by impact and likelihood"
    width = LABELS + 3 * CELL_WIDTH + 2
    height = 3 * CELL_HEIGHT + FOOT
    foot = 3 * CELL_HEIGHT + 16
    cell_width, cell_height = CELL_WIDTH - 4, CELL_HEIGHT - 4
    axis_end = LABELS + 3 * CELL_WIDTH // 2

    @property
    def rows(self) -> list[tuple[str, int]]:
        """The names of the rows, each with the height of its middle."""
        return [
            (level.capitalize(), (2 - number) * CELL_HEIGHT + CELL_HEIGHT // 2 + 2)
            for number, level in enumerate(LEVELS)
        ]

    @property
    def columns(self) -> list[tuple[str, int]]:
        return [
            (level.capitalize(), LABELS + number * CELL_WIDTH + CELL_WIDTH // 2)
            for number, level in enumerate(LEVELS)
        ]


@dataclass(frozen=True)
class RiskMatrix(MatrixFrame):
    """`is_paged`: the table shows only some of its rows, so that it is not filtered."""

    risks: tuple[PlacedRisk, ...]
    is_paged: bool = False

    kind = "risks"
    template = "plans/pictures/risks.html"

    @property
    def is_empty(self) -> bool:
        return not any(risk.is_placed for risk in self.risks)

    @property
    def cells(self) -> list[Cell]:
        return [
            Cell(
                impact,
                likelihood,
                tuple(
                    risk
                    for risk in self.risks
                    if (risk.impact, risk.likelihood) == (impact, likelihood)
                ),
            )
            for impact in reversed(LEVELS)
            for likelihood in LEVELS
        ]

    @property
    def unplaced(self) -> list[PlacedRisk]:
        return [risk for risk in self.risks if not risk.is_placed]

    @property
    def unplaced_items(self) -> str:
        return " ".join(str(risk.item) for risk in self.unplaced)


def risks_of(block: doc.Block, places: dict[int, str]) -> Iterable[PlacedRisk]:
    """The risks of a table that say anything. `places`: of rows on other pages."""
    roles = doc.roles_of(block.kind, doc.columns_of(block))
    for number, item in enumerate(block.items, start=1):
        assert isinstance(item, doc.Row)
        cells = dict(zip(roles, item.cells, strict=False))
        if not any(cell.strip() for role, cell in cells.items() if role != "code"):
            continue
        pk = item.id or 0
        yield PlacedRisk(
            item=pk,
            block=block.id or 0,
            place=places.get(pk, f"#block-{block.id}"),
            code=short_text(cells.get("code", ""), _LONGEST_CODE) or f"no. {number}",
            impact=doc.parse_level(cells.get("impact", "")),
            likelihood=doc.parse_level(cells.get("likelihood", "")),
        )
