"""Document <-> rows, in few queries.

`store` writes a whole document as new rows; `load` reads one back in three queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models

from plans import document as doc
from plans.content.rows import (
    DETAILS,
    Roles,
    block_from_row,
    block_row,
    item_from_row,
    item_row,
    roles_in,
    section_from_row,
    section_row,
    values_to_row,
)
from plans.models import Block, Item, Phase, Plan, Section
from plans.models.compiled import CompiledRows, Parameter
from plans.models.content import GAP, PlacedQuerySet

_BATCH = 500


@dataclass
class Loaded:
    """A document with the rows it came from, by id."""

    document: doc.Document
    sections: dict[int, Section] = field(default_factory=dict)
    blocks: dict[int, Block] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)


def load(plan: Plan) -> Loaded:
    """The plan's document, in three queries whatever its size, which are compiled once:
    every page of a plan makes them, and the panels every few seconds."""
    loaded = Loaded(doc.Document(sections=[], newline=plan.newline, bom=plan.bom))
    _assemble(
        {plan.pk: loaded},
        _SECTIONS_OF_PLAN(plan=plan),
        _BLOCKS_OF_PLAN(plan=plan),
        _ITEMS_OF_PLAN(plan=plan),
    )
    return loaded


def load_many(plans: Sequence[Plan]) -> list[Loaded]:
    """The documents of some plans, in three queries whatever their size."""
    loaded = {
        plan.pk: Loaded(doc.Document(sections=[], newline=plan.newline, bom=plan.bom))
        for plan in plans
    }
    ids = list(loaded)
    _assemble(
        loaded,
        _sections().present().filter(plan__in=ids),
        Block.objects.present().filter(section__plan__in=ids),
        items_with_details().present().filter(block__section__plan__in=ids),
    )
    return [loaded[plan.pk] for plan in plans]


def load_with_removed(plan: Plan) -> Loaded:
    """As `load`, with the rows that were taken out of the plan in their places."""
    loaded = Loaded(doc.Document(sections=[], newline=plan.newline, bom=plan.bom))
    _assemble(
        {plan.pk: loaded},
        _sections().filter(plan=plan),
        Block.objects.filter(section__plan=plan),
        items_with_details().filter(block__section__plan=plan),
    )
    return loaded


def load_section(section: Section) -> Loaded:
    """A document of one section alone, in two queries."""
    loaded = Loaded(doc.Document(sections=[], newline=section.plan.newline))
    _assemble(
        {section.plan_id: loaded},
        [section],
        Block.objects.filter(section=section, removed=False),
        items_with_details().filter(
            block__section=section, removed=False, block__removed=False
        ),
    )
    return loaded


def items_with_details() -> PlacedQuerySet[Item]:
    return Item.objects.select_related(
        *DETAILS, "checklist_item__done_by", "updated_by", "assignee"
    )


def _sections() -> PlacedQuerySet[Section]:
    return Section.objects.select_related("assignee")


_PLAN = Parameter("plan", Section._meta.get_field("plan"))
_SECTIONS_OF_PLAN = CompiledRows(lambda: _sections().present().filter(plan=_PLAN))
_BLOCKS_OF_PLAN = CompiledRows(
    lambda: Block.objects.present().filter(section__plan=_PLAN)
)
_ITEMS_OF_PLAN = CompiledRows(
    lambda: items_with_details().present().filter(block__section__plan=_PLAN)
)


def items_of(plan: Plan) -> PlacedQuerySet[Item]:
    """A plan's items, removed ones too, each with all about it and where it stands."""
    rows = items_with_details().select_related("block__section")
    return rows.filter(block__section__plan=plan)


def _assemble(
    by_plan: dict[int, Loaded],
    sections: Iterable[Section],
    blocks: Iterable[Block],
    items: Iterable[Item],
) -> None:
    """Put rows into the documents of their plans; `by_plan`: by their ids."""
    owners: dict[int, Loaded] = {}
    section_parts: dict[int, doc.Section] = {}
    block_parts: dict[int, tuple[doc.Block, Roles, Loaded]] = {}
    for section in sections:
        loaded = owners[section.pk] = by_plan[section.plan_id]
        part = section_from_row(section)
        loaded.document.sections.append(part)
        section_parts[section.pk] = part
        loaded.sections[section.pk] = section
    for block in blocks:
        loaded = owners[block.section_id]
        block_part = block_from_row(block)
        section_parts[block.section_id].blocks.append(block_part)
        roles = roles_in(block_part.kind, block_part.head)
        block_parts[block.pk] = (block_part, roles, loaded)
        loaded.blocks[block.pk] = block
    children: dict[int | None, list[Item]] = defaultdict(list)
    for row in items:
        *_, loaded = block_parts[row.block_id]
        loaded.items[row.pk] = row
        children[row.parent_id].append(row)

    def built(row: Item) -> doc.Item:
        block_part, roles, _ = block_parts[row.block_id]
        item = item_from_row(row, block_part, roles)
        item.children = [built(child) for child in children[row.pk]]
        return item

    for row in children[None]:
        block_parts[row.block_id][0].items.append(built(row))
    for loaded in by_plan.values():
        loaded.document.places = doc.places_of(loaded.document)


def store(plan: Plan, document: doc.Document) -> None:
    """Write a document as the rows of a plan that has none yet."""
    sections = [
        section_row(plan, part, (index + 1) * GAP)
        for index, part in enumerate(document.sections)
    ]
    Section.objects.bulk_create(sections, batch_size=_BATCH)
    store_phases(sections)
    blocks: list[tuple[Block, doc.Block]] = []
    for section, part in zip(sections, document.sections, strict=True):
        blocks += _block_rows(section, part.blocks)
    store_blocks(plan, blocks)


def store_phases(sections: Iterable[Section]) -> None:
    """The phase rows of sections whose heading names a phase."""
    phases = [
        Phase(section=section, code=phase[0])
        for section in sections
        if (phase := section_from_row(section).phase)
    ]
    Phase.objects.bulk_create(phases, batch_size=_BATCH)


def _block_rows(
    section: Section, parts: list[doc.Block]
) -> list[tuple[Block, doc.Block]]:
    return [
        (block_row(section, part, (index + 1) * GAP), part)
        for index, part in enumerate(parts)
    ]


def store_blocks(plan: Plan, blocks: list[tuple[Block, doc.Block]]) -> None:
    """Write blocks with their items; `blocks` pairs unsaved rows with their part."""
    Block.objects.bulk_create([row for row, _ in blocks], batch_size=_BATCH)
    store_items(
        plan, [(item, row, part, None) for row, part in blocks for item in part.items]
    )


def store_items(
    plan: Plan,
    level: Sequence[tuple[doc.Item, Block, doc.Block, Item | None]],
    *,
    first_at: int = GAP,
) -> list[Item]:
    """Write items and what is nested in them, a level at a time; returns the first.

    `first_at`: the place of the first item among its siblings.
    """
    first: list[Item] = []
    while level:
        rows: list[Item] = []
        details: dict[type[models.Model], list[tuple[Item, models.Model]]]
        details = defaultdict(list)
        places: dict[tuple[int, int | None], int] = defaultdict(int)
        following: list[tuple[doc.Item, Block, doc.Block, Item | None]] = []
        for item, block, part, parent in level:
            place = (block.pk, parent.pk if parent else None)
            places[place] += GAP if first else first_at
            row = item_row(item, block, places[place], parent)
            detail = values_to_row(item, row, part, plan.own_placeholders)
            if detail is not None:
                details[type(detail)].append((row, detail))
            rows.append(row)
            following += [(child, block, part, row) for child in item.children]
        Item.objects.bulk_create(rows, batch_size=_BATCH)
        for model, rows_of_kind in details.items():
            for row, detail in rows_of_kind:
                detail.pk = row.pk
            model._default_manager.bulk_create(
                [detail for _, detail in rows_of_kind], batch_size=_BATCH
            )
        first = first or rows
        level = following
    return first
