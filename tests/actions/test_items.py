"""That saving, adding, removing and moving an item do that and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import document as doc
from plans.actions.blocks import add_block, remove_block
from plans.actions.history import restore
from plans.actions.items import add_item, choose_option, remove_item, save_item
from plans.actions.moving import move_item
from plans.actions.phases import add_phase
from plans.actions.sections import add_section, remove_section
from plans.actions.undo import undo
from plans.content import storage
from plans.content.limits import MAX_VALUE_CHARACTERS
from plans.document import BlockKind
from plans.errors import NotAllowed, Refused, Stale
from plans.models import Approval, Change, Dependency, Item, Membership, Plan, Risk
from tests.kept import kept_plan, small_plan
from tests.make import (
    SMALL,
    find,
    make_plan,
    make_plan_from_template,
    make_user,
    row_of,
    text_of,
)

team, plan = kept_plan(small_plan)

HOSTILE = [
    "  leading",
    "trailing  ",
    "    indented",
    "- looks like item",
    "1. numbered",
    "---",
    "a\n---",
    "a\n===",
    "# heading",
    "text\n# heading",
    "text\n\n## Section",
    "[x] done",
    "[ ] todo",
    "**Bold**: x",
    "a\n- **Other**: x",
    "```",
    "~~~\ncode",
    "a\n```\nfence\n```",
    "<!-- open",
    "a\n<!-- open\n-->",
    "<div>\n\n<script>alert(1)</script>",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b || c \\| d \\",
    "`a|b`",
    "[one bracket]",
    "[NEEDS CLARIFICATION: why?]",
    "a\n\nb\n\n\nc",
    "a\r\nb\rc",
    "> quote",
    "[link]: https://example.com",
    "a<br>b",
    "$ & < > \" ' \\n %s {{ x }}",
    "日本語 🌊 \u202e",
    "tab\tinside",
    "\x00 nul \x07",
    "High/Med/Low",
    "",
    " ",
]


def save(plan, item, actor, **values):
    return save_item(
        plan=plan, item=item, actor=actor, values=values, seen=item.version
    )


def outline_of(plan):
    """What the plan's text says when it is read again."""
    return doc.outline(doc.read(text_of(plan)))


def stored(plan):
    return doc.outline(storage.load(Plan.objects.get(pk=plan.pk)).document)


def changed_lines(before, after):
    old, new = before.splitlines(), after.splitlines()
    return [line for line in new if line not in old]


# --- Saving ---


def test_a_saved_field_changes_its_line_alone(plan, bob):
    save(plan, find(plan, label="Storage"), bob, value="PostgreSQL 16")
    expected = SMALL.replace(
        "[if applicable, e.g., PostgreSQL, files or N/A]", "PostgreSQL 16"
    )
    assert text_of(plan) == expected


def test_a_saved_cell_changes_its_row_alone(plan, bob):
    risk = find(plan, cell="R-002")
    save_item(plan=plan, item=risk, actor=bob, values={"cell-2": "High | very"}, seen=0)
    after = text_of(plan)
    assert changed_lines(SMALL, after) == [
        "| R-002 | Summer time | High \\| very | High | Keep UTC | Alice |"
    ]
    assert Risk.objects.get(code="R-002").impact_level == "high"


def test_a_status_is_known_across_plans(plan, bob):
    dependency = find(plan, cell="Gauge feed")
    save_item(
        plan=plan, item=dependency, actor=bob, values={"cell-3": "Green"}, seen=None
    )
    assert not Dependency.objects.filter(status_level="red").exists()


def test_a_save_tells_the_log_what_changed(plan, bob):
    item = save(plan, find(plan, label="Category"), bob, value="Service")
    change = Change.objects.get(plan=plan, actor=bob)
    assert (change.number, change.verb, change.item_id) == (2, "item.edited", item.pk)
    assert change.label == "1. OBJECTIVE › Category"
    assert change.edits == [
        {
            "row": "item",
            "id": item.pk,
            "before": {"value": "Plan"},
            "after": {"value": "Service"},
        }
    ]
    assert Plan.objects.get().change_number == 2


def test_a_save_counts_blanks_and_questions_again(plan, bob):
    item = save(plan, find(plan, label="Storage"), bob, value="files")
    item.refresh_from_db()
    assert (item.fillable, item.blank, item.updated_by) == (1, 0, bob)


def test_a_save_of_the_same_text_is_no_change(plan, bob):
    item = find(plan, label="Category")
    save(plan, item, bob, value=" Plan ")
    assert item.version == 0
    assert not Change.objects.filter(actor=bob).exists()


def test_a_save_on_an_older_version_is_stale_and_stores_nothing(plan, alice, bob):
    seen = find(plan, label="Category").version
    save(plan, find(plan, label="Category"), alice, value="Alice's")
    with pytest.raises(Stale):
        save_item(
            plan=plan,
            item=find(plan, label="Category"),
            actor=bob,
            values={"value": "Bob's"},
            seen=seen,
        )
    assert "- **Category**: Alice's\n" in text_of(plan)


def test_of_two_saves_that_read_the_same_version_one_is_stale(plan, alice, bob):
    first, second = (find(plan, label="Category") for _ in range(2))
    save(plan, first, alice, value="Alice's")
    before = Plan.objects.get().change_number
    with pytest.raises(Stale):
        save(plan, second, bob, value="Bob's")
    assert Plan.objects.get().change_number == before


def test_a_save_of_a_removed_item_is_refused(plan, alice, bob):
    item = find(plan, label="Category")
    remove_item(plan=plan, item=find(plan, label="Category"), actor=alice)
    with pytest.raises(Refused, match="This has been removed"):
        save(plan, item, bob, value="x")
    assert stored(plan) == outline_of(plan)


# --- Merging ---

SUMMARY = "Show the tides of a harbour."


def merging(plan, item, actor, based_on, **values):
    return save_item(
        plan=plan, item=item, actor=actor, values=values, seen=0, based_on=based_on
    )


@pytest.mark.parametrize("has_read_before", [True, False])
def test_two_changes_of_one_text_are_merged(plan, alice, bob, has_read_before):
    item = find(plan, text=SUMMARY)
    save(plan, find(plan, text=SUMMARY), alice, text="Show all tides of a harbour.")
    if not has_read_before:  # the row was read after the other save, not before it
        item = row_of(plan, item.pk)
    typed = "Show the tides of a large harbour."
    saved = merging(plan, item, bob, {"text": SUMMARY}, text=typed)
    assert saved.text == "Show all tides of a large harbour."
    assert saved.version == 2
    assert saved.text in text_of(plan)
    assert plan.changes.first().edits[0]["before"] == {
        "text": "Show all tides of a harbour."
    }


def test_two_changes_of_the_same_words_are_no_merge(plan, alice, bob):
    item = find(plan, text=SUMMARY)
    save(plan, find(plan, text=SUMMARY), alice, text="Show the tides of a port.")
    before = text_of(plan)
    with pytest.raises(Stale):
        merging(plan, item, bob, {"text": SUMMARY}, text="Show the tides of a bay.")
    assert text_of(plan) == before


def test_the_same_change_by_two_people_is_made_once(plan, alice, bob):
    item = find(plan, text=SUMMARY)
    save(plan, find(plan, text=SUMMARY), alice, text="Show the tides.")
    number = Plan.objects.get().change_number
    merging(plan, item, bob, {"text": SUMMARY}, text="Show the tides.")
    assert Plan.objects.get().change_number == number


def test_cells_of_one_row_are_merged_each_for_itself(plan, alice, bob):
    item = find(plan, cell="R-001")
    save(plan, find(plan, cell="R-001"), alice, **{"cell-1": "They fall silent"})
    typed = {"cell-4": "Show how old a reading is"}
    based_on = {"cell-4": "Show the age of a reading"}
    merging(plan, item, bob, based_on, **typed)
    risk = Risk.objects.get(code="R-001")
    assert risk.description == "They fall silent"
    assert risk.mitigation == "Show how old a reading is"


def test_a_tick_and_a_text_are_no_conflict(plan, alice, bob):
    item = find(plan, text="Constraints known")
    mine = find(plan, text="Constraints known")
    save(plan, mine, alice, text="All constraints known")
    merging(plan, item, bob, {"done": "true"}, done=False)
    assert "- [ ] All constraints known" in text_of(plan)


def test_a_text_without_what_it_was_based_on_is_stale(plan, alice, bob):
    item = find(plan, text=SUMMARY)
    save(plan, find(plan, text=SUMMARY), alice, text="Show all tides of a harbour.")
    with pytest.raises(Stale):
        merging(plan, item, bob, {}, text="Show the tides of a large harbour.")


def test_a_merge_leaves_the_structure_around_it(plan, alice, bob):
    item = find(plan, text=SUMMARY)
    save(plan, find(plan, text=SUMMARY), alice, text=f"```\n{SUMMARY}")
    typed = f"{SUMMARY}\n\n# Heading"
    merging(plan, item, bob, {"text": SUMMARY}, text=typed)
    assert stored(plan) == outline_of(plan)
    assert row_of(plan, item.pk).text.startswith(f"```\n{SUMMARY}")


@pytest.mark.parametrize("role", ["reviewer", "viewer"])
def test_a_save_is_refused_to_who_may_only_read(plan, role):
    reader = make_user("rita", team=plan.team, role=role)
    with pytest.raises(NotAllowed, match="can read this plan but not edit it"):
        save(plan, find(plan, label="Category"), reader, value="x")


def test_a_save_is_refused_to_a_stranger_even_a_superuser(plan, charlie):
    charlie.is_superuser = True
    with pytest.raises(NotAllowed):
        save(plan, find(plan, label="Category"), charlie, value="x")


def test_a_text_too_long_is_refused_with_its_length(plan, bob):
    with pytest.raises(Refused, match="100,001 characters"):
        save(plan, find(plan, label="Category"), bob, value="x" * 100_001)
    assert MAX_VALUE_CHARACTERS == 100_000
    with pytest.raises(Refused, match="6,001 lines"):
        save(plan, find(plan, heading="Summary"), bob, text="x\n" * 6_000 + "x")


def test_a_cell_beyond_the_tables_columns_is_left_out(plan, bob):
    save_item(
        plan=plan,
        item=find(plan, cell="R-001"),
        actor=bob,
        values={"cell-99": "x", "cell-7": "y", "nonsense": "z"},
        seen=None,
    )
    assert text_of(plan) == SMALL


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("place", "name"),
    [
        ({"label": "Storage"}, "value"),
        ({"label": "Owner"}, "value"),
        ({"label": "Deliverables"}, "value"),
        ({"text": "Problem statement clear"}, "text"),
        ({"text": "research.md"}, "text"),
        ({"heading": "Summary"}, "text"),
        ({"cell": "R-001"}, "cell-1"),
        ({"cell": "A second project"}, "cell-2"),
        ({"label": "Launch Approval"}, "value"),
    ],
    ids=str,
)
def test_any_typed_text_reads_back_and_leaves_the_rest_alone(
    plan, bob, place, name, text
):
    item = find(plan, **place)
    before = {i.pk: i.version for i in Item.objects.all()}
    save_item(plan=plan, item=item, actor=bob, values={name: text}, seen=0)
    assert outline_of(plan) == stored(plan)
    item.refresh_from_db()
    before[item.pk] = item.version
    assert {i.pk: i.version for i in Item.objects.all()} == before


def test_a_tick_remembers_who_and_when(plan, bob, alice):
    item = save(plan, find(plan, text="Problem statement clear"), bob, done=True)
    check = row_of(plan, item.pk).checklist_item
    assert check.done_by == bob
    assert check.done_at is not None
    assert Change.objects.get(actor=bob).verb == "item.ticked"
    save(plan, row_of(plan, item.pk), alice, text="Problem clear")
    assert row_of(plan, item.pk).checklist_item.done_by == bob
    save(plan, row_of(plan, item.pk), alice, done=False)
    assert row_of(plan, item.pk).checklist_item.done_by is None


def test_a_tick_that_came_with_the_file_is_nobodys(plan, bob):
    item = save(plan, find(plan, text="Constraints known"), bob, text="Limits known")
    assert row_of(plan, item.pk).checklist_item.done_by is None


def seated(plan, role):
    slot = find(plan, label=role).approval
    return [seat.user.username for seat in slot.seats.select_related("user")]


@pytest.mark.parametrize(
    "typed",
    [
        *("bob", "BOB", "Bob", "Bob, Architect", "Bob (Security)", "Bob / Sec"),
        "Bob — approved by Dana on 2026-11-24, version 3, sha256 1a2b3c4d5e6f",
    ],
)
def test_an_approver_is_linked_by_name(plan, bob, typed):
    save(plan, find(plan, label="Launch Approval"), bob, value=typed)
    assert seated(plan, "Launch Approval") == ["bob"]


def test_an_approver_is_no_longer_linked_when_another_name_is_typed(plan, bob, dana):
    slot = find(plan, label="Technical Design")
    assert seated(plan, "Technical Design") == ["dana"]
    save(plan, slot, bob, value="Somebody else")
    assert seated(plan, "Technical Design") == []


def test_a_strangers_name_links_nobody(plan, bob, charlie):
    save(plan, find(plan, label="Launch Approval"), bob, value="Charlie")
    assert seated(plan, "Launch Approval") == []


@pytest.mark.parametrize(
    ("typed", "needs"),
    [
        ("Dana and Bob", "all"),
        ("dana, bob", "all"),
        ("Dana (Design) & Bob", "all"),
        ("Dana or Bob", "any"),
        ("Dana / Bob", "any"),
        ("any of Dana, Bob", "any"),
    ],
)
def test_several_approvers_are_linked_by_their_names(plan, bob, typed, needs):
    save(plan, find(plan, label="Launch Approval"), bob, value=typed)
    assert sorted(seated(plan, "Launch Approval")) == ["bob", "dana"]
    assert Approval.objects.get(role="Launch Approval").needs == needs


def test_saving_a_name_leaves_how_its_slot_is_signed(plan, bob):
    Approval.objects.filter(role="Launch Approval").update(
        is_required=False, covers=["1. OBJECTIVE"]
    )
    save(plan, find(plan, label="Launch Approval"), bob, value="Bob")
    slot = Approval.objects.get(role="Launch Approval")
    assert (slot.is_required, slot.covers) == (False, ["1. OBJECTIVE"])


@pytest.mark.parametrize("rows", [1, 200])
def test_a_save_takes_as_many_queries_at_any_size(team, bob, rows):
    more = "".join(f"| R-{n} | r | High | Low | m | o |\n" for n in range(9, rows + 9))
    plan = make_plan(text=SMALL.replace("\n## 8.", f"{more}\n## 8."))
    # A risk has an entry in its register, too.
    for item, values, most in (
        (find(plan, label="Category"), {"value": "x"}, 6),
        (find(plan, cell="R-001"), {"cell-1": "x"}, 8),
        (find(plan, text="Problem statement clear"), {"done": True}, 6),
        (find(plan, heading="Summary"), {"text": "x"}, 6),
    ):
        with CaptureQueriesContext(connection) as queries:
            save_item(plan=plan, item=item, actor=bob, values=values, seen=0)
        statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(statements) <= most, statements


# --- Adding ---


def test_a_new_risk_numbers_itself(plan, bob):
    item = add_item(plan=plan, block=find(plan, cell="R-001").block, actor=bob)
    assert item.risk.code == "R-003"
    assert "\n| R-003 |" in text_of(plan)
    assert outline_of(plan) == stored(plan)


def test_ids_of_risks_go_on_in_their_own_manner(team, bob):
    plan = make_plan(text=SMALL.replace("R-001", "RISK-08").replace("R-002", "RISK-09"))
    block = find(plan, cell="RISK-08").block
    assert add_item(plan=plan, block=block, actor=bob).risk.code == "RISK-10"


def test_a_new_row_of_the_template_is_blank_with_the_same_hints(team, bob):
    plan = make_plan_from_template(actor=bob)
    model = find(plan, cell="R-002")
    item = add_item(plan=plan, block=model.block, actor=bob, after=model)
    assert item.risk.code == "R-003"
    last = text_of(plan).split("| R-003 |")[1].splitlines()[0]
    assert "[Mitigation plan] | [Name] |" in last
    assert "High/Med/Low | High/Med/Low" in last


def test_an_item_is_added_after_the_one_named(plan, bob):
    first = find(plan, text="research.md")
    new = add_item(
        plan=plan,
        block=first.block,
        actor=bob,
        after=first,
        parent=first.parent,
    )
    save(plan, row_of(plan, new.pk), bob, text="notes.md")
    assert "  - research.md\n  - notes.md\n  - A list of gauges\n" in text_of(plan)


def test_an_ordered_list_is_renumbered(team, bob):
    plan = make_plan_from_template(actor=bob)
    first = find(plan, label="Rollback Procedure")
    steps = list(Item.objects.filter(parent=first))
    new = add_item(
        plan=plan, block=first.block, actor=bob, after=steps[0], parent=first
    )
    save(plan, row_of(plan, new.pk), bob, text="Wait")
    text = text_of(plan)
    assert "  1. [Step 1]\n  2. Wait\n  3. [Step 2]\n  4. [Step 3]\n" in text
    remove_item(plan=plan, item=row_of(plan, steps[0].pk), actor=bob)
    assert "  1. Wait\n  2. [Step 2]\n  3. [Step 3]\n" in text_of(plan)


def test_a_full_plan_takes_no_more(plan, bob, monkeypatch):
    monkeypatch.setattr("plans.content.limits.MAX_ITEMS", Item.objects.count())
    row = find(plan, cell="R-001")
    section = row.block.section
    section.plan = plan
    number = plan.change_number
    actions = {
        "item": lambda: add_item(plan=plan, block=row.block, actor=bob),
        "block": lambda: add_block(
            plan=plan, section=section, actor=bob, kind=BlockKind.LIST
        ),
        "section": lambda: add_section(
            plan=plan, after=section, actor=bob, heading="New", kind=BlockKind.LIST
        ),
        "phase": lambda: add_phase(plan=plan, actor=bob),
    }
    for action in actions.values():
        with pytest.raises(Refused, match="Remove some first"):
            action()
    remove_item(plan=plan, item=row, actor=bob)
    add_block(plan=plan, section=section, actor=bob, kind=BlockKind.LIST)
    with pytest.raises(Refused, match="Remove some first"):
        restore(plan=plan, item=row, actor=bob, change=plan.changes.last())
    undo(plan=plan, actor=bob)
    undo(plan=plan, actor=bob)
    assert Plan.objects.get().change_number == number + 4


# --- Removing and moving ---


def test_a_removed_item_is_gone_from_the_text_and_stays_a_row(plan, bob):
    item = find(plan, cell="R-001")
    remove_item(plan=plan, item=item, actor=bob)
    assert "R-001" not in text_of(plan)
    assert Item.objects.get(pk=item.pk).removed
    assert outline_of(plan) == stored(plan)


def test_what_is_nested_goes_with_its_item(plan, bob):
    item = find(plan, heading="Phase 0: Research", label="Deliverables")
    remove_item(plan=plan, item=item, actor=bob)
    assert Item.objects.filter(removed=True).count() == 3
    assert "research.md" not in text_of(plan)


def test_what_is_removed_cannot_be_removed_or_moved_again(plan, alice, bob):
    item = find(plan, cell="R-001")
    remove_item(plan=plan, item=find(plan, cell="R-001"), actor=alice)
    with pytest.raises(Refused, match="has been removed"):
        remove_item(plan=plan, item=item, actor=bob)
    with pytest.raises(Refused, match="has been removed"):
        move_item(plan=plan, item=item, actor=bob, direction="down")


@pytest.mark.parametrize("is_whole", [True, False], ids=["section", "table"])
def test_nothing_is_written_to_what_went_with_its_place(plan, alice, bob, is_whole):
    item = find(plan, cell="R-001")
    block = item.block
    block.section.plan = plan
    if is_whole:
        remove_section(plan=plan, section=block.section, actor=alice)
    else:
        remove_block(plan=plan, block=block, actor=alice)
    written, number = text_of(plan), Plan.objects.get().change_number
    for action, values in (
        (save_item, {"item": item, "values": {"cell-1": "x"}, "seen": 0}),
        (remove_item, {"item": item}),
        (move_item, {"item": item, "direction": "down"}),
        (add_item, {"block": block}),
    ):
        with pytest.raises(Refused, match="has been removed"):
            action(plan=plan, actor=bob, **values)
    assert text_of(plan) == written
    assert Plan.objects.get().change_number == number


def test_an_item_moves_past_its_neighbour(plan, bob):
    move_item(plan=plan, item=find(plan, cell="R-001"), actor=bob, direction="down")
    text = text_of(plan)
    assert text.index("| R-002") < text.index("| R-001")
    move_item(plan=plan, item=find(plan, cell="R-001"), actor=bob, direction="up")
    assert text_of(plan) == SMALL


def test_at_the_end_nothing_moves_and_nothing_is_recorded(plan, bob):
    for cell, direction in (("R-001", "up"), ("R-002", "down")):
        item = find(plan, cell=cell)
        move_item(plan=plan, item=item, actor=bob, direction=direction)
    assert text_of(plan) == SMALL
    assert Plan.objects.get().change_number == 1


def test_there_is_always_a_place_between_two_neighbours(plan, bob):
    first = find(plan, text="research.md")
    for _ in range(40):  # halves a gap of 2**32 away, and goes on
        add_item(
            plan=plan, block=first.block, actor=bob, after=first, parent=first.parent
        )
    places = list(
        Item.objects.filter(parent=first.parent).values_list("position", flat=True)
    )
    assert len(set(places)) == len(places) == 42
    assert find(plan, text="A list of gauges").position == max(places)


# --- Options ---


def test_a_chosen_structure_stands_alone_without_its_label(team, bob):
    plan = make_plan_from_template(actor=bob)
    tree = next(i for i in Item.objects.filter(kind="code") if "Option 2" in i.text)
    choose_option(plan=plan, item=row_of(plan, tree.pk), actor=bob, number=2, seen=0)
    text = text_of(plan)
    assert "Option" not in text.split("### Source Code")[1].split("-->")[1]
    assert "```\nbackend/\n  src/\n" in text
    with pytest.raises(Refused, match="That option is gone"):
        choose_option(
            plan=plan, item=row_of(plan, tree.pk), actor=bob, number=2, seen=1
        )


def test_a_membership_that_a_view_has_loaded_is_not_asked_for_again(plan, bob):
    member = Membership.objects.select_related("team").get(user=bob)
    item = find(plan, label="Category")
    with CaptureQueriesContext(connection) as queries:
        save_item(
            plan=plan,
            item=item,
            actor=bob,
            member=member,
            values={"value": "x"},
            seen=0,
        )
    assert not any("plans_membership" in q["sql"] for q in queries)


# --- Front matter ---------------------------------------------------------------------

WITH_FRONT_MATTER = "---\ntitle: Tides\ntags: [sea]\n---\n\n# Plan: Tides\n\ntext\n"


def front_matter_of(plan):
    return Item.objects.get(block__section__plan=plan, kind="front_matter")


def save_front_matter(plan, actor, text):
    item = row_of(plan, front_matter_of(plan).pk)
    save_item(plan=plan, item=item, actor=actor, values={"text": text}, seen=None)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Ebb\n---",
        "---\ntitle: Ebb\nparts:\n  - a\n  - b: |\n      # no heading\n\n---",
        "---\n---",
        "----\na: b\n----",
        "---\na: b\n...",
    ],
)
def test_front_matter_is_what_was_typed(team, bob, text, newline):
    plan = make_plan(team=team, text=WITH_FRONT_MATTER.replace("\n", newline))
    save_front_matter(plan, bob, text + "\n\n")
    body = WITH_FRONT_MATTER.split("\n---")[1]
    assert text_of(plan) == (text + body).replace("\n", newline)
    undo(plan=plan, actor=bob)
    assert text_of(plan) == WITH_FRONT_MATTER.replace("\n", newline)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title: x",
        "---\na: b",
        "---\na: b\n---\n\n# H",
        " ---\n---",
    ],
)
def test_front_matter_has_to_read_back(team, bob, text):
    plan = make_plan(team=team, text=WITH_FRONT_MATTER)
    with pytest.raises(Refused, match="three dashes"):
        save_front_matter(plan, bob, text)
    assert text_of(plan) == WITH_FRONT_MATTER


# --- A label at the margin below a list ----------------------------------------------


def test_what_ends_at_a_label_is_edited_without_it(team, bob):
    text = "# A\n\n**Parts**:\n- a\n- b\nmore of b\n**Storage**: files\n"
    plan = make_plan(team=team, text=text)
    item = find(plan, label="Storage")
    save_item(plan=plan, item=item, actor=bob, values={"value": "sea"}, seen=None)
    item = find(plan, text="b\nmore of b")
    values = {"text": "b\nmore of b\n**C**: d"}
    save_item(plan=plan, item=item, actor=bob, values=values, seen=None)
    added = add_item(
        plan=plan, block=item.block, actor=bob, after=item, parent=item.parent
    )
    values = {"text": "e"}
    save_item(
        plan=plan, item=row_of(plan, added.pk), actor=bob, values=values, seen=None
    )
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    assert doc.outline(doc.read(text_of(plan))) == doc.outline(stored)
    remove_item(plan=plan, item=row_of(plan, added.pk), actor=bob)
    remove_item(plan=plan, item=find(plan, text="a"), actor=bob)
    assert "- b\nmore of b\n  **C**: d\n" in text_of(plan)
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    assert doc.outline(doc.read(text_of(plan))) == doc.outline(stored)
    assert find(plan, label="Storage").field.value == "sea"
