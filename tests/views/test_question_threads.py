"""Open questions on the pages: answered in a thread, used as the text, dismissed."""

import pytest

from tests import make
from tests.views.asking import HTMX, signed_in, soup, targets_of, url_of, words_of

pytestmark = pytest.mark.once

POSTS = ("answer_use", "question_dismiss")


def post(user, name, plan, *where, headers=HTMX, **data):
    return signed_in(user).post(url_of(name, plan, *where), data, headers=headers)


def test_a_question_is_answered_in_its_thread(plan, alice, dana, victor):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    url = url_of("comments", plan, item=goal.pk)
    assert "Which harbours?" in words_of(signed_in(victor).get(url))
    assert not soup(signed_in(victor).get(url)).select(".question-dismiss")
    form = soup(signed_in(dana).get(url)).select_one(".thread form")
    data = {field["name"]: field.get("value", "") for field in form.select("input")}
    data |= {"comment": "The **north**."}
    signed_in(dana).post(form["action"], data, headers=HTMX)
    assert not soup(signed_in(dana).get(url)).select('form[action$="/use/"]')
    page = soup(signed_in(alice).get(url))
    use = page.select_one('form[action$="/use/"]')
    answer = signed_in(alice).post(
        use["action"], {"asked": f"item={goal.pk}"}, headers=HTMX
    )
    assert targets_of(answer) == [f"#item-{goal.pk}", "#threads", "#toasts"]
    assert make.row_of(plan, goal.pk).field.value == "The **north**."
    history = words_of(signed_in(dana).get(url_of("history", plan)))
    assert "Alice used Dana’s answer for Phase 0: Research › Goal" in history


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_question_is_dismissed_from_its_thread(plan, bob, dana, headers):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    data = {"key": "value", "quote": "Which harbours?", "asked": f"item={goal.pk}"}
    where = ("question_dismiss", plan, goal.pk)
    assert post(dana, *where, headers=headers, reason="No", **data).status_code == 403
    answer = post(bob, *where, headers=headers, reason="  ", **data)
    assert answer.status_code == 422 and "Say why" in words_of(answer)
    post(bob, *where, headers=headers, reason="All of them.", **data)
    assert not make.row_of(plan, goal.pk).field.value
    answer = post(bob, *where, headers=headers, reason="Again.", **data)
    assert answer.status_code == 422 and "That question is gone" in words_of(answer)
