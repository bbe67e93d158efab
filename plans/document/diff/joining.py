"""Putting the pieces of two texts together: which of them stand in which order, and
what stands between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Literal

from plans.document.diff.pieces import Piece
from plans.document.model import Document, ItemKind
from plans.document.syntax.items import ended
from plans.document.syntax.parsing import unix

_LINES = frozenset({ItemKind.FIELD, ItemKind.CHECK, ItemKind.ENTRY, ItemKind.ROW})


@dataclass(eq=False)
class Slot:
    """One piece as it is in each of three texts; None where it is not there. `base`:
    the text that both began from; `mine`: the plan; `theirs`: the other text."""

    base: Piece | None = None
    mine: Piece | None = None
    theirs: Piece | None = None
    # Whether the other text has it at another place.
    is_moved_there: bool = False

    @property
    def is_new_there(self) -> bool:
        return self.base is None and self.theirs is not None

    @property
    def is_changed_there(self) -> bool:
        return bool(self.base and self.theirs and self.base.says != self.theirs.says)

    @property
    def is_changed_here(self) -> bool:
        return bool(self.base and self.mine and self.base.says != self.mine.says)

    @property
    def is_heading(self) -> bool:
        return any(p.is_heading for p in (self.mine, self.theirs) if p)


@dataclass(frozen=True, eq=False)
class Step:
    """What taking a change does with one slot. `text`: what it says then."""

    slot: Slot
    action: Literal["add", "remove", "move", "write", "layout"]
    text: str = ""


class Layout(StrEnum):
    """How what says the same in both texts is written: as in the plan, where the line
    ends of the other text are brought into those of the plan; as in the other text; or
    there is no difference."""

    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"


@dataclass(frozen=True)
class Joined:
    """`origins`: where a piece begins in `text`, and where the piece of the plan that
    it is began in the plan's text."""

    text: str
    origins: list[tuple[int, int]]


@dataclass(frozen=True)
class Texts:
    """The text that both began from, the plan and the other one. `leads`: what each has
    before its first piece."""

    base: Document
    mine: Document
    theirs: Document
    leads: tuple[str, str, str]


@dataclass(eq=False)
class _Written:
    """`is_adapted`: a field that is new in the plan, as the plan writes its fields."""

    slot: Slot
    text: str
    is_adapted: bool = False


def joined(
    slots: tuple[Sequence[Slot], Sequence[Slot]],
    steps: Sequence[Step],
    texts: Texts,
    *,
    layout: Layout,
) -> Joined:
    """`slots`: those of the plan and those of the other text, in their orders."""
    order = _Order(*slots, steps).slots()
    texts_of_steps = {
        id(step.slot): step.text
        for action in ("layout", "write")
        for step in steps
        if step.action == action
    }
    joints = _Joints(texts, layout)
    pieces = [_Written(slot, joints.text(slot, texts_of_steps)) for slot in order]
    _adapt_fields(pieces)
    lead = joints.lead()
    parts, origins, at = [lead], [], len(lead)
    for piece, following in zip_longest(pieces, pieces[1:]):
        if piece.slot.mine:
            origins.append((at, piece.slot.mine.start))
        text = "".join(joints.between(piece, following))
        parts.append(text)
        at += len(text)
    return Joined("".join(parts), origins)


def _adapt_fields(pieces: Sequence[_Written]) -> None:
    """A file in another dialect brings its new fields in it: as bullets, or as bare
    lines. They get the form of the fields around them."""
    for before, piece, behind in zip(
        [None, *pieces], pieces, [*pieces[1:], None], strict=False
    ):
        if piece.slot.mine or not _is_plain_field(piece.slot.theirs):
            continue
        for other in (before, behind):
            here, there = (other.slot.mine, other.slot.base) if other else (None, None)
            if not (_is_plain_field(here) and _is_plain_field(there)):
                continue
            assert here is not None and there is not None
            forms = _is_bare(here.text), _is_bare(there.text), _is_bare(piece.text)
            if forms == (False, True, True):
                piece.text, piece.is_adapted = f"- {piece.text}", True
            elif forms == (True, False, False):
                piece.text, piece.is_adapted = piece.text[2:].lstrip(" "), True
            break


def _is_plain_field(piece: Piece | None) -> bool:
    """Of one line, in no other item, and bare or with a bullet."""
    if piece is None or piece.kind != ItemKind.FIELD or piece.depth:
        return False
    return "\n" not in piece.text and piece.text.startswith(("**", "- ", "* ", "+ "))


def _is_bare(text: str) -> bool:
    return text.startswith("**")


# --- which stand in which order ------------------------------------------------------


class _Order:
    """The slots of the plan as a linked list, with those of the other text put behind
    the ones that they stand behind there."""

    def __init__(
        self, of_mine: Sequence[Slot], of_theirs: Sequence[Slot], steps: Sequence[Step]
    ) -> None:
        self.start = Slot()
        self.next: dict[int, Slot | None] = {}
        self.previous: dict[int, Slot] = {}
        self.of_theirs = of_theirs
        self.added = {id(s.slot) for s in steps if s.action == "add"}
        self.moved = {id(s.slot) for s in steps if s.action == "move"}
        self.moving = [s.slot for s in steps if s.action == "move"]
        # The heading that each piece of the plan is below.
        self.heads: dict[int, Slot] = {}
        at = head = self.start
        self.next[id(at)] = None
        for slot in of_mine:
            head = slot if slot.is_heading else head
            self.heads[id(slot)] = head
            self._insert(at, slot)
            at = slot
        for step in steps:
            if step.action == "remove":
                self._take_out(step.slot)

    def slots(self) -> list[Slot]:
        taken_out = {id(slot): self._take_out_with_own(slot) for slot in self.moving}
        anchor = self.start
        for slot in self.of_theirs:
            if id(slot) in taken_out:
                at = self._behind(anchor, slot)
                for one in taken_out[id(slot)]:
                    self._insert(at, one)
                    at = one
                anchor = slot
            elif id(slot) in self.added:
                self._insert(self._behind(anchor, slot), slot)
                anchor = slot
            elif id(slot) in self.next and not slot.is_moved_there:
                anchor = slot
        return list(self._all())

    def _all(self) -> Iterator[Slot]:
        slot = self.next[id(self.start)]
        while slot is not None:
            yield slot
            slot = self.next[id(slot)]

    def _insert(self, at: Slot, slot: Slot) -> None:
        following = self.next[id(at)]
        self.next[id(at)], self.next[id(slot)] = slot, following
        self.previous[id(slot)] = at
        if following is not None:
            self.previous[id(following)] = slot

    def _take_out(self, slot: Slot) -> None:
        before, following = self.previous.pop(id(slot)), self.next.pop(id(slot))
        self.next[id(before)] = following
        if following is not None:
            self.previous[id(following)] = before

    def _take_out_with_own(self, slot: Slot) -> list[Slot]:
        """With it goes what only the plan has behind it, in a section that moves."""
        going = [slot]
        if id(self.heads[id(slot)]) in self.moved:
            following = self.next[id(slot)]
            while following and not following.theirs and not following.is_heading:
                going.append(following)
                following = self.next[id(following)]
        for one in going:
            self._take_out(one)
        return going

    def _behind(self, anchor: Slot, slot: Slot) -> Slot:
        """Where to put a slot that the other text has behind `anchor`: behind what was
        added there in the plan, too. No heading may cut anything off from its own."""
        at = anchor
        while (following := self.next[id(at)]) and not following.is_heading:
            is_own = following.theirs is None
            if not is_own or (following.base and not slot.is_heading):
                break
            at = following
        return at


# --- what stands between them --------------------------------------------------------


class _Joints:
    def __init__(self, texts: Texts, layout: Layout) -> None:
        mine, theirs = texts.mine, texts.theirs
        self.leads = texts.leads
        self.layout = layout
        self.newline = mine.newline
        self.adapts = layout is Layout.MINE and mine.newline != theirs.newline

    def _adapted(self, text: str) -> str:
        return unix(text).replace("\n", self.newline) if self.adapts else text

    def text(self, slot: Slot, texts_of_steps: dict[int, str]) -> str:
        if id(slot) in texts_of_steps:
            return self._adapted(texts_of_steps[id(slot)])
        if slot.mine:
            return slot.mine.text
        assert slot.theirs is not None
        return self._adapted(slot.theirs.text)

    def lead(self) -> str:
        base, mine, theirs = self.leads
        return theirs if self.layout is Layout.THEIRS and base == mine else mine

    def between(self, piece: _Written, following: _Written | None) -> tuple[str, str]:
        """The text of a piece, which may need an end, and the gap behind it."""
        one, next_one = piece.slot, following.slot if following else None
        base, mine, theirs = gaps_of(one, next_one)
        is_adapted = piece.is_adapted or (
            following is not None and following.is_adapted
        )
        if is_adapted and following is not None:
            return self._new_gap(piece, following)
        if theirs is not None and (
            mine is None or (self.layout is Layout.THEIRS and base == mine)
        ):
            return piece.text, self._adapted(theirs)
        if mine is not None:
            return piece.text, mine
        if following is None:
            return piece.text, self._end(one)
        return self._new_gap(piece, following)

    def _end(self, slot: Slot) -> str:
        gap = next(p.gap for p in (slot.mine, slot.theirs) if p)
        return self.newline if gap else ""

    def _new_gap(self, piece: _Written, following: _Written) -> tuple[str, str]:
        """Between two that were never next to each other."""
        above = piece.slot.mine or piece.slot.theirs
        below = following.slot.mine or following.slot.theirs
        assert above is not None and below is not None
        text = piece.text
        if above.kind in (ItemKind.CODE, ItemKind.PASSAGE):
            text = ended(ItemKind(above.kind), text, self.newline)
        is_row = above.kind == "table" and below.kind == ItemKind.ROW
        is_list = below.kind in _LINES and (above.kind == below.kind or below.depth > 0)
        is_bare = piece.text.startswith("**") or following.text.startswith("**")
        if is_row or (is_list and not is_bare):
            return text, self.newline
        return text, self.newline * 2


def gaps_of(
    slot: Slot, following: Slot | None
) -> tuple[str | None, str | None, str | None]:
    """What each text has between two slots, if they are next to each other there; with
    None, what it has behind its last one."""
    after, is_end = following or Slot(), following is None
    return (
        _gap(slot.base, after.base, is_end),
        _gap(slot.mine, after.mine, is_end),
        _gap(slot.theirs, after.theirs, is_end),
    )


def _gap(piece: Piece | None, following: Piece | None, is_end: bool) -> str | None:
    if piece is None:
        return None
    if is_end:
        return piece.gap if piece.is_last else None
    is_next = following is not None and following.number == piece.number + 1
    return piece.gap if is_next else None
