"""What one does with a whole plan: its menu, copy, tags, team and lock, the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from plans import permissions
from plans.actions.locks import lock_editing, unlock_editing
from plans.actions.plans import archive_plan, duplicate_plan
from plans.actions.tags import change_tags
from plans.actions.team_moves import move_effects, move_plan
from plans.content.limits import Unreadable
from plans.errors import NotAllowed, Refused
from plans.forms.whole_plans import DuplicatePlan, MovePlan, PlanTags
from plans.models import Membership, Plan
from plans.models.plan import LONGEST_REASON
from plans.page.contexts import toolbar_context
from plans.views.shortcuts import (
    Request,
    Undo,
    at_change,
    fragments,
    handle_refused,
    login_required,
    note,
    plan_for,
    redirect_to_plan,
    require_editor,
    toast,
)


@require_safe
@login_required
def plan_menu(request: Request, slug: str) -> HttpResponse:
    """What this person can do with the whole plan: a page, or its list alone for
    static/js/plan-menu.js. `?next=`: where they came from, and go on."""
    plan, member = plan_for(request, slug)
    can_edit = bool(permissions.may_edit(member))
    context = {
        "plan": plan,
        "next": next_page(request),
        "leads": bool(permissions.may_manage(member)),
        "can_edit": can_edit,
        "may_change_templates": bool(permissions.may_change_templates(member)),
    }
    if request.htmx:
        return render(request, "plans/_plan_menu.html", context)
    context |= toolbar_context(plan, can_edit=can_edit)
    return render(request, "plans/plan_menu.html", context)


def next_page(request: Request) -> str:
    """An address of our own that a form or a link brought along; "" for any other."""
    address = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts=None, require_https=request.is_secure()
    )
    return address if is_ours else ""


def go_on(request: Request, plan: Plan) -> HttpResponseRedirect:
    """Where the person came from, else to the plan."""
    address = next_page(request)
    return HttpResponseRedirect(address) if address else redirect_to_plan(plan)


@require_POST
@login_required
@handle_refused
def archive(request: Request, slug: str) -> HttpResponse:
    """Out of the lists (`archived=1`), or back into them."""
    plan, member = plan_for(request, slug)
    archived = request.POST.get("archived") == "1"
    archive_plan(plan=plan, actor=request.user, member=member, archived=archived)
    if archived:
        fields = [("archived", "0"), ("next", next_page(request))]
        undo = Undo(reverse("plans:archive", args=[plan.slug]), fields)
        note(request, f"Archived “{plan.title}”.", undo)
    else:
        note(request, f"Restored “{plan.title}”.")
    return go_on(request, plan)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handle_refused
def lock(request: Request, slug: str) -> HttpResponse:
    """The form; posted with `locked=1`, perhaps with a `reason`: nobody edits the text;
    with `locked=0`, editors do again."""
    plan, member = plan_for(request, slug)
    if request.method != "POST":
        return _lock_page(request, plan, member)
    if request.POST.get("locked") == "1":
        reason = request.POST.get("reason", "")
        lock_editing(plan=plan, actor=request.user, member=member, reason=reason)
        message = "The plan is locked. No one can edit it until an owner unlocks it."
    else:
        unlock_editing(plan=plan, actor=request.user, member=member)
        message = "The plan is unlocked. Editors can edit it again."
    if request.htmx:
        return at_change(fragments(toast(request, message)), plan)
    note(request, message)
    return go_on(request, plan)


def _lock_page(request: Request, plan: Plan, member: Membership) -> HttpResponse:
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "leads": bool(permissions.may_manage(member)),
        "longest_reason": LONGEST_REASON,
        "next": next_page(request),
    }
    return render(request, "plans/plan_lock.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handle_refused
def duplicate(request: Request, slug: str) -> HttpResponse:
    """A new plan with the text of this one, of any team that the person writes for."""
    plan, member = plan_for(request, slug)
    is_sent = request.method == "POST"
    form = DuplicatePlan(request.user, plan, request.POST if is_sent else None)
    if is_sent and form.is_valid():
        team, title = form.chosen_team(), form.cleaned_data["title"]
        try:
            copy = duplicate_plan(
                source=plan, actor=request.user, team=team, title=title
            )
        except (Refused, Unreadable) as refusal:
            form.add_error("title", str(refusal))
        else:
            note(request, f"This is a copy of “{plan.title}”.")
            return redirect_to_plan(copy)
    return _form_page(request, plan, member, form, "plans/plan_duplicate.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handle_refused
def plan_tags(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    require_editor(member)
    is_sent = request.method == "POST"
    form = PlanTags(plan, request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            change_tags(
                plan=plan,
                actor=request.user,
                member=member,
                add=form.added,
                remove=form.removed,
            )
        except Refused as refusal:
            form.add_error("new", str(refusal))
        else:
            return go_on(request, plan)
    return _form_page(request, plan, member, form, "plans/plan_tags.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handle_refused
def plan_move(request: Request, slug: str) -> HttpResponse:
    """`?team=`: what would change. Posted with the `team`, it does."""
    plan, member = plan_for(request, slug)
    if not (leads := permissions.may_manage(member)):
        raise NotAllowed(leads.reason)
    is_sent = request.method == "POST"
    chosen = request.POST if is_sent else request.GET
    form = MovePlan(request.user, plan, chosen if chosen.get("team") else None)
    team = form.cleaned_data["team"] if form.is_valid() else None
    if is_sent and team:
        move_plan(plan=plan, actor=request.user, member=member, team=team)
        note(request, f"Moved “{plan.title}” to {team.name}.")
        return redirect_to_plan(plan)
    if team is None and len(form.teams) == 1:
        (team,) = form.teams
    more = {
        "team": team,
        "effects": move_effects(plan, team) if team else None,
    }
    return _form_page(request, plan, member, form, "plans/plan_move.html", more)


def _form_page(
    request: Request,
    plan: Plan,
    member: Membership,
    form: Form,
    template: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "form": form,
        "next": next_page(request),
        **(more or {}),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
