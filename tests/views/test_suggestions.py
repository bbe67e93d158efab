"""Suggestions on the pages: the form, the list, the mark, and who gets in."""

import pytest

from plans.actions.suggestions import decline, suggest
from plans.live import targets
from plans.live.fragments import render_changes, render_side
from plans.models import Plan, Suggestion
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import HTMX, is_fragment, signed_in, soup, targets_of, url_of
from tests.views.asking import words_of as words_on

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once

DECISIONS = ("suggestion_accept", "suggestion_decline", "suggestion_withdraw")
POSTS = ("suggest", "suggestions_decide", *DECISIONS)
State = Suggestion.State


@pytest.fixture
def item(plan):
    return make.find(plan, label="Category")


@pytest.fixture
def suggestion(plan, item, dana):
    return suggest(
        plan=plan, item=item, actor=dana, key="value", text="Feature", reason="New."
    )


def post(user, name, plan, *where, headers=HTMX, **data):
    return signed_in(user).post(url_of(name, plan, *where), data, headers=headers)


def state_of(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk).state


# --- Making one ---


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
@pytest.mark.parametrize("who", ["alice", "bob", "dana"])
def test_who_may_comment_may_suggest(plan, item, request, who, headers):
    user = request.getfixturevalue(who)
    form = soup(signed_in(user).get(url_of("suggest", plan, item.pk)))
    assert form.select_one("textarea[name=value]").text.strip() == "Plan"
    assert form.select_one("textarea[name=was]").text.strip() == "Plan"
    answer = post(
        user,
        "suggest",
        plan,
        item.pk,
        headers=headers,
        key="value",
        value="Feature",
        was="Plan",
        reason="New.",
    )
    assert Suggestion.objects.get().author == user
    if headers:
        assert is_fragment(answer)
        assert targets_of(answer) == [f"#item-{item.pk}", "#toasts"]
        assert "1 open suggestion" in words_on(answer)
    else:
        page = signed_in(user).get(answer["Location"])
        assert "Plan" in words_on(page) and "Feature" in words_on(page)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_may(plan, item, victor, charlie, client, method):
    url = url_of("suggest", plan, item.pk)
    data = {"key": "value", "value": "Feature"}
    assert getattr(signed_in(victor), method)(url, data).status_code == 403
    assert getattr(signed_in(charlie), method)(url, data).status_code == 404
    assert "/login/" in getattr(client, method)(url, data)["Location"]
    assert not Suggestion.objects.exists()


def test_another_plans_item_has_no_form(plan, dana, team, alice):
    other = make.find(make.make_plan(team=team, actor=alice), label="Category")
    assert signed_in(dana).get(url_of("suggest", plan, other.pk)).status_code == 404


def test_of_a_row_the_text_is_chosen_first(plan, dana):
    risk = make.find(plan, cell="R-001")
    url = url_of("suggest", plan, risk.pk)
    links = soup(signed_in(dana).get(url)).select(".suggest-choices a")
    assert [link.text for link in links][:3] == ["Risk ID", "Description", "Impact"]
    form = soup(signed_in(dana).get(links[2]["href"]))
    assert (
        form.select_one("select[name=cell-2] option[selected]").text.strip() == "High"
    )


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_what_was_typed_is_there_after_a_refusal(plan, item, bob, dana, headers):
    data = {"key": "value", "was": "Plan", "reason": "<b>New</b>"}
    answer = post(dana, "suggest", plan, item.pk, headers=headers, value="Plan", **data)
    assert answer.status_code == 422
    page = soup(answer)
    assert "same as the text" in page.select_one("[role=alert]").text
    assert page.select_one("textarea[name=reason]").text.strip() == "<b>New</b>"
    make.edit(plan, bob, value="Bug")
    answer = post(
        dana, "suggest", plan, item.pk, headers=headers, value="Feature", **data
    )
    assert answer.status_code == 409
    page = soup(answer)
    assert page.select_one("textarea[name=value]").text.strip() == "Feature"
    assert page.select_one("textarea[name=was]").text.strip() == "Bug"
    assert page.select_one(".suggest-current pre").text.strip() == "Bug"


def test_a_question_is_answered_by_a_suggestion(plan, dana, alice):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    form = soup(signed_in(dana).get(url_of("suggest", plan, goal.pk)))
    assert "Which harbours?" in form.select_one(".suggest-question").text
    assert not form.select_one("textarea[name=value]").text.strip()
    post(dana, "suggest", plan, goal.pk, key="value", value="The north", was="")
    one = Suggestion.objects.get()
    assert one.base == "[NEEDS CLARIFICATION: Which harbours?]"
    post(alice, "suggestion_accept", plan, one.pk, asked="")
    assert make.row_of(plan, goal.pk).field.value == "The north"


# --- Deciding ---


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_an_editor_accepts(plan, item, suggestion, bob, headers):
    query = f"item={item.pk}"
    answer = post(
        bob, "suggestion_accept", plan, suggestion.pk, headers=headers, asked=query
    )
    assert make.row_of(plan, item.pk).field.value == "Feature"
    if headers:
        assert targets_of(answer) == [f"#item-{item.pk}", "#threads", "#toasts"]
        assert "Accepted by Bob" in words_on(answer)
    else:
        assert answer["Location"] == url_of("comments", plan, item=item.pk)


def test_an_editor_edits_before_accepting(plan, item, suggestion, bob, alice):
    page = soup(signed_in(bob).get(url_of("comments", plan, item=item.pk)))
    form = page.select_one(".suggestion-more form")
    assert form.select_one("textarea[name=value]").text.strip() == "Feature"
    typed = {"edited": "1", "was": "Plan", "value": "Features"}
    post(bob, "suggestion_accept", plan, suggestion.pk, **typed)
    assert make.row_of(plan, item.pk).field.value == "Features"
    change = plan.changes.first()
    assert (change.actor.name, change.suggested_by.name) == ("Bob", "Dana")


def test_an_editor_declines_and_says_why(plan, item, suggestion, bob, dana):
    post(bob, "suggestion_decline", plan, suggestion.pk, reason="It is <b>not</b>.")
    page = signed_in(dana).get(url_of("comments", plan, item=item.pk))
    assert "Declined by Bob" in words_on(page)
    assert "It is <b>not</b>." in words_on(page)
    history = words_on(signed_in(dana).get(url_of("history", plan)))
    assert "Bob declined Dana’s suggestion for 1. OBJECTIVE › Category" in history
    assert "It is <b>not</b>." in history


@pytest.mark.parametrize("name", DECISIONS)
def test_others_may_not_decide(
    plan, suggestion, bob, dana, victor, charlie, client, name
):
    wrong = bob if name == "suggestion_withdraw" else dana
    for user, status in ((wrong, 403), (victor, 403), (charlie, 404)):
        assert post(user, name, plan, suggestion.pk).status_code == status
    url = url_of(name, plan, suggestion.pk)
    assert "/login/" in client.post(url)["Location"]
    assert client.post(url, headers=HTMX).status_code == 401
    assert signed_in(bob).get(url).status_code == 405
    assert state_of(suggestion) == State.OPEN


@pytest.mark.parametrize("name", DECISIONS)
def test_what_is_decided_already_is_a_conflict(plan, suggestion, bob, dana, name):
    decline(plan=plan, suggestion=suggestion, actor=bob)
    who = dana if name == "suggestion_withdraw" else bob
    answer = post(who, name, plan, suggestion.pk)
    assert answer.status_code == 409
    assert "Bob has already declined" in words_on(answer)


def test_another_plans_suggestion_is_not_found(plan, suggestion, bob, team, alice):
    other = make.make_plan(team=team, actor=alice)
    assert post(bob, "suggestion_accept", other, suggestion.pk).status_code == 404


def test_an_outdated_one_says_so_and_overwrites_nothing(plan, item, suggestion, bob):
    make.edit(plan, bob, value="Bug")
    answer = post(bob, "suggestion_accept", plan, suggestion.pk)
    assert answer.status_code == 409 and "can’t be merged" in words_on(answer)
    page = soup(signed_in(bob).get(url_of("comments", plan, item=item.pk)))
    assert "Outdated." in page.select_one(".suggestion").text
    names = [button.text for button in page.select(".suggestion-tools button")]
    assert "Accept" not in names and "Accept this text" in names


def test_all_of_one_person_at_once(plan, item, suggestion, bob, dana, alice):
    storage = make.find(plan, label="Storage")
    suggest(plan=plan, item=storage, actor=dana, key="value", text="SQLite")
    suggest(plan=plan, item=storage, actor=alice, key="value", text="Files")
    page = soup(signed_in(bob).get(url_of("comments", plan)))
    assert "2 by Dana" in page.select_one(".suggestions-of").text
    answer = post(bob, "suggestions_decide", plan, by=dana.pk, do="accept", asked="")
    assert "2 accepted." in words_on(answer)
    assert Suggestion.objects.open().get().author == alice
    answer = post(bob, "suggestions_decide", plan, by=alice.pk, do="decline", asked="")
    assert "1 declined." in words_on(answer)
    assert post(bob, "suggestions_decide", plan, by=999).status_code == 404
    assert post(dana, "suggestions_decide", plan, by=dana.pk).status_code == 403


# --- Where it shows ---


def test_the_plan_page_shows_it_and_its_file_does_not(plan, item, suggestion, victor):
    client = signed_in(victor)
    page = soup(client.get(url_of("plan", plan)))
    mark = page.select_one(f"#item-{item.pk}-suggestions")
    assert mark.select_one(".visually-hidden").text.split() == [
        "1",
        "open",
        "suggestion",
    ]
    panel = page.select_one("#panel-suggestions")
    assert panel.select_one(".count").text == "1" and "New." in panel.text
    shown = soup(client.get(mark["href"]))
    assert shown.select_one(".history-diff ins").text == "[added: Feature]"
    assert not shown.select(".suggestion-tools")
    assert b"Feature" not in client.get(url_of("download", plan)).content


def test_the_feed_brings_mark_and_panel(plan, item, suggestion):
    plan = Plan.objects.get(pk=plan.pk)
    change = plan.changes.first()
    html = render_changes(plan, targets.find_targets([change]), [True, False])
    assert all(f'id="item-{item.pk}-suggestions"' in part for part in html.values())
    assert "New." in render_side(plan, can_edit=False)


@pytest.mark.slow
def test_queries_do_not_grow(plan, item, dana, django_assert_num_queries):
    for many in (2, 20):
        while Suggestion.objects.count() < many:
            text = f"Feature {Suggestion.objects.count()}"
            suggest(plan=plan, item=item, actor=dana, key="value", text=text)
        client = signed_in(dana)
        client.get(url_of("comments", plan))  # counts what is open after a change
        for url, queries in (
            (url_of("comments", plan), 13),
            (url_of("comments", plan, item=item.pk), 11),
            (url_of("plan", plan), 12),
        ):
            with django_assert_num_queries(queries):
                client.get(url)
