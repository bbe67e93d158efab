"""Who may read a plan besides its team, and what they see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import permissions
from plans.actions import sharing as actions
from plans.actions import teams
from plans.actions.guests import invite_guest
from plans.actions.outside_copies import note_copy
from plans.actions.signers import GUEST, add_signer
from plans.content import export, storage
from plans.errors import NotAllowed, Refused
from plans.forms.guests import InviteToPlan
from plans.forms.teams import Share
from plans.markdown.rendering import document_html
from plans.models import (
    Approval,
    Guest,
    Invitation,
    Membership,
    OutsideCopy,
    Plan,
    ShareLink,
    User,
)
from plans.page.contexts import toolbar_context
from plans.reviews.status import review_status
from plans.views.shortcuts import (
    CANNOT_SHOW,
    Request,
    handle_refused,
    http_status,
    login_required,
    markdown_file,
    note,
    number_in,
    plan_for,
)


@never_cache
@require_safe
@login_required
def sharing(request: Request, slug: str) -> HttpResponse:
    """A page; in a dialog, its content."""
    plan, member = plan_for(request, slug)
    return sharing_page(request, plan, member)


def sharing_page(
    request: Request,
    plan: Plan,
    member: Membership,
    *,
    form: Share | None = None,
    invite: InviteToPlan | None = None,
    link: str = "",
    joins: bool = False,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    """`link`: one that was just made, or that its maker sees again;
    `joins`: one that lets somebody join the team. `message`: what was
    done, where the page is not loaded anew."""
    leads = permissions.may_manage(member)
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "leads": leads,
        "form": form or Share(auto_id="share-%s"),
        "link": link,
        "joins": joins,
        "message": message,
        **(_shared_with(plan) if leads else {}),
        "invite": invite or (invite_form(plan) if leads else None),
    }
    template = "plans/_sharing.html" if request.htmx else "plans/sharing.html"
    return render(request, template, context, status=status)


def _shared_with(plan: Plan) -> dict[str, Any]:
    """Everybody who has access, for owners."""
    members = plan.team.memberships.select_related("user")
    links = ShareLink.objects.live().filter(plan=plan)
    guests = Guest.objects.live().filter(plan=plan)
    invitations = Invitation.objects.live().filter(team=plan.team_id)
    return {
        "members": members.order_by("user__username"),
        "guests": guests.select_related("user", "invited_by"),
        "invitations": invitations,
        "links": links.select_related("created_by"),
    }


def invite_form(plan: Plan, data: Any = None) -> InviteToPlan:
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    in_order = slots.order_by("item__block__position", "item__position")
    return InviteToPlan(data, team=plan.team, slots=in_order)


def shared_anew(
    request: Request, plan: Plan, member: Membership, message: str
) -> HttpResponse:
    """The answer to a post that was done."""
    if request.htmx:
        return sharing_page(request, plan, member, message=message)
    note(request, message)
    return HttpResponseRedirect(reverse("plans:sharing", args=[plan.slug]))


@require_POST
@login_required
@handle_refused
def sharing_open(request: Request, slug: str) -> HttpResponse:
    """For everybody who is signed in, or for the team alone."""
    plan, member = plan_for(request, slug)
    is_open = request.POST.get("open") == "1"
    actions.open_plan(plan=plan, actor=request.user, member=member, is_open=is_open)
    readers = "Anyone signed in" if is_open else "Only the team"
    return shared_anew(request, plan, member, f"{readers} can read this plan.")


@sensitive_variables("token", "link")
@never_cache
@require_POST
@login_required
@handle_refused
def sharing_invite(request: Request, slug: str) -> HttpResponse:
    """Invite one person into the team or as a guest, perhaps to sign somewhere; without
    an address, answer with a link that lets one person join."""
    plan, member = plan_for(request, slug)
    if not (decision := permissions.may_manage(member)):
        raise NotAllowed(decision.reason)
    form = invite_form(plan, request.POST)
    if form.is_valid() and form.cleaned_data["email"] and not settings.SENDS_MAIL:
        form.add_error("email", "This server can’t send email. Leave this empty.")
    if not form.is_valid():
        return sharing_page(request, plan, member, invite=form, status=422)
    try:
        token = _invite(plan, request.user, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        status = http_status(refusal)
        return sharing_page(request, plan, member, invite=form, status=status)
    newcomer = form.newcomer
    if newcomer.email:
        message = f"Invitation sent to {newcomer.name or newcomer.email}."
        return shared_anew(request, plan, member, message)
    link = settings.PLANNER_URL + reverse("plans:join", args=[token])
    return sharing_page(request, plan, member, link=link, joins=True)


@sensitive_variables("token")
def _invite(plan: Plan, actor: User, form: InviteToPlan) -> str:
    """The token of an invitation into the team, where one was made."""
    who = form.newcomer
    if slot := form.chosen_slot:
        add_signer(plan=plan, actor=actor, approval=slot, newcomer=who)
        return ""
    if who.role == GUEST:
        invite_guest(
            plan=plan, actor=actor, name=who.name, email=who.email, days=who.days
        )
        return ""
    _, token = teams.invite(team=plan.team, actor=actor, role=who.role, email=who.email)
    return token


@sensitive_variables("token", "link")
@never_cache
@require_POST
@login_required
@handle_refused
def sharing_link(request: Request, slug: str) -> HttpResponse:
    """Make a link for people without an account, and show it."""
    plan, member = plan_for(request, slug)
    form = Share(request.POST, auto_id="share-%s")
    if not form.is_valid():
        return sharing_page(request, plan, member, form=form, status=422)
    days = form.cleaned_data["days"]
    _, token = actions.share_plan(plan=plan, actor=request.user, days=days)
    return sharing_page(request, plan, member, link=_address(token))


def _address(token: str) -> str:
    return settings.PLANNER_URL + reverse("plans:shared", args=[token])


def _link_in(request: Request, plan: Plan) -> ShareLink:
    number = number_in(request.POST.get("link", ""))
    link = ShareLink.objects.filter(plan=plan, pk=number).first() if number else None
    if link is None:
        raise Http404("This link doesn’t exist.")
    return link


@sensitive_variables("token")
@never_cache
@require_POST
@login_required
@handle_refused
def sharing_show(request: Request, slug: str) -> HttpResponse:
    """A link again, for who made it. By a post, so that no address shows a secret."""
    plan, member = plan_for(request, slug)
    link = _link_in(request, plan)
    if not (decision := permissions.may_manage(member)):
        raise NotAllowed(decision.reason)
    if link.created_by_id != request.user.pk:
        raise NotAllowed("Only who created this link can see it again. Create another.")
    if (token := link.token_for(request.user)) is None:
        raise Refused(CANNOT_SHOW)
    return sharing_page(request, plan, member, link=_address(token))


@require_POST
@login_required
@handle_refused
def sharing_end(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    link = _link_in(request, plan)
    actions.end_share_link(plan=plan, actor=request.user, member=member, link=link)
    return shared_anew(request, plan, member, "The link was revoked.")


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
