"""Which parts of a new text are known to be parts of a plan, because the text was put
together of the plan's own pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from plans import document as doc
from plans.document.diff.pairing import can_replace
from plans.document.diff.pieces import Piece, pieces_of

_OF_HEAD = 1_000_000


@dataclass
class Partners:
    """The plan's parts by the `id()` of the new part. `unchanged`: the `id()`s of new
    sections whose text is, byte for byte, that of their partner."""

    sections: dict[int, doc.Section] = field(default_factory=dict)
    blocks: dict[int, doc.Block] = field(default_factory=dict)
    items: dict[int, doc.Item] = field(default_factory=dict)
    unchanged: Collection[int] = frozenset()


def find_partners(
    present: doc.Document,
    with_removed: doc.Document,
    origins: Iterable[tuple[int, int]],
    document: doc.Document,
) -> Partners:
    """The parts of `with_removed` (the plan with all that was taken out of it) that the
    parts of the new `document` are.

    `present`: the plan as it is. `origins`: where a piece begins in the new text, and
    where it began in the plan's.
    """
    known = _Known(with_removed)
    _, of_present = pieces_of(present)
    _, of_new = pieces_of(document)
    by_start = {piece.start: piece for piece in of_present}
    new_by_start = {piece.start: piece for piece in of_new}
    partners = Partners()
    for start, start_before in origins:
        new, old = new_by_start.get(start), by_start.get(start_before)
        if new is not None and old is not None and new.kind == old.kind:
            known.note(partners, new, old)
    known.note_blocks(partners)
    first, new_first = present.sections[:1], document.sections[0]
    if first and not first[0].level and not new_first.level:
        partners.sections[id(new_first)] = known.sections[first[0].id]
    texts = {key: text for (_, key), text in _texts_of_sections(of_present).items()}
    partners.unchanged = {
        section_id
        for (section_id, _), text in _texts_of_sections(of_new).items()
        if (old_section := partners.sections.get(section_id)) is not None
        and texts.get(old_section.id) == text
    }
    return partners


def _texts_of_sections(pieces: Iterable[Piece]) -> dict[tuple[int, int | None], str]:
    """By the `id()` of each section and its row's id."""
    texts: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for piece in pieces:
        texts[id(piece.section), piece.section.id] += [piece.text, piece.gap]
    return {key: "".join(parts) for key, parts in texts.items()}


class _Known:
    """The parts of a document by their rows' ids."""

    def __init__(self, document: doc.Document) -> None:
        self.sections = {section.id: section for section in document.sections}
        self.blocks = {
            block.id: block for section in document.sections for block in section.blocks
        }
        self.items = {item.id: item for _, _, item in document.walk()}
        # How much speaks for each pair of blocks.
        self.votes: dict[tuple[int, int | None], int] = defaultdict(int)
        self.pairs: dict[tuple[int, int | None], tuple[doc.Block, doc.Block]] = {}

    def note(self, partners: Partners, new: Piece, old: Piece) -> None:
        match new.part, old.part:
            case doc.Section(), doc.Section(id=row_id):
                partners.sections[id(new.part)] = self.sections[row_id]
            case doc.Item(), doc.Item(id=row_id):
                partners.items[id(new.part)] = self.items[row_id]
        if new.block is not None and old.block is not None:
            pair = id(new.block), old.block.id
            self.pairs[pair] = new.block, old.block
            # The head of a table tells more than rows, which may have been moved.
            self.votes[pair] += 1 if isinstance(new.part, doc.Item) else _OF_HEAD

    def note_blocks(self, partners: Partners) -> None:
        """Those that have most in common first; each is one other at most."""
        taken: set[int | None] = set()
        for pair in sorted(self.votes, key=self.votes.__getitem__, reverse=True):
            new, old = self.pairs[pair]
            if id(new) in partners.blocks or old.id in taken:
                continue
            if can_replace(old, new):
                taken.add(old.id)
                partners.blocks[id(new)] = self.blocks[old.id]
