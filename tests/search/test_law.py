"""The law of the search: whatever people do, in any order, each of them finds what a
plain walk over everything that they may see finds."""

from contextlib import suppress

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from plans.actions import (
    comments,
    history,
    items,
    plans,
    sections,
    sharing,
    suggestions,
    undo,
)
from plans.actions import versions as saved
from plans.content import storage
from plans.errors import Refused
from plans.models import Comment, Item, Plan, SavedVersion
from plans.search.searching import Filters
from tests import make
from tests.effort import examples
from tests.search.scan import scan_texts, searched, texts_for

pytestmark = [pytest.mark.slow, pytest.mark.once]

TEXT = """\
# Plan: Éclair {n}

## Lighthouse

- **Owner**: Иван
- **Place**: [NEEDS CLARIFICATION: Which harbour?]

会议室 and a meter reading

| Name | Note |
|------|------|
| Late reading | harbour |
"""
PHRASES = [
    "éclair",
    "иван",
    "会议室",
    "meter reading",
    "late",
    "lighthouse",
    "harbour",
    "Straße",
]
ASKED = [
    *PHRASES,
    "eclair",
    "议室",
    "read met",
    '"meter reading"',
    "strasse",
    "lat har",
    "e",
    "kept",
]
PEOPLE = ["alice", "charlie", "victor"]
who = st.sampled_from(PEOPLE)
phrase = st.sampled_from(PHRASES)
which = st.integers(0, 30)


class Searches(RuleBasedStateMachine):
    """Alice and victor share a team; charlie has one of his own."""

    def __init__(self):
        super().__init__()
        self.everything = transaction.atomic()
        self.everything.__enter__()
        shared = make.make_team("Shared")
        self.users = {
            "alice": make.make_user("alice", team=shared, role="owner"),
            "victor": make.make_user("victor", team=shared, role="viewer"),
            "charlie": make.make_user(
                "charlie", team=make.make_team("Own"), role="owner"
            ),
        }
        self.steps = 0
        self.bring("alice", 0)
        self.bring("charlie", 1)

    def teardown(self):
        transaction.set_rollback(True)
        self.everything.__exit__(None, None, None)

    def some_plan(self, n):
        rows = list(Plan.objects.order_by("pk"))
        plan = rows[n % len(rows)]
        owner = "charlie" if plan.team.name == "Own" else "alice"
        return {"plan": plan, "actor": self.users[owner]}

    def do(self, n, action, **values):
        with suppress(Refused):
            action(**self.some_plan(n), **values)

    def item(self, n, m):
        plan = self.some_plan(n)["plan"]
        ids = sorted(storage.load(plan).items)
        return make.row_of(plan, ids[m % len(ids)]) if ids else None

    @rule(name=st.sampled_from(["alice", "charlie"]), n=which)
    def bring(self, name, n):
        if Plan.objects.count() < 4:
            user = self.users[name]
            team = user.teams.get()
            make.make_plan(team=team, actor=user, text=TEXT.replace("{n}", str(n)))

    @rule(n=which, m=which, text=phrase)
    def edit(self, n, m, text):
        if item := self.item(n, m):
            values = {"value": text, "text": text, "cell-1": text}
            self.do(n, items.save_item, item=item, values=values, seen=None)

    @rule(n=which, m=which)
    def remove(self, n, m):
        if item := self.item(n, m):
            self.do(n, items.remove_item, item=item)

    @rule(n=which, m=which)
    def restore(self, n, m):
        plan = self.some_plan(n)["plan"]
        rows = list(Item.objects.filter(block__section__plan=plan, removed=True))
        if rows:
            item = make.row_of(plan, rows[m % len(rows)].pk)
            change = plan.changes.filter(verb="plan.imported").get()
            self.do(n, history.restore, item=item, change=change)

    @rule(n=which, is_undo=st.booleans())
    def take_back(self, n, is_undo):
        self.do(n, undo.undo if is_undo else undo.redo)

    @rule(n=which, m=which, text=phrase, is_removal=st.booleans())
    def change_section(self, n, m, text, is_removal):
        plan = self.some_plan(n)["plan"]
        rows = [one for one in storage.load(plan).sections.values() if one.level]
        if not rows:
            return
        section = rows[m % len(rows)]
        section.plan = plan
        if is_removal:
            self.do(n, sections.remove_section, section=section)
        else:
            rename = sections.rename_section
            self.do(n, rename, section=section, heading=text, seen=None)

    @rule(n=which, m=which, text=phrase)
    def say(self, n, m, text):
        if item := self.item(n, m):
            self.do(n, comments.comment, item=item, text=text)

    @rule(n=which, text=phrase, is_removal=st.booleans())
    def change_comment(self, n, text, is_removal):
        plan = self.some_plan(n)["plan"]
        comment = Comment.objects.filter(thread__plan=plan).order_by("-pk").first()
        if comment and is_removal:
            self.do(n, comments.remove_comment, comment=comment)
        elif comment:
            self.do(n, comments.edit_comment, comment=comment, text=text)

    @rule(n=which, m=which, text=phrase, reason=phrase)
    def propose(self, n, m, text, reason):
        if item := self.item(n, m):
            for key in ("value", "text", "cell-1"):  # what it has not is refused
                words = {"key": key, "text": text, "reason": reason}
                self.do(n, suggestions.suggest, item=item, **words)

    @rule(n=which, is_accepted=st.booleans())
    def decide(self, n, is_accepted):
        plan = self.some_plan(n)["plan"]
        row = plan.suggestions.filter(state="open").order_by("-pk").first()
        if row:
            act = suggestions.accept if is_accepted else suggestions.decline
            self.do(n, act, suggestion=row)

    @rule(n=which, text=phrase)
    def keep(self, n, text):
        if SavedVersion.objects.count() < 4:
            self.do(n, saved.save_version, name=f"kept {text}")

    @rule(n=which, archived=st.booleans())
    def archive(self, n, archived):
        self.do(n, plans.archive_plan, archived=archived)

    @rule(n=which, is_open=st.booleans())
    def open_to_all(self, n, is_open):
        self.do(n, sharing.open_plan, is_open=is_open)

    @rule(name=who, archived=st.booleans(), versions=st.booleans())
    def look(self, name, archived, versions):
        user, where = self.users[name], {"archived": archived, "versions": versions}
        texts = texts_for(user, **where)
        for text in ASKED:
            expected = scan_texts(texts, text)
            assert searched(user, text, Filters(**where)) == expected, (name, text)

    @invariant()
    def everybody_finds_everything(self):
        """After every third step, so that the index also catches up with several."""
        self.steps += 1
        if self.steps % 3 == 0:
            self.look(PEOPLE[self.steps % 2], False, self.steps % 2 == 0)


@pytest.mark.django_db
def test_the_search_finds_what_a_walk_over_everything_finds():
    run_state_machine_as_test(
        Searches,
        settings=settings(
            max_examples=examples(4),
            database=None,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
