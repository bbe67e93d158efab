"""The cast with mailboxes."""

import pytest

from tests import make


@pytest.fixture(autouse=True)
def addresses(alice, bob, dana):
    for user in (alice, bob, dana):
        user.email = f"{user.username}@harbour.test"
        user.save(update_fields=["email"])


@pytest.fixture
def finished(team, alice, bob, dana):
    """A plan whose slots name dana and alice."""
    return make.make_plan(team=team, actor=alice, text=make.FINISHED)
