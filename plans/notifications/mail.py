"""Notices as mails: text and HTML, with one button and a way to get no more of them."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from plans.models import Notice, User
from plans.notifications.texts import NoticeText
from plans.notifications.unsubscribing import DIGEST, unsubscribe_path

# A digest lists so many; of more it says how many.
MAX_IN_DIGEST = 50


def mail_of(notice: Notice, text: NoticeText) -> EmailMultiAlternatives:
    context = {"text": text, "subject": text.subject}
    return _mail("mail/notice", context, notice, text.subject, notice.kind)


def digest_mail(
    notices: Sequence[Notice], texts: Sequence[NoticeText]
) -> EmailMultiAlternatives:
    """One mail of several notices to one person, in the order in which they came."""
    count = len(texts)
    subject = f"{count} update{'s' if count > 1 else ''} in your plans"
    context = {
        "subject": subject,
        "texts": texts[:MAX_IN_DIGEST],
        "more": max(0, count - MAX_IN_DIGEST),
        "url": settings.PLANNER_URL + reverse("plans:inbox"),
    }
    return _mail("mail/digest", context, notices[0], subject, DIGEST)


def _mail(
    template: str, context: dict[str, Any], notice: Notice, subject: str, kind: str
) -> EmailMultiAlternatives:
    person = notice.recipient
    # The same for each attempt: a mailbox that got it twice can tell.
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<notice-{notice.pk}.{notice.created_at:%Y%m%d%H%M%S%f}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    context |= {"person": person, "planner_url": settings.PLANNER_ADDRESS}
    if person:
        leave = _leave(person, kind)
        headers |= {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        context |= {
            "leave": leave,
            "preferences": settings.PLANNER_URL + reverse("plans:notice_settings"),
            "is_guest": person.is_guest,
        }
    mail = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string(f"{template}.txt", context),
        to=[person.contact_email if person else notice.email],
        headers=headers,
    )
    mail.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return mail


def _leave(person: User, kind: str) -> str:
    return settings.PLANNER_URL + unsubscribe_path(person, kind)
