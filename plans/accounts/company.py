"""The company's sign-in by OpenID Connect (settings.OIDC)."""

from __future__ import annotations

from typing import Any

import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from plans.accounts.addresses import find_verified_user
from plans.accounts.invitations import is_invited
from plans.models import User, names

# Seconds by which the clocks of two servers may differ.
CLOCK_SKEW = 60


class CompanyAdapter(DefaultSocialAccountAdapter):
    """The company's sign-in by OpenID Connect (settings.OIDC)."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "connected_other": (
            "Another account is already connected to that identity. Sign in to it, "
            "or ask your administrator."
        ),
        "disconnect_last": "Choose a password first, or you couldn’t sign in.",
        "email_taken": (
            "An account with this email address already exists. Sign in to it, then "
            "connect %s."
        ),
        "invalid_token": "Sign-in failed. Start again from the sign-in page.",
        "no_password": "Choose a password first, or you couldn’t sign in.",
        "no_verified_email": (
            "Confirm your email address first, or you couldn’t reset your password."
        ),
    }

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        user = super().populate_user(request, sociallogin, data)
        for column in ("first_name", "last_name"):
            setattr(user, column, names.visible(getattr(user, column) or ""))
        return user

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The user whose address both the provider and we have verified."""
        for address in sociallogin.email_addresses:
            if address.verified and (user := find_verified_user(address.email)):
                return user, address.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Only with a verified address that no account here has."""
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        return bool(
            (settings.OIDC_SIGNUP or is_invited(request))
            and verified
            and not EmailAddress.objects.filter(email__iexact=verified[0]).exists()
            and not User.objects.filter(email__iexact=verified[0]).exists()
        )

    def list_apps(
        self, request: HttpRequest, provider: Any = None, client_id: Any = None
    ) -> list[Any]:
        # From the URL: it may contain characters that the database rejects.
        if provider not in (None, "openid_connect", settings.OIDC_PROVIDER):
            return []
        apps: list[Any] = super().list_apps(request, provider, client_id)
        return apps

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        match sociallogin.state.get("process"):
            case "connect":
                self._refuse_second_identity(request, sociallogin)
            case "redirect":
                self._reauthenticate(request, sociallogin)

    def _refuse_second_identity(self, request: HttpRequest, sociallogin: Any) -> None:
        """Keep others from adding their own identity to this account."""
        others = SocialAccount.objects.filter(user_id=request.user.pk)
        if others.exclude(uid=sociallogin.account.uid).exists():
            message = (
                f"Your account already uses another {settings.OIDC_NAME} identity."
            )
            messages.error(request, message)
            connections = HttpResponseRedirect(reverse("socialaccount_connections"))
            raise ImmediateHttpResponse(connections)

    def _reauthenticate(self, request: HttpRequest, sociallogin: Any) -> None:
        """Record that the same person has signed in at the provider since we asked."""
        # Only `plans.views.accounts.company_again` sets this; a link cannot.
        requested_at = (sociallogin.state.get("data") or {}).get("asked_at")
        if requested_at is None or sociallogin.user.pk != request.user.pk:
            return
        claims = sociallogin.account.extra_data.get("id_token") or {}
        # A provider that doesn't send auth_time was still told to ask again.
        if float(claims.get("auth_time", requested_at)) >= requested_at - CLOCK_SKEW:
            record_authentication(
                request,
                request.user,
                "socialaccount",
                provider=sociallogin.account.provider,
                uid=sociallogin.account.uid,
                reauthenticated=True,
            )

    def get_requests_session(self) -> requests.Session:
        return ProviderSession(self.request)


class ProviderSession(requests.Session):
    """Turns a failed request to the provider into a page that says so."""

    SECONDS = 5

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.page_request = request

    def request(
        self, method: str, url: str | bytes, *args: Any, **options: Any
    ) -> requests.Response:
        options.setdefault("timeout", self.SECONDS)
        try:
            response = super().request(method, url, *args, **options)
        except requests.RequestException as error:
            raise self._unavailable() from error
        if method.upper() == "GET" and not (response.ok and _is_json_object(response)):
            raise self._unavailable()
        return response

    def _unavailable(self) -> ImmediateHttpResponse:
        page = "socialaccount/authentication_error.html"
        return ImmediateHttpResponse(
            render(self.page_request, page, {"is_away": True}, status=502)
        )


def _is_json_object(response: requests.Response) -> bool:
    """What a provider answers to each GET; a wrong address answers with a website."""
    try:
        return isinstance(response.json(), dict)
    except requests.JSONDecodeError:
        return False


def has_company_account(user: User) -> bool:
    return (
        all(settings.OIDC.values())
        and SocialAccount.objects.filter(
            user=user, provider=settings.OIDC_PROVIDER
        ).exists()
    )
