"""Bringing a plan up to the newest version of the template that it follows; letting it
follow one, and stop."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from plans import document as doc
from plans import permissions
from plans.actions.template_updates import (
    additions,
    bring_up_to_date,
    compare_with_new_template,
    compare_with_template,
    follow_template,
    keys_to_add,
    keys_without_clash,
    stop_following,
)
from plans.actions.updating import refuse_if_archived
from plans.content.template_origin import template_origin
from plans.document.diff.changes import ItemChange
from plans.document.diff.three_way import PlanChanges
from plans.errors import NotAllowed, Outdated, Refused
from plans.models import Membership, Plan, TemplateVersion
from plans.page.change_list import MOST_CHOICES, change_groups
from plans.page.contexts import toolbar_context
from plans.reviews.effect import effect_of
from plans.views.shortcuts import (
    Request,
    Undo,
    handle_refused,
    http_status,
    login_required,
    note,
    number_in,
    plan_for,
    redirect_to_plan,
)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def template_update(request: Request, slug: str) -> HttpResponse:
    """GET: what the newest version of the plan's template adds, renames or drops. POST:
    take the changes with the keys in `take` (with `all`, every one by which nothing is
    lost), up to the version with the number in `to`."""
    plan, member = _plan_to_write(request, slug)
    version = _newest(plan)
    if request.method == "GET":
        return _list_page(request, plan, version)
    keys = set(request.POST.getlist("take"))
    try:
        _refuse_if_newer(request, version)
        if "all" in request.POST:
            keys = set(keys_without_clash(compare_with_template(plan, version)))
        _bring(request, plan, member, version, keys)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _list_page(request, plan, version, refusal, keys)
    return redirect_to_plan(plan)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def template_follow(request: Request, slug: str) -> HttpResponse:
    """GET: the templates of the plan's team; with `template`, what one of them would
    add. POST: follow it from its version with the number in `to` on, and take what has
    the keys in `take` (with `all`, all that is chosen at first;
    with `none`, nothing)."""
    plan, member = _plan_to_write(request, slug)
    if template_origin(plan) is not None:
        return HttpResponseRedirect(reverse("plans:template_update", args=[slug]))
    templates = list(plan.team.templates.current())
    data = request.POST if request.method == "POST" else request.GET
    number = number_in(data.get("template", ""))
    template = next((each for each in templates if each.pk == number), None)
    if template is None:
        context = toolbar_context(plan, can_edit=True) | {"templates": templates}
        return render(request, "plans/template_follow.html", context)
    version = template.newest()
    if request.method == "GET":
        return _follow_page(request, plan, version)
    keys = set(() if "none" in request.POST else request.POST.getlist("take"))
    try:
        _refuse_if_newer(request, version)
        if "all" in request.POST:
            keys = set(keys_to_add(compare_with_new_template(plan, version)))
        follow_template(
            plan=plan, version=version, actor=request.user, keys=keys, member=member
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _follow_page(request, plan, version, refusal, keys)
    undo = Undo(reverse("plans:undo", args=[plan.slug]), ())
    note(request, f"The plan follows {version.title} now.", undo)
    return redirect_to_plan(plan)


@require_POST
@login_required
@handle_refused
def template_unfollow(request: Request, slug: str) -> HttpResponse:
    """Stop following the plan's template."""
    plan, member = _plan_to_write(request, slug)
    change = stop_following(plan=plan, actor=request.user, member=member)
    if change is not None:
        undo = Undo(reverse("plans:undo", args=[plan.slug]), ())
        note(request, f"The plan doesn’t follow {change.label} any more.", undo)
    return redirect_to_plan(plan)


def _plan_to_write(request: Request, slug: str) -> tuple[Plan, Membership]:
    plan, member = plan_for(request, slug)
    decision = permissions.may_write(member, plan)
    if not decision:
        raise NotAllowed(decision.reason)
    refuse_if_archived(plan)
    return plan, member


def _refuse_if_newer(request: Request, version: TemplateVersion) -> None:
    if number_in(request.POST.get("to", "")) != version.number:
        raise Outdated(
            "There is a newer version of the template by now. It’s compared again: "
            "check what you chose."
        )


def _newest(plan: Plan) -> TemplateVersion:
    origin = template_origin(plan)
    if origin is None:
        raise Http404("This plan didn’t come from a template of its team.")
    return origin.version.template.newest()


def _bring(
    request: Request,
    plan: Plan,
    member: Membership,
    version: TemplateVersion,
    keys: set[str],
) -> None:
    applied = bring_up_to_date(
        plan=plan, version=version, actor=request.user, keys=keys, member=member
    )
    message = f"The plan is up to date with {version.title}."
    if count := len(applied.suggestions):
        message += f" {count} text{'s' if count > 1 else ''} became suggestions."
    undo = Undo(reverse("plans:undo", args=[plan.slug]), ())
    note(request, message, undo)


def _list_page(
    request: Request,
    plan: Plan,
    version: TemplateVersion,
    refusal: Refused | None = None,
    chosen: set[str] | None = None,
) -> HttpResponse:
    current = plan.template_version
    assert current is not None
    context: dict[str, Any] = toolbar_context(plan, can_edit=True) | {
        "current": current,
        "version": version,
        "is_current": version.number <= current.number,
        "message": str(refusal) if refusal else "",
    }
    if not context["is_current"]:
        context |= _choices(plan, version, None if _is_anew(refusal) else chosen)
    status = http_status(refusal) if refusal else 200
    return render(request, "plans/template_update.html", context, status=status)


def _follow_page(
    request: Request,
    plan: Plan,
    version: TemplateVersion,
    refusal: Refused | None = None,
    chosen: set[str] | None = None,
) -> HttpResponse:
    compared = compare_with_new_template(plan, version)
    chosen = None if _is_anew(refusal) else chosen
    context: dict[str, Any] = toolbar_context(plan, can_edit=True) | {
        "version": version,
        "message": str(refusal) if refusal else "",
        **_listed(plan, compared, additions(compared), keys_to_add(compared), chosen),
    }
    status = http_status(refusal) if refusal else 200
    return render(request, "plans/template_follow.html", context, status=status)


def _listed(
    plan: Plan,
    compared: PlanChanges,
    changes: list[ItemChange],
    at_first: frozenset[str],
    chosen: set[str] | None,
) -> dict[str, Any]:
    """The changes, and whose boxes are ticked: the `chosen`, or those `at_first`."""
    document = doc.read(compared.text_with(at_first).text)
    return {
        "groups": change_groups(
            changes[:MOST_CHOICES], at_first if chosen is None else chosen
        ),
        "count": len(changes),
        "count_without_loss": len(at_first),
        "can_choose": len(changes) <= MOST_CHOICES,
        "effect": effect_of(plan, document),
    }


def _is_anew(refusal: Refused | None) -> bool:
    return isinstance(refusal, Outdated)


def _choices(
    plan: Plan, version: TemplateVersion, chosen: set[str] | None
) -> dict[str, Any]:
    """The changes, and which of their boxes are ticked: at first, all by which nothing
    is lost."""
    compared = compare_with_template(plan, version)
    changes = compared.changes
    without_loss = keys_without_clash(compared)
    between = plan.template_version.number if plan.template_version else 0
    notes = version.template.versions.filter(
        number__gt=between, number__lte=version.number
    ).exclude(note="")
    return {
        **_listed(plan, compared, changes, without_loss, chosen),
        "clashes": sum(change.clash is not None for change in changes),
        "notes": notes.defer("markdown", "hints"),
    }
