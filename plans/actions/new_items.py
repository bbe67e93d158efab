"""What a new item is like: blank, and in the manner of its siblings."""

from __future__ import annotations

from collections.abc import Sequence

from plans import document as doc
from plans.actions.change_log import set_columns
from plans.actions.nesting import Nesting
from plans.content import storage
from plans.content.rows import block_from_row, roles_in
from plans.content.values import values_of_row
from plans.document import BlockKind, ItemKind
from plans.models import Block, Item
from plans.models.change import Edit


def siblings_of(block: Block, parent: Item | None) -> list[Item]:
    """All items of one place in order, hidden ones too."""
    rows = storage.items_with_details().select_related("block__section")
    return list(rows.filter(block=block, parent=parent))


def blank_like(model: Item | None, block: Block) -> doc.Item:
    if model is None:
        return blank_for(block_from_row(block))
    sibling, _ = values_of_row(model)
    new = doc.new_like(sibling)
    if isinstance(new, doc.Field):
        new.label = "New field"
    return new


def blank_for(block: doc.Block) -> doc.Item:
    """The first item of an empty block."""
    match block.kind:
        case BlockKind.FIELDS | BlockKind.APPROVALS:
            return doc.Field(label="New field")
        case BlockKind.CHECKLIST:
            return doc.Check()
        case BlockKind.LIST:
            return doc.Entry()
        case BlockKind.CODE:
            return doc.Text(kind=ItemKind.CODE)
        case BlockKind.PASSAGE:
            return doc.Text(kind=ItemKind.PASSAGE)
    return doc.Row(cells=[""] * len(doc.columns_of(block)))


def give_code(
    part: doc.Item, block: Block, present: list[Item], issued: Sequence[str] = ()
) -> str:
    """A new risk has the id after the highest one of its table, and of those `issued`
    to others meanwhile; returns it."""
    if block.kind != BlockKind.RISKS or not isinstance(part, doc.Row):
        return ""
    roles = roles_in(BlockKind.RISKS, block.head)
    if "code" not in roles:
        return ""
    part.cells += [""] * (len(roles) - len(part.cells))
    code = doc.next_code([*(row.risk.code for row in present), *issued])
    part.cells[roles.index("code")] = code
    return code


def as_neighbours(
    block: Block, part: doc.Item, after: Item | None, present: list[Item]
) -> list[Edit]:
    """A new last item takes over what stood behind the last one, which is then set off
    from it as its neighbours are."""
    if after is None or after != present[-1]:
        return []
    nesting = Nesting(block)
    end = nesting.end_of(after)
    part.tail = end.tail
    usual = nesting.end_of(present[-2]).tail if len(present) > 1 else ""
    if after.parent_id and not usual:
        usual = "\r\n" if "\r" in end.tail else "\n"
    if not usual or usual == end.tail:
        return []
    return [set_columns(end, tail=usual)]
