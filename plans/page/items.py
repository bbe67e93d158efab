"""A loaded plan as view models: each item with the controls that fit it.

No queries and no HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.safestring import SafeString

from planner.server.disconnects import check_client
from plans import document as doc
from plans.content import export
from plans.content.completeness import filled_in
from plans.content.storage import Loaded
from plans.content.template_origin import hints_of
from plans.content.values import values_of_row
from plans.document import BlockKind, ItemKind
from plans.models import Item, Plan
from plans.page.controls import controls_of
from plans.page.field_hints import place_hints
from plans.page.pictures.picture_html import pictures_html
from plans.page.pictures.placement import pictured_sections, pictures_of
from plans.page.view_models import BlockView, ItemView, SectionView

# A table longer than this is shown in pages, or its page would take seconds.
ROWS_PER_PAGE = 100

# Only guidance is left out of a finished plan; the page says so next to the problems.
_COMMENT_NAMES = {
    "guidance": "Guidance",
    "marker": "Tool marker",
    "remark": "Remark",
}


@dataclass
class Pages:
    """Which page of which long table is asked for: `{block id: page}`."""

    numbers: dict[int, int] = field(default_factory=dict)


def section_views(
    plan: Plan, loaded: Loaded, pages: Pages | None = None
) -> list[SectionView]:
    own = export.own_placeholders(plan)
    hints = hints_of(plan)
    views = []
    sections = loaded.document.sections
    pictures = pictures_by_section(loaded)
    for section, following in zip_longest(sections, sections[1:]):
        assert section.id is not None
        blocks = [
            block_view(block, loaded, own, pages or Pages(), section.heading)
            for block in section.blocks
        ]
        part = _counted(section, loaded)
        part.blocks = blocks
        if hint := doc.hint_of(section, following):
            part.hint = doc.hint_text(hint)
        items = [item for block in blocks for item in block.items]
        own_hints = hints.of_section(section.heading)
        part.template_hints = place_hints(items, own_hints)
        part.pictures = pictures.get(section.id, part.pictures)
        views.append(part)
    return views


def counted_sections(loaded: Loaded) -> list[SectionView]:
    """The sections with their numbers and without what stands in them: enough for the
    outline, and a third of the time in which a long plan's panels are made."""
    return [_counted(section, loaded) for section in loaded.document.sections]


def _counted(section: doc.Section, loaded: Loaded) -> SectionView:
    part = SectionView(loaded.sections[section.id or 0], section, [])
    rows = [loaded.items[item.id or 0] for item in section.walk()]
    part.filled = filled_in(rows)
    part.questions = sum(row.questions for row in rows)
    part.assignees = {row.assignee_id for row in rows if row.assignee_id is not None}
    if part.row.assignee_id is not None:
        part.assignees.add(part.row.assignee_id)
    return part


def pictures_by_section(loaded: Loaded) -> dict[int, SafeString]:
    """Markup for the pictures of each section that may have some."""
    document = loaded.document
    pictures = pictures_of(document, places(document))
    return {
        pk: pictures_html(pk, pictures.get(pk, ()))
        for pk in pictured_sections(document)
    }


def block_view(
    block: doc.Block,
    loaded: Loaded,
    own: frozenset[str],
    pages: Pages,
    heading: str = "",
) -> BlockView:
    assert block.id is not None
    total = max(1, -(-len(block.items) // ROWS_PER_PAGE))
    page = min(max(pages.numbers.get(block.id, 1), 1), total)
    shown = block.items[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    columns = doc.columns_of(block)
    items = [
        item_view(item, block, loaded.items, columns, own, heading) for item in shown
    ]
    return BlockView(loaded.blocks[block.id], block, items, columns, page, total)


def places(document: doc.Document) -> dict[int, str]:
    """Where on the plan's page the items of long tables are: `?rows-12=3#item-456`.

    All other items are simply at `#item-N`.
    """
    addresses = {}
    for section in document.sections:
        for block in section.blocks:
            if len(block.items) <= ROWS_PER_PAGE:
                continue
            for index, top in enumerate(block.items):
                page = index // ROWS_PER_PAGE + 1
                for item in top.walk():
                    addresses[item.id or 0] = f"?rows-{block.id}={page}#item-{item.id}"
    return addresses


def view_of_row(row: Item, own: frozenset[str] = frozenset()) -> ItemView:
    """An item without what is nested in it. No query for a row of `items_of`."""
    item, block = values_of_row(row)
    heading = row.block.section.heading
    return item_view(item, block, {row.pk: row}, doc.columns_of(block), own, heading)


def item_view(
    item: doc.Item,
    block: doc.Block,
    rows: dict[int, Item],
    columns: list[str],
    own: frozenset[str] = frozenset(),
    heading: str = "",
) -> ItemView:
    check_client()
    row = rows[item.id or 0]
    part = ItemView(
        row=row,
        item=item,
        controls=list(controls_of(item, block, columns, own, heading)),
        outer_tag=_outer_tag(row, block),
        children=[
            item_view(c, block, rows, columns, own, heading) for c in item.children
        ],
    )
    if item.kind is ItemKind.GUIDANCE:
        kind = doc.kind_of_comment(doc.values_of(item)[0], own)
        part.comment_name = _COMMENT_NAMES[kind]
    if item.kind is ItemKind.CODE:
        part.options = doc.options_of(doc.values_of(item)[0])
    return part


def _outer_tag(row: Item, block: doc.Block) -> str:
    match row.kind:
        case ItemKind.ROW:
            return "tr"
        case ItemKind.GUIDANCE:
            return "details"
    is_list = block.kind in (BlockKind.LIST, BlockKind.CHECKLIST)
    return "li" if is_list or row.parent_id else "div"


def outline_of(
    parts: list[SectionView], errors: Iterable[doc.Problem]
) -> list[SectionView]:
    """The headings of the outline; a part's counts have those of its subsections in.

    Returns copies: the sections themselves keep their own counts.
    """
    counts = Counter(problem.section.id for problem in errors)
    headings: list[SectionView] = []
    for part in parts:
        if not part.row.level:
            continue
        here = counts[part.section.id]
        heading = SectionView(part.row, part.section, [], part.filled, here)
        heading.questions = part.questions
        heading.assignees = set(part.assignees)
        headings.append(heading)
    for index, part in enumerate(headings):
        for below in headings[index + 1 :]:
            if below.row.level <= part.row.level:
                break
            part.filled += below.filled
            part.open += below.open
            part.questions += below.questions
            part.assignees |= below.assignees
    return [part for part in headings if 1 <= part.row.level <= 3]
