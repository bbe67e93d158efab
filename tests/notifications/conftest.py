"""The cast with mailboxes, and a mail server."""

import pytest

from tests import make
from tests.notifications.mailbox import mailbox_running, use


@pytest.fixture(autouse=True)
def addresses(alice, bob, dana):
    for user in (alice, bob, dana):
        user.email = f"{user.username}@harbour.test"
        user.save(update_fields=["email"])


@pytest.fixture
def finished(team, alice, bob, dana):
    """A plan whose slots name dana and alice."""
    return make.make_plan(team=team, actor=alice, text=make.FINISHED)


@pytest.fixture
def mailbox(settings):
    """A mail server, to which this process sends."""
    with mailbox_running() as mailbox:
        use(mailbox, settings)
        yield mailbox
