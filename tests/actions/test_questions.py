"""That open questions are asked, answered and dropped where they stand."""

import pytest

from plans.actions.questions import answer, ask, drop
from plans.actions.undo import undo
from plans.errors import Refused, Stale
from plans.models import Change
from tests.kept import kept_plan, small_plan
from tests.make import SMALL, find, row_of, text_of

team, plan = kept_plan(small_plan)


@pytest.fixture
def goal(plan):
    return find(plan, heading="Phase 0: Research", label="Goal")


def test_an_answer_takes_the_questions_place(plan, bob, goal):
    item = answer(
        plan=plan, item=goal, actor=bob, key="value", number=0, text="Two", seen=0
    )
    assert "- **Goal**: Two\n" in text_of(plan)
    item = row_of(plan, item.pk)
    assert (item.questions, item.fillable) == (0, 1)


def test_the_log_keeps_question_and_answer(plan, bob, goal):
    answer(plan=plan, item=goal, actor=bob, key="value", number=0, text="Two", seen=0)
    (edit,) = Change.objects.get(actor=bob).edits
    assert edit["before"] == {"value": "[NEEDS CLARIFICATION: Which harbours?]"}
    assert edit["after"] == {"value": "Two"}
    undo(plan=plan, actor=bob)
    assert text_of(plan) == SMALL


def test_a_question_is_asked_behind_the_value(plan, bob):
    item = ask(
        plan=plan,
        item=find(plan, label="Category"),
        actor=bob,
        key="value",
        question="Is it [one]?",
        seen=0,
    )
    line = "- **Category**: Plan [NEEDS CLARIFICATION: Is it [one]?]\n"
    assert line in text_of(plan)
    assert row_of(plan, item.pk).questions == 1


def test_a_question_is_asked_in_a_cell_and_answered_there(plan, bob):
    risk = find(plan, cell="R-001")
    risk = ask(
        plan=plan, item=risk, actor=bob, key="cell-1", question="How long?", seen=0
    )
    where = {"item": risk, "key": "cell-1", "number": 0, "seen": 1}
    with pytest.raises(Refused, match="Say why"):
        drop(plan=plan, actor=bob, reason=" ", **where)
    drop(plan=plan, actor=bob, reason="It never does.", **where)
    change = plan.changes.first()
    assert change.verb == Change.Verb.QUESTION_DISMISSED
    assert change.note == "It never does."
    assert text_of(plan) == SMALL


@pytest.mark.parametrize(
    "question", ["a ] b", "[", "a\nb", "| pipe `", "-->", "[x](y)"]
)
def test_any_question_is_read_as_one(plan, bob, question):
    for place, key in (({"label": "Category"}, "value"), ({"cell": "R-001"}, "cell-1")):
        item = ask(
            plan=plan,
            item=find(plan, **place),
            actor=bob,
            key=key,
            question=question,
            seen=0,
        )
        assert row_of(plan, item.pk).questions == 1


def test_of_two_questions_one_is_answered(plan, bob):
    item = find(plan, label="Category")
    for question in ("A?", "B?"):
        item = ask(
            plan=plan, item=item, actor=bob, key="value", question=question, seen=None
        )
    answer(plan=plan, item=item, actor=bob, key="value", number=1, text="b", seen=None)
    assert "Plan [NEEDS CLARIFICATION: A?] b\n" in text_of(plan)


def test_what_cannot_be_asked_or_answered_is_refused(plan, bob, goal):
    def answered(**values):
        values = {"key": "value", "number": 0, "text": "x", "seen": 0} | values
        return answer(plan=plan, item=goal, actor=bob, **values)

    with pytest.raises(Refused, match="That question is gone"):
        answered(number=1)
    with pytest.raises(Refused, match="Enter an answer"):
        answered(text=" ")
    with pytest.raises(Refused, match="no such text"):
        answered(key="cell-1")
    for key in ("cell-²", "cell-1234", "kind"):
        with pytest.raises(Refused, match="no such text"):
            answered(key=key)
    with pytest.raises(Stale):
        answered(seen=7)
    with pytest.raises(Refused, match="Enter a question"):
        ask(plan=plan, item=goal, actor=bob, key="value", question=" ", seen=0)
    assert text_of(plan) == SMALL
