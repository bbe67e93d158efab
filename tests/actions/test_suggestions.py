"""Suggestions: the plan stays as it is until one is accepted, and then says it."""

import random

import pytest

from plans.actions.items import remove_item, save_item
from plans.actions.suggestions import (
    accept,
    accept_all,
    decline,
    decline_all,
    suggest,
    withdraw,
    withdraw_all,
)
from plans.actions.undo import redo, undo
from plans.content.limits import MAX_REASON_CHARACTERS, MAX_SUGGESTIONS_OF_ITEM
from plans.errors import NotAllowed, Outdated, Refused, Stale
from plans.models import Change, Item, Plan, Suggestion
from plans.reviews.authors import find_text_authors
from tests import make
from tests.effort import examples
from tests.kept import kept_plan, small_plan

team, plan = kept_plan(small_plan)

State = Suggestion.State


@pytest.fixture
def category(plan):
    return make.find(plan, label="Category")


def suggested(plan, item, actor, text, *, key="value", **more):
    return suggest(plan=plan, item=item, actor=actor, key=key, text=text, **more)


def fresh(suggestion):
    """The suggestion as a view reads it for the next request."""
    return Suggestion.objects.select_related("author").get(pk=suggestion.pk)


def test_a_suggestion_is_not_part_of_the_plan_until_it_is_accepted(
    plan, category, alice, dana
):
    before = make.text_of(plan)
    one = suggested(plan, category, dana, "Feature", reason="It is new.")
    assert (one.base, one.text, one.state) == ("Plan", "Feature", State.OPEN)
    assert make.text_of(plan) == before
    assert Item.objects.get(pk=category.pk).open_suggestions == 1
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    assert make.text_of(plan) == before.replace("Plan\n- **S", "Feature\n- **S")
    assert Item.objects.get(pk=category.pk).open_suggestions == 0
    assert fresh(one).state == State.ACCEPTED and fresh(one).decided_by == alice


def test_the_log_names_both_people_and_the_reasons(plan, category, alice, dana):
    one = suggested(plan, category, dana, "Feature", reason="It is new.")
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    two = suggested(plan, category, dana, "Bug")
    decline(plan=plan, suggestion=fresh(two), actor=alice, reason="It is no bug.")
    declined, _, accepted, suggested_change = plan.changes.all()[:4]
    assert accepted.deed == "accepted Dana’s suggestion for"
    assert (accepted.actor, accepted.suggested_by) == (alice, dana)
    assert declined.deed == "declined Dana’s suggestion for"
    assert (suggested_change.note, declined.note) == ("It is new.", "It is no bug.")
    assert suggested_change.edits == declined.edits == []


def test_whoever_suggested_words_is_one_of_their_authors(plan, category, alice, dana):
    one = suggested(plan, category, dana, "A wholly different category")
    assert dana.pk not in find_text_authors(plan).writers
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    assert {alice.pk, dana.pk} <= set(find_text_authors(plan).writers)


def test_it_is_merged_with_what_was_typed_since(plan, category, alice, bob, dana):
    make.edit(plan, bob, value="One two three four five")
    category = make.find(plan, label="Category")
    one = suggested(plan, category, dana, "One two three four FIVE")
    make.edit(plan, bob, value="ONE two three four five")
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    assert make.find(plan, label="Category").field.value == "ONE two three four FIVE"


def test_what_cannot_be_merged_is_outdated_and_stays_open(
    plan, category, alice, bob, dana
):
    one = suggested(plan, category, dana, "Feature")
    make.edit(plan, bob, value="Bug")
    with pytest.raises(Outdated, match="can’t be merged"):
        accept(plan=plan, suggestion=fresh(one), actor=alice)
    assert make.find(plan, label="Category").field.value == "Bug"
    assert fresh(one).is_open
    # An editor who has seen the text of now can make one of both.
    accept(
        plan=plan,
        suggestion=fresh(one),
        actor=alice,
        text="Bug and feature",
        based_on={"value": "Bug"},
    )
    assert make.find(plan, label="Category").field.value == "Bug and feature"


def test_an_edited_acceptance_does_not_overwrite_what_came_meanwhile(
    plan, category, alice, bob, dana
):
    one = suggested(plan, category, dana, "Feature")
    make.edit(plan, bob, value="Bug")
    with pytest.raises(Stale):
        accept(
            plan=plan,
            suggestion=fresh(one),
            actor=alice,
            text="My own",
            based_on={"value": "Plan"},
        )
    assert make.find(plan, label="Category").field.value == "Bug"
    assert fresh(one).is_open


def test_what_the_plan_says_already_can_be_accepted(plan, category, alice, bob, dana):
    one = suggested(plan, category, dana, "Feature")
    make.edit(plan, bob, value="Feature")
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    assert fresh(one).state == State.ACCEPTED
    assert plan.changes.first().edits == []


def test_an_acceptance_can_be_undone_and_redone(plan, category, alice, dana):
    before = make.text_of(plan)
    one = suggested(plan, category, dana, "Feature")
    accept(plan=plan, suggestion=fresh(one), actor=alice)
    after = make.text_of(plan)
    undo(plan=plan, actor=alice)
    assert make.text_of(plan) == before and fresh(one).is_open
    assert Item.objects.get(pk=category.pk).open_suggestions == 1
    redo(plan=plan, actor=alice)
    assert make.text_of(plan) == after and fresh(one).state == State.ACCEPTED
    undo(plan=plan, actor=alice)
    decline(plan=plan, suggestion=fresh(one), actor=alice)
    with pytest.raises(Refused, match="decided on again"):
        redo(plan=plan, actor=alice)
    assert make.text_of(plan) == before


def test_it_is_decided_on_once(plan, category, alice, bob, dana):
    one = suggested(plan, category, dana, "Feature")
    seen = fresh(one), fresh(one), fresh(one)
    accept(plan=plan, suggestion=seen[0], actor=alice)
    with pytest.raises(Outdated, match="Alice has already accepted"):
        decline(plan=plan, suggestion=seen[1], actor=bob)
    with pytest.raises(Refused, match="already accepted"):
        withdraw(plan=plan, suggestion=seen[2], actor=dana)
    assert fresh(one).decided_by == alice


def test_who_may(plan, category, alice, bob, dana, victor, charlie):
    for nobody in (victor, charlie):
        with pytest.raises(NotAllowed):
            suggested(plan, category, nobody, "Feature")
    one = suggested(plan, category, dana, "Feature")
    for nobody in (dana, victor, charlie):
        with pytest.raises(NotAllowed):
            accept(plan=plan, suggestion=one, actor=nobody)
        with pytest.raises(NotAllowed):
            decline(plan=plan, suggestion=one, actor=nobody)
        with pytest.raises(NotAllowed):
            accept_all(plan=plan, actor=nobody, author=dana)
    for nobody in (alice, bob, victor, charlie):
        with pytest.raises(NotAllowed):
            withdraw(plan=plan, suggestion=one, actor=nobody)
    for nobody in (victor, charlie):
        with pytest.raises(NotAllowed):
            withdraw_all(plan=plan, actor=nobody, first=one.pk, last=one.pk)
    assert withdraw_all(plan=plan, actor=alice, first=one.pk, last=one.pk) == []
    withdraw(plan=plan, suggestion=one, actor=dana)
    assert fresh(one).state == State.WITHDRAWN


def test_all_of_one_person(plan, category, alice, bob, dana):
    storage = make.find(plan, label="Storage")
    first = suggested(plan, category, dana, "Feature")
    late = suggested(plan, storage, dana, "SQLite")
    other = suggested(plan, storage, bob, "Files")
    make.edit(plan, bob, value="Bug")
    items, left = accept_all(plan=plan, actor=alice, author=dana)
    assert (items, left) == ([storage.pk], 1)
    assert plan.change_number == Plan.objects.get(pk=plan.pk).change_number
    assert [fresh(each).state for each in (first, late, other)] == [
        State.OPEN,
        State.ACCEPTED,
        State.OPEN,
    ]
    assert decline_all(plan=plan, actor=alice, author=dana) == [category.pk]
    assert fresh(other).is_open


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("value", "Plan", "the same as the text"),
        ("label", "Kind", "no such text"),
        ("cell-1", "Kind", "no such text"),
        ("nonsense", "Kind", "no such text"),
        ("value", "x" * 100_001, "100,001 characters"),
    ],
)
def test_what_cannot_be_suggested(plan, category, dana, key, text, why):
    with pytest.raises(Refused, match=why):
        suggested(plan, category, dana, text, key=key)
    assert not Suggestion.objects.exists()


def test_reasons_and_numbers_have_limits(plan, category, alice, dana):
    with pytest.raises(Refused, match="1,000 characters"):
        suggested(plan, category, dana, "A", reason="x" * (MAX_REASON_CHARACTERS + 1))
    with pytest.raises(Refused, match="NUL"):
        suggested(plan, category, dana, "A", reason="\0")
    one = suggested(plan, category, dana, "A")
    Suggestion.objects.bulk_create(
        Suggestion(plan=plan, item=category, key="value", author=dana)
        for _ in range(MAX_SUGGESTIONS_OF_ITEM - 1)
    )
    with pytest.raises(Refused, match="already has 30 open suggestions"):
        suggested(plan, category, dana, "B")
    decline(plan=plan, suggestion=one, actor=alice)
    suggested(plan, category, dana, "B")


def test_of_what_was_removed_it_can_only_be_declined(plan, category, alice, dana):
    one = suggested(plan, category, dana, "Feature")
    remove_item(plan=plan, item=make.find(plan, label="Category"), actor=alice)
    with pytest.raises(Refused, match="removed"):
        accept(plan=plan, suggestion=fresh(one), actor=alice)
    with pytest.raises(Refused, match="removed"):
        suggested(plan, category, dana, "Bug")
    decline(plan=plan, suggestion=fresh(one), actor=alice)


def test_a_suggestion_for_an_older_text_is_merged_when_it_is_made(
    plan, category, bob, dana
):
    make.edit(plan, bob, value="One two three four five")
    item = make.find(plan, label="Category")
    make.edit(plan, bob, value="ONE two three four five")
    base = {"value": "One two three four five"}
    one = suggested(plan, item, dana, "One two three four FIVE", based_on=base)
    assert one.base == "ONE two three four five"
    assert one.text == "ONE two three four FIVE"
    with pytest.raises(Stale):
        suggested(plan, item, dana, "Uno two three four five", based_on=base)


# --- The law: a plain model of paragraphs says the same ---


class Model:
    """A passage of paragraphs, and suggestions that change one of them each."""

    def __init__(self, count):
        self.paragraphs = [f"First words of {n}." for n in range(count)]
        self.open = {}  # id to (paragraph, text before, text suggested)

    @property
    def text(self):
        return "\n\n".join(self.paragraphs)

    def with_one(self, n, words):
        return "\n\n".join([*self.paragraphs[:n], words, *self.paragraphs[n + 1 :]])

    def accept(self, pk):
        n, before, after = self.open[pk]
        if self.paragraphs[n] not in (before, after):
            return False
        self.paragraphs[n] = after
        del self.open[pk]
        return True


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(3)))
def test_any_sequence_leaves_what_a_plain_model_says(plan, alice, dana, seed):
    chance = random.Random(seed)  # noqa: S311
    item = make.find(plan, heading="Summary")
    model = Model(3)  # few paragraphs, so that people meet
    save_item(plan=plan, item=item, actor=alice, values={"text": model.text}, seen=None)

    for step in range(60):
        item = make.row_of(plan, item.pk)
        before, number = make.text_of(plan), plan.change_number
        n = chance.randrange(3)
        words = f"Other {chance.choice('abcdefgh')} words of {n}, {chance.random()}."
        deed = chance.choice(
            [
                "suggest",
                "suggest",
                "accept",
                "accept",
                "decline",
                "withdraw",
                "edit",
                "edit",
            ]
        )
        pk = chance.choice(list(model.open)) if model.open else None
        one = Suggestion.objects.get(pk=pk) if pk else None
        if deed == "suggest":
            text = model.with_one(n, words)
            one = suggested(plan, item, dana, text, key="text")
            model.open[one.pk] = n, model.paragraphs[n], words
        elif deed == "edit":
            model.paragraphs[n] = words
            values = {"text": model.text}
            save_item(plan=plan, item=item, actor=alice, values=values, seen=None)
        elif one is None:
            continue
        elif deed == "accept":
            try:
                accept(plan=plan, suggestion=one, actor=alice)
                assert model.accept(pk), (step, "the model would refuse")
            except Outdated:
                assert not model.accept(pk), (step, "the model would accept")
        else:
            act = decline if deed == "decline" else withdraw
            act(plan=plan, suggestion=one, actor=alice if act is decline else dana)
            del model.open[pk]
        assert make.row_of(plan, item.pk).text == model.text, (step, deed)
        if deed not in ("accept", "edit"):
            assert make.text_of(plan) == before, (step, deed)
        assert make.row_of(plan, item.pk).open_suggestions == len(model.open)
        numbers = Change.objects.filter(plan=plan, number__gt=number)
        assert numbers.count() <= 1, (step, deed)
