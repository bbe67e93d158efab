"""Writing the outline: add, rename, move and remove sections, phases and blocks."""

from __future__ import annotations

from django.db import transaction

from plans import access, storage
from plans import document as doc
from plans.actions.errors import Refused
from plans.actions.items import Direction, blank_for, membership
from plans.actions.ordering import positions_after
from plans.actions.record import Edit, claim, edit, record, require
from plans.document import BlockKind
from plans.document.values import clean_line
from plans.models import Block, Phase, Plan, Section, User

# The kinds a person can add, with the header row of a new table.
NEW_BLOCKS: dict[BlockKind, str] = {
    BlockKind.PASSAGE: "",
    BlockKind.LIST: "",
    BlockKind.CHECKLIST: "",
    BlockKind.FIELDS: "",
    BlockKind.TABLE: "| Column 1 | Column 2 |\n|----------|----------|\n",
    BlockKind.RISKS: (
        "| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |\n"
        "|---------|-------------|--------|------------|------------|-------|\n"
    ),
    BlockKind.DEPENDENCIES: (
        "| Dependency | Type | Owner | Status | Timeline | Impact if Blocked |\n"
        "|------------|------|-------|--------|----------|-------------------|\n"
    ),
    BlockKind.METRICS: (
        "| Metric | Target | Measurement Method |\n"
        "|--------|--------|--------------------|\n"
    ),
    BlockKind.CODE: "",
}


@transaction.atomic
def rename_section(
    *, plan: Plan, section: Section, actor: User, heading: str, seen: int | None
) -> Section:
    """Change what a heading says; its level stays."""
    require(access.may_edit(membership(plan, actor)))
    new = clean_line(heading)
    if not new:
        raise Refused("A section needs a heading. Write one, or remove the section.")
    if new == section.heading:
        return section
    claim(section, seen)
    change = edit(section, {"heading": section.heading}, {"heading": new})
    section.heading = new
    section.save(update_fields=["heading"])
    rename_phase(section)
    retitle(plan)
    _record(plan, actor, "renamed", section, [change])
    return section


def rename_phase(section: Section) -> None:
    """Bring the phase row of a section in line with its heading."""
    found = storage.section_from_row(section).phase
    if found is None:
        Phase.objects.filter(section=section).delete()
        return
    Phase.objects.update_or_create(
        section=section, defaults={"number": found[0], "name": found[1]}
    )


def retitle(plan: Plan) -> None:
    """Bring the plan's title in line with its first heading."""
    sections = Section.objects.filter(plan=plan, removed=False)
    headings = [storage.section_from_row(section) for section in sections]
    title = title_of(doc.Document(sections=headings))
    if title != plan.title:
        plan.title = title
        plan.save(update_fields=["title"])


def title_of(document: doc.Document) -> str:
    """A plan's name: its title without the words that every plan starts with."""
    title = document.title
    for words in ("Implementation Plan:", "Plan:"):
        if title.casefold().startswith(words.casefold()):
            title = title[len(words) :]
    title = title.removesuffix("- Technical Approach & Architecture").strip(" :-–—")
    return (title or "Untitled plan")[:300]


@transaction.atomic
def add_section(
    *, plan: Plan, after: Section, actor: User, heading: str, kind: BlockKind
) -> Section:
    """Add a section of the same level behind another one and what belongs to it."""
    require(access.may_edit(membership(plan, actor)))
    heading = clean_line(heading)
    if not heading:
        raise Refused("Give the new section a heading.")
    sections = _all(plan)
    present = [row for row in sections if not row.removed]
    last = subtree(present, after)[-1]
    part = doc.Section(level=after.level or 2, heading=heading, tail="\n\n")
    (position,) = positions_after(sections, last)
    section = storage.section_row(plan, part, position)
    section.save()
    storage.store_phases([section])
    _store_new_block(plan, section, kind, 0, _separator(plan, last, section))
    _record(plan, actor, "added", section, [_appeared(section)])
    return section


def _separator(plan: Plan, last: Section, new: Section) -> str:
    """What follows the new section: a rule where the one before it ends with a rule.

    The new section takes it over, so that the rule stays between the two parts.
    """
    tail = _last_tail(last)
    return tail if new.level <= last.level or "---" in tail else "\n\n"


def _last_tail(section: Section) -> str:
    block = Block.objects.filter(section=section, removed=False).last()
    return (block.tail if block else section.tail) or "\n\n"


def _store_new_block(
    plan: Plan, section: Section, kind: BlockKind, position: int, tail: str
) -> Block:
    part = doc.Block(kind=kind, head=NEW_BLOCKS[kind], tail=tail)
    part.items = [blank_for(kind, part)]
    row = storage.block_row(section, part, position)
    storage.store_blocks(plan, [(row, part)])
    return row


@transaction.atomic
def add_phase(*, plan: Plan, actor: User) -> Section:
    """Add the next phase, in the manner of the last one, with everything blank."""
    require(access.may_edit(membership(plan, actor)))
    phase = (
        Phase.objects.filter(section__plan=plan, section__removed=False)
        .select_related("section")
        .order_by("number", "section__position")
        .last()
    )
    if phase is None:
        raise Refused("There is no phase to go by. Add a section “Phase 0: …” first.")
    model = phase.section
    loaded = storage.load_section(_with_plan(model, plan)).document.sections[0]
    sections = _all(plan)
    (position,) = positions_after(sections, model)
    part = doc.Section(
        level=model.level,
        heading=f"Phase {phase.number + 1}: New phase",
        tail=loaded.tail,
    )
    section = storage.section_row(plan, part, position)
    section.save()
    storage.store_phases([section])
    blocks = [_blank_copy(block) for block in loaded.blocks if _is_of_phase(block)]
    if blocks and loaded.blocks:
        blocks[-1].tail = loaded.blocks[-1].tail
    rows = [
        (storage.block_row(section, block, (index + 1) * 2**32), block)
        for index, block in enumerate(blocks)
    ]
    storage.store_blocks(plan, rows)
    _record(plan, actor, "added", section, [_appeared(section)])
    return section


def _with_plan(section: Section, plan: Plan) -> Section:
    section.plan = plan
    return section


def _is_of_phase(block: doc.Block) -> bool:
    """Notes after the phase's own list belong to all phases and are not copied."""
    return not (
        block.kind is BlockKind.FIELDS
        and all(item.source.startswith("**") for item in block.items)
        and len(block.items) == 1
    )


def _blank_copy(block: doc.Block) -> doc.Block:
    items = [doc.new_like(item, with_children=True) for item in block.items]
    for item in items:
        item.children = item.children[:1]
    return doc.Block(kind=block.kind, head=block.head, tail=block.tail, items=items)


@transaction.atomic
def remove_section(*, plan: Plan, section: Section, actor: User) -> None:
    """Take a section and its subsections out of the plan. Undo brings them back."""
    require(access.may_edit(membership(plan, actor)))
    present = [row for row in _all(plan) if not row.removed]
    claim(section, None)
    edits = []
    for row in subtree(present, section):
        row.removed = True
        row.save(update_fields=["removed"])
        edits.append(edit(row, {"removed": False}, {"removed": True}))
    _record(plan, actor, "removed", section, edits)
    retitle(plan)


@transaction.atomic
def move_section(
    *, plan: Plan, section: Section, actor: User, direction: Direction
) -> None:
    """Move a section, with its subsections, past its neighbour of the same level."""
    require(access.may_edit(membership(plan, actor)))
    sections = _all(plan)
    present = [row for row in sections if not row.removed]
    moving = subtree(present, section)
    start = present.index(section)
    if direction == "down":
        rest = present[start + len(moving) :]
        if not rest or rest[0].level != section.level:
            return
        anchor: Section | None = subtree(present, rest[0])[-1]
    else:
        above = [row for row in present[:start] if row.level <= section.level]
        if not above or above[-1].level != section.level:
            return
        place = present.index(above[-1])
        anchor = present[place - 1] if place else None
    claim(section, None)
    others = [row for row in sections if row not in moving]
    edits = []
    places = positions_after(others, anchor, len(moving))
    for row, position in zip(moving, places, strict=True):
        edits.append(edit(row, {"position": row.position}, {"position": position}))
        row.position = position
        row.save(update_fields=["position"])
    _record(plan, actor, "moved", section, edits)


@transaction.atomic
def add_block(*, plan: Plan, section: Section, actor: User, kind: BlockKind) -> Block:
    """Add an empty text, list, table ... at the end of a section."""
    require(access.may_edit(membership(plan, actor)))
    blocks = list(Block.objects.filter(section=section))
    present = [row for row in blocks if not row.removed]
    last = present[-1] if present else None
    edits = []
    tail = last.tail if last else "\n\n"
    if last and ("---" in tail or "***" in tail):
        # The rule that ends the section stays its end.
        edits.append(edit(last, {"tail": tail}, {"tail": "\n\n"}))
        last.tail = "\n\n"
        last.save(update_fields=["tail"])
    (position,) = positions_after(blocks, blocks[-1] if blocks else None)
    block = _store_new_block(plan, section, kind, position, tail)
    edits.append(_appeared(block))
    _record(plan, actor, "block_added", section, edits)
    return block


@transaction.atomic
def remove_block(*, plan: Plan, block: Block, actor: User) -> None:
    """Take a whole list, table, text or comment out of the plan."""
    require(access.may_edit(membership(plan, actor)))
    claim(block, None)
    block.removed = True
    block.save(update_fields=["removed"])
    edits = [edit(block, {"removed": False}, {"removed": True})]
    _record(plan, actor, "block_removed", block.section, edits)


def subtree(sections: list[Section], section: Section) -> list[Section]:
    """A section and the deeper ones that follow it, among sections in order."""
    start = sections.index(section)
    found = [section]
    for row in sections[start + 1 :]:
        if row.level <= section.level:
            break
        found.append(row)
    return found


def _all(plan: Plan) -> list[Section]:
    return list(Section.objects.filter(plan=plan))


def _appeared(row: Section | Block) -> Edit:
    return edit(row, {"removed": True}, {"removed": False})


def _record(
    plan: Plan, actor: User, verb: str, section: Section, edits: list[Edit]
) -> None:
    record(
        plan=plan,
        actor=actor,
        verb=f"section.{verb}",
        edits=edits,
        label=section.heading or "Introduction",
        section_id=section.pk,
    )
