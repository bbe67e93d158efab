"""How full a plan is: nothing may be added that its own exports could not restore.

`Plan.fullness` is an upper bound, in millionths of what a plan may have, of its fullest
measure: bytes, lines, cells of tables. A save raises it by what the written item grew,
in the statement that takes the turn anyway. The plan is loaded and measured only where
the bound is not known or comes near to the limit. (A migration that lowers a limit has
to forget the bounds: they are shares of it. Removing lowers nothing, so it needs
no measure; what undo brings back is measured.)
"""

from __future__ import annotations

from collections.abc import Callable

from plans import document as doc
from plans import formats
from plans.content import limits, storage
from plans.document import Block
from plans.document.syntax.parsing import row_widths, split_lines
from plans.errors import Refused
from plans.models import Item, Plan

FULL = 1_000_000
# What is added up item by item may be less than the whole by what the writer puts
# between items, the end of a fence for instance.
NEAR = FULL * 95 // 100
# What a draft may have with the marks that people typed into it: its forms have more.
_MAX_RAW_BYTES = 2 * limits.MAX_FILE_BYTES // 3


def fullness(measured: limits.Measure) -> int:
    return max(_shares(measured))


def _shares(measured: limits.Measure) -> list[int]:
    return [
        -(-FULL * count // most)
        for count, most in (
            (measured.bytes, limits.MAX_PLAN_BYTES),
            (measured.lines, limits.MAX_LINES),
            (measured.cells, limits.MAX_CELLS),
            (measured.raw, _MAX_RAW_BYTES),
        )
    ]


def growth(before: str, after: str) -> int | None:
    """By how much a plan gets fuller when one text takes another's place in it. None:
    that depends on what is around it."""
    old, new = limits.measure(before), limits.measure(after)
    if old.cells or new.cells:
        return None
    pairs = zip(_shares(old), _shares(new), strict=True)
    return max(share - was for was, share in pairs)


def growth_by(item: doc.Item, block: Block) -> int | None:
    """By how much a plan gets fuller with a new item in a block."""
    measured = growth("", doc.written(item) + "\r\n")
    if measured is None or not isinstance(item, doc.Row):
        return measured
    width = max(row_widths(split_lines(block.head)), default=0)
    return max(measured, _shares(limits.Measure(cells=width))[2])


def refuse_longer_lines(before: str, after: str) -> None:
    """Raises Refused for a text that cannot be in a file, unless it gets better."""
    measured = limits.measure(after)
    if measured.longest > limits.measure(before).longest:
        _refuse_what(limits.check_line, measured)


def refuse_long_heading(heading: str) -> None:
    if len(heading) > limits.MAX_HEADING_CHARACTERS:
        raise Refused(
            "A heading can have up to "
            f"{formats.number(limits.MAX_HEADING_CHARACTERS)} characters; "
            f"this one has {formats.number(len(heading))}. Move the explanation "
            "below it."
        )


def refuse_if_overfull(plan: Plan, growth: int | None = None) -> None:
    """Comes after whatever brings items into a plan; `growth`: what they add, if that
    is known. Raises Refused for too many, and for too much in them."""
    count = Item.objects.present().filter(block__section__plan=plan).count()
    if count > limits.MAX_ITEMS:
        raise Refused(
            f"A plan can have up to {formats.number(limits.MAX_ITEMS)} items. Remove "
            "some first."
        )
    if growth is None or plan.fullness is None:
        plan.fullness = None
    else:
        plan.fullness += growth
        Plan.objects.filter(pk=plan.pk).update(fullness=plan.fullness)
    refuse_if_full(plan)


def refuse_if_full(plan: Plan, growth: int | None = None) -> None:
    """Comes after a write, with the plan as its turn gave it. Raises Refused for more
    than its file may have, unless the write made it less."""
    if plan.fullness is not None and plan.fullness <= NEAR:
        return
    document = storage.load(plan).document
    measured = limits.measure(doc.write(document))
    if growth is None or growth > 0:
        _refuse_what(limits.check_measure, measured)
        if measured.raw > _MAX_RAW_BYTES:
            raise Refused(limits.TOO_MANY_BYTES)
    keep_fullness(plan, measured, document)


def keep_fullness(plan: Plan, measured: limits.Measure, document: doc.Document) -> None:
    """Where text elsewhere looks like a table, what a line adds depends on its place:
    the bound stays unknown."""
    is_known = measured.cells <= _cells_of_tables(document)
    plan.fullness = fullness(measured) if is_known else None
    Plan.objects.filter(pk=plan.pk).update(fullness=plan.fullness)


def _cells_of_tables(document: doc.Document) -> int:
    return sum(
        (len(block.items) + 1) * max(row_widths(split_lines(block.head)), default=0)
        for section in document.sections
        for block in section.blocks
        if block.head
    )


def _refuse_what(
    check: Callable[[limits.Measure], None], measured: limits.Measure
) -> None:
    try:
        check(measured)
    except limits.Unreadable as error:
        raise Refused(str(error)) from None
