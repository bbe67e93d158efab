"""Signing guests in, by one-time codes that are mailed to them."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from plans.accounts.guest_codes import VALID_FOR, Purpose, issue_code, use_code
from plans.errors import Refused
from plans.models import Guest, User
from plans.notifications.guest_mail import send_code

# Seconds until another code is needed.
SESSION_SECONDS = 12 * 3600
_TOO_MANY = "Too many codes were requested. Try again in an hour."
_LIMIT = {"app": "allauth.account"}


class TooManyCodes(Refused):
    """After these, no further mail is sent and no further code is compared."""


def mail_code(request: HttpRequest, user: User, purpose: Purpose) -> str:
    """Mail a guest a new code; returns their address in short. Raises Refused."""
    key = f"guest:{user.pk}"
    if not ratelimit.consume(request, action="guest_code", key=key, **_LIMIT):
        raise TooManyCodes(_TOO_MANY)
    code = issue_code(user=user, purpose=purpose)
    if code is None:
        raise Refused("Your access to this plan has ended.")
    minutes = int(VALID_FOR.total_seconds()) // 60
    if not send_code(user, code, purpose=purpose, minutes=minutes):
        raise Refused("The mail with the code could not be sent. Try again later.")
    return short_address(user.guest_email)


def sign_in(request: HttpRequest, guest: Guest, typed: str) -> None:
    """Sign a guest in by the code that they typed. Raises Refused."""
    user = guest.user
    limit = _LIMIT | {"action": "guest_sign_in", "key": f"guest:{user.pk}"}
    if not ratelimit.consume(request, **limit):
        raise TooManyCodes("Too many wrong codes. Try again in an hour.")
    if not use_code(user=user, purpose=Purpose.SIGN_IN, typed=typed):
        raise Refused(
            "This code is incorrect, was already used or has expired. Check the newest "
            "email, or send a new code."
        )
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(SESSION_SECONDS)


def short_address(email: str) -> str:
    """Enough to recognise one's own address: d•••@example.org."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}"
