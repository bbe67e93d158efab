"""Bringing a whole plan back to one of its versions, and that undo takes it back."""

import pytest

from plans.actions.blocks import remove_block
from plans.actions.comments import comment
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.moving import move_item, move_section
from plans.actions.restoring import restore_version
from plans.actions.reviews import request_review
from plans.actions.sections import remove_section, rename_section
from plans.actions.undo import redo, undo
from plans.actions.versions import save_version
from plans.content import storage
from plans.errors import NotAllowed, Refused
from plans.models import Change, Plan, SavedVersion
from plans.reviews.hash_chain import sha256_of
from tests import make
from tests.actions.test_sequences import BLANK, Walk
from tests.effort import examples
from tests.make import corpus_files

pytestmark = pytest.mark.once


def saved(plan, actor, text):
    """A version with a text that the plan may never have had."""
    return SavedVersion.objects.create(
        plan=plan,
        number=plan.saved_versions.count() + 1,
        name="Before",
        markdown=text,
        sha256=sha256_of(text),
        change_number=plan.change_number,
        author=actor,
    )


def items_of(plan):
    return {pk: row.version for pk, row in storage.load(plan).items.items()}


def test_the_draft_is_that_of_the_version_and_undo_brings_back_the_one_before(
    plan, alice, bob
):
    version = save_version(plan=plan, actor=alice, name="Before the workshop")
    ids = set(items_of(plan))
    at_first = make.text_of(plan)
    make.edit(plan, bob, value="Map of tides")
    remove_item(plan=plan, item=make.find(plan, cell="R-001"), actor=bob)
    remove_item(plan=plan, item=make.find(plan, label="Deliverables"), actor=bob)
    row = make.find(plan, text="Problem statement clear")
    save_item(plan=plan, item=row, actor=bob, values={"done": True}, seen=None)
    risks = make.section_of(plan, "7. RISKS & MITIGATIONS")
    rename_section(plan=plan, section=risks, actor=bob, heading="7. DANGERS", seen=None)
    metrics = make.section_of(plan, "6. SUCCESS METRICS")
    move_section(plan=plan, section=metrics, actor=bob, direction="down")
    remove_section(
        plan=plan, section=make.section_of(plan, "Phase 1: Build"), actor=bob
    )
    dependencies = make.find(plan, cell="Map tiles")
    remove_block(plan=plan, block=dependencies.block, actor=bob)
    before = make.text_of(plan)
    change = restore_version(plan=plan, version=version, actor=alice)
    assert change.verb == Change.Verb.VERSION_RESTORED
    assert change.label == "“Before the workshop”"
    assert make.text_of(plan) == version.markdown == at_first
    assert set(items_of(plan)) == ids  # all of them are the same rows again
    undo(plan=plan, actor=alice)
    assert make.text_of(plan) == before
    redo(plan=plan, actor=alice)
    assert make.text_of(plan) == at_first


def test_what_stays_keeps_its_comments_and_what_moved_is_the_same(plan, alice, bob):
    version = save_version(plan=plan, actor=alice, name="Start")
    item = make.find(plan, cell="R-002")
    comment(plan=plan, actor=bob, item=item, text="Is that so?")
    move_item(plan=plan, item=item, actor=bob, direction="up")
    values = {"cell-1": "Winter time"}
    save_item(
        plan=plan, item=make.row_of(plan, item.pk), actor=bob, values=values, seen=None
    )
    restore_version(plan=plan, version=version, actor=alice)
    again = make.find(plan, cell="R-002")
    assert (again.pk, again.open_threads) == (item.pk, 1)


COSTS = "# A\n\n## Costs\n\n| Part | Cost |\n|---|---|\n| Buoy | 10 |\n| Cable | 3 |\n"


@pytest.mark.parametrize(
    "rows",
    [
        # Another column, in the middle; another row; another order.
        "| Part | Maker | Cost |\n|---|---|---|\n| Buoy | B. | 12 |\n| Cable | | 3 |\n",
        "| Part | Cost | Note |\n|---|---|---|\n| Rope | 1 | |\n| Buoy | 10 | x |\n",
        "| Part |\n|---|\n| Cable |\n| Buoy |\n",
        "| Piece | Price |\n|---|---|\n| Buoy | 10 |\n| Cable | 3 |\n",
    ],
)
def test_rows_of_a_table_with_other_columns_keep_their_comments(team, alice, bob, rows):
    plan = make.make_plan(team=team, actor=alice, text=COSTS)
    buoy = make.find(plan, cell="Buoy")
    comment(plan=plan, actor=bob, item=buoy, text="Is that enough?")
    spare = add_item(plan=plan, block=buoy.block, actor=bob)
    values = {"cell-0": "Spare", "cell-1": "2"}
    save_item(plan=plan, item=spare, actor=bob, values=values, seen=None)
    remove_item(plan=plan, item=make.row_of(plan, spare.pk), actor=bob)
    version = saved(plan, alice, "# A\n\n## Costs\n\n" + rows)
    check_there_and_back(plan, alice, version)
    again = make.find(plan, cell="Buoy")
    assert (again.pk, again.open_threads) == (buoy.pk, 1)
    # What was taken out before fits in, when it comes back.
    undo(plan=plan, actor=bob)
    first, *lines = [line for line in make.text_of(plan).splitlines() if "|" in line]
    assert {line.count("|") for line in lines} == {first.count("|")}
    assert "Spare" in lines[-1]


def test_a_version_that_was_submitted_is_restored_and_signed_again(
    team, alice, bob, dana
):
    from plans.reviews.status import review_status

    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.edit(plan, bob, value="Something else")
    assert not review_status(Plan.objects.get(pk=plan.pk)).valid_slots
    version = plan.versions.get()
    restore_version(plan=plan, version=version, actor=bob)
    assert make.text_of(plan) == version.markdown
    state = review_status(Plan.objects.get(pk=plan.pk))
    assert not state.is_edited
    assert [slot.approval.role for slot in state.valid_slots] == ["Technical Design"]


def test_saving_a_version_changes_nothing_of_sign_off(team, alice, bob, dana):
    from plans.reviews.status import review_status

    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.edit(plan, bob, value="Something else")
    before = review_status(Plan.objects.get(pk=plan.pk))
    save_version(plan=plan, actor=bob, name="In between")
    after = review_status(Plan.objects.get(pk=plan.pk))
    assert (after.name, after.version, after.is_edited) == (
        before.name,
        before.version,
        before.is_edited,
    )
    assert request_review(plan=plan, actor=bob).number == 2


def test_line_ends_and_byte_order_mark_are_the_version_s(plan, alice):
    for text in ("\ufeff" + make.SMALL.replace("\n", "\r\n"), make.SMALL):
        before = make.text_of(plan)
        restore_version(plan=plan, version=saved(plan, alice, text), actor=alice)
        assert make.text_of(plan) == text
        undo(plan=plan, actor=alice)
        assert make.text_of(plan) == before
        redo(plan=plan, actor=alice)
        assert make.text_of(plan) == text


def test_the_same_text_is_nothing_to_restore(plan, alice):
    version = save_version(plan=plan, actor=alice, name="Now")
    with pytest.raises(Refused, match="already has this text"):
        restore_version(plan=plan, version=version, actor=alice)
    assert plan.changes.filter(verb=Change.Verb.VERSION_RESTORED).count() == 0


def test_readers_and_reviewers_restore_nothing(plan, alice, dana, victor):
    version = save_version(plan=plan, actor=alice, name="Now")
    make.edit(plan, alice, value="Other")
    for person in (dana, victor):
        with pytest.raises(NotAllowed):
            restore_version(plan=plan, version=version, actor=person)


def test_undo_is_refused_when_someone_went_on(plan, alice, bob):
    version = save_version(plan=plan, actor=alice, name="Start")
    make.edit(plan, bob, value="Map of tides")
    restore_version(plan=plan, version=version, actor=alice)
    make.edit(plan, bob, value="Map of currents")
    with pytest.raises(Refused, match="since your change"):
        undo(plan=plan, actor=alice)


# --- The law: whatever happened in between, and whatever the version says ---


def check_there_and_back(plan, actor, version):
    before = make.text_of(plan)
    try:
        restore_version(plan=plan, version=version, actor=actor)
    except Refused as refusal:
        assert "already has this text" in str(refusal)
        assert before == version.markdown
        return
    assert make.text_of(plan) == version.markdown
    undo(plan=plan, actor=actor)
    assert make.text_of(plan) == before
    redo(plan=plan, actor=actor)
    assert make.text_of(plan) == version.markdown


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(4)))
def test_after_any_sequence_of_changes_a_version_comes_back(team, alice, seed):
    plan = make.make_plan(team=team, actor=alice, text=make.SMALL)
    walk = Walk(plan, alice, seed)
    for stage in range(3):
        version = save_version(plan=plan, actor=alice, name=f"Stage {stage}")
        ids = set(items_of(plan))
        for _ in range(12):
            walk.step()
        walk.plan = plan = Plan.objects.get(pk=plan.pk)
        check_there_and_back(plan, alice, version)
        # What was there is the same row again, and nothing came back twice.
        assert len(items_of(plan)) == len(ids)
        walk.plan = plan = Plan.objects.get(pk=plan.pk)


@pytest.mark.slow
def test_any_text_can_take_the_place_of_any_other(team, alice):
    texts = [
        path.read_bytes().decode("utf-8", "replace") for path in corpus_files("corpus")
    ]
    texts = [text for text in texts if "\0" not in text and len(text) < 40_000]
    texts = [make.SMALL, *texts[: examples(12)], BLANK.sub("", make.SMALL)]
    plan = make.make_plan(team=team, actor=alice, text=texts[0])
    for text in texts[1:]:
        check_there_and_back(plan, alice, saved(plan, alice, text))
        plan = Plan.objects.get(pk=plan.pk)
