"""Guests: how an owner invites them and ends their access, and how they come in."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods, require_POST

from plans import permissions
from plans.accounts.guest_codes import Purpose
from plans.accounts.guests import TooManyCodes, mail_code, short_address, sign_in
from plans.actions import guests as actions
from plans.actions.signers import Signers, name_signers
from plans.errors import NotAllowed, Refused
from plans.forms.guests import EnterCode
from plans.forms.plans import Proof
from plans.forms.signing import SIGN, RejectedSigning
from plans.models import Approval, Guest, Membership, Plan, User
from plans.notifications.guests import guest_by_token
from plans.reviews.named_people import add_proposals
from plans.reviews.status import review_status
from plans.views.reviews import review_page
from plans.views.sharing import guest_form, sharing_page
from plans.views.shortcuts import (
    Request,
    approval_of,
    handle_refused,
    http_status,
    login_required,
    note,
    number_in,
    plan_for,
)

# --- an owner's side -----------------------------------------------------------------


@require_POST
@login_required
@handle_refused
def guest_invite(request: Request, slug: str) -> HttpResponse:
    """Make a guest account and mail its link; with a slot, name the guest there."""
    plan, member = plan_for(request, slug)
    if not (decision := permissions.may_manage(member)):
        raise NotAllowed(decision.reason)
    form = guest_form(plan, request.POST)
    if form.is_valid() and not settings.SENDS_MAIL:
        form.add_error(
            None, "This server can’t send email, so guests couldn’t sign in."
        )
    if not form.is_valid():
        return sharing_page(request, plan, member, invite=form, status=422)
    values = form.cleaned_data
    slot = form.chosen_slot
    try:
        with transaction.atomic():
            guest = actions.invite_guest(
                plan=plan,
                actor=request.user,
                name=values["name"],
                email=values["email"],
                days=values["days"],
                role=slot.role if slot else "",
            )
            if slot:
                _name_in(plan, slot, guest.user, request.user, member)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        status = http_status(refusal)
        return sharing_page(request, plan, member, invite=form, status=status)
    note(request, f"Invitation sent to {guest.user.name}.")
    return _back(plan)


def _name_in(
    plan: Plan, slot: Approval, guest: User, actor: User, member: Membership
) -> None:
    """Add a guest to those whom a line of the plan's Approvals names."""
    status = review_status(plan)
    add_proposals(plan, status)
    present = status.slot_of(slot.pk)
    if present is None:
        raise Refused("This approval is no longer in the plan. Reload the page.")
    named = [one.in_place_of or one.user for one in present.approvers]
    name_signers(
        plan=plan,
        approval=slot,
        actor=actor,
        member=member,
        role=slot.role,
        signers=Signers([*named, guest], slot.needs, invited=present.invited),
        seen=present.approval.item.version,
    )


@require_POST
@login_required
@handle_refused
def guest_end(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    number = number_in(request.POST.get("guest", "")) or 0
    guests = Guest.objects.filter(plan=plan).select_related("user")
    guest = guests.filter(pk=number).first()
    if guest is None:
        raise Http404("This guest doesn’t exist.")
    actions.end_guest(plan=plan, actor=request.user, member=member, guest=guest)
    note(request, f"{guest.user.name} no longer has access.")
    return _back(plan)


def _back(plan: Plan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("plans:sharing", args=[plan.slug]) + "#guests")


# --- the guest's side ----------------------------------------------------------------


@sensitive_variables("token")
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The door: `send` mails a code, `code` is the one that was mailed. The link alone
    shows nothing of the plan."""
    invited = guest_by_token(token)
    if invited is None:
        return render(request, "plans/shared_ended.html", status=404)
    review = HttpResponseRedirect(reverse("plans:review", args=[invited.plan.slug]))
    if request.user == invited.user:
        return review
    status, message, is_sent = 200, "", False
    form = EnterCode()
    if request.method == "POST":
        try:
            if "send" in request.POST:
                mail_code(request, invited.user, Purpose.SIGN_IN)
                is_sent = True
            else:
                form, is_sent = EnterCode(request.POST), True
                if form.is_valid():
                    sign_in(request, invited, form.cleaned_data["code"])
                    return review
                status = 422
        except Refused as refusal:
            status = 429 if isinstance(refusal, TooManyCodes) else 422
            message = str(refusal)
    context = {
        "guest": invited,
        "address": short_address(invited.user.guest_email),
        "form": form,
        "is_sent": is_sent,
        "message": message,
    }
    response = render(request, "plans/guest.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@sensitive_post_parameters("password")
@require_POST
@login_required
@handle_refused
def guest_code(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Mail a guest the code to sign with. Without JavaScript, the form that was being
    filled in comes back as it was."""
    plan, member = plan_for(request, slug)
    approval = approval_of(plan, approval_id)
    if not request.user.is_guest:
        raise NotAllowed("Only guests sign with a code from an email.")
    status = 200
    try:
        address = mail_code(request, request.user, Purpose.SIGN)
        message = f"A code was sent to {address}. Enter it here, then sign."
    except Refused as refusal:
        status = 429 if isinstance(refusal, TooManyCodes) else 422
        message = str(refusal)
    if request.htmx:
        # Next to the button: the form may be in a sheet that covers the rest.
        return HttpResponse(escape(message), status=status)
    form = Proof(request, request.POST)
    form.is_valid()
    typed = RejectedSigning(approval.pk, request.GET.get("form", SIGN), form, message)
    return review_page(request, plan, member, status=status, typed=typed)
