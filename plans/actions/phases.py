"""Adding phases: blank ones in the manner of another, numbered in their place; and the
numbers of those around it, or of phases that have changed places."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_longer_lines
from plans.actions.change_log import edit_of, lock_plan, require, update_if_version
from plans.actions.membership import membership
from plans.actions.outline import follow_heading
from plans.actions.sections import finish_adding, store_section
from plans.content import storage
from plans.content.outline import sections_of, subtree
from plans.content.rows import block_row
from plans.document import BlockKind
from plans.errors import Refused
from plans.models import Membership, Phase, Plan, Section, User
from plans.models.change import Edit
from plans.models.content import GAP


@transaction.atomic
def add_phase(
    *,
    plan: Plan,
    actor: User,
    after: Section | None = None,
    member: Membership | None = None,
) -> Section:
    """Add a phase in the manner of the one that it comes after, with everything blank:
    after the last one, unless another is named. Later phases make room for its number.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    codes = codes_of(present)
    phases = [row for row in present if row.pk in codes]
    if not phases:
        raise Refused("The plan has no phases yet. Add a section “Phase 0: …” first.")
    last, code = doc.next_phase([codes[row.pk] for row in phases])
    model = phases[last]
    if after in phases:
        model = phases[phases.index(after)]
        _, code = doc.next_phase([codes[model.pk]])
    model.plan = plan
    (written,) = storage.load_section(model).document.sections
    part = doc.Section(
        level=model.level,
        heading=f"Phase {code}: New phase",
        tail=written.tail,
        blocks=[_blank_copy(block) for block in written.blocks if _is_of_phase(block)],
    )
    edits = make_room_for_code(present, model, code)
    section = store_section(plan, part, sections, subtree(present, model)[-1])
    if part.blocks:
        part.blocks[-1].tail = written.blocks[-1].tail
    rows = [
        (block_row(section, block, (index + 1) * GAP), block)
        for index, block in enumerate(part.blocks)
    ]
    storage.store_blocks(plan, rows)
    return finish_adding(plan, section, actor, number, edits)


def codes_of(present: list[Section]) -> dict[int, str]:
    """The codes of the phases among some sections, by the sections' ids."""
    phases = Phase.objects.filter(section__in=present)
    return dict(phases.values_list("section", "code"))


def make_room_for_code(present: list[Section], model: Section, code: str) -> list[Edit]:
    """Renumber the phases behind one that a new one with this code comes behind."""
    codes = codes_of(present)
    behind = present[present.index(model) + 1 :]
    following = [row for row in behind if row.pk in codes and row.level == model.level]
    later = doc.codes_behind(code, [codes[row.pk] for row in following])
    edits = []
    for row, new in zip(following, later, strict=True):
        if new != codes[row.pk]:
            edits.append(_renumbered(row, new))
    return edits


def renumber_moved(before: list[Section], order: list[Section]) -> list[Edit]:
    """Phases that have changed places keep the codes of the places: a moved one gets
    the code that fits, and those that it passed make room. Codes that did not ascend
    `before` say something else than the order, and stay."""
    codes = codes_of(before)
    by_place = [codes[row.pk] for row in before if row.pk in codes]
    if not doc.is_ascending(by_place):
        return []
    moved = [row for row in order if row.pk in codes]
    return [
        _renumbered(row, code)
        for row, code in zip(moved, by_place, strict=True)
        if code != codes[row.pk]
    ]


def _renumbered(row: Section, code: str) -> Edit:
    heading = doc.with_code(row.heading, code)
    refuse_longer_lines(row.heading, heading)
    edit = edit_of(row, {"heading": row.heading}, {"heading": heading})
    update_if_version(row, None, heading=heading)
    row.heading = heading
    follow_heading(row)
    return edit


def _is_of_phase(block: doc.Block) -> bool:
    """Guidance is said once, and a note after the phase's own list (`**Note**: x`) is
    of all phases: neither is copied."""
    is_note = (
        block.kind is BlockKind.FIELDS
        and len(block.items) == 1
        and block.items[0].source.startswith("**")
    )
    return not is_note and block.kind is not BlockKind.GUIDANCE


def _blank_copy(block: doc.Block) -> doc.Block:
    items = [doc.new_like(item, with_children=True) for item in block.items]
    for item in items:
        item.children = item.children[:1]
    return doc.Block(kind=block.kind, head=block.head, tail=block.tail, items=items)
