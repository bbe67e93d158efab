"""That sections, phases and blocks come, go, move and change names as asked."""

import pytest

from plans import document as doc
from plans.actions.blocks import NEW_BLOCKS, add_block, remove_block
from plans.actions.items import save_item
from plans.actions.moving import move_section
from plans.actions.phases import add_phase
from plans.actions.sections import add_section, remove_section, rename_section
from plans.actions.undo import undo
from plans.document import BlockKind
from plans.errors import NotAllowed, Refused, Stale
from plans.models import Block, Change, Phase, Plan, Section
from tests.kept import kept_plan, small_plan
from tests.make import (
    SMALL,
    find,
    make_plan,
    make_plan_from_template,
    row_of,
    section_of,
    text_of,
)

team, plan = kept_plan(small_plan)


@pytest.fixture
def whole(team, bob):
    """A plan fresh from the built-in template."""
    return make_plan_from_template(actor=bob)


def headings(plan):
    return [s.heading for s in doc.read(text_of(plan)).sections if s.level]


# --- Renaming ---


def test_a_renamed_section_changes_its_line_alone(plan, bob):
    section = section_of(plan, "Summary")
    rename_section(
        plan=plan, section=section, actor=bob, heading=" In \n short ", seen=0
    )
    assert text_of(plan) == SMALL.replace("### Summary", "### In short")


def test_a_heading_may_hold_what_looks_like_its_end(plan, bob):
    section = section_of(plan, "Summary")
    rename_section(plan=plan, section=section, actor=bob, heading="C #", seen=0)
    assert "C #" in headings(plan)


def test_a_section_keeps_a_heading(plan, bob):
    with pytest.raises(Refused, match="needs a heading"):
        rename_section(
            plan=plan,
            section=section_of(plan, "Summary"),
            actor=bob,
            heading=" ",
            seen=0,
        )


def test_a_rename_on_an_older_version_is_stale(plan, alice, bob):
    section = section_of(plan, "Summary")
    rename_section(
        plan=plan,
        section=section_of(plan, "Summary"),
        actor=alice,
        heading="A",
        seen=0,
    )
    with pytest.raises(Stale):
        rename_section(plan=plan, section=section, actor=bob, heading="B", seen=0)


def test_the_title_follows_the_first_heading(plan, bob):
    rename_section(
        plan=plan,
        section=section_of(plan, "Implementation Plan: Tide tables"),
        actor=bob,
        heading="Implementation Plan: Ebb and flow",
        seen=0,
    )
    assert Plan.objects.get().title == "Ebb and flow"


def test_the_phase_follows_its_heading(plan, bob):
    section = section_of(plan, "Phase 1: Build")
    rename_section(
        plan=plan, section=section, actor=bob, heading="Phase 7 - Try", seen=0
    )
    phase = Phase.objects.get(section=section)
    assert phase.code == "7"
    rename_section(plan=plan, section=section, actor=bob, heading="Later", seen=1)
    assert not Phase.objects.filter(section=section).exists()


# --- Adding ---


@pytest.mark.parametrize("kind", NEW_BLOCKS)
def test_a_new_section_reads_back_as_what_was_asked_for(whole, bob, kind):
    before = headings(whole)
    after = section_of(whole, "7. RISKS & MITIGATIONS")
    new = add_section(plan=whole, after=after, actor=bob, heading="New", kind=kind)
    titles = headings(whole)
    assert titles.index("New") == titles.index("Rollback Plan") + 1
    assert [h for h in titles if h != "New"] == before
    (read,) = [s for s in doc.read(text_of(whole)).sections if s.heading == "New"]
    assert read.level == new.level == 2
    # An empty passage or code has nothing yet to be told by.
    assert [b.kind for b in read.blocks] == [kind]


def test_a_rule_stands_on_both_sides_of_a_new_section(whole, bob):
    add_section(
        plan=whole,
        after=section_of(whole, "7. RISKS & MITIGATIONS"),
        actor=bob,
        heading="New",
        kind=BlockKind.LIST,
    )
    assert (
        text_of(whole).count("\n---\n") == doc.default_template().count("\n---\n") + 1
    )


def test_a_new_subsection_leaves_the_rule_behind_its_section(whole, bob):
    add_section(
        plan=whole,
        after=section_of(whole, "Rollback Plan"),
        actor=bob,
        heading="New",
        kind=BlockKind.LIST,
    )
    text = text_of(whole)
    assert text.count("\n---\n") == doc.default_template().count("\n---\n")
    assert "### New\n\n- [...]\n\n---\n\n## 8." in text


def test_a_section_at_the_end_ends_the_file_as_before(plan, bob):
    add_section(
        plan=plan,
        after=section_of(plan, "9. COMMUNICATION & REVIEW"),
        actor=bob,
        heading="10. REFERENCES",
        kind=BlockKind.CHECKLIST,
    )
    assert text_of(plan) == SMALL + "\n## 10. REFERENCES\n\n- [ ]\n"


def test_the_next_phase_is_blank_in_the_manner_of_the_last(whole, bob):
    section = add_phase(plan=whole, actor=bob)
    assert section.heading == "Phase 5: New phase"
    assert Phase.objects.get(section=section).code == "5"
    text = text_of(whole)
    assert (
        "### Phase 5: New phase\n\n- **Goal**: [...]" in text
        or "### Phase 5: New phase\n\n- **Goal**:" in text
    )
    part = text.split("### Phase 5: New phase")[1].split("\n---\n")[0]
    labels = ["Goal", "Deliverables", "Owner", "Duration", "Parallel Tasks"]
    assert [line[4:].split("**")[0] for line in part.splitlines() if "**" in line] == (
        labels
    )
    assert "**Owner**: [Team/Individual]" in part
    assert text.count("Parallelization Note") == 1


@pytest.mark.parametrize(
    ("heading", "following"),
    [
        ("Phase A: Build", "Phase B: New phase"),
        ("Phase Z", "Phase AA: New phase"),
        ("3. Phase 1: Build", "Phase 2: New phase"),
        ("✅ Phase 0", "Phase 1: New phase"),
        ("Phase 2147483648: Build", "Phase 2147483649: New phase"),
        ("Phase 2b - Build", "Phase 3: New phase"),
    ],
)
def test_the_next_phase_follows_any_phase(team, bob, heading, following):
    plan = make_plan(team=team, text=f"# A\n\n## {heading}\n\n- **Goal**: x\n")
    assert section_of(plan, heading)
    assert add_phase(plan=plan, actor=bob).heading == following


def test_a_phase_with_a_huge_number_is_stored(team, bob):
    number = "9" * 300
    plan = make_plan(team=team, text=f"# A\n\n## Phase {number}\n\n- **Goal**: x\n")
    assert section_of(plan, f"Phase {number}")
    section = section_of(plan, f"Phase {number}")
    rename_section(
        plan=plan, section=section, actor=bob, heading=f"Phase {number}0: B", seen=0
    )
    with pytest.raises(Refused, match="The plan has no phases yet"):
        add_phase(plan=plan, actor=bob)


def test_a_phase_between_others_takes_its_number(team, bob):
    text = "# A\n\n## Phase 1: B\n\n- **Goal**: x\n\n## Phase 2: C\n\n## Phase 4: D\n"
    plan = make_plan(team=team, text=text)
    first = section_of(plan, "Phase 1: B")
    assert add_phase(plan=plan, actor=bob, after=first).heading == "Phase 2: New phase"
    assert headings(plan) == [
        "A", "Phase 1: B", "Phase 2: New phase", "Phase 3: C", "Phase 4: D",
    ]  # fmt: skip
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text


def test_a_plan_without_phases_says_how_to_get_one(team, bob):
    plan = make_plan(text="# A\n\n## B\n")
    with pytest.raises(Refused, match="The plan has no phases yet"):
        add_phase(plan=plan, actor=bob)


@pytest.mark.parametrize("kind", NEW_BLOCKS)
def test_a_new_block_stands_where_it_was_asked_for(team, bob, kind):
    text = "# A\n\nFirst.\n- a list right below\n\n| a |\n|---|\n| b |\n"
    plan = make_plan(team=team, text=text)
    section = section_of(plan, "A")
    blocks = list(Block.objects.filter(section=section))
    for behind in [section, *blocks]:
        new = add_block(plan=plan, section=section, actor=bob, kind=kind, behind=behind)
        order = list(Block.objects.filter(section=section, removed=False))
        place = order.index(behind) + 1 if behind in order else 0
        assert order[place] == new
        undo(plan=plan, actor=bob)
        assert text_of(plan) == text


def test_a_block_is_not_added_below_what_is_gone(plan, bob):
    section = section_of(plan, "Summary")
    other = Block.objects.filter(section__plan=plan).exclude(section=section).first()
    with pytest.raises(Refused, match="place is gone"):
        add_block(
            plan=plan,
            section=section,
            actor=bob,
            kind=BlockKind.LIST,
            behind=other,
        )


def test_a_subsection_is_the_first_in_its_section(team, bob):
    plan = make_plan(team=team, text="# A\n\n## B\n\nb\n\n### C\n\n## D\n")
    add_section(
        plan=plan,
        after=section_of(plan, "B"),
        actor=bob,
        heading="New",
        kind=BlockKind.PASSAGE,
        is_inside=True,
    )
    assert text_of(plan).startswith("# A\n\n## B\n\nb\n\n### New\n\n")
    assert headings(plan) == ["A", "B", "New", "C", "D"]


@pytest.mark.parametrize("kind", NEW_BLOCKS)
def test_a_new_block_stands_at_the_end_of_its_section(plan, bob, kind):
    block = add_block(
        plan=plan, section=section_of(plan, "Summary"), actor=bob, kind=kind
    )
    item = row_of(plan, block.item_set.get().pk)
    name = "cell-0" if kind.is_table else {"fields": "value"}.get(kind, "text")
    save_item(plan=plan, item=item, actor=bob, values={name: "New"}, seen=0)
    sections = doc.read(text_of(plan)).sections
    (read,) = [s for s in sections if s.heading == "Summary"]
    values = [value for i in read.walk() for value in doc.values_of(i)]
    assert "New" in "".join(values)
    assert read.blocks[-1].kind == kind
    assert headings(plan) == [s.heading for s in doc.read(SMALL).sections[1:]]


# --- Removing and moving ---


def test_a_section_goes_with_its_subsections(plan, bob):
    remove_section(
        plan=plan, section=section_of(plan, "4. IMPLEMENTATION PHASES"), actor=bob
    )
    start, rest = SMALL.split("## 4.")
    assert text_of(plan) == start + "## 6." + rest.split("## 6.")[1]
    assert Section.objects.filter(removed=True).count() == 3


def test_a_rule_stays_when_the_last_subsection_before_it_goes(whole, bob):
    remove_section(plan=whole, section=section_of(whole, "Rollback Plan"), actor=bob)
    assert text_of(whole).count("\n---\n") == doc.default_template().count("\n---\n")


def test_the_file_ends_as_before_when_its_last_section_goes(plan, bob):
    remove_section(
        plan=plan, section=section_of(plan, "9. COMMUNICATION & REVIEW"), actor=bob
    )
    assert text_of(plan) == SMALL.split("\n## 9.")[0]


def test_a_section_moves_with_its_subsections(plan, bob):
    section = section_of(plan, "4. IMPLEMENTATION PHASES")
    move_section(plan=plan, section=section, actor=bob, direction="down")
    titles = headings(plan)
    assert titles.index("6. SUCCESS METRICS") < titles.index("4. IMPLEMENTATION PHASES")
    assert titles.index("Phase 1: Build") == titles.index("7. RISKS & MITIGATIONS") - 1
    move_section(plan=plan, section=section, actor=bob, direction="up")
    assert text_of(plan) == SMALL


def test_what_stands_between_sections_stays_in_its_place(whole, bob):
    section = section_of(whole, "10. REFERENCES")
    before = text_of(whole)
    move_section(plan=whole, section=section, actor=bob, direction="up")
    moved = text_of(whole)
    assert moved.count("\n---\n") == before.count("\n---\n")
    assert moved.rstrip().endswith("**Launch Approval**: [Name/Role]")


@pytest.mark.parametrize(
    ("heading", "direction"),
    [
        ("Implementation Plan: Tide tables", "up"),
        ("1. OBJECTIVE", "up"),
        ("9. COMMUNICATION & REVIEW", "down"),
        ("Phase 0: Research", "up"),
        ("Phase 1: Build", "down"),
    ],
)
def test_a_section_stays_within_its_part(plan, bob, heading, direction):
    section = section_of(plan, heading)
    move_section(plan=plan, section=section, actor=bob, direction=direction)
    assert text_of(plan) == SMALL
    assert Change.objects.count() == 1


def test_what_is_removed_meanwhile_is_not_moved(plan, alice, bob):
    section = section_of(plan, "Phase 0: Research")
    remove_section(
        plan=plan, section=section_of(plan, "4. IMPLEMENTATION PHASES"), actor=alice
    )
    with pytest.raises(Refused, match="section has been removed"):
        move_section(plan=plan, section=section, actor=bob, direction="down")
    with pytest.raises(Refused, match="section has been removed"):
        add_block(plan=plan, section=section, actor=bob, kind=BlockKind.LIST)


def test_a_removed_block_is_gone_from_the_text(plan, bob):
    block = find(plan, cell="A second project").block
    remove_block(plan=plan, block=block, actor=bob)
    assert "Violation" not in text_of(plan)
    assert "- [x] Constraints known\n\n## 4." in text_of(plan)


def test_readers_change_no_outline(plan, dana):
    section = section_of(plan, "Summary")
    for act in (
        lambda: add_phase(plan=plan, actor=dana),
        lambda: remove_section(plan=plan, section=section, actor=dana),
        lambda: add_block(plan=plan, section=section, actor=dana, kind=BlockKind.LIST),
    ):
        with pytest.raises(NotAllowed):
            act()
