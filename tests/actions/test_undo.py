"""That undo gives the bytes back, redo does it again, and neither harms others."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from plans.actions.blocks import add_block, remove_block
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.moving import move_item, move_section
from plans.actions.phases import add_phase
from plans.actions.sections import add_section, remove_section, rename_section
from plans.actions.undo import redo, undo
from plans.document import BlockKind
from plans.errors import NotAllowed, Refused
from plans.models import Change, Item, Phase, Plan
from tests.kept import kept_plan, small_plan
from tests.make import SMALL, find, make_plan, row_of, section_of, text_of

team, plan = kept_plan(small_plan)


def save(plan, item, actor, **values):
    return save_item(plan=plan, item=item, actor=actor, values=values, seen=None)


def block_of(plan, **place):
    block = find(plan, **place).block
    block.section.plan = plan
    return block


ACTIONS = {
    "a saved field": lambda plan, bob: save(
        plan, find(plan, label="Storage"), bob, value="SQLite"
    ),
    "a saved label": lambda plan, bob: save(
        plan, find(plan, label="Category"), bob, label="Kind"
    ),
    "a saved row": lambda plan, bob: save(
        plan, find(plan, cell="R-001"), bob, **{"cell-1": "a | b", "cell-4": ""}
    ),
    "a tick": lambda plan, bob: save(
        plan, find(plan, text="Problem statement clear"), bob, done=True
    ),
    "a saved passage": lambda plan, bob: save(
        plan, find(plan, heading="Summary"), bob, text="One\n\n- two"
    ),
    "an added row": lambda plan, bob: add_item(
        plan=plan, block=block_of(plan, cell="R-001"), actor=bob
    ),
    "a removed row": lambda plan, bob: remove_item(
        plan=plan, item=find(plan, cell="R-001"), actor=bob
    ),
    "a removed field with its list": lambda plan, bob: remove_item(
        plan=plan, item=find(plan, label="Deliverables"), actor=bob
    ),
    "a moved entry": lambda plan, bob: move_item(
        plan=plan, item=find(plan, text="research.md"), actor=bob, direction="down"
    ),
    "a renamed section": lambda plan, bob: rename_section(
        plan=plan,
        section=section_of(plan, "Phase 0: Research"),
        actor=bob,
        heading="Phase 4: Look",
        seen=0,
    ),
    "an added section": lambda plan, bob: add_section(
        plan=plan,
        after=section_of(plan, "7. RISKS & MITIGATIONS"),
        actor=bob,
        heading="More",
        kind=BlockKind.RISKS,
    ),
    "an added phase": lambda plan, bob: add_phase(plan=plan, actor=bob),
    "a removed section": lambda plan, bob: remove_section(
        plan=plan,
        section=section_of(plan, "4. IMPLEMENTATION PHASES"),
        actor=bob,
    ),
    "a moved section": lambda plan, bob: move_section(
        plan=plan,
        section=section_of(plan, "9. COMMUNICATION & REVIEW"),
        actor=bob,
        direction="up",
    ),
    "an added block": lambda plan, bob: add_block(
        plan=plan, section=section_of(plan, "Approvals"), actor=bob, kind="table"
    ),
    "a removed block": lambda plan, bob: remove_block(
        plan=plan, block=block_of(plan, cell="R-001"), actor=bob
    ),
}


@pytest.mark.parametrize("text", [SMALL, SMALL.replace("\n", "\r\n").rstrip()])
@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_undo_gives_the_bytes_back_and_redo_takes_them_again(team, bob, action, text):
    plan = make_plan(text=text)
    action(plan, bob)
    done = text_of(plan)
    assert done != text
    for _ in range(2):
        assert undo(plan=plan, actor=bob).verb == "undo"
        assert text_of(plan) == text
        assert redo(plan=plan, actor=bob).verb == "redo"
        assert text_of(plan) == done


def test_changes_are_undone_one_by_one_from_the_last(plan, bob):
    texts = [text_of(plan)]
    for action in ACTIONS.values():
        try:
            action(plan, bob)
        except (LookupError, ObjectDoesNotExist):  # an earlier one took it away
            continue
        texts.append(text_of(plan))
    for text in reversed(texts[:-1]):
        undo(plan=plan, actor=bob)
        assert text_of(plan) == text
    for text in texts[1:]:
        redo(plan=plan, actor=bob)
        assert text_of(plan) == text


def test_with_nothing_to_undo_it_says_so(plan, bob):
    with pytest.raises(Refused, match="no changes to undo"):
        undo(plan=plan, actor=bob)
    with pytest.raises(Refused, match="no changes to redo"):
        redo(plan=plan, actor=bob)
    assert Plan.objects.get().change_number == Change.objects.count() == 1


def test_only_ones_own_change_is_undone(plan, alice, bob):
    save(plan, find(plan, label="Category"), bob, value="Bob's")
    save(plan, find(plan, label="Owner"), alice, value="Alice")
    undo(plan=plan, actor=bob)
    assert "**Category**: Plan\n" in text_of(plan)
    assert "**Owner**: Alice\n" in text_of(plan)


def test_a_text_that_others_edited_since_is_not_undone(plan, alice, bob):
    save(plan, find(plan, label="Category"), bob, value="Bob's")
    save(plan, find(plan, label="Category"), alice, value="Alice's")
    with pytest.raises(Refused, match="Someone has edited this"):
        undo(plan=plan, actor=bob)
    assert "**Category**: Alice's\n" in text_of(plan)


def test_a_row_that_others_have_filled_in_is_not_undone_away(plan, alice, bob):
    row = add_item(plan=plan, block=block_of(plan, cell="R-001"), actor=bob)
    save(plan, row_of(plan, row.pk), alice, **{"cell-1": "Fog"})
    with pytest.raises(Refused, match="Someone has edited this"):
        undo(plan=plan, actor=bob)
    assert "| Fog " in text_of(plan)


def test_a_section_that_others_have_filled_in_is_not_undone_away(plan, alice, bob):
    section = ACTIONS["an added section"](plan, bob)
    item = Item.objects.get(block__section=section)
    save(plan, row_of(plan, item.pk), alice, **{"cell-1": "Fog"})
    with pytest.raises(Refused, match="Someone has edited this"):
        undo(plan=plan, actor=bob)


def test_a_new_change_ends_what_can_be_done_again(plan, bob):
    save(plan, find(plan, label="Category"), bob, value="x")
    undo(plan=plan, actor=bob)
    save(plan, find(plan, label="Owner"), bob, value="y")
    with pytest.raises(Refused, match="no changes to redo"):
        redo(plan=plan, actor=bob)


def test_title_and_phase_follow_an_undone_heading(plan, bob):
    heading = "Implementation Plan: Tide tables"
    rename_section(
        plan=plan,
        section=section_of(plan, heading),
        actor=bob,
        heading="Plan: Ebb",
        seen=None,
    )
    ACTIONS["a renamed section"](plan, bob)
    assert Plan.objects.get().title == "Ebb"
    assert Phase.objects.get(code="4").section.heading == "Phase 4: Look"
    undo(plan=plan, actor=bob)
    undo(plan=plan, actor=bob)
    assert Plan.objects.get().title == "Tide tables"
    assert Phase.objects.get(code="0").section.heading == "Phase 0: Research"


def test_an_undone_text_is_a_new_version(plan, bob):
    item = save(plan, find(plan, label="Category"), bob, value="x")
    undo(plan=plan, actor=bob)
    assert row_of(plan, item.pk).version == 2


def test_undo_is_refused_to_who_may_only_read(plan, bob):
    save(plan, find(plan, label="Category"), bob, value="x")
    bob.memberships.update(role="viewer")
    with pytest.raises(NotAllowed):
        undo(plan=plan, actor=bob)


def test_an_edit_of_what_went_with_its_section_is_not_undone(plan, alice, bob):
    save(plan, find(plan, label="Storage"), bob, value="SQLite")
    section = find(plan, label="Storage").block.section
    section.plan = plan
    remove_section(plan=plan, section=section, actor=alice)
    written = text_of(plan)
    with pytest.raises(Refused, match="has since been removed"):
        undo(plan=plan, actor=bob)
    assert text_of(plan) == written


def test_the_new_name_of_a_section_that_went_is_not_undone(plan, alice, bob):
    section = section_of(plan, "Summary")
    section.plan = plan
    rename_section(plan=plan, section=section, actor=bob, heading="Gist", seen=None)
    remove_section(plan=plan, section=section, actor=alice)
    with pytest.raises(Refused, match="has since been removed"):
        undo(plan=plan, actor=bob)
