"""Who wrote the text of a version: whose words and changes still stand in it."""

from contextlib import suppress

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from plans.actions.items import add_item, remove_item, save_item
from plans.actions.reviews import request_review
from plans.actions.slots import change_rules
from plans.actions.undo import last_undoable, undo
from plans.errors import Refused
from tests import make
from tests.effort import examples


@pytest.fixture
def plan(team, alice, bob, dana):
    return make.make_plan(team=team, actor=alice, text=make.FINISHED)


def submitted(plan, actor):
    change_rules(
        plan=plan, actor=make.owner_of(plan.team), rules={"check_clean": False}
    )
    return request_review(plan=plan, actor=actor)


def replace(plan, actor, old, new, label="Goal"):
    item = make.find(plan, label=label)
    value = item.field.value.replace(old, new)
    return save_item(
        plan=plan, item=item, actor=actor, values={"value": value}, seen=None
    )


def test_a_letter_that_was_taken_back_makes_nobody_an_author(plan, alice, bob):
    make.edit(plan, bob, value="Plans")
    make.edit(plan, bob, value="Plan")
    version = submitted(plan, bob)
    assert version.writers == [alice.pk]
    assert version.last_writer == alice
    with pytest.raises(Refused, match="You’re the only author of this plan"):
        make.sign(plan, alice, "Launch Approval")


def test_an_undone_change_makes_nobody_an_author(plan, alice, bob):
    make.edit(plan, bob, value="Plans")
    undo(plan=plan, actor=bob)
    version = submitted(plan, alice)
    assert (version.writers, version.last_writer) == ([alice.pk], alice)


def test_what_was_added_and_removed_makes_nobody_an_author(plan, alice, bob):
    row = make.find(plan, text="The page")
    added = add_item(plan=plan, block=row.block, actor=bob, after=row)
    row = make.row_of(plan, added.pk)
    save_item(plan=plan, item=row, actor=bob, values={"text": "A map"}, seen=None)
    remove_item(plan=plan, item=make.row_of(plan, added.pk), actor=bob)
    version = submitted(plan, bob)
    assert (version.writers, version.last_writer) == ([alice.pk], alice)


def test_whoever_takes_words_out_changed_the_text(plan, alice, bob):
    make.edit(plan, bob, label="Storage", value="")
    version = submitted(plan, alice)
    assert version.writers == sorted([alice.pk, bob.pk])
    assert version.last_writer == bob


def test_removing_what_was_there_changes_the_text(plan, alice, bob):
    remove_item(plan=plan, item=make.find(plan, text="The page"), actor=bob)
    assert submitted(plan, alice).last_writer == bob


def test_words_that_somebody_else_wrote_over_make_nobody_an_author(plan, alice, bob):
    make.edit(plan, bob, value="Map")
    make.edit(plan, alice, value="Chart")
    version = submitted(plan, alice)
    assert (version.writers, version.last_writer) == ([alice.pk], alice)


def test_words_that_stand_among_those_of_others_make_an_author(plan, alice, bob):
    replace(plan, bob, "Choose", "Choose, together,")
    replace(plan, alice, "harbours", "ports")
    version = submitted(plan, alice)
    assert version.writers == sorted([alice.pk, bob.pk])
    assert version.last_writer == alice


steps = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob", "frida"]),
        st.sampled_from(["Storage", "Category"]),
        st.sampled_from(["write", "write", "take back"]),
    ),
    max_size=8,
)


@pytest.fixture
def people(alice, bob, team):
    frida = make.make_user("frida", team=team, role="editor")
    return {"alice": alice, "bob": bob, "frida": frida}


@pytest.mark.slow
@pytest.mark.django_db
@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_authors_are_those_whose_words_stand(team, people, steps):
    """Each writes words that nobody else does, so the text itself tells whose stand."""
    plan = make.make_plan(team=team, actor=people["alice"], text=make.FINISHED)
    for number, (name, label, step) in enumerate(steps):
        if step == "write":
            text = make.find(plan, label=label).field.value
            kept = " ".join(text.split()[-2:])
            make.edit(plan, people[name], label=label, value=f"{kept} {name}{number}")
        elif last_undoable(plan, people[name]):
            with suppress(Refused):  # when somebody went on from there
                undo(plan=plan, actor=people[name])
    version = submitted(plan, people["alice"])
    visible = [name for name in people if f" {name}" in version.markdown]
    writers = {people[name].pk for name in {"alice", *visible}}
    assert set(version.writers) == writers
