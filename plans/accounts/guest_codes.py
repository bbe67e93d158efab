"""One-time codes by which guests sign in and sign.

The database has only a keyed digest of the newest code. A code is for one purpose and
works once, within fifteen minutes and five tries; a new one replaces it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from plans.models import Guest, User

VALID_FOR = timedelta(minutes=15)
MOST_TRIES = 5
DIGITS = 6


class Purpose(StrEnum):
    SIGN_IN = "sign in"
    SIGN = "sign"


def issue_code(*, user: User, purpose: Purpose) -> str | None:
    """A new code; None if the guest's access has ended."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    issued = Guest.objects.live().filter(user=user, user__is_active=True)
    is_issued = issued.update(
        code_digest=_digest(user, purpose, code),
        code_expires_at=timezone.now() + VALID_FOR,
        code_tries=0,
    )
    return code if is_issued else None


def use_code(*, user: User, purpose: Purpose, typed: str) -> bool:
    """Whether this is the guest's code, which then works no more. Each try is counted
    before the comparison, by the database, so that parallel tries count too."""
    valid = Guest.objects.live().filter(
        user=user, user__is_active=True, code_expires_at__gt=timezone.now()
    )
    tried = valid.exclude(code_digest="").filter(code_tries__lt=MOST_TRIES)
    if not tried.update(code_tries=F("code_tries") + 1):
        return False
    digest = _digest(user, purpose, "".join(typed.split()))
    return bool(valid.filter(code_digest=digest).update(code_digest=""))


def _digest(user: User, purpose: Purpose, code: str) -> str:
    """Keyed, because six digits are soon tried by whoever reads the database."""
    value = f"{user.pk} {purpose} {code}"
    return salted_hmac("plans.guest_codes", value, algorithm="sha256").hexdigest()
