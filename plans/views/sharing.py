"""Who may read a plan besides its team, and what they see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import permissions
from plans.actions import sharing as actions
from plans.actions.outside_copies import note_copy
from plans.content import export, storage
from plans.forms.guests import InviteGuest
from plans.forms.teams import Share
from plans.markdown.rendering import document_html
from plans.models import Approval, Guest, Membership, OutsideCopy, Plan, ShareLink
from plans.page.contexts import toolbar_context
from plans.reviews.status import review_status
from plans.views.shortcuts import (
    Request,
    handle_refused,
    login_required,
    markdown_file,
    note,
    number_in,
    plan_for,
)


@require_safe
@login_required
def sharing(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return sharing_page(request, plan, member)


def sharing_page(
    request: Request,
    plan: Plan,
    member: Membership,
    *,
    form: Share | None = None,
    invite: InviteGuest | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    leads = permissions.may_manage(member)
    links = ShareLink.objects.filter(
        plan=plan, ended_at=None, expires_at__gt=timezone.now()
    )
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "leads": leads,
        "links": links.select_related("created_by") if leads else [],
        "form": form or Share(),
        "link": link,
        **(_guests(plan, invite) if leads else {}),
    }
    return render(request, "plans/sharing.html", context, status=status)


def _guests(plan: Plan, invite: InviteGuest | None) -> dict[str, Any]:
    guests = Guest.objects.live().filter(plan=plan)
    return {
        "guests": guests.select_related("user", "invited_by"),
        "invite": invite or guest_form(plan),
    }


def guest_form(plan: Plan, data: Any = None) -> InviteGuest:
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    in_order = slots.order_by("item__block__position", "item__position")
    return InviteGuest(data, slots=in_order)


@require_POST
@login_required
@handle_refused
def sharing_open(request: Request, slug: str) -> HttpResponse:
    """For everybody who is signed in, or for the team alone."""
    plan, member = plan_for(request, slug)
    is_open = request.POST.get("open") == "1"
    actions.open_plan(plan=plan, actor=request.user, member=member, is_open=is_open)
    note(
        request,
        "Anyone signed in can read this plan."
        if is_open
        else "Only the team can read this plan.",
    )
    return _back(plan)


def _back(plan: Plan) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:sharing", args=[plan.slug]))


@sensitive_variables("token", "link")
@never_cache
@require_POST
@login_required
@handle_refused
def sharing_link(request: Request, slug: str) -> HttpResponse:
    """The link is shown once, here, and never again."""
    plan, member = plan_for(request, slug)
    form = Share(request.POST)
    if not form.is_valid():
        return sharing_page(request, plan, member, form=form, status=422)
    days = form.cleaned_data["days"]
    _, token = actions.share_plan(plan=plan, actor=request.user, days=days)
    link = settings.PLANNER_URL + reverse("plans:shared", args=[token])
    return sharing_page(request, plan, member, link=link)


@require_POST
@login_required
@handle_refused
def sharing_end(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    number = number_in(request.POST.get("link", ""))
    link = ShareLink.objects.filter(plan=plan, pk=number).first() if number else None
    if link is None:
        raise Http404("This link doesn’t exist.")
    actions.end_share_link(plan=plan, actor=request.user, member=member, link=link)
    note(request, "The link was revoked.")
    return _back(plan)


# --- what the link shows -------------------------------------------------------------


def _shared(token: str) -> ShareLink | None:
    links = ShareLink.objects.by_token(token).live().select_related("plan__team")
    return links.filter(plan__archived=False).first()


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "plans/shared_ended.html", status=404)


@sensitive_variables("token")
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The current plan, for anyone who has the link."""
    link = _shared(token)
    if link is None:
        return _ended(request)
    plan = link.plan
    text = doc.write(storage.load(plan).document)
    context = {
        "plan": plan,
        "link": link,
        "token": token,
        "html": document_html(text),
        "state": review_status(plan),
    }
    response = render(request, "plans/shared.html", context)
    # The address is the secret: no other site is to learn it, and no search engine.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@sensitive_variables("token")
@never_cache
@require_safe
def shared_download(request: HttpRequest, token: str) -> HttpResponse:
    link = _shared(token)
    if link is None:
        return _ended(request)
    text = export.draft_text(link.plan)
    note_copy(link.plan, text, OutsideCopy.Form.DRAFT)
    return markdown_file(request, text)
