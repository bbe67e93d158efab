"""Sending what is in the outbox.

`Outbox.send_due` sends what is due now; the thread of a server (sender_thread) and the
command `send_notices` call it. Any number of processes may do so at the same time.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from planner.ops import metrics
from plans.models import Notice, NoticeSettings
from plans.notifications import claims, mail, webhook_calls
from plans.notifications.texts import text_of

log = logging.getLogger(__name__)
State = Notice.State

BATCH = 100
# The n-th failure of one notice puts it off by so much; after the last of them it has
# failed. A mail server that is away is no failure of a notice: that is waited for
# without end.
DELAYS = [
    *(timedelta(seconds=seconds) for seconds in (10, 30, 60)),
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24)),
]
# Seconds without mail after the mail server did not answer: doubled up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
# Rows of the outbox that are settled are kept for so long.
KEPT_FOR = timedelta(days=30)
_AWAY = (
    SMTPServerDisconnected,
    SMTPConnectError,
    SMTPHeloError,
    SMTPAuthenticationError,
    SMTPNotSupportedError,
)


class MailServerAway(Exception):
    """No mail can be sent now, whoever it is to."""


class Outbox:
    """Sends notices, and remembers between two rounds what is away."""

    def __init__(self) -> None:
        self.paused_until = 0.0
        self.pause = 0.0
        self._mails: Any = None

    def send_due(self) -> Counter[str]:
        """Send all that is due; counts of `sent`, `dropped`, `failed` and `later`."""
        counts: Counter[str] = Counter()
        # Failed in this round: one attempt each is enough.
        silent_webhooks: set[int] = set()
        try:
            while rows := self._due(silent_webhooks):
                before = sum(counts.values())
                for notice in rows:
                    if not self._is_blocked(notice, silent_webhooks):
                        counts[self._send(notice, silent_webhooks)] += 1
                if sum(counts.values()) == before:
                    break
        finally:
            self._close()
        del counts["taken"]
        for outcome, count in counts.items():
            metrics.notices.labels(outcome).inc(count)
        return counts

    def send_now(self, notice: Notice) -> None:
        """One attempt of one notice, while somebody waits for the result."""
        self._send(notice, set())
        self._close()

    def _due(self, silent_webhooks: set[int]) -> list[Notice]:
        """Mails first: a webhook may take its time."""
        rows = Notice.objects.due(timezone.now()).exclude(webhook__in=silent_webhooks)
        if self._mail_is_paused:
            rows = rows.exclude(webhook=None)
        return list(
            rows.order_by(F("webhook").asc(nulls_first=True), "due_at", "pk")[:BATCH]
        )

    @property
    def _mail_is_paused(self) -> bool:
        return time.monotonic() < self.paused_until

    def _is_blocked(self, notice: Notice, silent_webhooks: set[int]) -> bool:
        if notice.webhook_id is None:
            return self._mail_is_paused
        return notice.webhook_id in silent_webhooks

    def _send(self, notice: Notice, silent_webhooks: set[int]) -> str:
        """One attempt, and what became of it; `taken` by another process."""
        claimed_by, notices = claims.claim(notice)
        if not notices:
            return "taken"
        first = notices[0]
        try:
            is_sent = self._call(first) if first.webhook_id else self._mail(notices)
        except MailServerAway as away:
            claims.release(claimed_by, counts=False)
            self._pause(away)
            return "later"
        except webhook_calls.NotDelivered as refusal:
            assert first.webhook_id
            silent_webhooks.add(first.webhook_id)
            # Of a test, the owner has read the result, and tries again.
            if refusal.is_final or first.kind == Notice.Kind.TEST:
                claims.settle(claimed_by, State.FAILED)
                return "failed"
            return _put_off(claimed_by, first)
        except SMTPException:
            log.exception("A mail was refused.")
            return _put_off(claimed_by, first)
        except Exception:
            log.exception("A notice could not be sent.")
            return _put_off(claimed_by, first)
        claims.settle(claimed_by, State.SENT if is_sent else State.DROPPED)
        return "sent" if is_sent else "dropped"

    def _call(self, notice: Notice) -> bool:
        webhook = notice.webhook
        text = text_of(notice) if webhook and webhook.ended_at is None else None
        if webhook is None or text is None:
            return False
        webhook_calls.call(webhook, notice, text)
        return True

    def _mail(self, notices: list[Notice]) -> bool:
        """Whether there was anything left to send."""
        wanted = [
            (notice, text)
            for notice in notices
            if _is_wanted(notice) and (text := text_of(notice))
        ]
        if not wanted:
            return False
        first, text = wanted[0]
        if first.is_digest:
            rows, texts = zip(*wanted, strict=True)
            self._deliver(mail.digest_mail(rows, texts))
        else:
            self._deliver(mail.mail_of(first, text))
        return True

    def _deliver(self, message: EmailMessage) -> None:
        """By one connection for all mails of a round."""
        try:
            if self._mails is None:
                self._mails = get_connection()
                self._mails.open()
            self._mails.send_messages([message])
        except SMTPException as error:  # which is an OSError too
            if not isinstance(error, _AWAY) and not _is_service_away(error):
                self._close()
                raise
            raise MailServerAway from error
        except OSError as error:
            raise MailServerAway from error
        self.pause = 0.0

    def _pause(self, away: MailServerAway) -> None:
        self._close()
        self.pause = min(max(FIRST_PAUSE, self.pause * 2), LONGEST_PAUSE)
        self.paused_until = time.monotonic() + self.pause
        log.error(
            "Mails were not sent: the mail server is away. They stay in the outbox.",
            exc_info=away.__cause__,
        )

    def _close(self) -> None:
        mails, self._mails = self._mails, None
        if mails is not None:
            with suppress(SMTPException, OSError):
                mails.close()


def _is_service_away(error: SMTPException) -> bool:
    """421: the server closes the connection, whatever it was about."""
    return isinstance(error, SMTPResponseException) and error.smtp_code == 421


def _put_off(claimed_by: UUID, notice: Notice) -> str:
    """After a failure of this notice alone."""
    if notice.attempts > len(DELAYS):
        claims.settle(claimed_by, State.FAILED)
        return "failed"
    claims.release(claimed_by, after=DELAYS[notice.attempts - 1])
    return "later"


def _is_wanted(notice: Notice) -> bool:
    """Whether the person still wants it by mail; they may have said no meanwhile."""
    person = notice.recipient
    if person is None:
        return True
    if not person.is_active or not person.contact_email:
        return False
    chosen = NoticeSettings.objects.filter(pk=person.pk).first()
    return not chosen or chosen.when(notice.kind) != NoticeSettings.When.NEVER


def delete_settled() -> int:
    """Delete what was settled long ago; what has a key stays, or it came again."""
    old = Notice.objects.exclude(state=State.WAITING).filter(key="")
    count, _ = old.filter(settled_at__lt=timezone.now() - KEPT_FOR).delete()
    return count
