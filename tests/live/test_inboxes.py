"""Open pages hear that something may wait for their person, and others' do not."""

import pytest

from plans.actions.comments import comment
from plans.actions.inbox import Mark, mark_entry
from plans.live import inboxes
from plans.models import Change
from tests import make
from tests.live.reading import Reader, session_of


@pytest.fixture
def read(asgi_server):
    """Streams of pages that show no plan."""
    readers = []

    def opened(user):
        token = f"a-token-of-{user.username}-s-browser"
        readers.append(Reader(asgi_server, session_of(user), token=token))
        readers[-1].next("hello")
        return readers[-1]

    yield opened
    for reader in readers:
        reader.close()


def ask(plan, alice, text="@bob?"):
    item = make.find(plan, label="Storage")
    return comment(plan=plan, actor=alice, item=item, text=text)


def test_the_team_hears_of_a_question_on_any_page(
    read, asgi_server, plan, alice, bob, charlie
):
    stream, strangers = read(bob), read(charlie)
    ask(plan, alice)
    assert stream.next("inbox") == {"kind": "inbox"}
    asgi_server.stop()
    assert {event["kind"] for event in strangers.rest()} == {"bye"}


def test_a_mark_is_told_to_the_person_s_own_pages(
    read, asgi_server, alice, bob, charlie
):
    stream, others = read(bob), read(alice)
    mark_entry(actor=bob, key="sign:1", stamp="1", mark=Mark.DONE)
    stream.next("inbox")
    asgi_server.stop()
    assert {event["kind"] for event in others.rest()} == {"bye"}


def test_an_edit_is_told_later(read, plan, alice, bob, monkeypatch):
    monkeypatch.setattr(inboxes, "EDIT_DELAY", 0.1)
    stream = read(bob)
    make.edit(plan, alice, value="Another plan")
    stream.next("inbox")


def test_edits_are_told_from_what_asks(plan, alice, bob, django_assert_num_queries):
    make.edit(plan, alice, value="Another plan")
    edit = plan.change_number
    ask(plan, alice)
    numbers = [(plan.pk, edit), (plan.pk, plan.change_number)]
    with django_assert_num_queries(2):
        assert inboxes.plans_asked_in(numbers[:1]) == set()
        assert inboxes.plans_asked_in(numbers) == {plan.pk}
    assert Change.objects.filter(plan=plan).count() == plan.change_number


def test_members_of_the_team_are_meant_and_nobody_else(plan, alice, bob, charlie):
    users = {alice.pk, bob.pk, charlie.pk}
    assert inboxes.members_among(users, {plan.pk}) == {alice.pk, bob.pk}
