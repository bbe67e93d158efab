"""Touched parts of a plan's page as markup, rendered from the rows as they are now.

There is no request: the same markup serves everybody who may edit, and another one
everybody who may read. It is a list of `<hx-partial>` elements, frames before what is
inside them. A part that a frame holds but that did not change is a placeholder
(`data-keep`): the page keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from plans.content import export, storage
from plans.live.targets import Targets
from plans.models import Block, Item, Plan, Section
from plans.page import item_html
from plans.page import items as page_items
from plans.page.comments import button_html
from plans.page.contexts import body_context, side_context
from plans.page.view_models import BlockView, ItemView, SectionView


class NeedsReload(Exception):
    """The page is better asked to fetch itself anew."""


def render_partial(target: str, template: str, context: dict[str, Any]) -> str:
    """One part of an answer: the element it replaces, and its new markup."""
    return hx_partial(target, render_to_string(template, context))


def hx_partial(target: str, html: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="outerMorph">{html}</hx-partial>'


def render_side(plan: Plan, *, can_edit: bool) -> str:
    """The panels beside the plan, which depend on all of it."""
    return render_side_panels(side_context(plan, can_edit=can_edit))


def render_side_panels(context: dict[str, Any]) -> str:
    return "".join(
        [
            render_partial("plan-side", "plans/_side.html", context),
            render_partial("plan-outline", "plans/_outline.html", context),
            render_partial("plan-progress", "plans/_progress.html", context),
            render_partial("plan-state", "plans/_state.html", context),
        ]
    )


def render_changes(
    plan: Plan, targets: Targets, kinds: Iterable[bool]
) -> dict[bool, str]:
    """What the targets look like now, for who may edit (True) and who may read.

    Raises NeedsReload when that is most of the page.
    """
    if targets.is_whole:
        raise NeedsReload
    buttons = "".join(_buttons(plan, targets))
    if targets.is_structural:
        arranged = _Arranged(plan, targets)
        return {kind: arranged.html(can_edit=kind) + buttons for kind in kinds}
    items = list(_alone(plan, targets.items.values))
    return {
        kind: "".join(_own(plan, part, kind) for part in items) + buttons
        for kind in kinds
    }


def _alone(plan: Plan, ids: Iterable[int]) -> Iterator[ItemView]:
    """Items without a look at the rest of the plan."""
    if not ids:
        return
    rows = storage.items_of(plan).present().filter(pk__in=ids)
    own = export.own_placeholders(plan)
    for row in rows.order_by():
        yield page_items.view_of_row(row, own)


def _buttons(plan: Plan, targets: Targets) -> Iterator[str]:
    """The number of open threads where somebody commented."""
    if items := targets.items.talked - targets.items.values:
        for row in storage.items_of(plan).filter(pk__in=items):
            yield hx_partial(f"item-{row.pk}-comments", button_html(plan, row))
    if sections := targets.sections.talked - targets.sections.values:
        for section in Section.objects.filter(pk__in=sections, plan=plan):
            html = button_html(plan, section)
            yield hx_partial(f"section-{section.pk}-comments", html)


def _own(plan: Plan, part: ItemView, can_edit: bool) -> str:
    html = item_html.item_html(part, plan, can_edit)
    return hx_partial(part.dom_id, item_html.with_token(html))


@dataclass
class _Frames:
    """The parts whose contents have to be arranged anew, by their rows' ids."""

    is_body: bool = False
    sections: set[int] = field(default_factory=set)
    blocks: set[int] = field(default_factory=set)
    nodes: set[int] = field(default_factory=set)


class _Arranged:
    """The markup of targets some of which came, went or changed places.

    The plan is loaded and marked once, for all kinds of readers.
    """

    def __init__(self, plan: Plan, targets: Targets) -> None:
        self.plan = plan
        self.targets = targets
        self.frames = _frames_of(plan, targets)
        self.context = body_context(plan, can_edit=False)
        self._look_at_introduction()
        # What to make (of whether it is for an editor) when all parts are marked: a
        # frame shows the marks of what it holds.
        self.waiting: list[Callable[[bool], str]] = []
        if self.frames.is_body:
            self._add("plan-body", "plans/_body.html")
        for section in self.context["sections"]:
            self._section(section, self.frames.is_body)

    def html(self, *, can_edit: bool) -> str:
        return "".join(make(can_edit) for make in self.waiting)

    def _look_at_introduction(self) -> None:
        """What stands before the first heading is there only while it has something."""
        for part in self.context["sections"]:
            if not part.row.level and part.row.pk in self.frames.sections:
                self.frames.is_body = True
                self.targets.sections.added.add(part.row.pk)

    def _add(self, target: str, template: str, **context: Any) -> None:
        context = self.context | context
        self.waiting.append(
            lambda can_edit: render_partial(
                target, template, context | {"can_edit": can_edit}
            )
        )

    def _section(self, part: SectionView, is_inside: bool) -> None:
        pk = part.row.pk
        if pk in self.targets.sections.added:
            return
        is_framed = pk in self.frames.sections or pk in self.targets.sections.values
        # Whether it asks for a text depends on the section that follows.
        is_framed |= is_inside and part.may_be_unwritten
        part.keep = not is_framed
        if is_framed and not is_inside:
            self._add(f"section-{pk}", "plans/_section.html", section=part)
        for block in part.blocks:
            self._block(block, is_framed)

    def _block(self, part: BlockView, is_inside: bool) -> None:
        pk = part.row.pk
        if pk in self.targets.blocks.added:
            return
        is_framed = pk in self.frames.blocks
        if is_framed and len(part.block.items) >= page_items.ROWS_PER_PAGE:
            raise NeedsReload  # each page shows another part of it
        part.keep = not is_framed
        if is_framed and not is_inside:
            self._add(f"block-{pk}", "plans/_block.html", block=part)
        for item in part.items:
            self._item(item, is_framed)

    def _item(self, part: ItemView, is_inside: bool) -> None:
        pk = part.row.pk
        if pk in self.targets.items.added:
            return
        is_framed = pk in self.frames.nodes
        part.keep = not is_framed
        if is_framed and not is_inside:
            self.waiting.append(lambda can_edit: self._node(part, can_edit))
        elif not is_framed and pk in self.targets.items.values:
            self.waiting.append(lambda can_edit: _own(self.plan, part, can_edit))
        for child in part.children:
            self._item(child, is_framed)

    def _node(self, part: ItemView, can_edit: bool) -> str:
        html = item_html.node_html(part, self.plan, can_edit)
        return hx_partial(part.outer_id, item_html.with_token(html))


def _frames_of(plan: Plan, targets: Targets) -> _Frames:
    frames = _Frames(is_body=bool(targets.sections.placed))
    blocks = Block.objects.filter(pk__in=targets.blocks.placed, section__plan=plan)
    frames.sections.update(blocks.values_list("section_id", flat=True))
    items = Item.objects.filter(
        pk__in=targets.items.placed, block__section__plan=plan
    ).values_list("block_id", "parent_id")
    for block_id, parent_id in items:
        if parent_id:
            frames.nodes.add(parent_id)
        else:
            frames.blocks.add(block_id)
    return frames
