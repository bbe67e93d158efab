"""Reauthentication at the moment of signing.

People type a password or the six digits of an authenticator app into the form. Others
reauthenticate on allauth's pages, which leaves a record in the session: it is valid for
this person, for five minutes, and for one signature. Guests type a code from a mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from plans.accounts.guest_codes import Purpose, use_code
from plans.models import User

VALID_SECONDS = 300.0
# The methods, as audit records name them.
PASSWORD, TOTP, PASSKEY, RECOVERY_CODE, COMPANY, MAILED_CODE = (
    "password",
    "totp",
    "passkey",
    "recovery code",
    "oidc",
    "one-time code by mail",
)
_SECOND_FACTORS = {"totp": TOTP, "webauthn": PASSKEY, "recovery_codes": RECOVERY_CODE}
_NAMES = {
    PASSWORD: "your password",
    TOTP: "your authenticator app",
    PASSKEY: "your passkey",
    RECOVERY_CODE: "a recovery code",
    COMPANY: "your company’s sign-in",
    MAILED_CODE: "a code by email",
}
# In the session: the time of the last authentication that was used for a signature.
_CONSUMED = "proof_spent"


class TooManyAttempts(ValidationError):
    """After too many wrong passwords, the next one isn't even checked."""

    CODE = "too_often"

    def __init__(self) -> None:
        super().__init__(
            "Too many wrong attempts. Nothing was signed. Try again in five minutes.",
            code=self.CODE,
        )


@dataclass(frozen=True)
class FreshAuthentication:
    kind: str
    at: float

    @property
    def name(self) -> str:
        """As pages call it."""
        return _NAMES[self.kind]


def fresh_authentication(request: HttpRequest) -> FreshAuthentication | None:
    """The session's newest reauthentication, if it is still valid and unused."""
    records = get_authentication_records(request, request.user)
    for record in reversed(records):
        if not record.get("reauthenticated"):
            continue
        at = float(record["at"])
        is_fresh = 0 <= time() - at < VALID_SECONDS
        if not is_fresh or at <= request.session.get(_CONSUMED, 0):
            return None
        return FreshAuthentication(_kind(record), at)
    return None


def _kind(record: dict[str, str]) -> str:
    match record["method"]:
        case "socialaccount":
            return COMPANY
        case "mfa":
            return _SECOND_FACTORS[record["type"]]
    return PASSWORD


def consume(request: HttpRequest) -> None:
    """Use up the authentication: the next signature needs another one."""
    if authentication := fresh_authentication(request):
        request.session[_CONSUMED] = authentication.at


def verify(request: HttpRequest, typed: str) -> str:
    """The method by which the user authenticated: what they typed, or a fresh one.

    Raises ValidationError with a sentence, or ReauthenticationRequired for users who
    have nothing to type: they are sent to allauth's pages and back.
    """
    user = request.user
    assert isinstance(user, User)
    if typed:
        return _verify_typed(request, user, typed)
    if user.is_guest:
        raise ValidationError(
            "Enter the code from your email. It’s your signature. “Email me a code” "
            "sends one."
        )
    if authentication := fresh_authentication(request):
        return authentication.kind
    if user.has_usable_password():
        raise ValidationError("Enter your password. It’s your signature.")
    if Authenticator.objects.filter(user=user, type="totp").exists():
        raise ValidationError("Enter the code from your app. It’s your signature.")
    if get_adapter().get_reauthentication_methods(user):
        raise ReauthenticationRequired
    raise ValidationError(
        "You have no password to sign with. Set one or add a passkey under Security."
    )


def _verify_typed(request: HttpRequest, user: User, typed: str) -> str:
    limit = {"app": "allauth.account", "action": "sign", "user": user}
    usage = ratelimit.consume(request, **limit)
    if not usage:
        raise TooManyAttempts
    if user.is_guest:
        if not use_code(user=user, purpose=Purpose.SIGN, typed=typed):
            raise ValidationError(
                "This code is incorrect, was already used or has expired. Nothing was "
                "signed. Use “Email me a code” to get a new one."
            )
        usage.rollback()
        return MAILED_CODE
    digits = typed.replace(" ", "")
    kind = ""
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        kind = _verify_app_code(user, digits)
    if not kind and user.check_password(typed):
        kind = PASSWORD
    if not kind:
        raise ValidationError(
            "This is neither your password nor a valid code from your app. Nothing "
            "was signed. Try again."
        )
    usage.rollback()
    return kind


def _verify_app_code(user: User, digits: str) -> str:
    app = Authenticator.objects.filter(user=user, type="totp").first()
    if app is None or not app.wrap().validate_code(digits):
        return ""
    app.record_usage()
    return TOTP
