"""Writing the outline: sections and phases come, go, move, change names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.blocks import new_block
from plans.actions.capacity import (
    growth,
    refuse_if_full,
    refuse_if_overfull,
    refuse_long_heading,
    refuse_longer_lines,
)
from plans.actions.change_log import (
    edit_added,
    edit_of,
    lock_plan,
    log_section_change,
    mark_removed,
    require,
    update_if_version,
)
from plans.actions.membership import membership
from plans.actions.ordering import positions_after
from plans.actions.outline import (
    follow_heading,
    hand_over_end,
    make_room,
    refuse_if_gone,
    retitle,
    set_off,
)
from plans.content import storage
from plans.content.outline import end_of, sections_of, subtree
from plans.content.rows import block_row, section_from_row, section_row
from plans.document import SIGNING_KINDS, BlockKind
from plans.document.syntax.escaping import clean_line
from plans.document.syntax.headings import written_heading
from plans.errors import Refused
from plans.models import Block, Change, Membership, Plan, Section, User
from plans.models.change import Edit
from plans.models.content import GAP


@transaction.atomic
def rename_section(
    *,
    plan: Plan,
    section: Section,
    actor: User,
    heading: str,
    seen: int | None,
    member: Membership | None = None,
) -> Section:
    """Change what a heading says; its level stays."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    new = clean_line(heading)
    if not new:
        raise Refused("A section needs a heading. Enter one, or remove the section.")
    if not section.level:
        raise Refused("The introduction has no heading of its own.")
    if new == section.heading:
        return section
    refuse_unless_heading(doc.Section(level=section.level, heading=new))
    part = section_from_row(section)
    texts = written_heading(part), written_heading(replace(part, heading=new))
    refuse_longer_lines(*texts)
    more = growth(*texts)
    number = lock_plan(plan, more)
    edit = edit_of(section, {"heading": section.heading}, {"heading": new})
    update_if_version(section, seen, heading=new)
    section.heading = new
    follow_heading(section)
    retitle(plan)
    refuse_if_full(plan, more)
    log_section_change(
        plan, actor, number, Change.Verb.SECTION_RENAMED, section, [edit]
    )
    return section


def refuse_unless_heading(part: doc.Section) -> None:
    refuse_long_heading(part.heading)
    if not doc.reads_back(part):
        raise Refused("A heading can’t contain this. Reword it.")


@transaction.atomic
def add_section(
    *,
    plan: Plan,
    after: Section,
    actor: User,
    heading: str,
    kind: BlockKind,
    is_inside: bool = False,
    member: Membership | None = None,
) -> Section:
    """Add a section of the same level behind another one and what belongs to it, or as
    the first of its subsections (`is_inside`)."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    heading = clean_line(heading)
    if not heading:
        raise Refused("Enter a heading for the new section.")
    level = min(after.level + 1, 6) if is_inside and after.level else after.level or 2
    part = doc.Section(level=level, heading=heading, tail=plan.newline * 2)
    refuse_unless_heading(part)
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    refuse_if_gone(after, present)
    last = after if is_inside else subtree(present, after)[-1]
    following = present[present.index(last) + 1 :]
    section = store_section(plan, part, sections, last)
    end = end_of(last)
    new_block(plan, section, kind, GAP, set_off(end.tail, plan.newline))
    edits = make_room(
        end,
        plan.newline,
        level=section.level,
        next_level=following[0].level if following else 0,
    )
    return finish_adding(plan, section, actor, number, edits)


@transaction.atomic
def add_approvals(
    *, plan: Plan, actor: User, member: Membership | None = None
) -> Section:
    """Add a section with the four usual sign-offs at the end of a plan that has none.
    Who gives them is filled in later."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    slots = Block.objects.present().filter(kind__in=SIGNING_KINDS)
    if slots.filter(section__plan=plan).exists():
        raise Refused("The plan already has an Approvals section. Reload the page.")
    part = doc.Section(level=2, heading="Approvals", tail=plan.newline * 2)
    section = store_section(plan, part, sections, present[-1])
    end = end_of(present[-1])
    block = _usual_approvals(plan.newline)
    block.tail = set_off(end.tail, plan.newline)
    storage.store_blocks(plan, [(block_row(section, block, GAP), block)])
    edits = make_room(end, plan.newline, level=section.level)
    return finish_adding(plan, section, actor, number, edits)


def _usual_approvals(newline: str) -> doc.Block:
    """The Approvals list of the planner's own template."""
    template = doc.read(doc.default_template().replace("\n", newline))
    for _, block, _ in template.walk():
        if block.kind is BlockKind.APPROVALS:
            return block
    raise LookupError("the template has no Approvals list")


def finish_adding(
    plan: Plan, section: Section, actor: User, number: int, edits: Sequence[Edit] = ()
) -> Section:
    """Refuse a new section that makes the plan too full, or log it. `edits`: what was
    changed around it."""
    refuse_if_overfull(plan)
    edits = [*edits, edit_added(section)]
    log_section_change(plan, actor, number, Change.Verb.SECTION_ADDED, section, edits)
    return section


def store_section(
    plan: Plan, part: doc.Section, sections: list[Section], after: Section
) -> Section:
    (position,) = positions_after(sections, after)
    section = section_row(plan, part, position)
    section.save(force_insert=True)
    storage.store_phases([section])
    return section


@transaction.atomic
def remove_section(
    *, plan: Plan, section: Section, actor: User, member: Membership | None = None
) -> None:
    """Take a section and its subsections out of the plan. Undo brings them back."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    present = [row for row in sections_of(plan) if not row.removed]
    refuse_if_gone(section, present)
    going = subtree(present, section)
    before = present.index(section) - 1
    edits = mark_removed(going)
    if before >= 0:
        is_last = going[-1] == present[-1]
        staying = end_of(present[before])
        end = end_of(going[-1])
        edits += hand_over_end(end, staying, plan.newline, is_last=is_last)
    retitle(plan)
    log_section_change(plan, actor, number, Change.Verb.SECTION_REMOVED, section, edits)
