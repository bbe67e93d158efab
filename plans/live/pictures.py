"""Which pictures of a plan a list of changes affects."""

from __future__ import annotations

from collections.abc import Iterable

from plans.content import storage
from plans.content.rows import block_from_row, section_from_row
from plans.live.targets import Targets
from plans.models import Item
from plans.page.pictures.placement import is_pictured


def shows_in_pictures(row: Item) -> bool:
    """Whether a picture may show the values of an item; no query for a row of
    `storage.items_of`."""
    block, section = row.block, row.block.section
    return is_pictured(block_from_row(block), section_from_row(section))


def touched_sections(
    loaded: storage.Loaded, targets: Targets, frames: Iterable[int], blocks: set[int]
) -> set[int]:
    """The sections of which pictures may show something else now. `frames`, `blocks`:
    the sections and blocks in which something was added, removed or moved."""
    touched = set(frames)
    edited = {
        row.block_id for pk in targets.items.edited if (row := loaded.items.get(pk))
    }
    for section in loaded.document.sections:
        touched.update(
            section.id or 0
            for block in section.blocks
            if block.id in blocks | edited | targets.blocks.edited
            and is_pictured(block, section)
        )
    return touched
