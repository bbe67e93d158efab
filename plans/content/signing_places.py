"""Where in a plan sign-offs stand, and where they could."""

from __future__ import annotations

from plans import document as doc
from plans.content.rows import block_from_row
from plans.document import BlockKind
from plans.models import Block, Section

# What holds sign-offs, and what the same is where none stand.
_KINDS = {
    BlockKind.FIELDS: BlockKind.APPROVALS,
    BlockKind.TABLE: BlockKind.SIGN_OFFS,
}


def can_hold_sign_offs(section: Section) -> bool:
    """Whether there is anything below a heading that could be signed."""
    blocks = Block.objects.present().filter(section=section)
    return any(block_can_be_signed(block) for block in blocks)


def has_sign_offs(section: Section) -> bool:
    """Whether sign-offs stand below a heading."""
    return any(
        holds_sign_offs(block)
        for block in Block.objects.present().filter(section=section)
    )


def block_can_be_signed(block: Block) -> bool:
    part = block_from_row(block)
    if not part.head:
        part.items = [doc.Field(label="")]
    return doc.can_be_signed(part)


def holds_sign_offs(block: Block) -> bool:
    return BlockKind(block.kind) in _KINDS.values()


def other_kind(kind: BlockKind) -> BlockKind:
    """What the same block is called where sign-offs stand, or where none do."""
    back = {signing: plain for plain, signing in _KINDS.items()}
    return _KINDS.get(kind) or back[kind]


def line_values(
    block: doc.Block, *, role: str, name: str | None = None
) -> dict[str, str]:
    """What to save into a line of an Approvals list, or a row of a table, by name."""
    names = {"role": "label", "name": "value"}
    if block.kind is doc.BlockKind.SIGN_OFFS:
        roles = doc.roles_of(block.kind, doc.columns_of(block))
        names = {kind: f"cell-{roles.index(kind)}" for kind in names}
    values = {names["role"]: role}
    return values if name is None else values | {names["name"]: name}
