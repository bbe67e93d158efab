"""Calling a webhook: one post, signed as Standard Webhooks has it, or a chat message.

To the address that was checked, within ten seconds, without redirects; of the answer
only its status is read.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC
from typing import Any

from django.utils import timezone
from standardwebhooks import Webhook as Signer

from plans.errors import Refused
from plans.models import Notice, Webhook
from plans.notifications.texts import NoticeText
from plans.notifications.webhook_addresses import Target, resolve
from plans.sealing import unseal

# For the whole call, and for each step of it.
MAX_SECONDS = 10.0
STEP_SECONDS = 5.0
GONE = 410


class NotDelivered(Exception):
    """With the reason, for the owners of the team. `is_final`: trying again is of no
    use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def call(webhook: Webhook, notice: Notice, text: NoticeText) -> None:
    """Deliver a notice, and note the result with the webhook. Raises NotDelivered."""
    try:
        status = _deliver(webhook, notice, text)
    except NotDelivered as refusal:
        _note_result(webhook, str(refusal), was_delivered=False)
        raise
    _note_result(webhook, f"Delivered ({status}).", was_delivered=True)


def _deliver(webhook: Webhook, notice: Notice, text: NoticeText) -> int:
    try:
        target = resolve(webhook.url)
    except Refused as refusal:
        raise NotDelivered(str(refusal)) from None
    body, headers = message_of(webhook, notice, text)
    try:
        status = _post(target, body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(_reason(error)) from error
    if 200 <= status < 300:
        return status
    if 300 <= status < 400:
        raise NotDelivered(f"The address redirects ({status}). Enter the new address.")
    raise NotDelivered(
        f"The server answered with status {status}.", is_final=status == GONE
    )


def message_of(
    webhook: Webhook, notice: Notice, text: NoticeText
) -> tuple[bytes, dict[str, str]]:
    """The body and headers of a call. `webhook-id` is the same for each attempt."""
    headers = {"Content-Type": "application/json", "User-Agent": "planner-webhook"}
    if webhook.format == Webhook.Format.CHAT:
        words = f"{_for_chat(text.news)}\n{text.url}"
        return _json({"text": words}), headers
    secret = unseal(webhook.secret)
    if secret is None:
        raise NotDelivered(
            "The secret can’t be read: this server’s SECRET_KEY has changed. Remove "
            "the webhook and add it again."
        )
    message_id, now = f"notice_{notice.pk}", timezone.now().astimezone(UTC)
    plan = notice.plan
    body = _json(
        {
            "type": f"plan.{notice.kind}",
            "timestamp": notice.created_at.isoformat(),
            "data": {
                "text": text.news,
                "url": text.url,
                "people": notice.facts.get("people", []),
                "plan": {"slug": plan.slug, "title": plan.title} if plan else None,
            },
        }
    )
    signature = Signer(secret).sign(message_id, now, body.decode())
    return body, headers | {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _for_chat(text: str) -> str:
    """Typed text that neither calls people nor hides where a link leads: Slack reads
    `<!channel>`, Mattermost `@all` and `[text](address)`."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return text.replace("@", "@\u200b").replace("](", "]\u200b(")


class _Connection(http.client.HTTPConnection):
    """To an address that was checked, whatever its host's name leads to now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=STEP_SECONDS)
        self.target = target

    def connect(self) -> None:
        address = (self.target.ip, self.target.port)
        self.sock = socket.create_connection(address, STEP_SECONDS)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def _post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; its body is not read."""
    connection = _Connection(target)
    # Ends a call whose server sends a byte now and then.
    is_late = threading.Event()
    deadline = threading.Timer(MAX_SECONDS, _break, [connection, is_late])
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", target.path, body, headers)
        status = connection.getresponse().status
        if is_late.is_set():  # the end of the connection ended the answer's head
            raise TimeoutError
        return status
    finally:
        deadline.cancel()
        connection.close()


def _break(connection: http.client.HTTPConnection, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The server’s certificate isn’t valid for this address."
    if isinstance(error, TimeoutError):
        return "The server didn’t answer in time."
    if isinstance(error, ConnectionRefusedError):
        return "The server refused the connection."
    return "The connection failed before the server answered."


def _note_result(webhook: Webhook, result: str, *, was_delivered: bool) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(
        tried_at=timezone.now(), result=result[:200], was_delivered=was_delivered
    )
