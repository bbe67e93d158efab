"""Sign-off: ask for it, see the frozen version, decide."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plans import access, parts, storage, texts
from plans import document as doc
from plans.actions import reviews as actions
from plans.actions.errors import Refused
from plans.forms import NO_SUCH_VERSION, Decision
from plans.models import Membership, Plan, SignOff, Version
from plans.rendering import markdown_html
from plans.reviews import state_of
from plans.views.shortcuts import (
    Request,
    markdown_file,
    may_edit,
    note,
    plan_for,
    says_why,
    signed_in,
    status_of,
)


@require_safe
@signed_in
def review(request: Request, slug: str) -> HttpResponse:
    plan = plan_for(request, slug)
    return review_page(request, plan)


def review_page(
    request: Request,
    plan: Plan,
    *,
    status: int = 200,
    form: Decision | None = None,
    slot_id: int = 0,
    message: str = "",
) -> HttpResponse:
    """The newest version with its slots; a decision form at each that is one's own."""
    state = state_of(plan)
    member: Membership = plan.membership  # type: ignore[attr-defined]
    own = [
        slot
        for slot in state.slots
        if state.version
        and slot.decision is None
        and access.may_sign(member, request.user, slot.approval)
    ]
    number = state.version.number if state.version else 0
    context = {
        "plan": plan,
        "state": state,
        "history": SignOff.objects.for_plan(plan)
        .select_related("version")
        .defer("version__markdown"),
        "own_slots": [
            (
                slot,
                form
                if form is not None and slot.approval.pk == slot_id
                else Decision(initial={"version": number}, prefix=None),
            )
            for slot in own
        ],
        "can_edit": bool(may_edit(plan)),
        "message": message,
        **_compared(plan, state.version),
    }
    return render(request, "plans/review.html", context, status=status)


def _compared(plan: Plan, version: Version | None) -> dict[str, object]:
    """The frozen text, and whether the plan still says the same."""
    loaded = storage.load(plan)
    problems = [p for p in texts.problems(plan, loaded.document) if p.is_error]
    found: dict[str, object] = {
        "problems": problems,
        "places": parts.places(loaded.document),
    }
    if version is None:
        return found
    try:
        is_current = (
            actions.digest_of(texts.finished_text_of(plan, loaded.document))
            == version.sha256
        )
    except doc.NotFinished:
        is_current = False
    found |= {"html": markdown_html(version.markdown), "is_current": is_current}
    return found


@require_POST
@signed_in
def review_request(request: Request, slug: str) -> HttpResponse:
    """Freeze the plan as it is for its approvers."""
    plan = plan_for(request, slug)
    try:
        version = actions.request_review(plan=plan, actor=request.user)
    except Refused as refusal:
        return review_page(
            request, plan, status=status_of(refusal), message=str(refusal)
        )
    note(request, f"Version {version.number} is ready to be signed.")
    return HttpResponseRedirect(reverse("plans:review", args=[plan.slug]))


@require_POST
@signed_in
@says_why
def review_sign(request: Request, slug: str, approval_id: int) -> HttpResponse:
    plan = plan_for(request, slug)
    slots = state_of(plan).slots
    approval = next((s.approval for s in slots if s.approval.pk == approval_id), None)
    if approval is None:
        raise Http404("This approval is no longer asked for.")
    form = Decision(request.POST)
    if not form.is_valid():
        return review_page(
            request,
            plan,
            status=422,
            form=form,
            slot_id=approval.pk,
            message=" ".join(str(e) for found in form.errors.values() for e in found),
        )
    version = plan.versions.filter(number=form.cleaned_data["version"]).first()
    try:
        if version is None:
            raise Refused(NO_SUCH_VERSION)
        signed = actions.sign(
            plan=plan,
            approval=approval,
            version=version,
            actor=request.user,
            decision=form.cleaned_data["decision"],
            comment=form.cleaned_data["comment"],
        )
    except Refused as refusal:
        return review_page(
            request,
            plan,
            status=status_of(refusal),
            form=form,
            slot_id=approval.pk,
            message=str(refusal),
        )
    note(
        request,
        f"{signed.get_decision_display()}: {approval.role}, version {version.number}.",
    )
    return HttpResponseRedirect(reverse("plans:review", args=[plan.slug]))


@require_safe
@signed_in
def version_download(request: Request, slug: str, number: int) -> HttpResponse:
    """The frozen bytes of a version."""
    plan = plan_for(request, slug)
    version = plan.versions.filter(number=number).first()
    if version is None:
        raise Http404("There is no such version.")
    return markdown_file(request, version.markdown)
