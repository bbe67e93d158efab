"""Changed parts of a plan's page as markup, rendered from the rows as they are now.

There is no request: one rendering serves every reader who may edit, another everyone
else. The markup is a list of `<hx-partial>` elements. A frame is a part rendered for
its arrangement: parts inside it that did not change are placeholders (`data-keep`), for
which the page keeps its own elements. Frames come before the parts inside them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from plans import document as doc
from plans.content import export, storage
from plans.content.template_origin import hints_of
from plans.live.pictures import shows_in_pictures, touched_sections
from plans.live.targets import Targets
from plans.models import Block, Item, Plan, Section
from plans.page import item_html
from plans.page import items as page_items
from plans.page.comments import button_html
from plans.page.contexts import as_seen_by, body_context, side_context
from plans.page.pictures.placement import showing
from plans.page.section_html import sections_html
from plans.page.view_models import BlockView, ItemView, SectionView

# Renders one fragment; the argument is whether the reader may edit.
Render = Callable[[bool], str]


class NeedsReload(Exception):
    """Most of the page changed: the browser should fetch all of it."""


def render_partial(target: str, template: str, context: dict[str, Any]) -> str:
    """The element that a fragment replaces, and its new markup."""
    return hx_partial(target, render_to_string(template, context))


def render_body(context: dict[str, Any]) -> str:
    """All sections of the page; `context`: a `body_context`."""
    html = sections_html(context["sections"], context["plan"], context["can_edit"])
    context = context | {"sections_html": html}
    return render_partial("plan-body", "plans/_body.html", context)


def hx_partial(target: str, html: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="outerMorph">{html}</hx-partial>'


def render_side(plan: Plan, *, can_edit: bool) -> str:
    """The side panels and the pictures, which depend on the whole plan."""
    return "".join(render_sides(plan, [can_edit])[can_edit])


def render_sides(plan: Plan, kinds: Iterable[bool]) -> dict[bool, list[str]]:
    """As `render_side`, each part by itself, for kinds of readers (True: may edit)."""
    loaded = storage.load(plan)
    context = side_context(plan, can_edit=False, loaded=loaded)
    pictures = [
        hx_partial(f"pictures-{pk}", html)
        for pk, html in page_items.pictures_by_section(loaded).items()
    ]
    return {
        kind: [*render_side_panels(as_seen_by(context, can_edit=kind)), *pictures]
        for kind in kinds
    }


def render_side_panels(context: dict[str, Any]) -> list[str]:
    """The panels, each as the fragment that replaces it."""
    return [
        render_partial("plan-side", "plans/_side.html", context),
        render_partial("plan-outline", "plans/_outline.html", context),
        render_partial("plan-progress", "plans/_progress.html", context),
        render_partial("plan-state", "plans/_state.html", context),
        render_partial("plan-links", "plans/_plan_links.html", context),
        render_partial("plan-reading", "plans/_reading.html", context),
    ]


def render_changes(
    plan: Plan,
    targets: Targets,
    kinds: Iterable[bool],
    items: list[Item] | None = None,
) -> dict[bool, str]:
    """The current markup of the targets, by kind of reader (True: may edit). `items`:
    the edited ones, where the caller has them; pictures of them are left to the side.

    Raises NeedsReload if that would be most of the page.
    """
    if targets.needs_reload or _has_guidance_elsewhere(plan, targets):
        raise NeedsReload
    if targets.is_structural:
        fragments = _structural_fragments(plan, targets)
    else:
        fragments = _item_fragments(plan, targets, items)
    fragments += _comment_buttons(plan, targets)
    return {kind: "".join(render(kind) for render in fragments) for kind in kinds}


def _has_guidance_elsewhere(plan: Plan, targets: Targets) -> bool:
    """Whether guidance of the template comes to a field that was renamed, or goes back
    to the section. A query only after a rename, in a plan with a template."""
    return bool(targets.labels) and hints_of(plan).say_of_a_field(targets.labels)


def _item_fragments(
    plan: Plan, targets: Targets, items: list[Item] | None
) -> list[Render]:
    """The edited items alone; the rest of the plan is loaded only for its pictures."""
    if not targets.items.edited:
        return []
    rows = items
    if rows is None:
        edited = storage.items_of(plan).present().order_by()
        rows = list(edited.filter(pk__in=targets.items.edited))
    own = export.own_placeholders(plan)
    fragments: list[Render] = [
        partial(_render_item, plan, page_items.view_of_row(row, own)) for row in rows
    ]
    touched = {row.block.section_id for row in rows if shows_in_pictures(row)}
    if touched and items is None:
        loaded = storage.load(plan)
        pictures = page_items.pictures_by_section(loaded)
        fragments += _pictures(loaded.document, pictures, touched, pictures.keys())
    return fragments


def _pictures(
    document: doc.Document,
    pictures: dict[int, SafeString],
    touched: set[int],
    among: Collection[int],
) -> Iterator[Render]:
    """The pictures that show something of the touched sections. `among`: the sections
    that the page has a place for them in."""
    for pk in sorted(showing(document, touched).intersection(among)):
        yield partial(_render_pictures, pk, pictures[pk])


def _render_pictures(section: int, html: str, can_edit: bool) -> str:
    return hx_partial(f"pictures-{section}", html)


def _comment_buttons(plan: Plan, targets: Targets) -> Iterator[Render]:
    """Comment counts, except in parts that are rendered as a whole anyway."""
    if items := targets.items.commented - targets.items.edited:
        for row in storage.items_of(plan).filter(pk__in=items):
            yield partial(_render_button, plan, row, f"item-{row.pk}")
    if sections := targets.sections.commented - targets.sections.edited:
        for section in Section.objects.filter(pk__in=sections, plan=plan):
            yield partial(_render_button, plan, section, f"section-{section.pk}")


def _render_button(
    plan: Plan, place: Item | Section, dom_id: str, can_edit: bool
) -> str:
    return hx_partial(f"{dom_id}-comments", button_html(plan, place, can_edit=can_edit))


def _render_item(plan: Plan, item: ItemView, can_edit: bool) -> str:
    html = item_html.item_html(item, plan, can_edit)
    return hx_partial(item.dom_id, item_html.with_token(html))


def _render_node(plan: Plan, item: ItemView, can_edit: bool) -> str:
    """An item together with the items nested in it."""
    html = item_html.node_html(item, plan, can_edit)
    return hx_partial(item.outer_id, item_html.with_token(html))


# --- parts that were added, removed or moved ------------------------------------------


@dataclass
class _Frames:
    """The parts to render for their arrangement: the ids of their rows."""

    is_body: bool = False
    sections: set[int] = field(default_factory=set)
    blocks: set[int] = field(default_factory=set)
    nodes: set[int] = field(default_factory=set)


def _structural_fragments(plan: Plan, targets: Targets) -> list[Render]:
    """The plan is loaded and walked once, for all kinds of readers."""
    context = body_context(plan, can_edit=False)
    frames = _find_frames(plan, targets)
    walk = _PageWalk(plan, targets, frames, context)
    # The walk has to end before the first fragment is rendered: the markup of a frame
    # depends on the `keep` of everything inside it.
    fragments = list(walk.fragments())
    loaded = context["loaded"]
    touched = touched_sections(loaded, targets, frames.sections, frames.blocks)
    if frames.is_body or targets.sections.edited:
        # A heading may have become, or have been, a chapter.
        touched |= loaded.sections.keys()
    # What is sent whole has its pictures within.
    kept = {section.row.pk for section in walk.sections if section.keep}
    pictures = page_items.pictures_by_section(loaded)
    return fragments + [*_pictures(loaded.document, pictures, touched, kept)]


def _find_frames(plan: Plan, targets: Targets) -> _Frames:
    """The parents of every part that was added, removed or moved."""
    frames = _Frames(is_body=bool(targets.sections.moved))
    blocks = Block.objects.filter(pk__in=targets.blocks.moved, section__plan=plan)
    frames.sections.update(blocks.values_list("section_id", flat=True))
    items = Item.objects.filter(pk__in=targets.items.moved, block__section__plan=plan)
    for block_id, parent_id in items.values_list("block_id", "parent_id"):
        if parent_id:
            frames.nodes.add(parent_id)
        else:
            frames.blocks.add(block_id)
    return frames


class _PageWalk:
    """One walk over the page: sets `keep` on every part and yields what to render.

    A part is kept unless it is a frame or new. `in_frame` says that the parent is a
    frame: its markup already contains the part, so a frame inside a frame yields none
    of its own.
    """

    def __init__(
        self, plan: Plan, targets: Targets, frames: _Frames, context: dict[str, Any]
    ) -> None:
        self.plan = plan
        self.targets = targets
        self.frames = frames
        self.context = context
        self.sections: list[SectionView] = context["sections"]
        introduction = self._changed_introduction()
        self.new_sections = targets.sections.added | introduction
        self.has_body_frame = frames.is_body or bool(introduction)

    def _changed_introduction(self) -> set[int]:
        """The text before the first heading, if blocks came or went in it: it is on the
        page only while it has content, so it counts as a new section."""
        return {
            section.row.pk
            for section in self.sections
            if not section.row.level and section.row.pk in self.frames.sections
        }

    def fragments(self) -> Iterator[Render]:
        if self.has_body_frame:
            yield self._body
        for section in self.sections:
            yield from self._section(section, in_frame=self.has_body_frame)

    def _body(self, can_edit: bool) -> str:
        return render_body(self.context | {"can_edit": can_edit})

    def _frame(self, target: str, template: str, **part: Any) -> Render:
        def render(can_edit: bool) -> str:
            context = self.context | part | {"can_edit": can_edit}
            return render_partial(target, template, context)

        return render

    def _section(self, section: SectionView, *, in_frame: bool) -> Iterator[Render]:
        pk = section.row.pk
        if pk in self.new_sections:
            return
        is_frame = (
            pk in self.frames.sections
            or pk in self.targets.sections.edited
            # Whether an empty section asks for text depends on the section after it.
            or (in_frame and section.may_be_unwritten)
        )
        section.keep = not is_frame
        if is_frame and not in_frame:
            yield self._frame(f"section-{pk}", "plans/_section.html", section=section)
        for block in section.blocks:
            yield from self._block(block, in_frame=is_frame)

    def _block(self, block: BlockView, *, in_frame: bool) -> Iterator[Render]:
        pk = block.row.pk
        if pk in self.targets.blocks.added:
            return
        has_other_columns = pk in self.targets.blocks.edited
        is_frame = pk in self.frames.blocks or has_other_columns
        if is_frame and len(block.block.items) >= page_items.ROWS_PER_PAGE:
            raise NeedsReload  # readers may be on different pages of the block
        block.keep = not is_frame
        if is_frame and not in_frame:
            yield self._frame(f"block-{pk}", "plans/_block.html", block=block)
        if has_other_columns:
            return  # every row is another one
        for item in block.items:
            yield from self._item(item, in_frame=is_frame)

    def _item(self, item: ItemView, *, in_frame: bool) -> Iterator[Render]:
        pk = item.row.pk
        if pk in self.targets.items.added:
            return
        is_frame = pk in self.frames.nodes
        item.keep = not is_frame
        if is_frame and not in_frame:
            yield partial(_render_node, self.plan, item)
        elif not is_frame and pk in self.targets.items.edited:
            yield partial(_render_item, self.plan, item)
        for child in item.children:
            yield from self._item(child, in_frame=is_frame)
