"""What django-allauth asks of us: who may come in, and how it is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from smtplib import SMTPException
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from plans.accounts.invitations import invitation_of, is_invited
from plans.accounts.user_agents import describe_user_agent
from plans.models import User, names
from plans.models.people import USERNAME_TAKEN

# Seconds by which two servers' clocks may differ.
CLOCKS = 60
UNCONFIRMED = (
    "Confirm your email address first. You can get the link under Email address."
)
# How one shows again who one is.
WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}

# The limit on wrong passwords for one account from all addresses together.
_ANYWHERE = {"app": "allauth.account", "action": "login_failed_anywhere"}

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
        "unverified_primary_email": UNCONFIRMED,
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
        """Whoever came by the link in a mail to an address has that address."""
        invitation = invitation_of(request)
        return (
            invitation is not None and invitation.email.casefold() == email.casefold()
        )

    def is_safe_url(self, url: str) -> bool:
        """Nothing leads to what is no address at all, such as `http://[`."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords are answered as too much of anything else is."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None
        account = self._account_of(credentials)
        if request.user.is_authenticated and account == _account_key(request.user.pk):
            return  # where somebody is signed in, others cannot use up the tries
        self._anywhere = ratelimit.consume(request, key=account, **_ANYWHERE)
        if not self._anywhere:
            self._rollback_login_failed_rl_usage()
            raise ImmediateHttpResponse(respond_429(request))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Right passwords are not counted."""
        super()._rollback_login_failed_rl_usage()
        if usage := getattr(self, "_anywhere", None):
            usage.rollback()

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """By what wrong passwords are counted: the account, and who tries."""
        return f"{ratelimit.get_ip(request)} {self._account_of(credentials)}"

    def _delete_login_attempts_cached_email(
        self, request: HttpRequest, **credentials: Any
    ) -> None:
        """The owner chose a new password by mail."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, key=self._account_of(credentials), **_ANYWHERE)

    def _account_of(self, credentials: Mapping[str, Any]) -> str:
        """Whose account is tried.

        allauth takes what was typed, and the host as it was asked for: another port,
        letters that the database takes for the same (ſ for s), or the mail address in
        place of the name would all begin a count of their own.
        """
        typed = credentials.get("email", credentials.get("username", ""))
        named = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed))
        found = named.order_by("pk").values_list("pk", flat=True).first()
        return _account_key(found) if found else normalize("NFKC", typed).casefold()

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Mails lead to PLANNER_URL, not to the host and port that whoever asked for
        them put into the request: some of the links are secrets."""
        urls = {name: url for name, url in context.items() if name.endswith("_url")}
        ours = {name: _at_our_address(url) for name, url in urls.items()} | {
            "current_site": {"domain": urlsplit(settings.PLANNER_URL).netloc},
            "planner_url": settings.PLANNER_ADDRESS,
            "new_password_url": _at_our_address(reverse("account_reset_password")),
            "sessions_url": _at_our_address(reverse("accounts:sessions")),
        }
        try:
            super().send_mail(template_prefix, email, context | ours)
        except (SMTPException, OSError):
            log.exception("An email was not sent.")
            page = render(self.request, "account/mail_away.html", status=503)
            raise ImmediateHttpResponse(page) from None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What was done is done, whether or not its owner can be told just now."""
        with suppress(ImmediateHttpResponse):
            super().send_notification_mail(*args, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's, and the company's sign-in for whoever has it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = WAYS.get(method["id"], method["description"])
        if user.is_authenticated and uses_company(user):
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


def _at_our_address(url: str) -> str:
    return settings.PLANNER_URL + urlsplit(url).path


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "This code is incorrect or was already used. Wait for the next one."
        ),
        "unverified_email": UNCONFIRMED,
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
        """Mostly it is kept by the browser that one sits at."""
        return describe_user_agent(self.request.headers.get("User-Agent", ""))

    def get_totp_label(self, user: User) -> str:
        return user.get_username()


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
        """Whose address it is, when both sides know that it is theirs."""
        for address in sociallogin.email_addresses:
            if address.verified and (user := holder_of(address.email)):
                return user, address.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Only with an address that is theirs and nobody's here."""
        verified = [one.email for one in sociallogin.email_addresses if one.verified]
        return bool(
            (settings.OIDC_SIGNUP or is_invited(request))
            and verified
            and not EmailAddress.objects.filter(email__iexact=verified[0]).exists()
            and not User.objects.filter(email__iexact=verified[0]).exists()
        )

    def list_apps(
        self, request: HttpRequest, provider: Any = None, client_id: Any = None
    ) -> list[Any]:
        # Of the address, where anything may stand that a database does not take.
        if provider not in (None, "openid_connect", settings.OIDC_PROVIDER):
            return []
        apps: list[Any] = super().list_apps(request, provider, client_id)
        return apps

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        match sociallogin.state.get("process"):
            case "connect":
                self._refuse_a_second(request, sociallogin)
            case "redirect":
                self._confirm(request, sociallogin)

    def _refuse_a_second(self, request: HttpRequest, sociallogin: Any) -> None:
        """Else somebody might slip their own identity in beside a person's."""
        others = SocialAccount.objects.filter(user_id=request.user.pk)
        if others.exclude(uid=sociallogin.account.uid).exists():
            message = (
                f"Your account already uses another {settings.OIDC_NAME} identity."
            )
            messages.error(request, message)
            connections = HttpResponseRedirect(reverse("socialaccount_connections"))
            raise ImmediateHttpResponse(connections)

    def _confirm(self, request: HttpRequest, sociallogin: Any) -> None:
        """The same person has shown once more who they are, since we asked."""
        # Only `plans.views.accounts.company_again` puts this there; a link cannot.
        asked_at = (sociallogin.state.get("data") or {}).get("asked_at")
        if asked_at is None or sociallogin.user.pk != request.user.pk:
            return
        claims = sociallogin.account.extra_data.get("id_token") or {}
        # Providers that do not say when have been told to ask again all the same.
        if float(claims.get("auth_time", asked_at)) >= asked_at - CLOCKS:
            record_authentication(
                request,
                request.user,
                "socialaccount",
                provider=sociallogin.account.provider,
                uid=sociallogin.account.uid,
                reauthenticated=True,
            )

    def get_requests_session(self) -> requests.Session:
        return AnsweringSession(self.request)


class AnsweringSession(requests.Session):
    """Says so in a page when the company's sign-in does not answer."""

    SECONDS = 5

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.page_request = request

    def request(  # type: ignore[override]
        self, method: str, url: str, **options: Any
    ) -> requests.Response:
        options.setdefault("timeout", self.SECONDS)
        try:
            answer = super().request(method, url, **options)
        except requests.RequestException as error:
            raise self._is_away() from error
        if method.upper() == "GET" and not (answer.ok and _is_told(answer)):
            raise self._is_away()
        return answer

    def _is_away(self) -> ImmediateHttpResponse:
        page = "socialaccount/authentication_error.html"
        return ImmediateHttpResponse(
            render(self.page_request, page, {"is_away": True}, status=502)
        )


def _is_told(answer: requests.Response) -> bool:
    """All that we ask for is an object in JSON; a website in its place has another."""
    try:
        return isinstance(answer.json(), dict)
    except requests.JSONDecodeError:
        return False


def uses_company(user: User) -> bool:
    return (
        all(settings.OIDC.values())
        and SocialAccount.objects.filter(
            user=user, provider=settings.OIDC_PROVIDER
        ).exists()
    )


def holder_of(email: str) -> User | None:
    """Whose address it is for sure: confirmed by a mail, or entered by the people who
    run the planner, for somebody who has none of their own."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    if address:
        return address.user
    entered = User.objects.filter(email__iexact=email, emailaddress=None)[:2]
    if len(entered) != 1:
        return None
    confirm_address(entered[0])
    return entered[0]


def confirm_address(user: User) -> None:
    """Take the address of a user as theirs, without a mail."""
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email.lower(),
        defaults={"verified": True, "primary": True},
    )
