"""Saying where in a plan sign-offs stand, against what the planner takes them for."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.approvers import link
from plans.actions.change_log import (
    lock_plan,
    log_change,
    require,
    set_columns,
    unlock_unchanged,
)
from plans.actions.evidence import record_completion
from plans.actions.membership import membership
from plans.actions.outline import refuse_if_gone
from plans.content import storage
from plans.content.outline import sections_of
from plans.content.rows import block_from_row, item_from_row, roles_in, values_to_row
from plans.content.signing_places import (
    block_can_be_signed,
    holds_sign_offs,
    other_kind,
)
from plans.document import BlockKind
from plans.errors import Refused
from plans.models import Approval, Block, Change, Membership, Plan, Section, User


@transaction.atomic
def decide_signing_place(
    *,
    plan: Plan,
    section: Section,
    actor: User,
    signs: bool,
    member: Membership | None = None,
) -> Section:
    """Say that the fields below a heading are sign-offs, or that they are none.

    A text that is read alone knows its sections by their headings only, so this is said
    of all sections of that name.
    """
    require(permissions.may_set_up(membership(plan, actor, member)))
    turn = lock_plan(plan)
    present = [row for row in sections_of(plan) if not row.removed]
    refuse_if_gone(section, present)
    namesakes = [row for row in present if row.heading == section.heading]
    blocks = Block.objects.present().filter(section__in=namesakes)
    candidates = [block for block in blocks if block_can_be_signed(block)]
    if not candidates:
        raise Refused("This section has no fields and no table of roles and names.")
    to_change = [block for block in candidates if holds_sign_offs(block) != signs]
    if not to_change:
        unlock_unchanged(plan)
        return section
    edits = []
    for block in to_change:
        kind = BlockKind(block.kind)
        edits.append(set_columns(block, kind=other_kind(kind)))
        follow_kind(plan, block, kind)
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=Change.Verb.SECTION_SIGNS if signs else Change.Verb.SECTION_SIGNS_NOT,
        edits=edits,
        label=section.heading,
        section_id=section.pk,
    )
    record_completion(plan=plan, actor=actor)
    return section


def follow_kind(plan: Plan, block: Block, before: BlockKind) -> None:
    """Put what the items of a block say into the rows of the kind that it is now."""
    old = block_from_row(block)
    old.kind = before
    new = block_from_row(block)
    roles = roles_in(old.kind, old.head)
    rows = storage.items_with_details().filter(block=block)
    for row in rows.filter(kind__in=[doc.ItemKind.FIELD, doc.ItemKind.ROW]):
        part = item_from_row(row, old, roles)
        detail = values_to_row(part, row, new, plan.own_placeholders)
        row.save(update_fields=["cells", "fillable", "blank", "questions"])
        if detail is None:
            continue
        is_new = type(detail)._default_manager.filter(pk=row.pk).first() is None
        detail.pk = row.pk
        detail.save(force_insert=is_new)
        if isinstance(detail, Approval) and not row.removed:
            link(plan, detail)
