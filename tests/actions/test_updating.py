"""Taking changes from a file that was edited elsewhere into a plan."""

import random

import pytest

from plans.actions.comments import comment
from plans.actions.items import save_item
from plans.actions.undo import redo, undo
from plans.actions.updating import apply_changes, compare_with
from plans.models import Change, Plan
from tests import make
from tests.effort import examples
from tests.make import corpus_files

pytestmark = pytest.mark.once


def take(plan, actor, base, theirs, *, which=lambda change: True):
    plan = Plan.objects.get(pk=plan.pk)
    changes = compare_with(plan, base, theirs).changes
    keys = {change.key for change in changes if which(change)}
    return apply_changes(
        plan=plan, actor=actor, base=base, theirs=theirs, keys=keys, source="plan.md"
    )


def test_all_changes_make_the_plan_the_file_and_undo_takes_them_back(plan, alice):
    base = make.text_of(plan)
    goal = make.find(plan, label="Goal")
    comment(plan=plan, actor=alice, item=goal, text="Why?")
    theirs = base.replace("- **Goal**:", "- **Goal**: ours;").replace(
        "| R-001 |", "| R-009 | New | Low | Low | None |\n| R-001 |"
    )
    applied = take(plan, alice, base, theirs)
    assert applied.change.verb == Change.Verb.PLAN_UPDATED
    assert make.text_of(plan) == theirs
    assert make.find(plan, label="Goal").pk == goal.pk
    undo(plan=plan, actor=alice)
    assert make.text_of(plan) == base
    redo(plan=plan, actor=alice)
    assert make.text_of(plan) == theirs


def test_a_clash_becomes_a_suggestion(plan, alice, bob):
    base = make.text_of(plan)
    theirs = base.replace("- **Goal**:", "- **Goal**: File:", 1)
    goal = make.find(plan, label="Goal")
    save_item(plan=plan, item=goal, actor=bob, values={"value": "Else."}, seen=None)
    before = make.text_of(plan)
    applied = take(plan, alice, base, theirs)
    assert applied.change is None
    (suggestion,) = applied.suggestions
    assert suggestion.item_id == goal.pk
    assert suggestion.text.startswith("File:")
    assert suggestion.reason == "From plan.md"
    assert make.text_of(plan) == before


def edited(text, chance):
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines[at:at] = [chance.choice(["- new\n", "New words.\n", "## New\n"])]
            case 1:
                del lines[at]
            case 2:
                lines[at:at] = [lines.pop(chance.randrange(len(lines)))]
            case _:
                lines[at] = lines[at].replace("e", "E", 1)
    return "".join(lines) or "# Plan\n"


@pytest.mark.slow
def test_real_plans_take_real_changes(team, alice, bob):
    paths = corpus_files("corpus")
    texts = [path.read_bytes().decode("utf-8", "replace") for path in paths]
    texts = [text for text in texts if "\0" not in text and len(text) < 40_000]
    for seed, base in enumerate([make.SMALL, *texts[: examples(2)]]):
        chance = random.Random(seed)  # noqa: S311
        check_taking(team, alice, bob, base, chance)


def check_taking(team, alice, bob, base, chance):
    plan = make.make_plan(team=team, actor=alice, text=base)
    mine, theirs = edited(base, chance), edited(base, chance)
    if mine == base or theirs == base:
        return
    # All of them, from both in turn.
    for text in (theirs, mine):
        assert take(plan, alice, base, text).change is not None
        assert make.text_of(plan) == text
        undo(plan=Plan.objects.get(pk=plan.pk), actor=alice)
        assert make.text_of(plan) == base
    # Some of them, into a plan that was edited meanwhile.
    take(plan, bob, base, mine)
    compared = compare_with(plan, base, theirs)
    taken = [c for c in compared.changes if not c.can_be_suggested]
    keys = {change.key for change in taken if chance.random() < 0.7}
    if not keys:
        return
    expected = compared.text_with(keys).text
    take(plan, alice, base, theirs, which=lambda change: change.key in keys)
    assert make.text_of(plan) == expected
    undo(plan=Plan.objects.get(pk=plan.pk), actor=alice)
    assert make.text_of(plan) == mine
