"""What is sent to whom, when, and in which words; by a real mail server."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from plans.actions import teams
from plans.actions.assignments import assign
from plans.actions.comments import comment, edit_comment, remove_comment
from plans.actions.notices import change_notice_settings
from plans.actions.questions import answer, ask, use_answer
from plans.actions.reviews import request_review
from plans.content.anchors import About
from plans.models import Notice, User
from plans.notifications.digest_time import next_digest
from plans.notifications.sender import DELAYS, Outbox, delete_settled
from tests import make
from tests.kept import kept_plan, small_plan
from tests.notifications.mailbox import html_in, text_in

team, plan = kept_plan(small_plan)

DANA = "dana@harbour.test"


def send():
    return dict(Outbox().send_due())


def chose(person, when, *, hour=8, kind="sign_off"):
    change_notice_settings(actor=person, choices={kind: when}, digest_hour=hour)


def later(**delta):
    """As if so much time had passed since everything was written."""
    for notice in Notice.objects.waiting():
        Notice.objects.filter(pk=notice.pk).update(
            due_at=notice.due_at - timedelta(**delta)
        )


def test_a_request_is_a_mail_in_text_and_html_with_one_button(
    finished, bob, dana, mailbox
):
    dana.time_zone = "Asia/Tokyo"
    dana.save()
    version = request_review(plan=finished, actor=bob)
    assert send() == {"sent": 1}
    (mail,) = mailbox.messages
    assert mail["To"] == DANA and mail["Subject"] == f"Please sign: {finished.title}"
    text, page = text_in(mail), BeautifulSoup(html_in(mail), "html.parser")
    link = f"http://127.0.0.1:8000/plans/{finished.slug}/review/"
    assert [each["href"] for each in page.select("a.button")] == [link]
    assert page.select_one("a.button").text == "Read and sign"
    for words in (text, page.text):
        assert "Version 1 of the plan" in words and "Technical Design" in words
        assert "Bob submitted it" in words and "(Asia/Tokyo)" in words
        assert version.digest in words
    assert link in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = mail["List-Unsubscribe"].strip()
    assert leave.startswith("<http://127.0.0.1:8000/notices/stop/")
    # Sent once, and never again.
    assert send() == {}
    assert Notice.objects.get().state == "sent" and Notice.objects.get().facts == {}


def test_what_people_typed_is_text_in_a_mail(team, alice, bob, dana, mailbox):
    text = make.FINISHED.replace("Tide tables", "<b>Tides</b> & <img src=x>")
    plan = make.make_plan(team=team, actor=alice, text=text)
    request_review(plan=plan, actor=bob)
    send()
    page = BeautifulSoup(html_in(mailbox.messages[0]), "html.parser")
    assert "<b>Tides</b> & <img src=x>" in page.text
    assert not page.select("b, img, script")


def test_a_decision_goes_to_who_submitted(finished, bob, dana, mailbox):
    request_review(plan=finished, actor=bob)
    make.sign(finished, dana, decision="changes_requested", comment="Add the *gauges*")
    send()
    (mail,) = mailbox.to("bob@harbour.test")
    assert "Technical Design: changes requested" in mail["Subject"]
    assert "Add the *gauges*" in text_in(mail)
    assert Notice.objects.filter(kind="changes").count() == 1
    # Dana was still asked when it was sent: she is not any more.
    assert mailbox.to(DANA) == []


def test_a_mention_is_a_mail_with_the_comment(plan, alice, bob, mailbox):
    item = make.find(plan, label="Storage")
    mention = comment(plan=plan, actor=alice, item=item, text="@bob which one?")
    send()
    (mail,) = mailbox.messages
    assert mail["To"] == "bob@harbour.test"
    assert "@bob which one?" in text_in(mail)
    assert f"#thread-{mention.thread_id}" in text_in(mail)
    # Who is mentioned already is not told again of an edit.
    edit_comment(plan=plan, actor=alice, comment=mention, text="@bob @dana which?")
    send()
    assert [mail["To"] for mail in mailbox.messages[1:]] == [DANA]


def test_an_answer_goes_to_those_who_wrote_before(plan, alice, bob, dana, mailbox):
    item = make.find(plan, label="Goal")
    about = About("value", "Which harbours?", is_question=True)
    first = comment(plan=plan, actor=dana, item=item, about=about, text="Those here?")
    second = comment(plan=plan, actor=bob, thread=first.thread, text="All of them")
    send()
    (mail,) = mailbox.messages
    assert mail["To"] == DANA and "Bob answered the question" in text_in(mail)
    assert "All of them" in text_in(mail)
    use_answer(plan=plan, comment=second, actor=alice)
    send()
    resolved = {mail["To"]: text_in(mail) for mail in mailbox.messages[1:]}
    assert resolved.keys() == {DANA, "bob@harbour.test"}
    assert "Alice resolved the question" in resolved[DANA]


def test_who_asked_is_told_of_answers_in_the_thread_and_in_the_text(
    plan, alice, bob, dana, mailbox
):
    item = make.find(plan, label="Storage")
    values = {"plan": plan, "key": "value", "seen": None}
    item = ask(item=item, actor=bob, question="How large?", **values)
    about = About("value", "How large?", is_question=True)
    comment(plan=plan, actor=dana, item=item, about=about, text="Ten megabytes?")
    send()
    (mail,) = mailbox.to("bob@harbour.test")
    assert "Dana answered your question" in text_in(mail)
    item = answer(item=item, actor=alice, number=0, text="Ten", **values)
    send()
    assert mailbox.about("bob@harbour.test", "Alice resolved your question")
    assert mailbox.about(DANA, "Alice resolved the question")
    # Without a thread, too.
    item = ask(item=item, actor=bob, question="How old?", **values)
    answer(item=item, actor=alice, number=0, text="A day", **values)
    send()
    assert mailbox.about("bob@harbour.test", "How old?", f"#item-{item.pk}")


def test_nothing_is_sent_of_what_may_not_be_seen_any_more(
    team, plan, alice, bob, dana, mailbox
):
    item = make.find(plan, label="Storage")
    comment(plan=plan, actor=alice, item=item, text="@bob the secret")
    mention = comment(plan=plan, actor=alice, item=item, text="@dana a slip")
    remove_comment(plan=plan, actor=alice, comment=mention)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=None)
    teams.remove_member(team=team, actor=alice, member=bob)
    assert send() == {"dropped": 3}
    assert mailbox.messages == []


def test_who_signed_meanwhile_is_not_asked_any_more(finished, bob, dana, mailbox):
    chose(dana, "digest")
    request_review(plan=finished, actor=bob)
    make.sign(finished, dana)
    later(days=1)
    send()
    assert mailbox.to(DANA) == []


# --- The choices of a person ---


def test_a_digest_is_one_mail_of_all_that_came(
    team, alice, bob, dana, finished, mailbox
):
    chose(dana, "digest")
    other = make.make_plan(
        team=team, actor=alice, text=make.FINISHED.replace("Tide", "Ebb")
    )
    for plan in (finished, other):
        request_review(plan=plan, actor=bob)
    assert send() == {}
    later(days=1)
    assert send() == {"sent": 1}
    (mail,) = mailbox.messages
    assert mail["Subject"] == "2 updates in your plans"
    text, page = text_in(mail), BeautifulSoup(html_in(mail), "html.parser")
    for plan in (finished, other):
        assert f"/plans/{plan.slug}/review/" in text
        assert page.select(f'li a[href$="/plans/{plan.slug}/review/"]')
    assert len(page.select("a.button")) == 1
    assert Notice.objects.filter(state="sent").count() == 2
    assert send() == {}


def test_who_wants_none_gets_none_also_of_what_waits(finished, bob, dana, mailbox):
    request_review(plan=finished, actor=bob)
    chose(dana, "never")
    assert send() == {"dropped": 1}
    make.edit(finished, bob, value="Service")
    request_review(plan=finished, actor=bob)
    assert send() == {} and mailbox.messages == []


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("", (2026, 3, 1, 7), (2026, 3, 1, 8)),
        ("", (2026, 3, 1, 8), (2026, 3, 2, 8)),
        ("Europe/Lisbon", (2026, 7, 1, 6, 59), (2026, 7, 1, 7)),
        ("Pacific/Auckland", (2026, 1, 1, 12), (2026, 1, 1, 19)),
        ("America/Los_Angeles", (2026, 1, 1, 17), (2026, 1, 2, 16)),
        # The night in which the clocks go on.
        ("Europe/Berlin", (2026, 3, 28, 12), (2026, 3, 29, 6)),
        ("Nowhere/Else", (2026, 3, 1, 7), (2026, 3, 1, 8)),
    ],
)
def test_the_digest_is_due_at_the_hour_of_the_person(zone, now, due):
    moment = next_digest(8, zone, datetime(*now, tzinfo=UTC))
    assert moment == datetime(*due, tzinfo=UTC)


# --- Failures ---


def test_what_could_not_be_sent_is_sent_when_the_server_is_back(
    finished, bob, dana, mailbox, caplog
):
    mailbox.stop()
    request_review(plan=finished, actor=bob)
    outbox = Outbox()
    for _ in range(3):
        outbox.paused_until = 0
        assert outbox.send_due() == {"later": 1}
    assert outbox.pause > 10 and "mail server is away" in caplog.text
    # However long it was away, that is no failure of the mail.
    assert Notice.objects.get().attempts == 0
    mailbox.start()
    assert outbox.send_due() == {}, "it is not asked for a while"
    outbox.paused_until = 0
    assert outbox.send_due() == {"sent": 1}
    assert len(mailbox.to(DANA)) == 1


def test_a_mailbox_that_is_refused_is_given_up_and_stops_no_other(
    finished, alice, bob, dana, mailbox, caplog
):
    mailbox.refuses.add(DANA)
    request_review(plan=finished, actor=bob)
    item = make.find(finished, label="Category")
    assign(plan=finished, actor=alice, item=item, assignee=bob, due=None)
    assert send() == {"later": 1, "sent": 1}
    assert send() == {}
    for _ in DELAYS[1:]:
        later(days=2)
        assert send() == {"later": 1}
    later(days=2)
    assert send() == {"failed": 1}
    assert send() == {}


def test_a_claim_of_a_process_that_died_runs_out(finished, bob, dana, mailbox):
    from plans.notifications import claims

    request_review(plan=finished, actor=bob)
    notice = Notice.objects.get()
    claims.claim(notice)
    assert claims.claim(notice)[1] == [], "it is claimed already"
    assert send() == {}
    past = timezone.now() - timedelta(seconds=1)
    Notice.objects.update(claimed_until=past)
    assert send() == {"sent": 1}


def test_who_has_no_address_gets_nothing_and_is_asked_on_the_page(
    finished, bob, dana, mailbox, settings
):
    User.objects.filter(pk=dana.pk).update(email="")
    request_review(plan=finished, actor=bob)
    assert not Notice.objects.exists()


def test_nothing_piles_up_where_no_mail_can_be_sent(finished, bob, dana, settings):
    settings.SENDS_MAIL = False
    request_review(plan=finished, actor=bob)
    assert not Notice.objects.exists()


def test_what_was_sent_long_ago_is_deleted(finished, bob, dana, mailbox):
    request_review(plan=finished, actor=bob)
    assert delete_settled() == 0
    send()
    assert delete_settled() == 0
    Notice.objects.update(settled_at=timezone.now() - timedelta(days=31))
    assert delete_settled() == 1
