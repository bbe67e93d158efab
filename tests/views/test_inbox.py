"""The inbox: one line for each thing that waits, what can be done with it from there,
and the person's own marks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans import permissions
from plans.actions import comments, suggestions, teams
from plans.actions.assignments import assign
from plans.actions.plans import archive_plan
from plans.models import InboxMark, Membership, Suggestion
from plans.page.inbox import box, reviews
from plans.page.inbox.assignments import assigned_entries
from plans.page.inbox.box import load_inbox
from plans.page.inbox.entries import Kind
from tests import make
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


@pytest.fixture
def submitted(team, alice, bob, dana):
    return make.make_submitted(team=team, actor=alice, editor=bob)


def lines_of(user, **query) -> list[str]:
    page = soup(signed_in(user).get(url_of("inbox", **query)))
    return [" ".join(link.get_text().split()) for link in page.select(".entry-link")]


def count_of(user) -> int:
    return signed_in(user).get(url_of("inbox_count")).json()["count"]


def entry_of(user, kind):
    rows = [one.entry for one in load_inbox(user).marked if one.entry.kind == kind]
    (entry,) = rows
    return entry


def mark(user, entry, do, **values):
    values = {"key": entry.key, "stamp": entry.stamp, "do": do} | values
    return signed_in(user).post(url_of("inbox_mark"), values)


def say(plan, actor, text, **place):
    place = place or {"item": make.find(plan, label="Storage")}
    return comments.comment(plan=plan, actor=actor, text=text, **place)


# --- How much ---


@pytest.mark.slow
def test_nothing_is_left_out_however_much_waits(
    team, alice, bob, dana, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(reviews, "FIRST_PLANS", 2)
    monkeypatch.setattr(box, "MAX_COUNT", 3)
    for number in range(3):
        make.make_submitted(team=team, actor=alice, editor=bob)
        assert count_of(dana) == number + 1
    queries = CaptureQueriesContext(connection)
    with queries:
        assert load_inbox(dana).count == 3
    for _ in range(3):
        make.make_submitted(team=team, actor=alice, editor=bob)
    with django_assert_num_queries(len(queries)):
        inbox = load_inbox(dana)
    assert inbox.kinds(box.Show.OPEN) == [(Kind.SIGN, 6)]
    assert inbox.count == 6
    # Who only counts stops at what the navigation says, which is then as true.
    monkeypatch.setattr(reviews, "FIRST_PLANS", 4)
    assert load_inbox(dana, is_whole=False).count == 4
    answer = signed_in(dana).get(url_of("inbox_count")).json()
    assert answer["label"] == "3+"


# --- What each line says ---


def test_a_sign_off_is_asked_in_one_line_that_leads_to_it(submitted, dana, bob):
    assert lines_of(dana) == [
        "Bob asks you to sign Tide tables, version 1, as Technical Design"
    ]
    page = soup(signed_in(dana).get(url_of("inbox")))
    place = f"#decide-{make.slot_of(submitted).pk}"
    assert page.select_one(".entry-link")["href"] == url_of("review", submitted) + place
    # Whoever runs this beside other work may need a second to get here.
    assert page.select_one(".entry time").get_text() in ("now", "a second ago")
    assert page.select_one("#inbox-count").get_text() == "1"
    assert lines_of(bob) == []
    assert "Nothing waits for you" in words_of(signed_in(bob).get(url_of("inbox")))
    make.sign(submitted, dana)
    assert lines_of(dana) == []


def test_the_last_signs_later_and_is_told_after_whom(submitted, alice, dana):
    assert lines_of(alice) == []
    assert lines_of(alice, show="later") == [
        "You sign Tide tables as Launch Approval after all other sign-offs"
    ]
    make.sign(submitted, dana)
    assert "as Launch Approval" in lines_of(alice)[0]


def test_changes_that_are_requested_wait_for_who_submitted_and_who_created(
    submitted, alice, bob, dana
):
    make.sign(submitted, dana, decision="changes_requested", comment="Name the gauges")
    line = "Dana requested changes of Tide tables: “Name the gauges”"
    assert lines_of(bob) == [line]
    assert lines_of(alice) == [line]
    assert lines_of(dana) == []
    Membership.objects.filter(user=bob).update(role="viewer")
    assert lines_of(bob) == []


def test_a_condition_waits_for_who_made_it_until_an_edit_makes_it_stale(
    submitted, bob, dana
):
    make.sign(submitted, dana, decision="approved_if", comment="If Maps agree")
    assert lines_of(dana) == ["Your condition for Tide tables: “If Maps agree”"]
    make.edit(submitted, bob, value="Another plan")
    assert lines_of(dana) == [
        "Tide tables was edited after you signed it as Technical Design"
    ]


def test_a_question_waits_for_who_has_its_place_and_its_answer_for_the_creator(
    plan, alice, bob, dana
):
    goal = make.find(plan, heading="Phase 0: Research", label="Goal")
    place = "Phase 0: Research › Goal"
    assert lines_of(alice) == lines_of(dana) == []
    say_answer = {"key": "value", "quote": "Which harbours?", "is-question": "1"}
    signed_in(dana).post(
        url_of("comment_add", plan), {"item": goal.pk, "comment": "All", **say_answer}
    )
    assert lines_of(alice) == [f"Dana answered a question in {place}: “All”"]
    assign(plan=plan, actor=alice, item=goal, assignee=bob, due=None)
    assert f"Dana answered a question in {place}: “All”" in lines_of(bob)
    assert lines_of(alice) == []


def test_what_is_assigned_says_who_gave_it_since_when_and_until_when(plan, alice, bob):
    item = make.find(plan, label="Storage")
    day = timezone.localdate() - timedelta(days=1)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=day)
    assert lines_of(bob) == ["Alice assigned 1. OBJECTIVE › Storage to you"]
    entry = entry_of(bob, "assigned")
    assert entry.since == plan.changes.first().created_at
    page = soup(signed_in(bob).get(url_of("inbox")))
    assert "Overdue since" in page.select_one(".entry").get_text()
    assert page.select_one(".entry-link")["href"].endswith(f"#item-{item.pk}")


def test_what_is_typed_is_text(plan, alice, bob):
    say(plan, alice, "@bob <script>alert(1)</script> <b>now</b>")
    html = signed_in(bob).get(url_of("inbox")).content.decode()
    assert "<script>alert" not in html and "<b>now" not in html
    assert "&lt;b&gt;now" in html


# --- Lists, kinds and pages ---


@pytest.mark.slow
def test_kinds_and_pages_are_in_the_address(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice)
    for number in range(26):
        say(plan, alice, f"@bob, {number}?")
    assign(
        plan=plan,
        actor=alice,
        section=make.section_of(plan, "6. SUCCESS METRICS"),
        assignee=bob,
        due=None,
    )
    assert len(lines_of(bob)) == 25
    assert len(lines_of(bob, page=2)) == 2
    assert len(lines_of(bob, page=99)) == 2
    assert lines_of(bob, kind="assigned") == [
        "Alice assigned 6. SUCCESS METRICS to you"
    ]
    assert len(lines_of(bob, kind="nonsense", page="x", show="x")) == 25
    assert len(lines_of(bob, kind="mention", page=2)) == 1
    page = soup(signed_in(bob).get(url_of("inbox")))
    kinds = [link.get_text(" ", strip=True) for link in page.select(".inbox-filters a")]
    assert kinds == ["All", "Mentions 26", "Assigned 1"]
    assert page.select_one("#inbox-count").get_text() == "27"


def test_the_home_page_shows_it_first(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice)
    for number in range(7):
        say(plan, alice, f"@bob, {number}?")
    client = signed_in(bob)
    page = soup(client.get(url_of("plan_list")))
    first, _ = page.select("main .entry-list, main .plan-list")
    assert len(first.select(".entry")) == 4
    assert page.select_one("#inbox-count").get_text() == "7"
    for query in ({"q": "tide"}, {"page": 2}, {"state": "archived"}):
        assert not soup(client.get(url_of("plan_list", **query))).select(".entry")


@pytest.mark.slow
def test_it_asks_the_database_as_often_however_much_waits(
    team, alice, bob, dana, django_assert_num_queries
):
    def add():
        plan = make.make_submitted(team=team, actor=alice, editor=bob)
        for person, text in ((dana, "@alice?"), (alice, "@dana?")):
            say(plan, person, text)
        for number in range(3):
            suggestions.suggest(
                plan=plan,
                actor=dana,
                item=make.find(plan, label="Storage"),
                key="value",
                text=f"Files {number}",
            )
        for label in ("Storage", "Category"):
            item = make.find(plan, label=label)
            assign(plan=plan, actor=bob, item=item, assignee=alice, due=None)
        section = make.section_of(plan, "6. SUCCESS METRICS")
        assign(plan=plan, actor=bob, section=section, assignee=alice, due=None)
        make.sign(plan, dana, decision="changes_requested")

    client = signed_in(alice)
    for size in (1, 6):
        add()
        if size > 1:
            for _ in range(size - 2):
                add()
        client.get(url_of("inbox"))  # digests are kept
        with django_assert_num_queries(19):
            client.get(url_of("inbox"))
        with django_assert_num_queries(13):
            client.get(url_of("inbox_count"))


# --- Marks ---


@pytest.mark.slow
def test_done_and_snoozed_are_elsewhere_and_come_back(submitted, alice, bob, dana):
    entry = entry_of(dana, "sign")
    answer = mark(dana, entry, "done")
    assert answer["Location"] == url_of("inbox")
    assert (lines_of(dana), count_of(dana)) == ([], 0)
    assert len(lines_of(dana, show="done")) == 1
    mark(dana, entry, "open")
    assert count_of(dana) == 1
    mark(dana, entry, "tomorrow")
    assert (count_of(dana), len(lines_of(dana, show="later"))) == (0, 1)
    row = InboxMark.objects.get(user=dana)
    assert timezone.localtime(row.snoozed_until).hour == 9
    InboxMark.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert count_of(dana) == 1
    mark(dana, entry, "day", day="2020-01-31")
    mark(dana, entry, "done")
    # A new version is a new request.
    make.edit(submitted, bob, value="Another plan")
    signed_in(bob).post(url_of("review_request", submitted))
    assert count_of(dana) == 1
    assert lines_of(alice, show="done") == []


def test_read_is_no_more_than_read(submitted, dana):
    entry = entry_of(dana, "sign")
    page = soup(signed_in(dana).get(url_of("inbox")))
    assert "is-unread" in page.select_one(".entry")["class"]
    mark(dana, entry, "read")
    page = soup(signed_in(dana).get(url_of("inbox")))
    assert "is-unread" not in page.select_one(".entry")["class"]
    assert count_of(dana) == 1
    mark(dana, entry, "unread")
    page = soup(signed_in(dana).get(url_of("inbox")))
    assert "is-unread" in page.select_one(".entry")["class"]


def test_a_fragment_is_what_a_reload_shows(submitted, dana):
    client, entry = signed_in(dana), entry_of(dana, "sign")
    values = {"key": entry.key, "stamp": entry.stamp, "do": "done", "at": "show=later"}
    answer = client.post(url_of("inbox_mark"), values, headers=HTMX)
    fragment = soup(answer).select_one("#inbox")
    page = soup(client.get(url_of("inbox", show="later"))).select_one("#inbox")
    assert fragment.get_text(" ", strip=True) == page.get_text(" ", strip=True)
    assert "comes back" in words_of(answer)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"do": "nothing"}, 422),
        ({"do": "day", "day": "2020-01-31"}, 422),
        ({"do": "day", "day": "2999-01-31"}, 422),
        ({"do": "day", "day": "2026-02-31"}, 422),
        ({"do": "day"}, 422),
        ({"stamp": "older"}, 409),
        ({"key": "sign:0"}, 409),
        ({"key": "x" * 10_000}, 409),
    ],
)
def test_what_cannot_be_marked_is_refused_in_words(submitted, dana, values, status):
    entry = entry_of(dana, "sign")
    values = {"key": entry.key, "stamp": entry.stamp, "do": "done"} | values
    answer = signed_in(dana).post(url_of("inbox_mark"), values, headers=HTMX)
    assert answer.status_code == status
    assert words_of(answer)
    assert not InboxMark.objects.exists()


def test_nobody_marks_what_waits_for_another(submitted, dana, bob, charlie):
    entry = entry_of(dana, "sign")
    for other in (bob, charlie):
        assert mark(other, entry, "done").status_code == 409
    assert count_of(dana) == 1


@pytest.mark.parametrize("name", ["inbox", "inbox_count", "inbox_mark"])
def test_it_is_for_people_who_are_signed_in(client, alice, name):
    ask = client.post if name == "inbox_mark" else client.get
    assert "login" in ask(url_of(name))["Location"]
    assert ask(url_of(name), headers=HTMX).status_code == 401
    other = signed_in(alice).get if name == "inbox_mark" else signed_in(alice).post
    assert other(url_of(name)).status_code == 405


# --- Done from there ---


def test_a_mention_is_answered_and_a_thread_resolved_from_the_inbox(plan, alice, bob):
    thread = say(plan, alice, "@bob?").thread
    client = signed_in(bob)
    form = soup(client.get(url_of("inbox"))).select_one(".entry-more form")
    answer = client.post(form["action"], {"from": "inbox", "comment": "Yes"})
    assert answer["Location"] == url_of("inbox")
    assert (lines_of(bob), thread.comments.last().text) == ([], "Yes")
    say(plan, alice, "Sure, @bob?", thread=thread)
    _, form = soup(client.get(url_of("inbox"))).select(".entry-more form")
    client.post(form["action"], {"from": "inbox"})
    thread.refresh_from_db()
    assert (lines_of(bob), thread.resolved_by) == ([], bob)


def test_a_reply_that_is_refused_is_still_there(plan, alice, bob):
    thread = say(plan, alice, "@bob?").thread
    Membership.objects.filter(user=bob).update(role="viewer")
    page = soup(signed_in(bob).get(url_of("inbox")))
    assert not page.select(".entry-more")
    url = url_of("comment_reply", plan, thread.pk)
    answer = signed_in(bob).post(url, {"from": "inbox", "comment": "A long reply"})
    assert answer.status_code == 403
    assert "A long reply" in words_of(answer)


def test_a_suggestion_is_decided_on_from_the_inbox(plan, alice, dana):
    item = make.find(plan, label="Storage")
    for text in ("Files", "Tables"):
        suggestions.suggest(plan=plan, actor=dana, item=item, key="value", text=text)
    client = signed_in(alice)
    assert lines_of(alice)[0].startswith("Dana suggests a change of 1. OBJECTIVE")
    assert lines_of(dana) == []
    page = soup(client.get(url_of("inbox")))
    assert "Tables" in page.select_one(".entry .history-diff ins").get_text()
    for action in ("decline", "accept"):
        form = soup(client.get(url_of("inbox"))).select_one(f"[action$={action}\\/]")
        answer = client.post(form["action"], {"from": "inbox"})
        assert answer["Location"] == url_of("inbox")
    states = dict(Suggestion.objects.values_list("text", "state"))
    assert states == {"Tables": "declined", "Files": "accepted"}
    assert lines_of(alice) == []


# --- Nothing of what one may not see ---


def test_nothing_of_a_plan_that_one_may_not_see_any_more(
    submitted, team, alice, bob, dana
):
    say(submitted, alice, "@dana?")
    section = make.section_of(submitted, "6. SUCCESS METRICS")
    assign(plan=submitted, actor=alice, section=section, assignee=dana, due=None)
    assert count_of(dana) == 3
    archive_plan(plan=submitted, actor=alice, archived=True)
    assert count_of(dana) == 0
    archive_plan(plan=submitted, actor=alice, archived=False)
    Membership.objects.filter(user=dana).update(role="viewer")
    assert {one.entry.kind for one in load_inbox(dana).marked} == {
        "mention",
        "assigned",
    }
    teams.remove_member(team=team, actor=alice, member=dana)
    assert (count_of(dana), lines_of(dana)) == (0, [])
    # Who may read it like anybody else still has what is theirs in it.
    submitted.is_open = True
    submitted.save()
    assert {one.entry.kind for one in load_inbox(dana).marked} == {"assigned"}


@pytest.mark.parametrize("role", ["owner", "editor", "reviewer", "viewer"])
def test_queries_across_plans_allow_what_one_plan_allows(team, role):
    member = make.make_member(make.make_user("ines"), team, role)
    teams_of = permissions.teams_of(member.user)
    assert teams_of.see == [team.pk]
    assert bool(teams_of.comment) == bool(permissions.may_comment(member))
    assert bool(teams_of.edit) == bool(permissions.may_edit(member))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
def test_since_when_something_is_assigned_is_found_by_an_index(plan, alice):
    teams_of = permissions.teams_of(alice)
    with CaptureQueriesContext(connection) as queries:
        assigned_entries(alice, teams_of)
    (query,) = queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
        steps = [row[-1] for row in cursor.fetchall()]
    for index in ("assignments_of_section", "assignments_of_item"):
        assert any(index in step for step in steps)
