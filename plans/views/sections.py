"""The outline: sections, phases and blocks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from plans import permissions
from plans.actions import sections as actions
from plans.actions.blocks import NEW_BLOCKS, add_block, remove_block
from plans.actions.duplicates import duplicate_section
from plans.actions.moving import move_section, place_section
from plans.actions.phases import add_phase
from plans.actions.signing_places import decide_signing_place
from plans.content.signing_places import can_hold_sign_offs, has_sign_offs
from plans.document import BlockKind
from plans.errors import Refused, Stale
from plans.models import Block, Plan, Section
from plans.page.contexts import toolbar_context
from plans.page.view_models import NEW_NAMES
from plans.views.plan import answer_with_change
from plans.views.shortcuts import (
    Request,
    block_for,
    direction_in,
    handle_refused,
    login_required,
    number_in,
    plan_for,
    refused,
    require_editor,
    side_in,
)


def section_for(plan: Plan, section_id: int) -> Section:
    section = Section.objects.filter(pk=section_id, plan=plan, removed=False).first()
    if section is None:
        raise Http404("This section is no longer in the plan.")
    section.plan = plan
    return section


def _kind(request: Request) -> BlockKind:
    try:
        kind = BlockKind(request.POST.get("kind", BlockKind.PASSAGE))
    except ValueError:
        raise Refused("Choose what to add from the list.") from None
    if kind not in NEW_BLOCKS:
        raise Refused("That can’t be added by hand. Choose from the list.")
    return kind


@require_safe
@login_required
@handle_refused
def section(request: Request, slug: str, section_id: int) -> HttpResponse:
    """What can be done with a section: for the dialog of the plan page, or alone."""
    plan, member = plan_for(request, slug)
    require_editor(member)
    row = section_for(plan, section_id)
    context = {
        "plan": plan,
        "section": row,
        "address": f"{plan.url}sections/{row.pk}/",
        "new_blocks": NEW_NAMES.items(),
        "behind": request.GET.get("behind", ""),
        "can_sign": bool(permissions.may_set_up(member)) and can_hold_sign_offs(row),
        "signs": has_sign_offs(row),
        "people": list(permissions.assignable(plan)),
    }
    if request.htmx:
        return render(request, "plans/_section_menu.html", context)
    context |= toolbar_context(plan, can_edit=True) | {"anchor": f"section-{row.pk}"}
    return render(request, "plans/section.html", context)


@require_POST
@login_required
@handle_refused
def section_rename(request: Request, slug: str, section_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    section = section_for(plan, section_id)
    try:
        actions.rename_section(
            plan=plan,
            section=section,
            actor=request.user,
            member=member,
            heading=request.POST.get("heading", ""),
            seen=number_in(request.POST.get("seen", "")),
        )
    except Stale as stale:
        section.refresh_from_db(fields=["heading"])
        renamed = plan.changes.filter(section=section, item=None)
        change = renamed.select_related("actor").first()
        stale = stale.by(change.actor if change else None, request.user)
        return refused(request, stale, slug, stored=section.heading)
    return answer_with_change(request, plan, member, f"section-{section.pk}")


@require_POST
@login_required
@handle_refused
def section_signing(request: Request, slug: str, section_id: int) -> HttpResponse:
    """An owner says that sign-offs stand here, or that none do."""
    plan, member = plan_for(request, slug)
    section = decide_signing_place(
        plan=plan,
        section=section_for(plan, section_id),
        actor=request.user,
        member=member,
        signs=request.POST.get("signs") == "yes",
    )
    return answer_with_change(request, plan, member, f"section-{section.pk}")


@require_POST
@login_required
@handle_refused
def section_add(request: Request, slug: str, section_id: int) -> HttpResponse:
    """A new section behind this one, or in it; a name may be typed there."""
    plan, member = plan_for(request, slug)
    new = actions.add_section(
        plan=plan,
        after=section_for(plan, section_id),
        actor=request.user,
        member=member,
        heading=request.POST.get("heading", "New section"),
        kind=_kind(request),
        is_inside=request.POST.get("inside") == "yes",
    )
    return answer_with_change(request, plan, member, _named(request, new))


def _named(request: Request, section: Section) -> str:
    """Where the focus goes: to what is in a new section if its heading was typed, else
    to its heading."""
    return f"{'section' if 'heading' in request.POST else 'heading'}-{section.pk}"


@require_POST
@login_required
@handle_refused
def section_duplicate(request: Request, slug: str, section_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    new = duplicate_section(
        plan=plan,
        section=section_for(plan, section_id),
        actor=request.user,
        member=member,
    )
    return answer_with_change(request, plan, member, f"heading-{new.pk}")


@require_POST
@login_required
@handle_refused
def section_move(request: Request, slug: str, section_id: int) -> HttpResponse:
    """One place up or down, or right beside another section of its level."""
    plan, member = plan_for(request, slug)
    section = section_for(plan, section_id)
    who: Any = {
        "plan": plan,
        "section": section,
        "actor": request.user,
        "member": member,
    }
    if (beside := number_in(request.POST.get("beside", ""))) is None:
        move_section(**who, direction=direction_in(request))
    else:
        require_editor(member)
        place_section(**who, beside=section_for(plan, beside), side=side_in(request))
    return answer_with_change(request, plan, member, f"section-{section.pk}")


@require_POST
@login_required
@handle_refused
def section_remove(request: Request, slug: str, section_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    section = section_for(plan, section_id)
    actions.remove_section(
        plan=plan, section=section, actor=request.user, member=member
    )
    return answer_with_change(
        request, plan, member, message=f"Removed “{section.heading}”."
    )


@require_POST
@login_required
@handle_refused
def phase_add(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    after = number_in(request.POST.get("after", ""))
    section = add_phase(
        plan=plan,
        actor=request.user,
        member=member,
        after=section_for(plan, after) if after is not None else None,
    )
    return answer_with_change(request, plan, member, f"heading-{section.pk}")


@require_POST
@login_required
@handle_refused
def block_add(request: Request, slug: str, section_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    section = section_for(plan, section_id)
    block = add_block(
        plan=plan,
        section=section,
        actor=request.user,
        member=member,
        kind=_kind(request),
        behind=_place(plan, section, request.POST.get("behind", "")),
        text=request.POST.get("text", "").replace("\r\n", "\n"),
    )
    return answer_with_change(request, plan, member, f"block-{block.pk}")


def _place(plan: Plan, section: Section, behind: str) -> Section | Block | None:
    """Where a new block goes: `start`, the id of the block above it, or at the end."""
    if behind == "start":
        return section
    block_id = number_in(behind)
    return block_for(plan, block_id) if block_id is not None else None


@require_POST
@login_required
@handle_refused
def block_remove(request: Request, slug: str, block_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    block = block_for(plan, block_id)
    remove_block(plan=plan, block=block, actor=request.user, member=member)
    return answer_with_change(request, plan, member, message="Removed.")
