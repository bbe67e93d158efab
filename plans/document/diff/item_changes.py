"""The changes of one text that another one would take, each for one item, one heading
or one whole section, and one for how things are written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from plans.document.diff.changes import ChangeKind, Clash, ItemChange
from plans.document.diff.compare import ValueChange
from plans.document.diff.joining import Slot, Step, Texts, gaps_of
from plans.document.diff.merge import merge
from plans.document.diff.pieces import Piece
from plans.document.diff.values import (
    keys_of_values,
    more_of,
    named_values,
    value_at,
    with_values,
)
from plans.document.model import ItemKind, Row

# Of a whole section as many of its items are listed.
_LISTED = 200


def all_changes(
    of_mine: Sequence[Slot],
    of_theirs: Sequence[Slot],
    texts: Texts,
) -> list[ItemChange]:
    """In the order of the text; that of the layout last."""
    heads = {id(s.theirs.section): s for s in of_theirs if s.theirs and s.is_heading}
    heads_here = {id(s.mine.section): s for s in of_mine if s.mine and s.is_heading}
    changes = [
        *_added(of_theirs, heads),
        *_removed(of_mine, heads_here),
        *_moved(of_mine, of_theirs, heads),
        *_edited(of_mine),
    ]
    order = _numbers_in_order(of_mine, of_theirs)
    changes.sort(key=lambda change: order[id(change.steps[0].slot)])
    return changes + _layout(of_mine, of_theirs, texts)


def _numbers_in_order(
    of_mine: Sequence[Slot], of_theirs: Sequence[Slot]
) -> dict[int, tuple[int, int]]:
    """Places in the plan; for what it does not have, behind what it stands behind in
    the other text."""
    numbers = {id(slot): (n, 0) for n, slot in enumerate(of_mine)}
    at = (-1, 0)
    for slot in of_theirs:
        at = numbers.setdefault(id(slot), (at[0], at[1] + 1))
    return numbers


# --- what only one of the two has ----------------------------------------------------


def _added(
    of_theirs: Sequence[Slot], heads: Mapping[int, Slot]
) -> Iterator[ItemChange]:
    sections: dict[int, list[Slot]] = {}
    for slot in of_theirs:
        if slot.mine is not None or slot.theirs is None:
            continue
        head = heads.get(id(slot.theirs.section))
        if head is not None and head.mine is None:
            sections.setdefault(id(head), []).append(slot)
        elif slot.is_new_there or slot.is_changed_there:
            clash = None if slot.is_new_there else Clash.REMOVED
            yield _of_item(slot.theirs, ChangeKind.ADDED, Step(slot, "add"), clash)
    for slots in sections.values():
        is_new = slots[0].is_new_there
        # What was removed in the plan comes back only if it was gone on with.
        if is_new or any(s.is_new_there or s.is_changed_there for s in slots):
            clash = None if is_new else Clash.REMOVED
            pieces = [slot.theirs for slot in slots if slot.theirs]
            steps = tuple(Step(slot, "add") for slot in slots)
            yield _of_section(pieces, ChangeKind.ADDED, steps, clash)


def _removed(
    of_mine: Sequence[Slot], heads: Mapping[int, Slot]
) -> Iterator[ItemChange]:
    sections: dict[int, list[Slot]] = {}
    edited: set[int] = set()
    for slot in of_mine:
        if slot.mine is None or slot.theirs is not None:
            continue
        head = heads.get(id(slot.mine.section))
        goes = head is not None and head.base is not None and head.theirs is None
        if slot.is_changed_here or slot.base is None:
            edited.add(id(head))
        if slot.base is None:
            continue
        if goes:
            sections.setdefault(id(head), []).append(slot)
        else:
            clash = Clash.KEPT if slot.is_changed_here else None
            step = Step(slot, "remove")
            yield _of_item(slot.mine, ChangeKind.REMOVED, step, clash)
    for head_id, slots in sections.items():
        clash = Clash.KEPT if head_id in edited else None
        pieces = [slot.mine for slot in slots if slot.mine]
        steps = tuple(Step(slot, "remove") for slot in slots)
        yield _of_section(pieces, ChangeKind.REMOVED, steps, clash)


def _of_section(
    pieces: Sequence[Piece],
    kind: ChangeKind,
    steps: tuple[Step, ...],
    clash: Clash | None = None,
) -> ItemChange:
    """`pieces`: the heading, then what is below it."""
    heading, *items = pieces
    values = [_one_sided(piece, kind) for piece in items[:_LISTED]]
    return ItemChange(
        kind,
        heading.values[0],
        heading.values[0],
        tuple(value for values_of_one in values for value in values_of_one),
        steps,
        "heading",
        len(items),
        clash,
    )


def _of_item(
    piece: Piece, kind: ChangeKind, step: Step, clash: Clash | None = None
) -> ItemChange:
    label = label_of(piece)
    if kind is ChangeKind.MOVED and not label:
        label = next(iter(piece.values), "")  # nothing else says what it is
    return ItemChange(
        kind,
        piece.section.heading,
        label,
        _one_sided(piece, kind),
        (step,),
        piece.kind,
        clash=clash,
    )


def _one_sided(piece: Piece, kind: ChangeKind) -> tuple[ValueChange, ...]:
    values = {
        name: text
        for name, text in named_values(piece).items()
        if text and name not in ("Label", "Done")
    }
    if kind is ChangeKind.ADDED:
        return tuple(ValueChange(name, "", text) for name, text in values.items())
    if kind is ChangeKind.REMOVED:
        return tuple(ValueChange(name, text, "") for name, text in values.items())
    return ()


def label_of(piece: Piece) -> str:
    """The name of an item, "" if it has none."""
    if isinstance(piece.part, Row):
        return piece.values[0] if piece.values else ""
    return str(more_of(piece).get("label", ""))


# --- what both have, at another place ------------------------------------------------


def _moved(
    of_mine: Sequence[Slot], of_theirs: Sequence[Slot], heads: Mapping[int, Slot]
) -> Iterator[ItemChange]:
    common = [s for s in of_theirs if s.base and s.mine and s.theirs]
    staying = _longest_ascending([s.base.number for s in common if s.base])
    before_here = _before([s for s in of_mine if s.theirs])
    before_there = _before([s for s in of_theirs if s.mine])
    sections: dict[int, list[Slot]] = {}
    moving: set[int] = set()
    for number, slot in enumerate(common):
        key = id(slot)
        # In the plan it may have come to the same place.
        follows_same = before_here[key] == before_there[key]
        if number in staying or (follows_same and before_here[key] not in moving):
            continue
        moving.add(key)
        slot.is_moved_there = True
        head = heads.get(id(slot.theirs.section)) if slot.theirs else None
        if head is slot:
            sections[key] = [slot]
        elif head is not None and id(head) in sections:
            sections[id(head)].append(slot)
        elif slot.theirs is not None:
            yield _of_item(slot.theirs, ChangeKind.MOVED, Step(slot, "move"))
    for slots in sections.values():
        pieces = [slot.theirs for slot in slots if slot.theirs]
        steps = tuple(Step(slot, "move") for slot in slots)
        yield _of_section(pieces, ChangeKind.MOVED, steps)


def _before(slots: Sequence[Slot]) -> dict[int, int]:
    """For each, which one is before it."""
    return {id(s): id(before) for before, s in zip([None, *slots], slots, strict=False)}


def _longest_ascending(numbers: Sequence[int]) -> set[int]:
    """The places of a longest ascending part of a sequence."""
    ends: list[int] = []  # the lowest number that ends an ascending part so long
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        places[length : length + 1] = [place]
    staying = set()
    place = places[-1] if places else -1
    while place >= 0:
        staying.add(place)
        place = before[place]
    return staying


# --- what both have, with another text -----------------------------------------------


def _edited(of_mine: Sequence[Slot]) -> Iterator[ItemChange]:
    for slot in of_mine:
        base, mine, theirs = slot.base, slot.mine, slot.theirs
        if base and mine and theirs and base.says != theirs.says != mine.says:
            yield from _edits_of(slot, base, mine, theirs)


def _edits_of(
    slot: Slot, base: Piece, mine: Piece, theirs: Piece
) -> Iterator[ItemChange]:
    """What can be taken, and what clashes."""
    if base.says == mine.says:
        is_as_it_was = base.text == mine.text or base.depth != theirs.depth
        more = more_of(theirs)
        text = theirs.text if is_as_it_was else with_values(mine, theirs.values, more)
        yield _edit(slot, mine, named_values(theirs), text)
        return
    merged_more = _merged_more(base, mine, theirs)
    texts, clashing = _merged_values(base, mine, theirs)
    if merged_more is None or (clashing and not _can_be_suggested(mine)):
        yield _edit(slot, mine, named_values(theirs), theirs.text, Clash.EDITED)
        return
    merged = with_values(mine, texts, merged_more)
    after = named_values(mine, texts, merged_more)
    if after != named_values(mine):
        yield _edit(slot, mine, after, merged)
    if clashing:
        for number in clashing:
            texts[number] = value_at(theirs.values, number)
        text = with_values(mine, texts, merged_more)
        after = named_values(mine, texts, merged_more)
        names = list(after)[len(merged_more) :]
        after = {names[number]: texts[number] for number in clashing}
        keys = keys_of_values(mine)
        yield replace(
            _edit(slot, mine, after, text, Clash.EDITED),
            suggestions=tuple((keys[number], texts[number]) for number in clashing),
        )


def _edit(
    slot: Slot,
    mine: Piece,
    after: Mapping[str, str],
    text: str,
    clash: Clash | None = None,
) -> ItemChange:
    before = named_values(mine)
    values = tuple(
        ValueChange(name, before.get(name, ""), after.get(name, ""))
        for name in (*after, *(name for name in before if name not in after))
        if before.get(name, "") != after.get(name, before.get(name, ""))
    )
    names = [value.name for value in values]
    is_renamed = "Heading" in names
    label = label_of(mine)
    if names == ["Done"]:
        # Which check it is says only its text.
        label = label or before.get("Text", "")
    return ItemChange(
        ChangeKind.RENAMED if is_renamed else ChangeKind.CHANGED,
        mine.section.heading,
        label,
        values,
        (Step(slot, "write", text),),
        mine.kind,
        clash=clash,
        start=mine.start,
    )


def _can_be_suggested(piece: Piece) -> bool:
    return piece.kind != ItemKind.GUIDANCE and bool(keys_of_values(piece))


def _merged_more(base: Piece, mine: Piece, theirs: Piece) -> dict[str, object] | None:
    """Label, tick or level, as one of the two changed it; None if both did."""
    before, here, there = more_of(base), more_of(mine), more_of(theirs)
    merged = {}
    for name, value in here.items():
        if value not in (before.get(name), there.get(name)):
            if there.get(name) != before.get(name):
                return None
            merged[name] = value
        else:
            merged[name] = there.get(name) if value == before.get(name) else value
    return merged


def _merged_values(
    base: Piece, mine: Piece, theirs: Piece
) -> tuple[list[str], list[int]]:
    """The values with both sides' changes, and the numbers of those that clash."""
    texts, clashing = [], []
    sides = zip_longest(base.values, mine.values, theirs.values, fillvalue="")
    for number, (before, here, there) in enumerate(sides):
        merged = merge(before, there, here)
        texts.append(merged.text)
        if not merged.is_clean:
            clashing.append(number)
    return texts, clashing


# --- how it is written ---------------------------------------------------------------


def _layout(
    of_mine: Sequence[Slot],
    of_theirs: Sequence[Slot],
    texts: Texts,
) -> list[ItemChange]:
    steps = tuple(
        Step(slot, "layout", slot.theirs.text)
        for slot in of_mine
        if slot.base and slot.mine and slot.theirs and _is_written_otherwise(slot)
    )
    gaps = [
        texts.leads,
        *(gaps_of(*pair) for pair in zip_longest(of_mine, of_mine[1:])),
    ]
    count = sum(
        base == mine != theirs for base, mine, theirs in gaps if theirs is not None
    )
    count += len(steps)
    if not count:
        return []
    return [ItemChange(ChangeKind.LAYOUT, steps=steps, count=count)]


def _is_written_otherwise(slot: Slot) -> bool:
    base, mine, theirs = slot.base, slot.mine, slot.theirs
    assert base and mine and theirs
    return base.says == theirs.says and base.text == mine.text != theirs.text
