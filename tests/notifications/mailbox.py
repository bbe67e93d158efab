"""A real mail server in the test's process, which keeps what it is sent."""

import email
import email.policy
import socket
import time
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Mailbox:
    """`messages`: what arrived, in order. `refuses`: addresses that it answers 550."""

    def __init__(self, port=0):
        if not port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        self.port = port
        self.messages = []
        self.refuses = set()
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuses:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        content = envelope.content
        message = email.message_from_bytes(content, policy=email.policy.default)
        self.messages.append(message)
        return "250 OK"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller:
            self.controller.stop(no_assert=True)
            self.controller = None

    def to(self, address):
        return [one for one in self.messages if one["To"] == address]

    def about(self, address, *words):
        """The text of the newest mail to this address that says all these words. Who
        sends it may be another thread, so it may come a moment later."""

        def matching():
            texts = map(text_in, reversed(self.to(address)))
            return [text for text in texts if all(word in text for word in words)]

        until(matching, f"no mail to {address} says {words}")
        return matching()[0]

    def settings(self):
        """As variables of the environment, for the planner in another process."""
        return {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port),
            "EMAIL_TLS": "no",
        }


@contextmanager
def mailbox_running():
    mailbox = Mailbox()
    mailbox.start()
    try:
        yield mailbox
    finally:
        mailbox.stop()


def use(mailbox, settings):
    """Have this process send there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def until(condition, reason="it did not happen in time", patience=20.0):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, reason
        time.sleep(0.05)


def text_in(message):
    return message.get_body(("plain",)).get_content()


def html_in(message):
    return message.get_body(("html",)).get_content()
