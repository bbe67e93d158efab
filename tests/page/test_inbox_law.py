"""The law of the inbox: whatever people do, in any order, each person's inbox has what
a plain walk over the records says waits for them, and what they marked is elsewhere."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from plans.actions import assignments, comments, plans, questions, sharing, suggestions
from plans.actions.inbox import Mark, mark_entry
from plans.content.anchors import About
from plans.models import Suggestion, Thread
from plans.page.inbox.box import Show, load_inbox
from plans.page.thread_texts import asked_in
from tests import make
from tests.effort import examples
from tests.page.inbox_walk import waiting_for
from tests.reviews.test_law import PEOPLE, SignOff, editor, often, which, who

pytestmark = [pytest.mark.slow, pytest.mark.once]

label = st.sampled_from(["Storage", "Category", "Keys"])
nobody = st.sampled_from([None, *PEOPLE])
CHANGING = [Mark.SNOOZED, Mark.DONE]


class Inboxes(SignOff):
    """The people of sign-off, who also talk, assign, put away and mark."""

    def __init__(self):
        super().__init__()
        self.marks = {}

    def item(self, name):
        try:
            return make.find(self.plan, label=name)
        except LookupError:
            return None

    # --- what people say

    @rule(name=who, label=label, to=who, reply=st.booleans(), n=which)
    def mention(self, name, label, to, reply, n):
        threads = list(self.plan.threads.all())
        place = {"item": self.item(label)}
        if reply and threads:
            place = {"thread": threads[n % len(threads)]}
        asks = "thread" not in place and n % 2 == 1
        text = f"Is it so, @{to}?"
        self.act(name, comments.comment, text=text, asks=asks, **place)

    @rule(name=who, n=which, is_over=st.booleans())
    def resolve(self, name, n, is_over):
        threads = list(self.plan.threads.all())
        if threads:
            do = comments.resolve if is_over else comments.reopen
            self.act(name, do, thread=threads[n % len(threads)])

    @rule(name=who, n=which)
    def take_back_comment(self, name, n):
        rows = [one for thread in Thread.objects.all() for one in thread.comments.all()]
        if rows:
            self.act(name, comments.remove_comment, comment=rows[n % len(rows)])

    @rule(name=editor, label=label)
    def ask(self, name, label):
        item = self.item(label)
        if item and not asked_in(item):
            arguments = {"key": "value", "question": "Since when?", "seen": None}
            self.act(name, questions.ask, item=item, **arguments)

    @rule(name=who, label=label)
    def answer(self, name, label):
        item = self.item(label)
        for key, text in asked_in(item):
            about = About(key, text, is_question=True)
            self.act(name, comments.comment, item=item, about=about, text="In May")

    @rule(name=who, label=label, n=which)
    def suggest(self, name, label, n):
        if item := self.item(label):
            arguments = {"key": "value", "text": f"other {n}"}
            self.act(name, suggestions.suggest, item=item, **arguments)

    @rule(name=editor, n=which, what=st.sampled_from(["accept", "decline", "withdraw"]))
    def decide_on_suggestion(self, name, n, what):
        rows = list(Suggestion.objects.all())
        if rows:
            row = rows[n % len(rows)]
            row.item = make.row_of(self.plan, row.item_id)
            self.act(name, getattr(suggestions, what), suggestion=row)

    # --- whose it is

    @rule(name=editor, label=label, to=nobody, is_section=st.booleans())
    def assign(self, name, label, to, is_section):
        item = self.item(label)
        if item is None:
            return
        place = {"section": item.block.section} if is_section else {"item": item}
        assignee = self.user(to) if to else None
        self.act(name, assignments.assign, assignee=assignee, due=None, **place)

    @rule(name=editor, done=often, n=which, to=nobody)
    def assign_check(self, name, done, n, to):
        text = ["Constraints known", "Shown to the harbour"][n % 2]
        item = make.find(self.plan, text=text)
        assignee = self.user(to) if to else None
        self.act(name, assignments.assign, item=item, assignee=assignee, due=None)
        self.tick(name, done, n)

    @rule(is_away=st.booleans())
    def archive(self, is_away):
        self.act("alice", plans.archive_plan, archived=is_away)

    @rule(is_open=st.booleans())
    def open_to_all(self, is_open):
        self.act("alice", sharing.open_plan, is_open=is_open)

    # --- the person's own marks

    @rule(name=who, n=which, mark=st.sampled_from(Mark))
    def mark_one(self, name, n, mark):
        user = self.user(name)
        entries = [one.entry for one in load_inbox(user).marked]
        if not entries:
            return
        entry = sorted(entries, key=lambda one: one.key)[n % len(entries)]
        until = timezone.now() + timedelta(days=2) if mark is Mark.SNOOZED else None
        mark_entry(actor=user, key=entry.key, stamp=entry.stamp, mark=mark, until=until)
        self.marks[user.pk, entry.key] = entry.stamp, mark
        self.looked_at = None

    # --- what holds

    @invariant()
    def the_law_holds(self):
        if not self.is_open or self.looked_at == self.plan.change_number:
            return
        self.looked_at = self.plan.change_number
        for name in PEOPLE:
            user = self.user(name)
            expected, inbox = waiting_for(user), load_inbox(user)
            assert {one.entry.key for one in inbox.marked} == expected, name
            assert len(inbox.marked) == len(expected)
            for one in inbox.marked:
                assert one.list is self.list_of(user, one.entry), (name, one)
            assert inbox.count == len(inbox.listed(Show.OPEN))

    def list_of(self, user, entry):
        stamp, mark = self.marks.get((user.pk, entry.key), (None, None))
        if stamp == entry.stamp and mark is Mark.DONE:
            return Show.DONE
        is_snoozed = stamp == entry.stamp and mark is Mark.SNOOZED
        return Show.LATER if is_snoozed or entry.kind == "turn" else Show.OPEN


@pytest.mark.django_db
def test_the_inbox_has_what_the_records_say():
    few = 6 if connection.vendor == "sqlite" else 3
    run_state_machine_as_test(
        Inboxes,
        settings=settings(
            max_examples=examples(few),
            database=None,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_a_life_in_which_each_kind_waits():
    """What chance may miss."""
    machine, kinds = Inboxes(), []

    def step(action, *arguments, **keywords):
        action(*arguments, **keywords)
        machine.the_law_holds()
        for name in PEOPLE:
            inbox = load_inbox(machine.user(name))
            kinds.extend(one.entry.kind for one in inbox.marked)

    try:
        step(machine.open, stale_on="any", strict=True)
        step(machine.submit, "frida")
        step(machine.sign, "dana", 0, "approved_if", True, True)
        step(machine.sign, "emil", 1, "declined", True, True)
        step(machine.mention, "bob", "Storage", "dana", False, 0)
        step(machine.mention, "bob", "Storage", "dana", False, 1)
        step(machine.assign, "bob", "Storage", "dana", False)
        step(machine.ask, "bob", "Storage")
        step(machine.answer, "emil", "Storage")
        step(machine.suggest, "emil", "Category", 1)
        step(machine.mark_one, "dana", 0, Mark.DONE)
        step(machine.write, "bob", "Storage", 1)
        step(machine.submit, "bob")
        step(machine.set_role, "dana", None)
        step(machine.archive, True)
    finally:
        machine.teardown()
    assert set(kinds) == {
        *("sign", "condition", "changes", "stale", "turn"),
        *("asked", "question", "suggestion", "mention", "assigned"),
    }
