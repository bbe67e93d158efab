"""Where one is signed in, and the company's sign-in once more."""

from __future__ import annotations

import time
from typing import cast
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    resume_request,
)
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plans.accounts import reauthentication
from plans.accounts import sessions as sign_ins
from plans.accounts.company import has_company_account
from plans.views.shortcuts import Request, login_required, note


@require_safe
@never_cache
@login_required
def sessions(request: Request) -> HttpResponse:
    sessions = sign_ins.list_sessions(request.user, here=request.session.session_key)
    return render(request, "account/sessions.html", {"sessions": sessions})


@require_POST
@login_required
def session_end(request: Request) -> HttpResponse:
    if sign_ins.end_session(request.user, request.POST.get("session", "")):
        note(request, "That session was signed out.")
    else:
        messages.info(request, "That session was already signed out.")
    return redirect("accounts:sessions")


@require_POST
@login_required
def sessions_end_others(request: Request) -> HttpResponse:
    count = sign_ins.end_other_sessions(request.user, here=request.session.session_key)
    note(
        request, f"Other sessions signed out: {count}. You’re now only signed in here."
    )
    return redirect("accounts:sessions")


@require_safe
@never_cache
@login_required
def company_again(request: Request) -> HttpResponse:
    """Off to the company's sign-in, which asks again even whom it knows."""
    if not has_company_account(request.user):
        raise Http404("Your account isn’t connected to the company’s sign-in.")
    after = get_next_redirect_url(request) or reverse(settings.LOGIN_REDIRECT_URL)
    back = f"{reverse('accounts:company_back')}?{urlencode({'next': after})}"
    provider = get_adapter().get_provider(request, settings.OIDC_PROVIDER)
    return cast(
        HttpResponse,
        provider.redirect(
            request,
            process="redirect",
            next_url=back,
            data={"asked_at": time.time()},
            auth_params={"prompt": "login", "max_age": "0"},
        ),
    )


@require_safe
@never_cache
@login_required
def company_back(request: Request) -> HttpResponse:
    """Back from there: go on with what was interrupted."""
    if reauthentication.fresh_authentication(request) is None:
        request.session.pop(STATE_SESSION_KEY, None)
        messages.error(
            request,
            f"{settings.OIDC_NAME} didn’t confirm that it’s you. Nothing was saved. "
            "Try again.",
        )
        return HttpResponseRedirect(_page_of(get_next_redirect_url(request)))
    # allauth brings back the form that was sent, but not that it was a POST.
    if "request" in request.session.get(STATE_SESSION_KEY, {}):
        request.method = "POST"
    return resume_request(request) or redirect(settings.LOGIN_REDIRECT_URL)


def _page_of(address: str | None) -> str:
    """Where to go instead of where a form was sent: that is no page."""
    path = urlsplit(address or "").path.removeprefix(settings.BASE_PATH)
    try:
        slug = resolve(path).kwargs.get("slug")
    except Resolver404:
        slug = None
    if slug is None:
        return reverse(settings.LOGIN_REDIRECT_URL)
    return reverse("plans:review", args=[slug])
