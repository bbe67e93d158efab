"""Mail to guests: the invitation to a plan, and one-time codes."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from plans.models import Guest, Notice, User
from plans.notifications.outbox import wake_on_commit

log = logging.getLogger(__name__)


def send_invitation(guest: Guest, role: str) -> None:
    """`role`: the approval that they are asked to give; "" for none."""
    now = timezone.now()
    Notice.objects.create(
        kind=Notice.Kind.GUEST,
        email=guest.user.guest_email,
        facts={"guest": guest.pk, "role": role},
        created_at=now,
        due_at=now,
    )
    wake_on_commit()


def send_code(user: User, code: str, *, purpose: str, minutes: int) -> bool:
    """At once and not by the outbox, because the person waits for it and no code is
    stored; false if no mail could be sent."""
    context = {
        "person": user,
        "code": code,
        "purpose": purpose,
        "minutes": minutes,
        "planner_url": settings.PLANNER_ADDRESS,
    }
    text = render_to_string("mail/guest_code.txt", context)
    subject = f"{code} is your code to {purpose}"
    try:
        EmailMessage(subject, text, to=[user.guest_email]).send()
    except (SMTPException, OSError):
        log.exception("A one-time code was not sent.")
        return False
    return True
