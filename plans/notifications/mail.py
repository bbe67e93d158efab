"""Mail, sent once the transaction that it is about is committed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string

from plans.models import Plan, User

log = logging.getLogger(__name__)

# Mails to one person about one thing: repeating an action must not flood a mailbox.
MAX_PER_HOUR = 6
HOUR = 3600


def message_about(
    plan: Plan,
    person: User,
    subject: str,
    template: str,
    *,
    place: str,
    **context: object,
) -> EmailMessage:
    """A mail about a plan; to nobody where the person has no address. `place`: the path
    of the page that it leads to."""
    context |= {"plan": plan, "person": person, "url": settings.PLANNER_URL + place}
    context["planner_url"] = settings.PLANNER_ADDRESS
    return EmailMessage(
        " ".join(subject.split()),
        render_to_string(template, context),
        to=[person.email] if person.email else [],
    )


def send_on_commit(messages: Iterable[EmailMessage], *, about: str) -> None:
    """Send nothing on a rollback; a mail server that fails must not fail the action.

    `about`: a key by which the mails to one person are counted.
    """
    with_address = [message for message in messages if message.to]
    if with_address:
        transaction.on_commit(partial(_send, with_address, about), robust=True)


def _send(messages: list[EmailMessage], about: str) -> None:
    allowed = [each for each in messages if _is_allowed(about, each.to[0])]
    if len(allowed) < len(messages):
        log.warning("%s mails were held back.", len(messages) - len(allowed))
    try:
        get_connection().send_messages(allowed)
    except (SMTPException, OSError):
        log.exception("%s mails were not sent.", len(allowed))


def _is_allowed(about: str, address: str) -> bool:
    key = "mail:" + hashlib.sha256(f"{about} {address}".encode()).hexdigest()
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) <= MAX_PER_HOUR
    except ValueError:  # the count has just expired
        return True
