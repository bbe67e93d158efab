"""Which control a value has: by its label, its heading, its column."""

from collections import Counter

import pytest

from plans import document as doc
from plans.content.storage import load
from plans.document import Dialect
from plans.page.items import section_views
from tests import make

pytestmark = pytest.mark.once


def controls_of(plan):
    """Every control of the page: where it is and what it is."""

    def all_of(item):
        yield from item.controls
        for child in item.children:
            yield from all_of(child)

    return [
        (section.title, control.label, control.kind, control)
        for section in section_views(plan, load(plan))
        for block in section.blocks
        for item in block.items
        if item.kind not in ("guidance", "front_matter")
        for control in all_of(item)
    ]


def kinds_of(plan):
    return [(title, label, kind) for title, label, kind, _ in controls_of(plan)]


def answer_for(label, kind, control):
    match kind:
        case "choice":
            return control.choices[-1]
        case "date":
            return "2026-05-01"
        case "person":
            return "Dana"
        case "suggest":
            return control.choices[0]
    return f"An answer for {label or 'this'}"


def filled_in(plan):
    """The plan's document with an answer in every control that waits for one."""
    document = load(plan).document
    controls = iter(controls_of(plan))
    for _, _, item in document.walk():
        if item.kind in (doc.ItemKind.GUIDANCE, doc.ItemKind.FRONT_MATTER):
            continue
        answers = [
            answer_for(label, kind, control) if control.is_waiting else control.value
            for value, (_, label, kind, control) in zip(
                doc.values_of(item), controls, strict=False
            )
        ]
        match item:
            case doc.Field() if item.value or not item.children:
                (item.value,) = answers
            case doc.Check() | doc.Entry() | doc.Text():
                (item.text,) = answers
            case doc.Row():
                item.cells = answers
    return document


# Every control of the built-in template, by kind.
BUILT_IN = {"text": 145, "person": 20, "choice": 15, "date": 5, "suggest": 5}


@pytest.mark.django_db
@pytest.mark.parametrize("dialect", [None, *Dialect])
@pytest.mark.parametrize("is_filled_in", [False, True])
def test_a_plan_that_is_imported_again_keeps_its_controls(
    team, alice, dialect, is_filled_in
):
    plan = make.make_plan_from_template(team=team, actor=alice)
    expected = kinds_of(plan)
    assert Counter(kind for *_, kind in expected) == BUILT_IN
    document = filled_in(plan) if is_filled_in else load(plan).document
    text = doc.draft(document, dialect=dialect)
    again = make.make_plan(team=team, actor=alice, text=text, name="again")
    assert kinds_of(again) == expected


def shown(label, value, heading="Details"):
    return f"# Plan: A\n\n## {heading}\n\n- **{label}**: {value}\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (shown("Priority", "P1"), "choice"),
        (shown("Priority", ""), "choice"),
        (shown("Priority", "P1, or P0 if the tide is late"), "text"),
        (shown("Date", "in spring"), "text"),
        (shown("Due", "2026-05-01"), "date"),
        (shown("Owner", "Dana"), "person"),
        (shown("Vendor", "Tide Ltd"), "person"),
        (shown("Product", "Dana, Emil", "9.1 Stakeholders"), "person"),
        (shown("Product", "Tide tables"), "text"),
        (shown("Duration", "two weeks"), "text"),
        (shown("Status", "In review"), "suggest"),
        (shown("Project Type", "web"), "choice"),
        (shown("Project Type", "a web application with a worker"), "text"),
        (shown("Goal", "[P0 | P1]"), "choice"),
        ("| Task | Priority |\n|---|---|\n| Dig | P2 |\n", "choice"),
        ("| Task | Likelihood |\n|---|---|\n| Dig | Medium |\n", "choice"),
        ("| Task | Impact |\n|---|---|\n| Dig | The harbour is closed |\n", "text"),
        ("| Task | Due date |\n|---|---|\n| Dig | 2026-05-01 |\n", "date"),
        ("| Task | Assignee |\n|---|---|\n| Dig | Dana |\n", "person"),
    ],
)
def test_the_label_decides(team, alice, text, kind):
    plan = make.make_plan(team=team, actor=alice, text=text)
    assert kinds_of(plan)[-1][-1] == kind


@pytest.mark.django_db
def test_a_control_stays_what_it_is_while_one_types(team, alice):
    """A text that happens to be one of the choices, or empty, for a moment."""
    plan = make.make_plan(team=team, actor=alice, text=shown("Priority", "P1 at first"))
    for typed in ("P1", "", "P"):
        make.edit(plan, alice, label="Priority", value=typed)
        assert kinds_of(plan)[-1][-1] == "text"


@pytest.mark.django_db
def test_another_answer_to_a_choice_stays_on_offer(team, alice):
    plan = make.make_plan(team=team, actor=alice, text=shown("Priority", "P1"))
    make.edit(plan, alice, label="Priority", value="Later")
    control = controls_of(plan)[-1][-1]
    assert (control.kind, control.choices[-1]) == ("choice", "Later")
