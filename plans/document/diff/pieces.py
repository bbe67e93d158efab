"""A text as a row of pieces (headings, heads of tables, items) and which pieces of two
texts are the same one.

Put together again, the pieces and the gaps behind them are the text, byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from plans.document.diff.pairing import opening, pair_sections, paired
from plans.document.model import Block, Check, Document, Field, Item, Row, Section, Text
from plans.document.syntax.items import values_of
from plans.document.syntax.parsing import unix
from plans.document.syntax.tables import columns_of
from plans.document.writer import Chunk, chunks

Part = Section | Block | Item


@dataclass(frozen=True, eq=False)
class Piece:
    """`number`: its place in the row; `start`: of its text in the whole; `gap`: what
    stands between it and the next; `depth`: how many items it is nested in."""

    number: int
    start: int
    text: str
    gap: str
    part: Part
    section: Section
    block: Block | None
    depth: int
    is_last: bool = False

    @property
    def is_heading(self) -> bool:
        return isinstance(self.part, Section)

    @cached_property
    def kind(self) -> str:
        match self.part:
            case Section():
                return "heading"
            case Block():
                return "table"
            case item:
                return item.kind

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The texts in it, each of which can be changed by itself."""
        match self.part:
            case Section(heading=heading):
                return (heading,)
            case Block() as block:
                return tuple(columns_of(block))
            case Row(cells=cells):
                end = len(cells)
                while end and not cells[end - 1]:
                    end -= 1
                return tuple(cells[:end])
            case item:
                return tuple(values_of(item))

    @cached_property
    def says(self) -> str:
        """All that it says, however it is written."""
        more: object = ""
        match self.part:
            case Section(level=level):
                more = level
            case Field(label=label):
                more = label
            case Check(done=done):
                more = done
        return "\x1f".join((self.kind, str(self.depth), str(more), *self.values))

    @cached_property
    def name(self) -> str:
        """What people would call it; what has no name is like nothing else."""
        match self.part:
            case Section() | Block():
                name = self.kind
            case Field(label=label):
                name = label
            case Row(cells=cells):
                name = cells[0] if cells else ""
            case Text():
                name = ""
            case _:
                name = self.values[0]
        return f"{self.kind}\x1f{name or id(self)}"

    @property
    def is_alone(self) -> bool:
        """Whether a block has one of these, which is the same one whatever it says."""
        return isinstance(self.part, Text) and self.kind != "raw"


def pieces_of(document: Document) -> tuple[str, list[Piece]]:
    """What stands before the first piece, and all pieces in order."""
    places: dict[int, tuple[Block, int]] = {}
    for section in document.sections:
        for block in section.blocks:
            places[id(block)] = block, 0
            _note_depths(block, places)
    lead = "\ufeff" if document.bom else ""
    parts: list[tuple[Chunk, int]] = []
    gaps: list[str] = []
    at = len(lead)
    for chunk in chunks(document):
        if chunk.text:
            parts.append((chunk, at))
            gaps.append("")
        if gaps:
            gaps[-1] += chunk.tail
        else:
            lead += chunk.tail
        at += len(chunk.text) + len(chunk.tail)
    pieces = []
    for number, ((chunk, start), gap) in enumerate(zip(parts, gaps, strict=True)):
        part, section, text = chunk.part, chunk.section, chunk.text
        inside, depth = places.get(id(part), (None, 0))
        is_last = number == len(parts) - 1
        pieces.append(
            Piece(number, start, text, gap, part, section, inside, depth, is_last)
        )
    return lead, pieces


def _note_depths(block: Block, places: dict[int, tuple[Block, int]]) -> None:
    level: list[Item] = list(block.items)
    depth = 0
    while level:
        places.update((id(item), (block, depth)) for item in level)
        level, depth = [child for item in level for child in item.children], depth + 1


_KEYS: list[Callable[[Piece], str]] = [
    lambda piece: f"{piece.kind}\x1f{piece.depth}\x1f{unix(piece.text)}",
    lambda piece: piece.says,
    lambda piece: piece.name,
    lambda piece: _opening(piece, 3),
    lambda piece: _opening(piece, 1),
    lambda piece: piece.kind if piece.is_alone else f"{id(piece)}",
]


def _opening(piece: Piece, count: int) -> str:
    return opening(piece.part, count) if isinstance(piece.part, Item) else piece.kind


def pair_pieces(
    before: tuple[Document, Sequence[Piece]], after: tuple[Document, Sequence[Piece]]
) -> dict[int, int]:
    """The numbers of the later text's pieces, each with that of the earlier one's piece
    that it was. Sections are paired first, then what is in them, then what moved from
    one section to another."""
    (old_document, old_pieces), (document, pieces) = before, after
    old_sections = _by_section(old_pieces)
    sections = _by_section(pieces)
    partners = pair_sections(old_document.sections, [], document.sections)
    pairs: dict[int, int] = {}
    for section, partner in zip(document.sections, partners, strict=True):
        if partner is None:
            continue
        old = old_sections.get(id(partner), [])
        new = sections.get(id(section), [])
        for piece, match in zip(new, _pair_in_section(old, new), strict=True):
            if match is not None:
                pairs[piece.number] = match.number
    _pair_moved(old_pieces, pieces, pairs)
    return pairs


def pair_new(
    before: Sequence[Piece], after: Sequence[Piece]
) -> list[tuple[Piece, Piece]]:
    """Those of two lists of pieces that say the same, in order."""
    partners = paired(before, [], after, [lambda piece: piece.says], [])
    return [
        (old, new) for new, old in zip(after, partners, strict=True) if old is not None
    ]


def _by_section(pieces: Sequence[Piece]) -> dict[int, list[Piece]]:
    groups: dict[int, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(id(piece.section), []).append(piece)
    return groups


def _pair_in_section(old: Sequence[Piece], new: Sequence[Piece]) -> list[Piece | None]:
    # A heading stands first and is that of its section, whatever it says.
    heads = [piece for piece in (*old[:1], *new[:1]) if piece.is_heading]
    if len(heads) == 2:
        return [old[0], *_pair_in_section(old[1:], new[1:])]
    says_and_name = [_KEYS[1], _KEYS[2]]
    return paired(old, [], new, _KEYS, says_and_name)


def _pair_moved(
    old: Sequence[Piece], new: Sequence[Piece], pairs: dict[int, int]
) -> None:
    """What says the same in another section was moved, if there is only one such; then
    what says nearly the same."""
    taken = set(pairs.values())
    gone = [p for p in old if p.number not in taken and _can_move(p)]
    come = [p for p in new if p.number not in pairs and _can_move(p)]
    before, after = (Counter(p.says for p in some) for some in (gone, come))
    places = {piece.says: piece for piece in gone if before[piece.says] == 1}
    for piece in come:
        if after[piece.says] == 1 and piece.says in places:
            pairs[piece.number] = places[piece.says].number
    taken = set(pairs.values())
    _pair_alike(
        [p for p in gone if p.number not in taken],
        [p for p in come if p.number not in pairs],
        pairs,
    )


# Of all their words, how many two texts of one item have in common at least; and how
# many words tell an item from others.
_LIKENESS = 0.75
_LEAST_WORDS = 4
_MOST_COMPARISONS = 40_000


def _pair_alike(
    gone: Sequence[Piece], come: Sequence[Piece], pairs: dict[int, int]
) -> None:
    if len(gone) * len(come) > _MOST_COMPARISONS:
        return
    words = {id(piece): _words_of(piece) for piece in (*gone, *come)}
    alike = [
        (old, new)
        for old in gone
        for new in come
        if _form_of(old) == _form_of(new) and _are_alike(words[id(old)], words[id(new)])
    ]
    olds = Counter(old.number for old, _ in alike)
    news = Counter(new.number for _, new in alike)
    for old, new in alike:
        if olds[old.number] == news[new.number] == 1:
            pairs[new.number] = old.number


def _form_of(piece: Piece) -> tuple[object, ...]:
    columns = columns_of(piece.block) if piece.block else []
    return piece.kind, piece.depth, *columns


def _words_of(piece: Piece) -> Counter[str]:
    label = piece.part.label if isinstance(piece.part, Field) else ""
    return Counter(" ".join((label, *piece.values)).casefold().split())


def _are_alike(one: Counter[str], other: Counter[str]) -> bool:
    counts = one.total(), other.total()
    common = (one & other).total()
    return min(counts) >= _LEAST_WORDS and 2 * common >= _LIKENESS * sum(counts)


def _can_move(piece: Piece) -> bool:
    return isinstance(piece.part, Item) and any(piece.values)
