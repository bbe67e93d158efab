"""A document that has no rows, as items with the controls that the plan's page would
give them. No queries and no HTML.

Of a long text only a part is shown; whoever asks for the preview says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from planner.server.disconnects import check_client
from plans import document as doc
from plans.page.controls import controls_of
from plans.page.view_models import Control


@dataclass
class ItemPreview:
    """`children`: those nested in it that are shown."""

    item: doc.Item
    block: BlockPreview
    is_nested: bool = False
    children: list[ItemPreview] = field(default_factory=list)
    # Guidance beside the form, of the template.
    template_hint: str = ""

    @property
    def kind(self) -> str:
        return str(self.item.kind)

    @cached_property
    def controls(self) -> list[Control]:
        own, heading = self.block.own, self.block.heading
        block, columns = self.block.block, self.block.columns
        return list(controls_of(self.item, block, columns, own, heading))


@dataclass
class BlockPreview:
    """`own`: placeholders of the template that the text is based on; `heading`: of the
    block's section; `items`: those that are shown."""

    block: doc.Block
    own: frozenset[str]
    heading: str
    columns: list[str]
    items: list[ItemPreview] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.block.kind)

    @property
    def is_table(self) -> bool:
        return self.block.kind.is_table


# Whether an item is shown: asked of all, in the order of the text, and so of an item
# before those that are nested in it.
Shows = Callable[[ItemPreview], bool]


def preview_blocks(
    section: doc.Section, own: frozenset[str], shows: Shows
) -> list[BlockPreview]:
    """The blocks of a section, also those of which nothing is shown."""
    return [_block(block, own, section.heading, shows) for block in section.blocks]


def _block(
    block: doc.Block, own: frozenset[str], heading: str, shows: Shows
) -> BlockPreview:
    preview = BlockPreview(block, own, heading, doc.columns_of(block))
    preview.items = _shown(block.items, preview, shows)
    return preview


def _shown(
    items: list[doc.Item], block: BlockPreview, shows: Shows, *, is_nested: bool = False
) -> list[ItemPreview]:
    previews = []
    for item in items:
        check_client()
        preview = ItemPreview(item, block, is_nested)
        is_shown = shows(preview)
        preview.children = _shown(item.children, block, shows, is_nested=True)
        if is_shown:
            previews.append(preview)
    return previews
