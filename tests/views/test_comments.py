"""The comments of a plan: their page, what is posted there, and where they show."""

from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from plans.actions.assignments import assign
from plans.actions.comments import comment, resolve
from plans.actions.items import remove_item
from plans.live import targets
from plans.live.fragments import render_changes
from plans.models import Comment, Plan, Thread
from plans.page.comments import _button, _template_button, button_html
from plans.page.inbox.box import Show, load_inbox
from plans.page.inbox.entries import Kind
from tests import make
from tests.client import assert_fragment_matches_page
from tests.kept import kept_plan, small_plan
from tests.views.asking import (
    HTMX,
    is_fragment,
    signed_in,
    soup,
    targets_of,
    url_of,
    words_of,
)

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once

# What is posted, and what its address names.
POSTS = {
    "comment_add": "",
    "comment_reply": "thread",
    "thread_resolve": "thread",
    "thread_reopen": "thread",
    "comment_edit": "comment",
    "comment_remove": "comment",
}


@pytest.fixture
def item(plan):
    return make.find(plan, label="Storage")


@pytest.fixture
def section(plan):
    return make.section_of(plan, "7. RISKS & MITIGATIONS")


@pytest.fixture
def remark(plan, item, bob):
    """Bob's comment on an item."""
    return comment(plan=plan, actor=bob, item=item, text="Is *SQLite* enough?")


def post(user, name, plan, remark, *, headers=HTMX, **data):
    where = {"": (), "thread": (remark.thread_id,), "comment": (remark.pk,)}[
        POSTS[name]
    ]
    item = remark.thread.item_id
    data = {"asked": f"item={item}", "item": item, "comment": "Indeed."} | data
    return signed_in(user).post(url_of(name, plan, *where), data, headers=headers)


def threads_on(response):
    """The words of each thread's comments."""
    return [
        [text.get_text().strip() for text in thread.select(".comment-text")]
        for thread in soup(response).select(".thread")
    ]


# --- The ladder ---


@pytest.mark.parametrize("name", POSTS)
def test_who_may_comment_may_post(plan, remark, alice, name):
    if name == "comment_edit":
        remark.author = alice
        remark.save()
    if name == "thread_reopen":
        resolve(plan=plan, actor=alice, thread=remark.thread)
    answer = post(alice, name, plan, remark)
    assert answer.status_code == 200
    assert is_fragment(answer)
    assert targets_of(answer) == ["#threads", f"#item-{remark.thread.item_id}-comments"]
    verb = plan.changes.first().verb
    assert (
        verb
        == {
            "comment_add": "comment.added",
            "comment_reply": "comment.added",
            "thread_resolve": "comment.resolved",
            "thread_reopen": "comment.reopened",
            "comment_edit": "comment.edited",
            "comment_remove": "comment.removed",
        }[name]
    )


@pytest.mark.parametrize("name", POSTS)
def test_a_reviewer_may_comment_too(plan, remark, dana, name):
    expected = {"comment_edit": 403, "comment_remove": 403}  # Bob's comment
    answer = post(dana, name, plan, remark)
    assert answer.status_code == expected.get(name, 200)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("name", POSTS)
def test_a_viewer_is_refused_with_the_reason_and_keeps_the_text(
    plan, remark, victor, name, headers
):
    changes = plan.changes.count()
    answer = post(victor, name, plan, remark, headers=headers)
    assert answer.status_code == 403
    assert "You can read comments but not write them" in words_of(answer)
    assert is_fragment(answer) is bool(headers)
    if not headers:
        assert "Indeed." in words_of(answer)
    assert plan.changes.count() == changes


@pytest.mark.parametrize("name", POSTS)
def test_a_stranger_is_told_that_there_is_no_plan(plan, remark, charlie, name):
    answer = post(charlie, name, plan, remark, headers={})
    assert answer.status_code == 404
    assert "SQLite" not in words_of(answer)


@pytest.mark.parametrize("name", POSTS)
def test_who_is_signed_out_is_sent_to_the_sign_in(plan, remark, client, name):
    args = {"": (), "thread": (remark.thread_id,), "comment": (remark.pk,)}[POSTS[name]]
    url = url_of(name, plan, *args)
    assert client.post(url, {"comment": "x"}).status_code == 302
    answer = client.post(url, {"comment": "x"}, headers=HTMX)
    assert answer.status_code == 401
    assert targets_of(answer) == ["#toasts"]


@pytest.mark.parametrize("name", POSTS)
def test_nothing_happens_by_following_a_link(plan, remark, bob, name):
    args = {"": (), "thread": (remark.thread_id,), "comment": (remark.pk,)}[POSTS[name]]
    assert signed_in(bob).get(url_of(name, plan, *args)).status_code == 405


@pytest.mark.parametrize("name", ["comment_add", "comment_reply", "comment_edit"])
@pytest.mark.parametrize("text", ["", "  ", "\0", "x" * 5_001])
def test_a_text_that_cannot_be_stored_is_refused(plan, remark, bob, name, text):
    answer = post(bob, name, plan, remark, comment=text)
    assert answer.status_code == 422
    # Nothing on the page is replaced, so what was typed stays.
    assert targets_of(answer) == ["#toasts"]
    assert Comment.objects.get().text == remark.text


def test_a_nul_is_left_out_of_a_comment(plan, remark, bob):
    assert post(bob, "comment_edit", plan, remark, comment="a\0b").status_code == 200
    assert Comment.objects.get().text == "ab"


@pytest.mark.parametrize("name", [n for n, what in POSTS.items() if what])
def test_what_is_in_another_plan_is_not_found(plan, remark, team, alice, name):
    other = make.make_plan(team=team, actor=alice)
    assert post(alice, name, other, remark).status_code == 404
    url = url_of(name, plan, 10**9)
    assert signed_in(alice).post(url, {"comment": "x"}).status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"item": ""},
        {"item": "x"},
        {"item": "9" * 40},
        {"item": "999999"},
        {"section": "0"},
        {"section": "999999"},
    ],
    ids=str,
)
def test_a_place_that_is_none_is_not_found(plan, bob, place):
    client = signed_in(bob)
    answer = client.post(url_of("comment_add", plan), {"comment": "x", **place})
    assert answer.status_code == 404
    if place:
        assert client.get(url_of("comments", plan, **place)).status_code == 404


def test_a_place_of_another_plan_is_not_found(plan, team, alice, item):
    other = make.make_plan(team=team, actor=alice)
    answer = signed_in(alice).get(url_of("comments", other, item=item.pk))
    assert answer.status_code == 404
    data = {"item": item.pk, "comment": "x"}
    assert signed_in(alice).post(url_of("comment_add", other), data).status_code == 404
    assert not Thread.objects.exists()


# --- The lists ---


def test_a_place_shows_its_threads_and_a_box(plan, remark, item, section, dana):
    client = signed_in(dana)
    comment(plan=plan, actor=dana, section=section, text="Elsewhere")
    page = client.get(url_of("comments", plan, item=item.pk))
    assert threads_on(page) == [["Is SQLite enough?"]]
    assert "1. OBJECTIVE › Storage" in words_of(page)
    assert soup(page).select_one(f"#comment-on-item-{item.pk}")
    page = client.get(url_of("comments", plan, section=section.pk))
    assert threads_on(page) == [["Elsewhere"]]
    assert soup(page).select_one(f"#comment-on-section-{section.pk}")


def test_a_viewer_reads_without_boxes(plan, remark, item, victor):
    for url in (url_of("comments", plan), url_of("comments", plan, item=item.pk)):
        page = signed_in(victor).get(url)
        assert threads_on(page) == [["Is SQLite enough?"]]
        assert not soup(page).select(
            "main form, main textarea, main button:not(.js-only)"
        )
    assert "Ask an owner of Harbour" in words_of(page)
    # And finds the way there on the plan's page.
    page = soup(signed_in(victor).get(url_of("plan", plan)))
    assert page.select_one(f"#item-{item.pk}-comments .comment-count").get_text() == "1"


def test_the_plan_s_list_has_open_threads_and_resolved_ones_on_request(
    plan, remark, section, alice
):
    other = comment(plan=plan, actor=alice, section=section, text="Done?")
    resolve(plan=plan, actor=alice, thread=other.thread)
    client = signed_in(alice)
    assert threads_on(client.get(url_of("comments", plan))) == [["Is SQLite enough?"]]
    page = client.get(url_of("comments", plan, resolved=1))
    assert threads_on(page) == [["Is SQLite enough?"], ["Done?"]]
    assert "Resolved by Alice" in words_of(page)


def test_a_resolved_thread_is_folded_away_at_its_place(plan, remark, item, alice):
    resolve(plan=plan, actor=alice, thread=remark.thread)
    page = soup(signed_in(alice).get(url_of("comments", plan, item=item.pk)))
    assert page.select_one("details.resolved:not([open]) .thread")


def test_what_was_said_of_a_removed_item_can_be_read(plan, remark, item, alice):
    remove_item(plan=plan, item=item, actor=alice)
    client = signed_in(alice)
    page = client.get(url_of("comments", plan))
    assert threads_on(page) == [["Is SQLite enough?"]]
    assert "no longer in the plan" in words_of(page)
    page = client.get(url_of("comments", plan, item=item.pk))
    assert "no longer in the plan" in words_of(page)
    assert not soup(page).select_one(".comment-new")
    # Beside the plan is only what is in it.
    assert not soup(client.get(url_of("plan", plan))).select("#panel-comments .talk")


def test_a_removed_comment_says_so_and_keeps_its_text_to_itself(
    plan, remark, item, alice, bob
):
    url = url_of("comments", plan, item=item.pk)
    answer = comment(plan=plan, actor=alice, thread=remark.thread, text="Secret two")
    post(bob, "comment_remove", plan, remark)
    post(alice, "comment_remove", plan, answer)
    page = signed_in(alice).get(url)
    assert "SQLite" not in page.content.decode().replace("SQLite (", "")
    assert words_of(page).count("Removed by its author.") == 2
    third = comment(plan=plan, actor=bob, thread=remark.thread, text="Secret three")
    post(alice, "comment_remove", plan, third)
    page = signed_in(bob).get(url)
    assert "Removed by Alice." in words_of(page)
    assert "Secret" not in page.content.decode()


def test_only_one_s_own_can_be_edited_and_an_owner_removes_any(
    plan, remark, item, alice, bob, dana
):
    for person, edits, removes in ((bob, 1, 1), (alice, 0, 1), (dana, 0, 0)):
        page = soup(signed_in(person).get(url_of("comments", plan, item=item.pk)))
        assert len(page.select(".comment-edit")) == edits, person
        assert len(page.select(".comment-remove")) == removes, person


def test_hostile_text_is_text_everywhere(plan, item, alice, dana):
    text = "@dana <script>alert(1)</script> <img src=x onerror=alert(1)>"
    comment(plan=plan, actor=alice, item=item, text=text)
    for url in (
        url_of("comments", plan),
        url_of("comments", plan, item=item.pk),
        url_of("plan", plan),
        url_of("inbox"),
    ):
        page = signed_in(dana).get(url)  # the client refuses scripts and handlers
        assert "<script>alert(1)</script>" in words_of(page), url
        assert not soup(page).select("main img")


def test_comments_are_in_no_export(plan, remark, alice):
    answer = signed_in(alice).get(url_of("download", plan))
    assert answer.content.decode() == make.SMALL
    assert "enough?" not in words_of(signed_in(alice).get(url_of("preview", plan)))


# --- Answers ---


def test_a_form_without_htmx_leads_back_to_its_thread(plan, remark, item, bob):
    client = signed_in(bob)
    data = {"asked": f"item={item.pk}", "comment": "More"}
    answer = client.post(url_of("comment_reply", plan, remark.thread_id), data)
    assert answer.status_code == 302
    path, _, anchor = answer["Location"].partition("#")
    assert path == url_of("comments", plan, item=item.pk)
    page = client.get(path)
    assert threads_on(page) == [["Is SQLite enough?", "More"]]
    assert soup(page).find(id=anchor)
    # From the list of the plan, back to it.
    answer = client.post(
        url_of("thread_resolve", plan, remark.thread_id), {"asked": ""}
    )
    assert answer["Location"].startswith(url_of("comments", plan) + "#")


def test_an_answer_is_what_a_reload_would_show(plan, remark, item, bob):
    answer = post(bob, "comment_reply", plan, remark)
    page = signed_in(bob).get(url_of("comments", plan, item=item.pk))
    assert_fragment_matches_page(answer, page, "#threads")
    page = signed_in(bob).get(url_of("plan", plan))
    assert_fragment_matches_page(answer, page, f"#item-{item.pk}-comments")
    reloaded = signed_in(bob).get(url_of("comments", plan, item=item.pk), headers=HTMX)
    assert targets_of(reloaded) == ["#threads"]
    # A list that asks for itself must not set off the panels, which ask for it.
    assert "HX-Trigger" not in reloaded


@pytest.mark.parametrize("query", ["", "item=x", "item=999999", "resolved=1&x", "%%%"])
def test_nonsense_in_a_form_breaks_nothing(plan, remark, bob, query):
    answer = post(bob, "comment_reply", plan, remark, asked=query)
    assert answer.status_code in (200, 404)


# --- The plan's page ---


def test_each_item_and_section_has_a_button(plan, remark, item, victor):
    page = soup(signed_in(victor).get(url_of("plan", plan)))
    for element in page.select(".item[id], .section[id]"):
        if element.name == "section" and not element.find(class_="section-heading"):
            continue
        button = page.find(id=f"{element['id']}-comments")
        kind, _, number = element["id"].partition("-")
        assert urljoin(plan.url, button["href"]) == (
            f"{plan.url}comments/?{kind}={number}"
        )
        assert element in button.parents
    button = page.find(id=f"item-{item.pk}-comments")
    assert " ".join(button.get_text(" ").split()) == "1 1 open comment on Storage"
    risk = make.find(plan, cell="R-001")
    button = page.find(id=f"item-{risk.pk}-comments")
    assert button["aria-label"] == "Comments on R-001"


def test_an_editor_s_items_show_comments_and_offer_them_in_the_menu(
    plan, remark, item, alice
):
    client = signed_in(alice)
    page = soup(client.get(url_of("plan", plan)))
    shown = page.select(".item .comment-button")
    assert [button["id"] for button in shown] == [f"item-{item.pk}-comments"]
    # The place for the button of an item on which somebody comments meanwhile.
    for element in page.select(".item[id]:not(.guidance)"):
        assert element.find(id=f"{element['id']}-comments")
    assert page.select_one('#item-menu [data-tool="comment"]')
    assert len(page.select(".section .section-heading .comment-button")) > 1
    # Without JavaScript there is no menu, but the item's own page.
    risk = make.find(plan, cell="R-001")
    own = soup(client.get(url_of("item", plan, risk.pk)))
    address = f"{plan.url}comments/?item={risk.pk}"
    assert own.select_one(f'noscript a[href="{address}"]').get_text() == "Comments"
    assert client.get(address).status_code == 200


def test_a_button_needs_no_request(plan, remark, item, section):
    item.refresh_from_db()
    assert "1 open comment on Storage" in button_html(plan, item)
    html = button_html(plan, section)
    assert f'id="section-{section.pk}-comments"' in html
    assert "Comments on 7. RISKS &amp; MITIGATIONS" in html
    assert "comment-count" not in html


@pytest.mark.parametrize(("reader", "may_edit"), [("alice", True), ("dana", False)])
def test_the_live_feed_sends_the_buttons_of_where_somebody_commented(
    request, plan, remark, item, section, alice, reader, may_edit
):
    other = comment(plan=plan, actor=alice, section=section, text="Done?")
    resolve(plan=plan, actor=alice, thread=other.thread)
    changes = plan.changes.filter(verb__startswith="comment").order_by("number")
    touched = targets.find_targets(changes)
    by_kind = render_changes(plan, touched, [may_edit])
    sent = BeautifulSoup(by_kind[may_edit], "html.parser")("hx-partial")
    buttons = [f"#item-{item.pk}-comments", f"#section-{section.pk}-comments"]
    assert [part["hx-target"] for part in sent] == buttons
    assert "1 open comment on Storage" in sent[0].get_text()
    assert "open" not in sent[1].get_text()
    user = request.getfixturevalue(reader)
    answer = signed_in(user).get(url_of("plan", plan))
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    for part in sent:
        assert str(part.a) == str(page.select_one(part["hx-target"]))


def test_open_threads_are_listed_beside_the_plan(plan, remark, item, section, alice):
    long = "words " * 40
    other = comment(plan=plan, actor=alice, section=section, text=long)
    comment(plan=plan, actor=alice, thread=remark.thread, text="I think so.")
    done = comment(plan=plan, actor=alice, section=section, text="Done")
    resolve(plan=plan, actor=alice, thread=done.thread)
    panel = soup(signed_in(alice).get(url_of("plan", plan))).select_one(
        "#panel-comments"
    )
    assert panel.select_one(".count").get_text() == "2"
    first, second = panel.select(".talk")
    assert "words words" in first.get_text() and "…" in first.get_text()
    assert first.select_one(".talk-place a")["href"] == f"#section-{section.pk}"
    assert "Is SQLite enough?" in second.get_text()
    assert "Bob, 1 reply" in " ".join(second.get_text(" ").split())
    assert second.select_one(".talk-place a")["href"] == f"#item-{item.pk}"
    assert other.thread.query in first.select_one(".talk-words")["href"]


def test_the_activity_tells_of_comments(plan, remark, alice):
    panel = soup(signed_in(alice).get(url_of("plan", plan))).select_one(
        "#panel-activity"
    )
    assert "Bob commented on 1. OBJECTIVE › Storage" in " ".join(
        panel.get_text(" ").split()
    )


# --- Waiting for me ---


def test_mentions_wait_for_an_answer(plan, item, alice, dana, bob):
    url = url_of("inbox")
    remark = comment(plan=plan, actor=alice, item=item, text="First @dana")
    comment(plan=plan, actor=bob, thread=remark.thread, text="Really, @dana?")
    page = signed_in(dana).get(url)
    rows = soup(page).select(".entry")
    assert len(rows) == 1
    words = " ".join(rows[0].get_text(" ").split())
    assert (
        "Bob mentioned you at 1. OBJECTIVE › Storage" in words
        and "Really, @dana?" in words
    )
    link = rows[0].a["href"]
    assert link == f"{plan.url}comments/?item={item.pk}#thread-{remark.thread_id}"
    assert signed_in(dana).get(link).status_code == 200
    assert not soup(signed_in(alice).get(url)).select(".entry")
    comment(plan=plan, actor=dana, thread=remark.thread, text="Yes.")
    assert not soup(signed_in(dana).get(url)).select(".entry")


def test_a_mention_on_what_is_gone_does_not_wait(plan, item, alice, dana):
    comment(plan=plan, actor=alice, item=item, text="@dana")
    remove_item(plan=plan, item=item, actor=alice)
    assert not soup(signed_in(dana).get(url_of("inbox"))).select(".entry")


# --- The same queries for any number ---


QUERIES = {"comments": 15, "place": 13, "plan": 12, "inbox": 9}


@pytest.mark.slow
def test_pages_take_as_many_queries_for_forty_threads_as_for_four(
    plan, item, section, alice, dana, django_assert_num_queries
):
    client = signed_in(dana)
    urls = {
        "comments": url_of("comments", plan),
        "place": url_of("comments", plan, item=item.pk),
        "plan": url_of("plan", plan),
        "inbox": url_of("inbox"),
    }
    for many in (4, 40):
        while Thread.objects.count() < many:
            place = {"item": item} if Thread.objects.count() % 2 else {
                "section": section
            }  # fmt: skip
            remark = comment(plan=plan, actor=alice, text="One, @dana", **place)
            comment(plan=plan, actor=alice, thread=remark.thread, text="Two")
        client.get(urls["comments"])  # counts what is open after a change
        for name, url in urls.items():
            with django_assert_num_queries(QUERIES[name]):
                page = client.get(url)
            shown = {
                "comments": ".thread",
                "place": ".thread",
                "plan": ".talk",
                "inbox": ".entry",
            }[name]
            expected = many // 2 if name == "place" else min(many, 30)
            if name == "comments":
                expected = many
            if name == "inbox":
                expected = min(many, 25)
            assert len(soup(page).select(shown)) == expected, name


POST_QUERIES = {
    "comment_add": 20,
    "comment_reply": 22,
    "thread_resolve": 17,
}


@pytest.mark.parametrize("name", POST_QUERIES)
def test_a_post_takes_as_many_queries_for_forty_threads_as_for_four(
    plan, remark, item, alice, name, django_assert_num_queries
):
    client = signed_in(alice)
    where = {"": (), "thread": (remark.thread_id,)}[POSTS[name]]
    data = {"asked": f"item={item.pk}", "item": item.pk, "comment": "More"}
    for many in (4, 40):
        while Thread.objects.count() < many:
            comment(plan=plan, actor=alice, item=item, text="One")
        Thread.objects.update(resolved_by=None, resolved_at=None)
        client.get(url_of("comments", plan, item=item.pk))  # nothing is unread
        with django_assert_num_queries(POST_QUERIES[name]):
            client.post(url_of(name, plan, *where), data, headers=HTMX)


def test_the_count_is_there_without_a_query(plan, remark, django_assert_num_queries):
    item = make.find(Plan.objects.get(pk=plan.pk), label="Storage")
    with django_assert_num_queries(0):
        assert "1 open comment on Storage" in button_html(plan, item)


# --- Questions to whoever looks after a place ---


def ask(user, plan, item, **data):
    data = {"asked": f"item={item.pk}", "item": item.pk, "asks": "1"} | data
    data.setdefault("comment", "Is *SQLite* enough?")
    return signed_in(user).post(url_of("comment_add", plan), data, headers=HTMX)


def test_a_reviewer_asks_whoever_looks_after_the_item(plan, alice, bob, dana, item):
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=None)
    before = make.text_of(plan)
    answer = ask(dana, plan, item)
    assert "Question" in soup(answer).select_one(".comment .badge").get_text()
    assert make.text_of(plan) == before
    asked = Comment.objects.get()
    assert [mention.user for mention in asked.mentions.all()] == [bob]
    line = words_of(signed_in(bob).get(url_of("inbox")))
    assert "Dana asks you about 1. OBJECTIVE › Storage" in line
    kinds = load_inbox(bob).kinds(Show.OPEN)
    assert kinds == [(Kind.ASKED, 1), (Kind.ASSIGNED, 1)]
    # An answer is all that it waits for; an edit of the question leaves it as it is.
    data = {"asked": f"item={item.pk}", "comment": "Is it?"}
    signed_in(dana).post(url_of("comment_edit", plan, asked.pk), data, headers=HTMX)
    assert asked.mentions.count() == 1
    comment(plan=plan, actor=bob, thread=asked.thread, text="Yes.")
    assert "Dana asks you" not in words_of(signed_in(bob).get(url_of("inbox")))


def test_a_question_goes_to_who_created_the_plan_where_nobody_is_assigned(
    plan, alice, dana, item
):
    ask(dana, plan, item)
    assert [one.user for one in Comment.objects.get().mentions.all()] == [alice]
    ask(alice, plan, item)
    assert not Comment.objects.last().mentions.exists()


def test_a_question_is_not_asked_within_a_thread(plan, bob, dana, remark):
    post(dana, "comment_reply", plan, remark, asks="1")
    assert not Comment.objects.filter(asks=True).exists()


@pytest.mark.parametrize("name", ["", "R-001", "<b>&\"'", "the-name", "/the-url/", "7"])
@pytest.mark.parametrize("pk", [3, 1_234_567_891, 98_765])
@pytest.mark.parametrize("in_menu", [True, False])
def test_a_quiet_button_is_what_its_template_says(name, pk, in_menu):
    of_one = ("/plans/a-plan/", "item", pk, 0, name, in_menu)
    assert _button(*of_one) == _template_button(*of_one)
