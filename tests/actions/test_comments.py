"""Comments: who may say what, and what is kept and counted of it."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.actions import comments as actions
from plans.actions.comments import (
    comment,
    edit_comment,
    remove_comment,
    reopen,
    resolve,
)
from plans.actions.items import remove_item
from plans.actions.sections import remove_section
from plans.actions.undo import last_undoable, undo
from plans.content.limits import MAX_COMMENT_CHARACTERS
from plans.errors import NotAllowed, Refused
from plans.models import Comment, Item, Mention, Section, Thread
from tests import make
from tests.effort import examples
from tests.kept import kept_plan, small_plan

team, plan = kept_plan(small_plan)


@pytest.fixture
def item(plan):
    return make.find(plan, label="Storage")


@pytest.fixture
def section(plan):
    return make.section_of(plan, "7. RISKS & MITIGATIONS")


def say(plan, actor, text="Why?", **place):
    return comment(plan=plan, actor=actor, text=text, **place)


def open_on(place):
    place.refresh_from_db(fields=["open_threads"])
    return place.open_threads


def mentioned(remark):
    return {row.user.username for row in remark.mentions.all()}


# --- Saying something ---


def test_a_comment_starts_a_thread_on_an_item(plan, item, dana):
    before = make.text_of(plan)
    version = item.version
    remark = say(plan, dana, item=item, text="  Which one?\r\n\r\nAnd why?\n")
    assert remark.text == "Which one?\n\nAnd why?"
    assert (remark.author, remark.thread.item, remark.thread.section) == (
        dana,
        item,
        None,
    )
    assert open_on(item) == 1
    assert open_on(item.block.section) == 0
    # The plan is what it was: its text, and the version that an editor has open.
    assert make.text_of(plan) == before
    item.refresh_from_db()
    assert item.version == version


def test_a_comment_starts_a_thread_on_a_section(plan, section, bob):
    remark = say(plan, bob, section=section)
    assert remark.thread.section == section
    assert open_on(section) == 1


def test_a_reply_is_in_the_same_thread(plan, item, dana, bob):
    thread = say(plan, dana, item=item).thread
    say(plan, bob, thread=thread, text="Because.")
    assert [c.text for c in thread.comments.all()] == ["Why?", "Because."]
    assert open_on(item) == 1


def test_a_reply_reopens_a_resolved_thread(plan, item, dana, bob):
    thread = say(plan, dana, item=item).thread
    resolve(plan=plan, actor=bob, thread=thread)
    assert open_on(item) == 0
    say(plan, dana, thread=thread, text="Not quite.")
    thread.refresh_from_db()
    assert (thread.resolved_at, thread.resolved_by) == (None, None)
    assert open_on(item) == 1


def test_a_comment_names_one_place(plan, item, section, bob):
    for place in ({}, {"item": item, "section": section}):
        with pytest.raises(TypeError):
            say(plan, bob, **place)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter a comment"),
        (" \r\n\t ", "Enter a comment"),
        ("a\0b", "NUL"),
        ("x" * (MAX_COMMENT_CHARACTERS + 1), "5,001 characters"),
    ],
    ids=["empty", "blank", "NUL", "long"],
)
def test_what_cannot_be_stored_is_refused(plan, item, bob, text, reason):
    remark = say(plan, bob, item=item)
    number = plan.change_number
    with pytest.raises(Refused, match=reason):
        say(plan, bob, item=item, text=text)
    with pytest.raises(Refused, match=reason):
        edit_comment(plan=plan, actor=bob, comment=remark, text=text)
    assert Comment.objects.get().text == "Why?"
    plan.refresh_from_db()
    assert plan.change_number == number


def test_a_comment_may_be_as_long_as_the_limit(plan, item, bob):
    assert say(plan, bob, item=item, text="x" * MAX_COMMENT_CHARACTERS).pk


def test_what_is_gone_gets_no_new_thread(plan, item, section, bob):
    thread = say(plan, bob, item=item).thread
    remove_item(plan=plan, item=item, actor=bob)
    with pytest.raises(Refused, match="This item has been removed"):
        say(plan, bob, item=item)
    risk = make.find(plan, cell="R-001")
    remove_section(plan=plan, section=section, actor=bob)
    for place in ({"section": section}, {"item": risk}):
        with pytest.raises(Refused, match="has been removed"):
            say(plan, bob, **place)
    # A conversation that is going on may be ended.
    say(plan, bob, thread=thread, text="It is gone.")


def test_a_place_of_another_plan_is_none(plan, team, alice, bob):
    other = make.make_plan(team=team, actor=alice)
    with pytest.raises(Refused):
        say(plan, bob, item=make.find(other, label="Storage"))
    with pytest.raises(Refused):
        say(plan, bob, section=make.section_of(other, "Summary"))
    assert not Thread.objects.exists()


# --- Who may ---


def test_a_reader_and_a_stranger_say_nothing(plan, item, bob, victor, charlie):
    remark = say(plan, bob, item=item)
    attempts = [
        lambda who: say(plan, who, item=item),
        lambda who: say(plan, who, thread=remark.thread),
        lambda who: resolve(plan=plan, actor=who, thread=remark.thread),
        lambda who: reopen(plan=plan, actor=who, thread=remark.thread),
        lambda who: edit_comment(plan=plan, actor=who, comment=remark, text="No"),
        lambda who: remove_comment(plan=plan, actor=who, comment=remark),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="read comments but not write"):
            attempt(victor)
        with pytest.raises(NotAllowed, match="isn’t shared"):
            attempt(charlie)
    assert plan.changes.filter(verb__startswith="comment").count() == 1


def test_a_reader_changes_not_even_what_they_wrote_before(plan, item, dana):
    remark = say(plan, dana, item=item)
    dana.memberships.update(role="viewer")
    with pytest.raises(NotAllowed):
        edit_comment(plan=plan, actor=dana, comment=remark, text="No")


def test_a_comment_is_edited_by_its_author_alone(plan, item, alice, bob, dana):
    remark = say(plan, bob, item=item)
    for other in (alice, dana):
        with pytest.raises(NotAllowed, match="Only the author"):
            edit_comment(plan=plan, actor=other, comment=remark, text="No")
    edit_comment(plan=plan, actor=bob, comment=remark, text="Why not?")
    remark.refresh_from_db()
    assert remark.text == "Why not?"
    assert remark.edited_at is not None


def test_a_comment_is_removed_by_its_author_or_an_owner(plan, item, alice, bob, dana):
    first = say(plan, bob, item=item)
    second = say(plan, bob, thread=first.thread)
    with pytest.raises(NotAllowed, match="or an owner"):
        remove_comment(plan=plan, actor=dana, comment=first)
    remove_comment(plan=plan, actor=bob, comment=first)
    remove_comment(plan=plan, actor=alice, comment=second)
    rows = [(c.text, c.removed_by) for c in Comment.objects.all()]
    assert rows == [("Why?", bob), ("Why?", alice)]


# --- Resolving, editing, removing ---


def test_a_thread_is_resolved_and_reopened_by_anybody_who_may_write(
    plan, item, bob, dana
):
    thread = say(plan, bob, item=item).thread
    resolve(plan=plan, actor=dana, thread=thread)
    assert (thread.resolved_by, open_on(item)) == (dana, 0)
    reopen(plan=plan, actor=bob, thread=thread)
    assert (thread.resolved_by, open_on(item)) == (None, 1)


def test_what_changes_nothing_is_not_recorded(plan, item, bob, alice):
    remark = say(plan, bob, item=item)
    thread = remark.thread
    for nothing in (
        lambda: reopen(plan=plan, actor=bob, thread=thread),
        lambda: edit_comment(plan=plan, actor=bob, comment=remark, text=" Why? "),
    ):
        number = plan.changes.first().number
        nothing()
        assert plan.changes.first().number == number
    remove_comment(plan=plan, actor=bob, comment=remark)
    resolve(plan=plan, actor=bob, thread=thread)
    remove_comment(plan=plan, actor=alice, comment=remark)
    assert plan.changes.first().verb == "comment.removed"
    assert plan.changes.count() == plan.change_number
    remark.refresh_from_db()
    assert (remark.removed_by, remark.edited_at) == (bob, None)


def test_a_thread_with_nothing_left_in_it_is_resolved(plan, item, bob, dana):
    first = say(plan, bob, item=item)
    second = say(plan, dana, thread=first.thread)
    remove_comment(plan=plan, actor=bob, comment=first)
    assert open_on(item) == 1
    remove_comment(plan=plan, actor=dana, comment=second)
    assert open_on(item) == 0


def test_a_removed_comment_is_not_edited(plan, item, bob):
    remark = say(plan, bob, item=item)
    remove_comment(plan=plan, actor=bob, comment=remark)
    with pytest.raises(Refused, match="has been removed"):
        edit_comment(plan=plan, actor=bob, comment=remark, text="Still here")


# --- The log ---


def test_each_is_recorded_with_its_place_and_is_not_undone(plan, item, section, bob):
    remark = say(plan, bob, item=item)
    resolve(plan=plan, actor=bob, thread=remark.thread)
    reopen(plan=plan, actor=bob, thread=remark.thread)
    edit_comment(plan=plan, actor=bob, comment=remark, text="Why not?")
    remove_comment(plan=plan, actor=bob, comment=remark)
    say(plan, bob, section=section)
    changes = list(plan.changes.filter(verb__startswith="comment").order_by("number"))
    verbs = ["added", "resolved", "reopened", "edited", "removed", "added"]
    assert [c.verb for c in changes] == [f"comment.{verb}" for verb in verbs]
    assert {c.label for c in changes[:5]} == {"1. OBJECTIVE › Storage"}
    assert {(c.section_id, c.item_id) for c in changes[:5]} == {
        (item.block.section_id, item.pk)
    }
    last = changes[-1]
    assert (last.section_id, last.item_id) == (section.pk, None)
    assert last.label == "7. RISKS & MITIGATIONS"
    assert last_undoable(plan, bob) is None
    with pytest.raises(Refused, match="no changes to undo"):
        undo(plan=plan, actor=bob)


def test_what_was_said_of_a_removed_item_is_there_when_it_is_back(plan, item, bob):
    say(plan, bob, item=item)
    remove_item(plan=plan, item=item, actor=bob)
    undo(plan=plan, actor=bob)
    assert open_on(item) == 1


# --- Mentions ---


def test_members_are_mentioned_and_nobody_else(plan, item, alice, bob, dana, charlie):
    text = "@bob, @Dana. `@alice` @charlie nobody@bob"
    assert mentioned(say(plan, alice, item=item, text=text)) == {"bob", "dana"}


def test_an_edit_mentions_whom_it_says(plan, item, alice, bob, dana):
    remark = say(plan, alice, item=item, text="@bob?")
    kept = remark.mentions.get().pk
    edit_comment(plan=plan, actor=alice, comment=remark, text="@bob, @dana?")
    assert mentioned(remark) == {"bob", "dana"}
    assert remark.mentions.filter(pk=kept).exists()
    edit_comment(plan=plan, actor=alice, comment=remark, text="Never mind.")
    assert mentioned(remark) == set()


def waiting(user):
    return [row.comment.text for row in Mention.objects.waiting_for(user)]


def test_a_mention_waits_until_it_is_answered_or_resolved(plan, item, alice, bob):
    remark = say(plan, alice, item=item, text="@bob?")
    assert waiting(bob) == ["@bob?"]
    assert waiting(alice) == []
    answer = say(plan, bob, thread=remark.thread, text="Yes, @bob says so.")
    assert waiting(bob) == []
    again = say(plan, alice, thread=remark.thread, text="Sure, @bob?")
    assert waiting(bob) == ["Sure, @bob?"]
    resolve(plan=plan, actor=alice, thread=remark.thread)
    assert waiting(bob) == []
    reopen(plan=plan, actor=alice, thread=remark.thread)
    remove_comment(plan=plan, actor=alice, comment=again)
    assert waiting(bob) == []
    # An answer that was taken back is none.
    remove_comment(plan=plan, actor=bob, comment=answer)
    assert waiting(bob) == ["@bob?"]


def test_nothing_waits_in_plans_that_one_may_not_see(plan, item, alice, bob):
    say(plan, alice, item=item, text="@bob?")
    plan.archived = True
    plan.save()
    assert waiting(bob) == []
    plan.archived = False
    plan.save()
    assert waiting(bob)
    bob.memberships.all().delete()
    assert waiting(bob) == []


# --- Any sequence ---


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["item", "section", "reply", "resolve", "reopen", "remove"]),
        st.integers(0, 5),
    ),
    max_size=14,
)


@pytest.mark.slow
@given(steps=STEPS)
@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_open_threads_are_counted_right_after_any_sequence(
    plan, item, section, bob, steps
):
    with transaction.atomic():
        plan.refresh_from_db()
        for step, which in steps:
            take(plan, bob, step, which, item, section)
            for model in (Item, Section):
                for place in model.objects.all():
                    assert place.open_threads == place.threads.open().count()
        plan.refresh_from_db()
        assert plan.changes.count() == plan.change_number
        transaction.set_rollback(True)


def take(plan, bob, step, which, item, section):
    places = {"item": item, "section": section}
    if step in places:
        say(plan, bob, **{step: places[step]})
        return
    rows = list((Comment if step == "remove" else Thread).objects.all())
    if not rows:
        return
    row = rows[which % len(rows)]
    if step == "reply":
        say(plan, bob, thread=row)
    elif step == "remove":
        remove_comment(plan=plan, actor=bob, comment=row)
    else:
        getattr(actions, step)(plan=plan, actor=bob, thread=row)
