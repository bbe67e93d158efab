"""A plan's versions: keeping one by name, naming it, and restoring it whole."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from plans import document as doc
from plans import permissions
from plans.actions.restoring import restore_version
from plans.actions.versions import name_version, save_version
from plans.content import export, storage
from plans.content.versions import AnyVersion, document_of, find_version, versions_of
from plans.errors import NotAllowed, Refused
from plans.models import Membership, Plan, Version
from plans.models.saved_version import LONGEST_VERSION_NAME
from plans.page.contexts import toolbar_context
from plans.reviews.effect import effect_of
from plans.views.shortcuts import (
    Request,
    at_change,
    fragments,
    handle_refused,
    http_status,
    login_required,
    markdown_file,
    note,
    plan_for,
    redirect_to_plan,
    refused,
    toast,
)


@require_http_methods(["GET", "POST"])
@login_required
def versions(request: Request, slug: str) -> HttpResponse:
    """GET: all versions, newest first. POST: keep the text as it is now by `name`, from
    there or from the dialog of the plan's page, which stays."""
    plan, member = plan_for(request, slug)
    if request.method == "GET":
        return _page(request, plan, member)
    name = request.POST.get("name", "")
    try:
        version = save_version(plan=plan, actor=request.user, member=member, name=name)
    except Refused as refusal:
        if request.htmx:
            return refused(request, refusal, slug)
        if isinstance(refusal, NotAllowed):
            return _page(request, plan, member, refusal)
        return _page(request, plan, member, refusal, name)
    message = f"Saved the version {version.title}."
    if request.htmx:
        return at_change(fragments(toast(request, message)), plan)
    note(request, message)
    return _to_versions(plan)


def _page(
    request: Request,
    plan: Plan,
    member: Membership,
    refusal: Refused | None = None,
    typed: str = "",
) -> HttpResponse:
    can_edit = bool(permissions.may_edit(member))
    context = toolbar_context(plan, can_edit=can_edit) | {
        "versions": versions_of(plan),
        "longest": LONGEST_VERSION_NAME,
        "can_restore": bool(permissions.may_write(member, plan)),
        "message": str(refusal) if refusal else "",
        "typed": typed,
    }
    status = http_status(refusal) if refusal else 200
    return render(request, "plans/versions.html", context, status=status)


@require_POST
@login_required
@handle_refused
def version_name(request: Request, slug: str) -> HttpResponse:
    """`version`: its key. `name`: what it is called from now on."""
    plan, member = plan_for(request, slug)
    version = _version(plan, request.POST.get("version", ""))
    name = request.POST.get("name", "")
    name_version(
        plan=plan, version=version, actor=request.user, member=member, name=name
    )
    note(request, f"The version is now called {version.title}.")
    return _to_versions(plan)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def version_restore(request: Request, slug: str) -> HttpResponse:
    """GET: what restoring `?version=` would change, to confirm. POST: restore it."""
    plan, member = plan_for(request, slug)
    if request.method == "POST":
        version = _version(plan, request.POST.get("version", ""))
        restore_version(plan=plan, version=version, actor=request.user, member=member)
        note(
            request,
            f"The plan has the text of {version.title} again. Undo brings back the one "
            "before.",
        )
        return redirect_to_plan(plan)
    decision = permissions.may_write(member, plan)
    if not decision:
        raise NotAllowed(decision.reason)
    version = _version(plan, request.GET.get("version", ""))
    loaded = storage.load(plan)
    document = document_of(version, loaded.document.places)
    own = export.own_placeholders(plan)
    context: dict[str, Any] = toolbar_context(plan, can_edit=True) | {
        "version": version,
        "changes": doc.compare(loaded.document, document, own),
        "is_same": doc.write(loaded.document) == version.markdown,
        "is_submitted": isinstance(version, Version),
        "effect": effect_of(plan, document),
    }
    return render(request, "plans/version_restore.html", context)


@require_safe
@login_required
def saved_version_download(request: Request, slug: str, number: int) -> HttpResponse:
    """The bytes of a version that was saved by name."""
    plan, _ = plan_for(request, slug)
    version = plan.saved_versions.filter(number=number).first()
    if version is None:
        raise Http404("This plan has no such version.")
    text = version.markdown
    return markdown_file(
        request, text.replace(plan.nul_mark, "\0") if plan.nul_mark else text
    )


def _version(plan: Plan, key: str) -> AnyVersion:
    version = find_version(plan, key)
    if version is None:
        raise Http404("This plan has no such version.")
    return version


def _to_versions(plan: Plan) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:versions", args=[plan.slug]))
