"""The values of a piece by the names that people know them by; and writing others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

from plans.document.diff.compare import column_names
from plans.document.diff.pieces import Piece
from plans.document.model import Block, Check, Entry, Field, Item, Row, Section, Text
from plans.document.syntax.headings import written_heading
from plans.document.syntax.items import written
from plans.document.syntax.tables import columns_of


def named_values(
    piece: Piece,
    values: Sequence[str] | None = None,
    more: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """For instance `{"Risk": ..., "Impact": ...}` of a row. `values`, `more`: others
    than its own; those of `more` come first."""
    values = piece.values if values is None else values
    more = more_of(piece) if more is None else more
    match piece.part:
        case Section():
            return {"Level": str(more["level"]), "Heading": values[0]}
        case Block():
            return {"Columns": " | ".join(values)}
        case Field():
            return {"Label": str(more["label"]), "Value": values[0]}
        case Check():
            return {"Done": "yes" if more["done"] else "no", "Text": values[0]}
        case Row():
            names = _cell_names(piece, len(values))
            return {name: value_at(values, n) for n, name in enumerate(names)}
    return {"Text": values[0]}


def value_at(values: Sequence[str], number: int) -> str:
    return values[number] if number < len(values) else ""


def _cell_names(piece: Piece, least: int = 0) -> list[str]:
    columns = columns_of(piece.block) if piece.block else []
    return column_names(columns, max(len(piece.values), least))


def keys_of_values(piece: Piece) -> list[str]:
    """What the values of an item are called in a form, in their order."""
    match piece.part:
        case Field():
            return ["value"]
        case Row():
            return [f"cell-{number}" for number in range(len(_cell_names(piece)))]
        case Section() | Block():
            return []
    return ["text"]


def with_values(piece: Piece, values: Sequence[str], more: Mapping[str, object]) -> str:
    """A piece's text with other values, written as it was written. `more`: the label of
    a field, whether a check is done, the level of a heading."""
    part = copy(piece.part)
    match part:
        case Section():
            part.heading = values[0]
            part.level = int(str(more.get("level", part.level)))
            if part.level != piece.section.level:
                part.source = ""
            return written_heading(part)
        case Block():
            return piece.text
        case Row():
            part.cells = [*values, *[""] * (len(part.cells) - len(values))]
        case Field():
            part.label = str(more.get("label", part.label))
            part.value = values[0]
        case Check():
            part.done = bool(more.get("done", part.done))
            part.text = values[0]
        case Entry() | Text():
            part.text = values[0]
    assert isinstance(part, Item)
    return written(part)


def more_of(piece: Piece) -> dict[str, object]:
    """What a piece says beside its values."""
    match piece.part:
        case Section(level=level):
            return {"level": level}
        case Field(label=label):
            return {"label": label}
        case Check(done=done):
            return {"done": done}
    return {}
