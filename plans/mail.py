"""Mail, sent when the transaction that it tells of is committed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

log = logging.getLogger(__name__)


def send_on_commit(messages: Iterable[EmailMessage]) -> None:
    """Nobody is told of what is rolled back, and a mail server that is away must not
    take with it what was done."""
    addressed = [message for message in messages if message.to]
    if addressed:
        transaction.on_commit(partial(_send, addressed), robust=True)


def _send(messages: list[EmailMessage]) -> None:
    try:
        get_connection().send_messages(messages)
    except (SMTPException, OSError):
        log.exception("%s mails were not sent.", len(messages))
