"""That what is moved stands where it was put, and all else keeps its bytes but for the
numbers of phases."""

import pytest

from plans.actions.moving import move_item, move_section, place_item, place_section
from plans.actions.undo import redo, undo
from plans.errors import NotAllowed, Refused
from plans.models import Change, Phase, Plan
from tests.make import SMALL, find, make_plan, section_of, text_of

LIST = "# A\n\n1. a\n2. b\n   - deep\n3. c\n\n4. d\n\nZ\n"
PHASES = "# A\n\n## B\n\n### C\n\nc\n\n### D\n\n#### E\n\n***\n\n### F\n\n## G\n"


def entry(plan, text):
    return find(plan, text=text)


@pytest.mark.parametrize(
    ("text", "moved", "side", "beside", "expected"),
    [
        (
            LIST,
            "a",
            "after",
            "d",
            "# A\n\n1. b\n   - deep\n2. c\n3. d\n\n4. a\n\nZ\n",
        ),
        (
            LIST,
            "d",
            "before",
            "a",
            "# A\n\n1. d\n2. a\n3. b\n   - deep\n\n4. c\n\nZ\n",
        ),
        (
            LIST,
            "b",
            "after",
            "c",
            "# A\n\n1. a\n2. c\n3. b\n   - deep\n\n4. d\n\nZ\n",
        ),
        ("# A\n\n- a\n- b\n- c", "c", "before", "a", "# A\n\n- c\n- a\n- b"),
        ("# A\r\n\r\n* a\r\n- b\r\n", "a", "after", "b", None),
    ],
)
def test_an_entry_is_placed_beside_another(
    team, bob, text, moved, side, beside, expected
):
    plan = make_plan(team=team, text=text)
    try:
        place_item(
            plan=plan,
            item=entry(plan, moved),
            actor=bob,
            beside=entry(plan, beside),
            side=side,
        )
    except Refused:
        assert expected is None  # of another list
        return
    assert text_of(plan) == expected
    assert plan.changes.filter(verb=Change.Verb.ITEM_MOVED).count() == 1
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text
    redo(plan=plan, actor=bob)
    assert text_of(plan) == expected


def test_what_is_put_where_it_is_changes_nothing(plan, bob):
    risk = find(plan, cell="R-001")
    number = Plan.objects.get(pk=plan.pk).change_number
    for side, beside in [("before", "R-001"), ("before", "R-002"), ("after", "R-001")]:
        place_item(
            plan=plan, item=risk, actor=bob, beside=find(plan, cell=beside), side=side
        )
    assert text_of(plan) == SMALL
    assert Plan.objects.get(pk=plan.pk).change_number == number


def test_a_step_and_a_place_give_the_same_bytes(team, bob):
    plan, other = make_plan(team=team, text=LIST), make_plan(team=team, text=LIST)
    move_item(plan=plan, item=entry(plan, "c"), actor=bob, direction="up")
    place_item(
        plan=other,
        item=entry(other, "c"),
        actor=bob,
        beside=entry(other, "b"),
        side="before",
    )
    assert text_of(plan) == text_of(other)


def test_a_section_is_placed_among_those_of_its_level(team, bob):
    plan = make_plan(team=team, text=PHASES)
    place_section(
        plan=plan,
        section=section_of(plan, "F"),
        actor=bob,
        beside=section_of(plan, "C"),
        side="before",
    )
    expected = "# A\n\n## B\n\n### F\n\n### C\n\nc\n\n***\n\n### D\n\n#### E\n\n## G\n"
    assert text_of(plan) == expected
    undo(plan=plan, actor=bob)
    assert text_of(plan) == PHASES


def headings(plan):
    return [line[3:] for line in text_of(plan).splitlines() if line.startswith("## ")]


def numbered(*headings):
    return "# A\n\n" + "\n\n".join(f"## {each}\n\nText" for each in headings) + "\n"


@pytest.mark.parametrize(
    ("before", "moved", "beside", "after"),
    [
        (
            ["Phase 0: A", "Phase 1: B", "Phase 2: C", "Phase 3: D", "Timeline"],
            "Phase 3: D",
            "Phase 1: B",
            ["Phase 0: A", "Phase 1: D", "Phase 2: B", "Phase 3: C", "Timeline"],
        ),
        # Codes belong to their places, gaps and letters too.
        (
            ["Phase 1: A", "Phase 1b: B", "Timeline", "Phase 4: C"],
            "Phase 4: C",
            "Phase 1: A",
            ["Phase 1: C", "Phase 1b: A", "Phase 4: B", "Timeline"],
        ),
        (
            ["Phase A: One", "Phase B: Two"],
            "Phase B: Two",
            "Phase A: One",
            ["Phase A: Two", "Phase B: One"],
        ),
        # Another section moves between phases.
        (
            ["Phase 1: A", "Phase 2: B", "Timeline"],
            "Timeline",
            "Phase 2: B",
            ["Phase 1: A", "Timeline", "Phase 2: B"],
        ),
        # Numbered in another way than the order: brought in order by hand.
        (
            ["Phase 0: A", "Phase 3: D", "Phase 1: B"],
            "Phase 1: B",
            "Phase 3: D",
            ["Phase 0: A", "Phase 1: B", "Phase 3: D"],
        ),
    ],
)
def test_phases_are_numbered_by_their_places(team, bob, before, moved, beside, after):
    text = numbered(*before)
    plan = make_plan(team=team, text=text)
    place_section(
        plan=plan,
        section=section_of(plan, moved),
        actor=bob,
        beside=section_of(plan, beside),
        side="before",
    )
    assert headings(plan) == after
    expected = text_of(plan)
    codes = Phase.objects.filter(section__plan=plan, section__removed=False)
    assert {(phase.section.heading, phase.code) for phase in codes} == {
        (heading, heading.split()[1].rstrip(":"))
        for heading in after
        if heading.startswith("Phase")
    }
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text
    redo(plan=plan, actor=bob)
    assert text_of(plan) == expected


def test_a_step_numbers_phases_too(team, bob):
    plan = make_plan(team=team, text=numbered("Phase 1: A", "Phase 2: B"))
    phase = section_of(plan, "Phase 2: B")
    move_section(plan=plan, section=phase, actor=bob, direction="up")
    assert headings(plan) == ["Phase 1: B", "Phase 2: A"]
    assert plan.changes.filter(verb=Change.Verb.SECTION_MOVED).count() == 1


@pytest.mark.parametrize("beside", ["E", "G", "A"])
def test_a_section_stays_in_its_own(team, bob, beside):
    plan = make_plan(team=team, text=PHASES)
    with pytest.raises(Refused, match="place to move this to is gone"):
        place_section(
            plan=plan,
            section=section_of(plan, "C"),
            actor=bob,
            beside=section_of(plan, beside),
            side="after",
        )
    assert text_of(plan) == PHASES


def test_a_reader_moves_nothing(plan, dana):
    risk, other = find(plan, cell="R-001"), find(plan, cell="R-002")
    with pytest.raises(NotAllowed):
        place_item(plan=plan, item=risk, actor=dana, beside=other, side="after")
    phase, later = (section_of(plan, f"Phase {n}") for n in ("0: Research", "1: Build"))
    with pytest.raises(NotAllowed):
        place_section(plan=plan, section=phase, actor=dana, beside=later, side="after")
