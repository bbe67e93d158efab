"""That what to check before signing is grouped, and long lists are cut."""

from types import SimpleNamespace

import pytest

from plans.models import Plan, Version
from plans.page.highlights import MOST_THREADS, highlight_groups
from plans.reviews.highlights import Highlight, Highlights

pytestmark = pytest.mark.once


def groups(threads=0, suggestions=0, problems=(), **highlights):
    empty = {"gates": [], "questions": [], "risks": [], "dependencies": []}
    thread = SimpleNamespace(
        words="Why?",
        label="Goal",
        query="thread=1",
        start=SimpleNamespace(author=SimpleNamespace(name="Bob")),
    )
    suggestion = SimpleNamespace(
        words="It is new.",
        label="Category",
        query="item=2",
        row=SimpleNamespace(author=SimpleNamespace(name="Dana")),
    )
    all_groups = highlight_groups(
        Plan(slug="p"),
        Version(problems=list(problems)),
        Highlights(**empty | highlights),
        [thread] * threads,
        [suggestion] * suggestions,
    )
    return {group.name: group for group in all_groups}


def test_every_group_is_there_when_there_is_nothing_to_check():
    assert [(group.name, group.count) for group in groups().values()] == [
        ("Blocking issues", 0),
        ("Open questions", 0),
        ("High risks", 0),
        ("Red dependencies", 0),
        ("Open comments", 0),
        ("Open suggestions", 0),
    ]


def test_only_errors_are_blocking_issues():
    problem = {"message": "No goal", "line": 3, "is_error": True}
    issues = groups(problems=[problem, problem | {"is_error": False}])[
        "Blocking issues"
    ]
    assert [(line.text, line.note) for line in issues.lines] == [("No goal", "Line 3")]
    assert issues.is_unfolded


def test_a_risk_has_its_code_and_its_mitigation():
    cells = {"code": "R1", "mitigation": "Rehearse"}
    (line,) = groups(risks=[Highlight("Late", "Risks", cells)])["High risks"].lines
    assert (line.code, line.text, line.note) == ("R1", "Late", "Rehearse")


def test_a_dependency_says_what_it_blocks():
    cells = {"impact_if_blocked": "No pilot"}
    by_name = groups(dependencies=[Highlight("Depot", "Dependencies", cells)])
    (line,) = by_name["Red dependencies"].lines
    assert (line.text, line.note) == ("Depot", "No pilot")


def test_many_comments_are_cut_and_lead_to_all():
    few = groups(threads=MOST_THREADS)["Open comments"]
    many = groups(threads=MOST_THREADS + 1)["Open comments"]
    assert (few.count, few.all_at) == (MOST_THREADS, "")
    assert (many.count, len(many.lines)) == (MOST_THREADS + 1, MOST_THREADS)
    assert many.all_at == f"{Plan(slug='p').url}comments/"
    assert many.lines[0].address == f"{many.all_at}?thread=1"


def test_suggestions_wait_for_a_decision():
    few = groups(suggestions=1)["Open suggestions"]
    (line,) = few.lines
    assert (line.text, line.note) == ("It is new.", "Dana on Category")
    assert line.address == f"{Plan(slug='p').url}comments/?item=2" and not few.all_at
    many = groups(suggestions=MOST_THREADS + 1)["Open suggestions"]
    assert (many.count, len(many.lines)) == (MOST_THREADS + 1, MOST_THREADS)
