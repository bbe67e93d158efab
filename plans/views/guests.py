"""Guests: how they come in, how they get a code to sign with, and how an owner ends
their access. They are invited in plans.views.sharing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods, require_POST

from plans.accounts.guest_codes import Purpose
from plans.accounts.guests import TooManyCodes, mail_code, short_address, sign_in
from plans.actions import guests as actions
from plans.errors import NotAllowed, Refused
from plans.forms.guests import EnterCode
from plans.forms.plans import Proof
from plans.forms.signing import SIGN, RejectedSigning
from plans.models import Guest
from plans.notifications.guests import guest_by_token
from plans.views.reviews import review_page
from plans.views.sharing import shared_anew
from plans.views.shortcuts import (
    Request,
    approval_of,
    handle_refused,
    login_required,
    number_in,
    plan_for,
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
    message = f"{guest.user.name} no longer has access."
    return shared_anew(request, plan, member, message)


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
        # Next to the button: the form may be in a sheet that covers the rest. It stays
        # where the page follows a change meanwhile.
        answer = format_html("<span data-stays>{}</span>", message)
        return HttpResponse(answer, status=status)
    form = Proof(request, request.POST)
    form.is_valid()
    typed = RejectedSigning(approval.pk, request.GET.get("form", SIGN), form, message)
    return review_page(request, plan, member, status=status, typed=typed)
