"""That the log gives back what it remembers, and undo takes that back in turn."""

import pytest

from plans.actions.blocks import remove_block
from plans.actions.history import restore
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.sections import add_section, remove_section, rename_section
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.content.past_values import values_after
from plans.document import BlockKind
from plans.errors import NotAllowed, Refused
from plans.models import Change, Item, Plan
from tests.actions.test_sequences import TEXTS, Walk, is_whole
from tests.effort import examples
from tests.kept import kept_plan, small_plan
from tests.make import SMALL, find, make_plan, row_of, section_of, text_of

team, plan = kept_plan(small_plan)


def save(plan, item, actor, **values):
    save_item(plan=plan, item=item, actor=actor, values=values, seen=None)
    return newest(plan)


def newest(plan):
    return plan.changes.first()


def first(plan):
    return plan.changes.last()


def block_of(plan, **place):
    block = find(plan, **place).block
    block.section.plan = plan
    return block


def test_gives_a_field_an_earlier_text(plan, bob, alice):
    item = find(plan, label="Storage")
    one = save(plan, item, bob, value="SQLite")
    text = text_of(plan)
    save(plan, row_of(plan, item.pk), alice, value="PostgreSQL")
    save(plan, row_of(plan, item.pk), alice, label="Database", value="MariaDB")
    restored = restore(plan=plan, item=item, actor=bob, change=one)
    assert text_of(plan) == text
    assert restored == newest(plan)
    assert (restored.verb, restored.actor, restored.item_id) == (
        "item.restored",
        bob,
        item.pk,
    )
    assert restored.label.endswith("› Storage")
    assert restored.section_id == item.block.section_id


def test_gives_back_the_bytes_of_the_beginning(plan, bob):
    items = [
        (find(plan, label="Storage"), {"value": "SQLite"}),
        (find(plan, cell="R-001"), {"cell-1": "Silence", "cell-2": "Low"}),
        (find(plan, text="Constraints known"), {"done": False, "text": "All known"}),
        (find(plan, heading="Summary"), {"text": "- a list\n- now"}),
        (find(plan, text="research.md"), {"text": "notes.md"}),
        (find(plan, label="Technical Design"), {"value": "Bob"}),
    ]
    for item, values in items:
        save(plan, item, bob, **values)
        again = {name: value and f"{value} again" for name, value in values.items()}
        save(plan, row_of(plan, item.pk), bob, **again)
        assert text_of(plan) != SMALL
        restore(plan=plan, item=item, actor=bob, change=first(plan))
        assert text_of(plan) == SMALL


def test_undo_and_redo_know_a_restored_text(plan, bob):
    item = find(plan, label="Storage")
    one = save(plan, item, bob, value="SQLite")
    save(plan, row_of(plan, item.pk), bob, value="PostgreSQL")
    before = text_of(plan)
    restore(plan=plan, item=item, actor=bob, change=one)
    after = text_of(plan)
    undo(plan=plan, actor=bob)
    assert text_of(plan) == before
    redo(plan=plan, actor=bob)
    assert text_of(plan) == after


REMOVALS = {
    "a row": lambda plan, bob: remove_item(
        plan=plan, item=find(plan, cell="R-002"), actor=bob
    ),
    "a block": lambda plan, bob: remove_block(
        plan=plan, block=block_of(plan, cell="R-002"), actor=bob
    ),
    "a section": lambda plan, bob: remove_section(
        plan=plan, section=section_of(plan, "7. RISKS & MITIGATIONS"), actor=bob
    ),
    "a row, then its section": lambda plan, bob: (
        REMOVALS["a row"](plan, bob),
        REMOVALS["a section"](plan, bob),
    ),
}


@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS.keys())
def test_brings_back_what_was_removed(plan, bob, alice, remove):
    row = find(plan, cell="R-002")
    remove(plan, alice)
    gone = text_of(plan)
    assert "R-002" not in gone
    restore(plan=plan, item=row, actor=bob, change=newest(plan))
    assert text_of(plan) == SMALL
    undo(plan=plan, actor=bob)
    assert text_of(plan) == gone
    redo(plan=plan, actor=bob)
    assert text_of(plan) == SMALL


def test_brings_back_a_nested_entry_with_its_field(plan, bob):
    entry = find(plan, text="research.md")
    remove_item(plan=plan, item=find(plan, label="Deliverables"), actor=bob)
    restore(plan=plan, item=entry, actor=bob, change=newest(plan))
    assert text_of(plan) == SMALL


def test_leaves_what_was_removed_before_it_where_it_is(plan, bob):
    entry = find(plan, text="research.md")
    remove_item(plan=plan, item=find(plan, text="A list of gauges"), actor=bob)
    before = text_of(plan)
    remove_item(plan=plan, item=find(plan, label="Deliverables"), actor=bob)
    restore(plan=plan, item=entry, actor=bob, change=newest(plan))
    assert text_of(plan) == before


def test_brings_back_an_addition_that_was_undone(plan, bob):
    new = add_item(plan=plan, block=block_of(plan, cell="R-001"), actor=bob)
    one = save(plan, row_of(plan, new.pk), bob, **{"cell-1": "Ice"})
    full = text_of(plan)
    undo(plan=plan, actor=bob)
    undo(plan=plan, actor=bob)
    assert text_of(plan) == SMALL
    restore(plan=plan, item=new, actor=bob, change=one)
    assert text_of(plan) == full


def test_comes_back_with_an_earlier_text(plan, bob):
    row = find(plan, cell="R-002")
    save(plan, row, bob, **{"cell-1": "Winter time"})
    remove_item(plan=plan, item=row_of(plan, row.pk), actor=bob)
    restore(plan=plan, item=row, actor=bob, change=first(plan))
    assert text_of(plan) == SMALL


def test_brings_a_plans_title_and_phase_back(plan, bob):
    rename_section(
        plan=plan,
        section=section_of(plan, "Implementation Plan: Tide tables"),
        actor=bob,
        heading="Implementation Plan: Moon tables",
        seen=0,
    )
    goal = find(plan, label="Goal")
    remove_section(plan=plan, section=goal.block.section, actor=bob)
    restore(plan=plan, item=goal, actor=bob, change=newest(plan))
    section = section_of(plan, "Phase 0: Research")
    assert section.phase.code == "0"
    assert Plan.objects.get(pk=plan.pk).title == "Moon tables"


def test_a_list_is_renumbered(team, bob):
    text = "## Steps\n\n1. one\n2. two\n3. three\n4. four\n"
    plan = make_plan(text=text)
    for number in ("two", "three"):
        remove_item(plan=plan, item=find(plan, text=number), actor=bob)
    three = Item.objects.get(text="three")
    restore(plan=plan, item=three, actor=bob, change=first(plan))
    assert text_of(plan) == "## Steps\n\n1. one\n2. three\n3. four\n"


def test_comes_back_though_something_new_stands_in_its_place(plan, bob):
    """The last section goes, another comes to the end of the file."""
    slot = find(plan, label="Technical Design")
    remove_section(
        plan=plan,
        section=section_of(plan, "9. COMMUNICATION & REVIEW"),
        actor=bob,
    )
    add_section(
        plan=plan,
        after=section_of(plan, "8. DEPENDENCIES"),
        actor=bob,
        heading="10. NOTES",
        kind=BlockKind.LIST,
    )
    restore(plan=plan, item=slot, actor=bob, change=newest(plan))
    assert is_whole(plan)
    headings = [s.heading for s in storage.load(plan).document.sections]
    assert headings[-3:] == ["10. NOTES", "9. COMMUNICATION & REVIEW", "Approvals"]


def test_refuses_when_the_plan_says_it_already(plan, bob):
    item = find(plan, label="Storage")
    before = plan.changes.count()
    with pytest.raises(Refused, match="already has this text"):
        restore(plan=plan, item=item, actor=bob, change=first(plan))
    assert plan.changes.count() == before
    assert Plan.objects.get(pk=plan.pk).change_number == before


@pytest.mark.parametrize("reader", ["dana", "victor", "charlie"])
def test_readers_may_not(plan, bob, request, reader):
    item = find(plan, label="Storage")
    save(plan, item, bob, value="SQLite")
    before = text_of(plan)
    who = request.getfixturevalue(reader)
    with pytest.raises(NotAllowed):
        restore(plan=plan, item=item, actor=who, change=first(plan))
    assert text_of(plan) == before


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(1)))
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_plan_stays_whole(team, bob, text, seed):
    """After random changes each item can come back, or a refusal says why not."""
    plan = make_plan(text=text)
    walk = Walk(plan, bob, seed)
    for _ in range(25):
        walk.step()
    items = list(Item.objects.filter(block__section__plan=plan).order_by("pk"))
    changes = list(Change.objects.filter(plan=plan))
    restored = 0
    for number, item in enumerate(walk.random.sample(items, 12) + items):
        # Some to what any change left, and each that was changed to one of its own.
        own = [change for change in changes if change.item_id == item.pk]
        if number >= 12 and not own:
            continue
        before = text_of(plan)
        change = walk.random.choice(changes if number < 12 else own)
        try:
            restore(plan=plan, item=item, actor=bob, change=change)
        except Refused:
            assert text_of(plan) == before
            continue
        restored += 1
        after = text_of(plan)
        assert is_whole(plan)
        row = row_of(plan, item.pk)
        assert values_after(plan, row, newest(plan)) == values_after(plan, row, change)
        undo(plan=plan, actor=bob)
        assert text_of(plan) == before
        redo(plan=plan, actor=bob)
        assert text_of(plan) == after
    assert restored
