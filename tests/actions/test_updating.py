"""Taking changes from a file that was edited elsewhere into a plan."""

import random

import pytest

from plans.actions.comments import comment
from plans.actions.items import save_item
from plans.actions.sections import remove_section
from plans.actions.suggestions import decline, suggest, withdraw, withdraw_all
from plans.actions.undo import redo, undo
from plans.actions.updating import apply_changes, compare_with
from plans.errors import Refused
from plans.models import Change, Plan, Risk, Section, Suggestion
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


def test_what_only_became_suggestions_is_withdrawn_at_once(plan, alice, bob):
    """Those of this update which nobody has answered, and no others."""
    base = make.text_of(plan)
    theirs = base
    for label in ("Goal", "Category", "Storage"):
        theirs = theirs.replace(f"- **{label}**:", f"- **{label}**: File:", 1)
        make.edit(plan, bob, label=label, value="Else")
    category, own = make.find(plan, label="Category"), {"plan": plan, "actor": alice}
    earlier = suggest(item=category, key="value", text="Mine", **own)
    suggestions = take(plan, alice, base, theirs).suggestions
    assert len(suggestions) == 3
    later = suggest(item=category, key="value", text="Mine, too", **own)
    decline(plan=plan, suggestion=suggestions[1], actor=bob)
    items = withdraw_all(first=suggestions[0].pk, last=suggestions[2].pk, **own)
    assert sorted(items) == sorted([suggestions[0].item_id, suggestions[2].item_id])
    assert {each.pk for each in Suggestion.objects.open()} == {earlier.pk, later.pk}
    assert plan.change_number == Plan.objects.get(pk=plan.pk).change_number
    assert make.find(plan, label="Goal").open_suggestions == 0


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


def test_an_item_in_another_section_keeps_its_row(plan, alice, bob):
    """With comments and history, even if a little of it was edited, in a table, a list
    and a section that is new or removed; undo and redo move it, too."""
    base = make.text_of(plan)
    risk = "| R-002 | Summer time | Med | High | Keep UTC | Alice |\n"
    check = "- [ ] Problem statement clear\n"
    summary = "### Summary\n\nShow the tides of a harbour.\n\n"
    head = base[base.index("| Risk ID") : base.index("| R-001")]
    new_section = (
        "## 7b. MORE RISKS\n\n"
        + head
        + risk.replace("Keep UTC", "Keep UTC everywhere")
        + f"\n{check}\nShow the tides of a harbour.\n\n"
    )
    theirs = base
    for text in (risk, check, summary, "  - A list of gauges\n"):
        assert base.count(text) == 1
        theirs = theirs.replace(text, "")
    theirs = theirs.replace("  - The page\n", "  - The page\n  - A list of gauges\n")
    theirs = theirs.replace("## 8. DEP", f"{new_section}## 8. DEP")
    rows = [
        make.find(plan, text="Problem statement clear"),
        make.find(plan, text="A list of gauges"),
        make.find(plan, text="Show the tides of a harbour."),
        make.find(plan, cell="Summer time"),
    ]
    for row in rows:
        comment(plan=plan, actor=bob, item=row, text="Why here?")
    places = [(row.block_id, row.parent_id) for row in rows]
    take(plan, alice, base, theirs)
    assert make.text_of(plan) == theirs
    for _ in range(2):
        for row, place in zip(rows, places, strict=True):
            row.refresh_from_db()
            assert (row.block_id, row.parent_id) != place
            assert not row.removed
            assert row.open_threads == 1
        assert Risk.objects.get(item=rows[3]).mitigation == "Keep UTC everywhere"
        undo(plan=plan, actor=alice)
        assert make.text_of(plan) == base
        for row, place in zip(rows, places, strict=True):
            row.refresh_from_db()
            assert (row.block_id, row.parent_id, row.removed) == (*place, False)
        redo(plan=plan, actor=alice)
        assert make.text_of(plan) == theirs


def test_a_move_is_not_undone_into_what_was_removed_since(plan, alice, bob):
    base = make.text_of(plan)
    check = "- [ ] Problem statement clear\n"
    theirs = base.replace(check, "").replace("## 4.", f"## 3. NEW\n\n{check}\n## 4.")
    take(plan, alice, base, theirs)
    section = Section.objects.get(plan=plan, heading="Definition of Ready (DoR)")
    remove_section(plan=plan, section=section, actor=bob)
    with pytest.raises(Refused, match="has since been removed"):
        undo(plan=plan, actor=alice)


def test_undo_withdraws_the_suggestions_that_nobody_answered(plan, alice, bob):
    """And redo opens them again, but none that was withdrawn by hand."""
    base = make.text_of(plan)
    theirs = base
    for name in ("Goal", "Storage", "Owner"):
        theirs = theirs.replace(f"- **{name}**: ", f"- **{name}**: File: ", 1)
        item = make.find(plan, label=name)
        save_item(plan=plan, item=item, actor=bob, values={"value": name}, seen=None)
    theirs = theirs.replace("Summer time", "Winter time")
    mine = make.text_of(plan)
    applied = take(plan, alice, base, theirs)
    goal, storage, owner = sorted(applied.suggestions, key=lambda s: s.pk)
    decline(plan=plan, suggestion=goal, actor=bob)
    withdraw(plan=plan, suggestion=storage, actor=alice)

    def states():
        suggestions = Suggestion.objects.filter(made_in=applied.change)
        return [suggestion.state for suggestion in suggestions.order_by("pk")]

    for _ in range(2):
        undo(plan=plan, actor=alice)
        assert make.text_of(plan) == mine
        assert states() == ["declined", "withdrawn", "withdrawn"]
        assert make.row_of(plan, owner.item_id).open_suggestions == 0
        redo(plan=plan, actor=alice)
        assert "Winter time" in make.text_of(plan)
        assert states() == ["declined", "withdrawn", "open"]
        assert make.row_of(plan, owner.item_id).open_suggestions == 1
