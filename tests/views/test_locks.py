"""A plan that its owner locked: read, commented on and signed, and edited by nobody."""

import pytest
from django.db import transaction

from plans.actions import sharing
from plans.actions.assignments import assign
from plans.actions.comments import comment
from plans.actions.items import save_item
from plans.actions.locks import lock_editing, unlock_editing
from plans.errors import NotAllowed, Refused
from plans.models import Plan, User
from tests import effort, make
from tests.live import test_every_action as every
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once

LOCK = {"locked": "1", "reason": "Waiting for the harbour master"}
SENTENCE = "Alice locked this plan on "


@pytest.fixture
def locked(plan, alice):
    lock_editing(plan=plan, actor=alice, reason=LOCK["reason"])
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.slow
def test_an_owner_locks_with_a_reason_and_unlocks_with_one_click(plan, alice, bob):
    owner, editor = signed_in(alice), signed_in(bob)
    page = soup(owner.get(url_of("lock", plan)))
    assert page.select_one("form [name=reason]")
    answer = owner.post(url_of("lock", plan), LOCK)
    assert answer["Location"] == plan.get_absolute_url()
    for client in (owner, editor):
        note = soup(client.get(url_of("plan", plan))).select_one("#plan-reading")
        assert "hidden" not in note.attrs
        words = " ".join(note.get_text().split())
        assert SENTENCE in words and LOCK["reason"] in words
        assert "Locked" in words_of(client.get(url_of("history", plan)))
        assert "Locked" in words_of(client.get(url_of("plan_list")))
    form = soup(owner.get(url_of("plan", plan))).select_one("#plan-reading form")
    fields = {each["name"]: each.get("value", "") for each in form.select("input")}
    answer = owner.post(form["action"], fields)
    assert answer["Location"] == plan.get_absolute_url()
    note = soup(owner.get(url_of("plan", plan))).select_one("#plan-reading")
    assert "hidden" in note.attrs
    history = words_of(editor.get(url_of("history", plan)))
    assert f"Alice locked Tide tables: {LOCK['reason']}" in history
    assert "Alice unlocked Tide tables" in history


def test_the_button_is_there_for_owners_alone(locked, alice, bob):
    def classes(user):
        return soup(signed_in(user).get(url_of("plan", locked))).body["class"]

    assert "leads" in classes(alice) and "leads" not in classes(bob)


def test_what_is_typed_is_refused_with_who_locked_it_and_why(locked, bob):
    item = make.find(locked, label="Storage")
    before = make.text_of(locked)
    client = signed_in(bob)
    for headers in ({}, HTMX):
        url = url_of("item", locked, item.pk)
        answer = client.post(url, {"value": "SQLite", "seen": 0}, headers=headers)
        assert answer.status_code == 403
        assert SENTENCE in words_of(answer) and LOCK["reason"] in words_of(answer)
    assert make.text_of(locked) == before
    page = soup(client.get(url_of("item", locked, item.pk)))
    assert SENTENCE in " ".join(page.get_text().split())
    assert not page.select("form#editor")


def test_comments_assignments_and_sign_off_go_on(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    lock_editing(plan=plan, actor=alice)
    comment(plan=plan, actor=dana, item=make.find(plan, label="Goal"), text="Why?")
    item = make.find(plan, label="Goal")
    assign(plan=plan, actor=bob, item=item, assignee=dana, due=None)
    make.sign(plan, dana)
    assert plan.records.filter(kind="approved").count() == 1


def test_an_editor_unlocks_nothing_and_a_stranger_finds_nothing(
    locked, bob, dana, victor, charlie, client
):
    for user, status in ((bob, 403), (dana, 403), (victor, 403), (charlie, 404)):
        for value in ("0", "1"):
            answer = signed_in(user).post(url_of("lock", locked), {"locked": value})
            assert answer.status_code == status
    assert "login" in client.post(url_of("lock", locked), LOCK)["Location"]
    assert "Only an owner" in words_of(signed_in(bob).get(url_of("lock", locked)))
    assert Plan.objects.get(pk=locked.pk).is_locked


def test_a_reason_that_is_too_long_is_refused(plan, alice):
    answer = signed_in(alice).post(
        url_of("lock", plan), {"locked": "1", "reason": "x" * 301}
    )
    assert answer.status_code == 422
    assert not Plan.objects.get(pk=plan.pk).is_locked


def test_a_lock_that_comes_between_is_minded_all_the_same(plan, alice, bob):
    """Whoever had the plan in hand before it was locked writes nothing either."""
    item, in_hand = make.find(plan, label="Storage"), Plan.objects.get(pk=plan.pk)
    lock_editing(plan=plan, actor=alice)
    before = make.text_of(plan)
    with pytest.raises(NotAllowed, match=SENTENCE):
        save_item(
            plan=in_hand, item=item, actor=bob, values={"value": "SQLite"}, seen=None
        )
    assert make.text_of(plan) == before
    unlock_editing(plan=plan, actor=alice)
    plan, item = Plan.objects.get(pk=plan.pk), make.find(plan, label="Storage")
    save_item(plan=plan, item=item, actor=bob, values={"value": "SQLite"}, seen=None)
    assert "SQLite" in make.text_of(plan)


def test_a_shared_link_shows_a_locked_plan(locked, alice, client):
    _, token = sharing.share_plan(plan=locked, actor=alice, days=1)
    assert client.get(f"/shared/{token}/").status_code == 200


# --- The law: no action, known or to come, edits the text of a locked plan ---

MOST_CALLS = 60 if effort.IS_THOROUGH else 8


@pytest.fixture
def eventful(db, action):
    name = action.__name__ if action.__name__ in every.OWN_PLANS else ""
    is_of_sign_off = action.__module__.endswith((".reviews", ".signing", ".slots"))
    return Plan.objects.get(pk=every.kept_for(name, is_of_sign_off).restore().pk)


def outcome(action, plan_id, number, *, locked):
    """What became of one call, which is then taken back: the text, or a refusal."""
    with transaction.atomic():
        plan = Plan.objects.get(pk=plan_id)
        alice = User.objects.get(username="alice")
        if locked:
            lock_editing(plan=plan, actor=alice)
        call = every.calls_of(action, plan)[number]
        try:
            with transaction.atomic():
                action(plan=plan, actor=alice, **call)
            result = make.text_of(plan)
        except Refused as refusal:
            result = refusal
        transaction.set_rollback(True)
    return result


@pytest.mark.slow
@pytest.mark.parametrize("action", every.every_action(), ids=lambda each: each.__name__)
def test_no_action_changes_the_text_of_a_locked_plan(action, eventful):
    before = make.text_of(eventful)
    count = len(every.calls_of(action, eventful))
    for number in range(0, count, -(-count // MOST_CALLS)):
        then = outcome(action, eventful.pk, number, locked=True)
        if isinstance(then, Refused):
            continue
        assert then == before
    # And what would have changed it is refused by that sentence, not by chance.
    for number in range(0, count, -(-count // MOST_CALLS)):
        if action.__name__ in ("lock_editing", "unlock_editing"):
            break
        now = outcome(action, eventful.pk, number, locked=False)
        if not isinstance(now, Refused) and now != before:
            refusal = outcome(action, eventful.pk, number, locked=True)
            assert isinstance(refusal, NotAllowed)
            assert SENTENCE in str(refusal)
