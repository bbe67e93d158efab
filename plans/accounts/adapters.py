"""Our adapters for django-allauth: rules of access, rate limits, mails and wording."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from smtplib import SMTPException
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from plans import formats
from plans.accounts.company import has_company_account
from plans.accounts.invitations import get_invitation, is_invited
from plans.accounts.user_agents import describe_user_agent
from plans.models import User
from plans.models.people import USERNAME_TAKEN

CONFIRM_ADDRESS_FIRST = (
    "Confirm your email address first. You can get the link under Email address."
)
# Names of the ways to reauthenticate, by allauth's ids.
REAUTHENTICATION_LABELS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}

# Limits the wrong passwords for one account from all IP addresses together.
_PER_ACCOUNT = {"app": "allauth.account", "action": "login_failed_anywhere"}

log = logging.getLogger(__name__)


def _account_key(user_id: int) -> str:
    return f"user:{user_id}"


def display_name(user: User) -> str:
    return user.name


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": ("This account is deactivated. Ask your administrator."),
        "cannot_remove_primary_email": (
            "This is your only email address, so you can’t remove it. Change it "
            "instead."
        ),
        "duplicate_email": "This is already your email address. Enter another one.",
        "email_password_mismatch": (
            "The email address or the password is incorrect. Try again."
        ),
        "email_taken": "Another account uses this email address. Enter another one.",
        "enter_current_password": "This isn’t your current password. Try again.",
        "incorrect_code": "This code is incorrect. Try again.",
        "incorrect_password": "This password is incorrect. Try again.",
        "invalid_login": "Sign-in failed. Start again from the sign-in page.",
        "invalid_or_expired_key": "This link no longer works. Request a new one.",
        "invalid_password_reset": "This link no longer works. Request a new one.",
        "max_email_addresses": "You can’t have more than %d email addresses.",
        "rate_limited": "Too many attempts. Wait ten minutes, then try again.",
        "same_as_current": "This is the current value. Enter another one.",
        "select_only_one": "Choose only one.",
        "too_many_login_attempts": (
            "Too many attempts. Wait ten minutes, then try again."
        ),
        "unknown_email": "No account has this email address. Try another one.",
        "unverified_primary_email": CONFIRM_ADDRESS_FIRST,
        "username_blacklisted": "This username isn’t allowed. Choose another one.",
        "username_password_mismatch": (
            "The username or the password is incorrect. Try again."
        ),
        "username_taken": USERNAME_TAKEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_IS_OPEN) or is_invited(request)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        cleaned: str = super().clean_username(normalize("NFKC", username), shallow)
        if not shallow and User.resembles_another(cleaned):
            raise self.validation_error("username_taken")
        return cleaned

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """The link in an invitation's mail shows that the address is theirs."""
        invitation = get_invitation(request)
        return (
            invitation is not None and invitation.email.casefold() == email.casefold()
        )

    def is_safe_url(self, url: str) -> bool:
        """False for malformed URLs, such as `http://[`, at which allauth would fail."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer too many wrong passwords with 429, as other rate limits are."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None
        account = self._rate_limit_key(credentials)
        if request.user.is_authenticated and account == _account_key(request.user.pk):
            return  # others cannot lock out a user who is signed in
        self._account_usage = ratelimit.consume(request, key=account, **_PER_ACCOUNT)
        if not self._account_usage:
            self._rollback_login_failed_rl_usage()
            raise ImmediateHttpResponse(respond_429(request))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Don't count correct passwords."""
        super()._rollback_login_failed_rl_usage()
        if usage := getattr(self, "_account_usage", None):
            usage.rollback()

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Count wrong passwords by account and IP address."""
        return f"{ratelimit.get_ip(request)} {self._rate_limit_key(credentials)}"

    def _delete_login_attempts_cached_email(
        self, request: HttpRequest, **credentials: Any
    ) -> None:
        """A password reset clears both counts."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, key=self._rate_limit_key(credentials), **_PER_ACCOUNT)

    def _rate_limit_key(self, credentials: Mapping[str, Any]) -> str:
        """The account that a sign-in is tried for.

        allauth's key contains the host and the login as typed, so that another port,
        letters that the database considers equal (ſ and s), or the email address
        instead of the username would each start a new count.
        """
        login = credentials.get("email", credentials.get("username", ""))
        users = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login))
        user_id = users.order_by("pk").values_list("pk", flat=True).first()
        return _account_key(user_id) if user_id else normalize("NFKC", login).casefold()

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Link to PLANNER_URL, not to the host of the request, which its sender may
        forge: some of the links are secrets. Times are those of whose account it is,
        not of who sits at the browser."""
        urls = {name: url for name, url in context.items() if name.endswith("_url")}
        overrides = {name: _planner_url(url) for name, url in urls.items()} | {
            "current_site": {"domain": urlsplit(settings.PLANNER_URL).netloc},
            "planner_url": settings.PLANNER_ADDRESS,
            "new_password_url": _planner_url(reverse("account_reset_password")),
            "sessions_url": _planner_url(reverse("accounts:sessions")),
        }
        try:
            with formats.written_for(context.get("user")):
                super().send_mail(template_prefix, email, context | overrides)
        except (SMTPException, OSError):
            log.exception("An email was not sent.")
            page = render(self.request, "account/mail_away.html", status=503)
            raise ImmediateHttpResponse(page) from None

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """The action has succeeded, even if its notification cannot be sent."""
        context = {**(context or {}), "user": user}
        with suppress(ImmediateHttpResponse):
            super().send_notification_mail(template_prefix, user, context, email)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's methods, and the company's sign-in for users who have it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            label = REAUTHENTICATION_LABELS.get(method["id"])
            method["description"] = label or method["description"]
        if user.is_authenticated and has_company_account(user):
            methods.append(
                {
                    "id": "company",
                    "description": f"Use {settings.OIDC_NAME}",
                    "url": reverse("accounts:company_again"),
                }
            )
        return methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_change_password")


def _planner_url(url: str) -> str:
    return settings.PLANNER_URL + urlsplit(url).path


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "This code is incorrect or was already used. Wait for the next one."
        ),
        "unverified_email": CONFIRM_ADDRESS_FIRST,
        "add_email_blocked": (
            "Turn off two-step verification first, then change your email address."
        ),
        "cannot_delete_authenticator": "Your account requires two-step verification.",
        "cannot_generate_recovery_codes": (
            "Set up an authenticator app or a passkey first. Recovery codes are "
            "its backup."
        ),
    }

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Name a new passkey after the browser, which usually stores it."""
        return describe_user_agent(self.request.headers.get("User-Agent", ""))

    def get_totp_label(self, user: User) -> str:
        return user.get_username()
