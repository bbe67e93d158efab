"""Open questions are answered in threads, until an answer takes their place."""

import pytest

from plans.actions.comments import comment, resolve
from plans.actions.items import save_item
from plans.actions.questions import ask, dismiss, use_answer
from plans.actions.undo import undo
from plans.content.anchors import About
from plans.errors import NotAllowed, Refused
from plans.models import Change, Comment, Item, Thread
from plans.reviews.authors import find_text_authors
from tests.make import find, row_of, text_of

MARKER = "[NEEDS CLARIFICATION: Which harbours?]"
ASKED = About("value", "Which harbours?", is_question=True)


@pytest.fixture
def goal(plan):
    return find(plan, heading="Phase 0: Research", label="Goal")


def answered(plan, item, actor, text, about=ASKED):
    return comment(plan=plan, item=item, actor=actor, text=text, about=about)


def open_threads(item):
    return Item.objects.get(pk=item.pk).open_threads


def test_the_file_keeps_the_question_while_people_answer(plan, goal, bob, dana):
    before = text_of(plan)
    first = answered(plan, goal, dana, "The north.")
    second = answered(plan, goal, bob, "Both.")
    assert first.thread == second.thread
    assert text_of(plan) == before and open_threads(goal) == 1


def test_an_answer_takes_the_place_of_the_question(plan, goal, bob, dana):
    one = answered(plan, goal, dana, "The north.")
    use_answer(plan=plan, comment=one, actor=bob)
    assert "- **Goal**: The north.\n" in text_of(plan)
    thread = Thread.objects.get()
    assert thread.resolved_by == bob and open_threads(goal) == 0
    change = plan.changes.first()
    assert change.deed == "used Dana’s answer for" and change.item == goal
    assert {bob.pk, dana.pk} <= set(find_text_authors(plan).writers)
    with pytest.raises(Refused, match="already been answered"):
        use_answer(plan=plan, comment=one, actor=bob)
    # With the question, its thread comes back.
    undo(plan=plan, actor=bob)
    assert MARKER in text_of(plan)
    assert Thread.objects.get().resolved_at is None and open_threads(goal) == 1


def test_only_the_question_gives_way(plan, bob, dana):
    item = find(plan, label="Category")
    values = {"value": "Plan [NEEDS CLARIFICATION: Of?] [NEEDS CLARIFICATION: By?]"}
    item = save_item(plan=plan, item=item, actor=bob, values=values, seen=None)
    about = About("value", "By?", is_question=True)
    one = answered(plan, row_of(plan, item.pk), dana, "by Bob", about)
    use_answer(plan=plan, comment=one, actor=bob)
    assert row_of(plan, item.pk).field.value == "Plan [NEEDS CLARIFICATION: Of?] by Bob"


def test_an_edit_resolves_it_too(plan, goal, bob, dana):
    answered(plan, goal, dana, "The north.")
    goal = row_of(plan, goal.pk)
    save_item(plan=plan, item=goal, actor=bob, values={"value": "North"}, seen=None)
    assert Thread.objects.get().resolved_by == bob and open_threads(goal) == 0
    # Asked again, the same question goes on where it was.
    goal = row_of(plan, goal.pk)
    question = "Which harbours?"
    ask(plan=plan, item=goal, actor=bob, key="value", question=question, seen=None)
    assert Thread.objects.get().resolved_at is None and open_threads(goal) == 1


def test_dismissing_keeps_the_reason(plan, goal, bob, dana):
    answered(plan, goal, dana, "The north.")
    where = {"key": "value", "question": "Which harbours?"}
    with pytest.raises(Refused, match="Say why"):
        dismiss(plan=plan, item=row_of(plan, goal.pk), actor=bob, reason=" ", **where)
    dismiss(plan=plan, item=row_of(plan, goal.pk), actor=bob, reason="All.", **where)
    change = plan.changes.first()
    assert (change.verb, change.note) == (Change.Verb.QUESTION_DISMISSED, "All.")
    assert Thread.objects.get().resolved_at and MARKER not in text_of(plan)


def test_while_it_is_open_its_thread_is_not_resolved_by_itself(plan, goal, bob, dana):
    one = answered(plan, goal, dana, "The north.")
    with pytest.raises(Refused, match="still open in the plan"):
        resolve(plan=plan, thread=one.thread, actor=bob)


def test_afterwards_an_answer_leaves_it_resolved(plan, goal, bob, dana):
    one = answered(plan, goal, dana, "The north.")
    use_answer(plan=plan, comment=one, actor=bob)
    thread = Thread.objects.select_related("item__block__section").get()
    comment(plan=plan, thread=thread, actor=dana, text="Thanks.")
    assert Thread.objects.get().resolved_at and open_threads(goal) == 0


def test_who_may(plan, goal, bob, dana, victor, charlie):
    for nobody in (victor, charlie):
        with pytest.raises(NotAllowed):
            answered(plan, goal, nobody, "The north.")
    one = answered(plan, goal, dana, "The north.")
    for nobody in (dana, victor, charlie):
        with pytest.raises(NotAllowed):
            use_answer(plan=plan, comment=one, actor=nobody)
    assert MARKER in text_of(plan)


def test_what_is_no_answer(plan, goal, bob, dana):
    with pytest.raises(Refused, match="That question is gone"):
        answered(plan, goal, dana, "x", About("value", "Which sea?", is_question=True))
    plain = comment(plan=plan, item=goal, actor=dana, text="A remark.")
    with pytest.raises(Refused, match="no answer"):
        use_answer(plan=plan, comment=plain, actor=bob)
    assert Comment.objects.count() == 1
