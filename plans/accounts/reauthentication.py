"""Who signs: shown once more at the moment of signing, by what the person has.

A password or the six digits of an authenticator app are typed into the form. Whoever
has neither, or would rather not, goes through allauth's pages and comes back with a
stamp: it is of this session and this person, five minutes old at most, and good for one
signature.
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

from plans.models import User

VALID_SECONDS = 300.0
# What a record calls each of them.
PASSWORD, TOTP, PASSKEY, RECOVERY_CODE, COMPANY = (
    "password",
    "totp",
    "passkey",
    "recovery code",
    "oidc",
)
_SECOND_FACTORS = {"totp": TOTP, "webauthn": PASSKEY, "recovery_codes": RECOVERY_CODE}
_NAMES = {
    PASSWORD: "your password",
    TOTP: "your authenticator app",
    PASSKEY: "your passkey",
    RECOVERY_CODE: "a recovery code",
    COMPANY: "your company’s sign-in",
}
_SPENT = "proof_spent"


class TooManyAttempts(ValidationError):
    """Wrong so many times that we do not look at the next one."""

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
        """As its owner calls it."""
        return _NAMES[self.kind]


def fresh_authentication(request: HttpRequest) -> FreshAuthentication | None:
    """The newest stamp of this session's person that is fresh and unspent."""
    records = get_authentication_records(request, request.user)
    for record in reversed(records):
        if not record.get("reauthenticated"):
            continue
        at = float(record["at"])
        is_fresh = 0 <= time() - at < VALID_SECONDS
        if not is_fresh or at <= request.session.get(_SPENT, 0):
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
    if stamp := fresh_authentication(request):
        request.session[_SPENT] = stamp.at


def verify(request: HttpRequest, typed: str) -> str:
    """How this person shows who they are: by what they typed, or by a stamp.

    Raises ValidationError with a sentence, or ReauthenticationRequired for somebody who
    has nothing to type: they are sent on, and back to what they were doing.
    """
    user = request.user
    assert isinstance(user, User)
    if typed:
        return _typed(request, user, typed)
    if stamp := fresh_authentication(request):
        return stamp.kind
    if user.has_usable_password():
        raise ValidationError("Enter your password. It’s your signature.")
    if Authenticator.objects.filter(user=user, type="totp").exists():
        raise ValidationError("Enter the code from your app. It’s your signature.")
    if get_adapter().get_reauthentication_methods(user):
        raise ReauthenticationRequired
    raise ValidationError(
        "You have no password to sign with. Set one or add a passkey under Security."
    )


def _typed(request: HttpRequest, user: User, typed: str) -> str:
    limit = {"app": "allauth.account", "action": "sign", "user": user}
    usage = ratelimit.consume(request, **limit)
    if not usage:
        raise TooManyAttempts
    digits = typed.replace(" ", "")
    kind = ""
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        kind = _code_of_app(user, digits)
    if not kind and user.check_password(typed):
        kind = PASSWORD
    if not kind:
        raise ValidationError(
            "This is neither your password nor a valid code from your app. Nothing "
            "was signed. Try again."
        )
    usage.rollback()
    return kind


def _code_of_app(user: User, digits: str) -> str:
    app = Authenticator.objects.filter(user=user, type="totp").first()
    if app is None or not app.wrap().validate_code(digits):
        return ""
    app.record_usage()
    return TOTP
