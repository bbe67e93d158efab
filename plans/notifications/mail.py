"""Mail, sent when the transaction that it tells of is committed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from functools import partial
from smtplib import SMTPException

from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

log = logging.getLogger(__name__)

# To one person about one thing. Whoever does and undoes it again and again must not
# fill their mailbox: pages show how it is.
MAX_PER_HOUR = 6
HOUR = 3600


def send_on_commit(messages: Iterable[EmailMessage], *, about: str) -> None:
    """Nobody is told of what is rolled back, and a mail server that is away must not
    take with it what was done. `about`: by what mails to one person are counted."""
    addressed = [message for message in messages if message.to]
    if addressed:
        transaction.on_commit(partial(_send, addressed, about), robust=True)


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
    except ValueError:  # its hour has just ended
        return True
