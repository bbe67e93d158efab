"""What a text that was edited elsewhere would change in a plan, item by item.

Three texts are compared: `base`, which both began from, `mine`, the plan as it is now,
and `theirs`, the other text. Each change can be taken by itself; what was changed on
both sides in different ways is marked as a clash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from plans.document.diff.changes import ChangeKind, ItemChange
from plans.document.diff.item_changes import all_changes
from plans.document.diff.joining import Joined, Layout, Slot, Texts, joined
from plans.document.diff.pieces import Piece, pair_new, pair_pieces, pieces_of
from plans.document.model import Document
from plans.document.reader import read
from plans.document.signatures.places import NO_PLACES, Places


@dataclass(frozen=True)
class PlanChanges:
    """`changes`: in the order of the text. `texts`: those that were compared; `mine`:
    the text that they would change."""

    changes: list[ItemChange]
    mine: str
    texts: Texts = field(repr=False)
    _slots: tuple[list[Slot], list[Slot]] = field(repr=False)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(change.key for change in self.changes)

    def text_with(self, keys: Collection[str]) -> Joined:
        """The plan's text with the changes that have these keys."""
        taken = [change for change in self.changes if change.key in keys]
        if not taken:
            pieces = (slot.mine for slot in self._slots[0])
            starts = [piece.start for piece in pieces if piece]
            return Joined(self.mine, [*zip(starts, starts, strict=True)])
        steps = [step for change in taken for step in change.steps]
        layout = Layout.SAME
        for change in self.changes:
            if change.kind is ChangeKind.LAYOUT:
                layout = Layout.THEIRS if change in taken else Layout.MINE
        return joined(self._slots, steps, self.texts, layout=layout)


def plan_changes(
    base: str, mine: str, theirs: str, places: Places = NO_PLACES
) -> PlanChanges:
    """Compare three texts. Without a common past, pass `mine` as `base`, too: then all
    that is different is a change, and nothing a clash.

    `places`: where sign-offs stand in the plan.
    """
    documents = {text: read(text, places=places) for text in {base, mine, theirs}}
    sides = [
        (documents[text], *pieces_of(documents[text])) for text in (base, mine, theirs)
    ]
    before, here, there = ((document, pieces) for document, _, pieces in sides)
    slots = _slots_of(before, here, there)
    lead, lead_here, lead_there = (lead for _, lead, _ in sides)
    texts = Texts(before[0], here[0], there[0], (lead, lead_here, lead_there))
    return PlanChanges(_with_keys(all_changes(*slots, texts)), mine, texts, slots)


_Side = tuple[Document, list[Piece]]


def _slots_of(base: _Side, mine: _Side, theirs: _Side) -> tuple[list[Slot], list[Slot]]:
    """The pieces of the plan and those of the other text, in their orders, as slots
    that both lists share."""
    of_mine, of_theirs = mine[1], theirs[1]
    base_of_mine = pair_pieces(base, mine)
    base_of_theirs = pair_pieces(base, theirs)
    in_base = [Slot(base=piece) for piece in base[1]]
    for_mine = [
        in_base[base_of_mine[p.number]] if p.number in base_of_mine else Slot()
        for p in of_mine
    ]
    for slot, piece in zip(for_mine, of_mine, strict=True):
        slot.mine = piece
    new_there = [p for p in of_theirs if p.number not in base_of_theirs]
    new_here = [p for p in of_mine if p.number not in base_of_mine]
    same = {
        new.number: for_mine[old.number] for old, new in pair_new(new_here, new_there)
    }
    for_theirs = [
        in_base[base_of_theirs[p.number]]
        if p.number in base_of_theirs
        else same.get(p.number) or Slot()
        for p in of_theirs
    ]
    for slot, piece in zip(for_theirs, of_theirs, strict=True):
        slot.theirs = piece
    return for_mine, for_theirs


def _with_keys(changes: Sequence[ItemChange]) -> list[ItemChange]:
    """A key is made of what a change does; of equal ones, the number is part of it."""
    numbers: Counter[str] = Counter()
    keyed = []
    for change in changes:
        values = "\x1e".join(
            f"{v.name}\x1f{v.before}\x1f{v.after}" for v in change.values
        )
        parts = (change.kind, change.section, change.label, str(change.clash), values)
        content = "\x1d".join((*parts, str(change.count)))
        numbers[content] += 1
        digest = sha256(f"{numbers[content]}{content}".encode("utf-8", "replace"))
        keyed.append(replace(change, key=digest.hexdigest()[:16]))
    return keyed
