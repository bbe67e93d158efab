"""The law of the feed, for three people who edit one plan in any order.

Edits, moves, additions, removals, undo and restores come in any order; each person
hears of them now or later, with pages that were away for a while, and saves on what
their page shows. In the end all pages show the same document as the database, and
every text that was acknowledged is in the document or in the history.
"""

import hypothesis.strategies as st
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from plans.actions import history, items, moving, undo
from plans.content import storage
from plans.errors import Refused, Stale
from plans.live import updates
from plans.models import Change, Plan
from tests import databases, make
from tests.effort import examples
from tests.pages import OpenPage
from tests.views.asking import signed_in, url_of

pytestmark = pytest.mark.slow

TEXT = """\
# Implementation Plan: Tides

## Objective

Show the tides of a harbour, to everybody who sails.

- **Storage**: files
- **Deliverables**:
  - research
  - a list of gauges

- [ ] Constraints known

## Risks

| Risk ID | Description | Impact | Likelihood | Mitigation |
|---------|-------------|--------|------------|------------|
| R-001 | The gauges fall silent | High | Low | Say so |
| R-002 | Summer time | Med | High | Keep UTC |
"""
WORDS = ["alpha", "beta", "gamma", "delta", "tides", "of", "-", "|", "**", "\n", "`"]
PEOPLE = ("alice", "bob", "emil")
who = st.sampled_from(PEOPLE)
where = st.integers(0, 30)


class Client:
    """Somebody with a page: it knows the document by what it was told alone."""

    def __init__(self, plan, user):
        self.plan, self.user = plan, user
        self.browser = signed_in(user)
        self.load()

    def load(self):
        self.number = Plan.objects.get(pk=self.plan.pk).change_number
        self.page = OpenPage(self.fresh())
        self.texts = self.texts_on_page()

    def fresh(self):
        return self.browser.get(url_of("plan", self.plan)).content.decode()

    def hear(self):
        """Everything since the number that the page is at, as a stream would tell."""
        update = updates.load_update_after(
            Plan.objects.get(pk=self.plan.pk), self.number, [True]
        )
        if update.needs_reload:
            self.load()
            return
        self.page.apply(update.html[True])
        self.number = update.number
        self.texts = self.texts_on_page()

    def texts_on_page(self):
        """What stands in each control: `{(item id, name): text}`."""
        texts = {}
        for area in self.page.soup.select(".item textarea[form]"):
            item = int(area["form"].removeprefix("item-").removesuffix("-form"))
            texts[item, area["name"]] = area.get_text().removeprefix("\n")
        return texts


def has_items(machine):
    """Whether every page still shows something to write into."""
    return all(client.texts for client in machine.clients.values())


class Together(RuleBasedStateMachine):
    @initialize()
    def open(self):
        team = make.make_team()
        users = [make.make_user(name, team=team) for name in PEOPLE]
        self.plan = make.make_plan(team=team, actor=users[0], text=TEXT)
        self.clients = {user.username: Client(self.plan, user) for user in users}
        self.acknowledged = []
        self.inserted = 0

    def act(self, name, action, **arguments):
        client = self.clients[name]
        try:
            return action(
                plan=Plan.objects.get(pk=self.plan.pk), actor=client.user, **arguments
            )
        except Refused:
            return None

    def item_of(self, name, number):
        """One of the items on this person's page, which may be gone by now."""
        ids = sorted({item for item, _ in self.clients[name].texts})
        return make.row_of(self.plan, ids[number % len(ids)])

    @precondition(has_items)
    @rule(name=who, number=where, words=st.lists(st.sampled_from(WORDS), max_size=4))
    def save(self, name, number, words):
        """Type into one control, and save with what stood there on this page."""
        client = self.clients[name]
        control = sorted(client.texts)[number % len(client.texts)]
        base = client.texts[control]
        self.inserted += 1
        mark = f"word{self.inserted}"
        at = number % (len(base.split(" ")) + 1)
        typed = " ".join([*base.split(" ")[:at], *words, mark, *base.split(" ")[at:]])
        item = make.row_of(self.plan, control[0])
        arguments = {
            "item": item,
            "values": {control[1]: typed},
            "based_on": {control[1]: base},
            "seen": None,
        }
        try:
            done = items.save_item(plan=self.plan, actor=client.user, **arguments)
        except Stale:
            return  # the page shows both texts: nothing vanished
        except Refused:
            return
        assert done is not None
        self.acknowledged.append(mark)

    @precondition(has_items)
    @rule(name=who, number=where)
    def add(self, name, number):
        item = self.item_of(name, number)
        self.act(name, items.add_item, block=item.block, after=item)

    @precondition(has_items)
    @rule(name=who, number=where)
    def remove(self, name, number):
        self.act(name, items.remove_item, item=self.item_of(name, number))

    @precondition(has_items)
    @rule(name=who, number=where, direction=st.sampled_from(["up", "down"]))
    def move(self, name, number, direction):
        item = self.item_of(name, number)
        self.act(name, moving.move_item, item=item, direction=direction)

    @rule(name=who, again=st.booleans())
    def take_back(self, name, again):
        self.act(name, undo.redo if again else undo.undo)

    @rule(name=who, number=where)
    def restore(self, name, number):
        changes = list(self.plan.changes.exclude(item_id=None))
        if changes:
            change = changes[number % len(changes)]
            item = make.row_of(self.plan, change.item_id)
            self.act(name, history.restore, item=item, change=change)

    @rule(name=who)
    def hear(self, name):
        self.clients[name].hear()

    @rule(name=who)
    def reload(self, name):
        self.clients[name].load()

    @invariant()
    def numbers_have_no_gap(self):
        if hasattr(self, "plan"):
            numbers = list(self.plan.changes.values_list("number", flat=True))
            assert numbers == list(range(len(numbers), 0, -1))

    def teardown(self):
        if not hasattr(self, "plan"):
            return
        shown = set()
        for client in self.clients.values():
            client.hear()
            lines = client.page.lines()
            assert lines == OpenPage(client.fresh()).lines()
            shown.add("\n".join(lines))
        assert len(shown) == 1
        text = make.text_of(self.plan)
        edits = str(list(Change.objects.values_list("edits", flat=True)))
        for mark in self.acknowledged:
            assert mark in text or mark in edits, f"{mark} was lost"
        loaded = storage.load(Plan.objects.get(pk=self.plan.pk)).document
        on_page = next(iter(self.clients.values())).texts
        stored = {item.id for _, _, item in loaded.walk()}
        assert {item for item, _ in on_page} <= stored


@pytest.mark.django_db(transaction=True)
def test_any_interleaving_ends_with_one_document(transactional_db):
    class Fresh(Together):
        def __init__(self):
            databases.empty()
            super().__init__()

    # The law is one of the code; the other engine is asked where it may differ.
    few = 6 if connection.vendor == "sqlite" else 3
    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=examples(few),
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
