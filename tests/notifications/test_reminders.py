"""Reminders that the clock sends: when, to whom, and once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from plans.actions.days_off import add_days_off, remove_day_off
from plans.actions.inbox import Mark, mark_entry
from plans.actions.reminders import LONGEST, change_reminders
from plans.actions.reviews import expire_request, request_review
from plans.actions.reviews import remind as remind_by_hand
from plans.errors import NotAllowed, Refused
from plans.models import Change, DayOff, Notice
from plans.notifications.due_dates import (
    add_working_days,
    due_date_of,
    is_working_day,
)
from plans.notifications.reminders import write_due
from plans.notifications.sender import Outbox
from plans.page.inbox.box import Show, load_inbox
from tests import make
from tests.notifications.mailbox import text_in
from tests.views.asking import signed_in, url_of, words_of

MONDAY = date(2026, 11, 30)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_working_days_are_counted_without_weekends(day, one, other):
    result = add_working_days(day, one)
    assert result.weekday() < 5
    between = [day + timedelta(days=n) for n in range(1, (result - day).days + 1)]
    start_is_weekend = day.weekday() > 4
    assert sum(each.weekday() < 5 for each in between) == (
        one if not start_is_weekend or one else 0
    )
    assert add_working_days(result, other) == add_working_days(day, one + other)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 40),
    st.sets(st.integers(-20, 60), max_size=30),
)
def test_days_off_are_not_counted_either(day, count, offsets):
    off = {day + timedelta(days=n) for n in offsets}
    result = add_working_days(day, count, off)
    assert is_working_day(result, off)
    between = [day + timedelta(days=n) for n in range(1, (result - day).days + 1)]
    starts_off = not is_working_day(day, off)
    if count or not starts_off:
        assert sum(is_working_day(each, off) for each in between) == count
    # Days off elsewhere change nothing.
    far = {day + timedelta(days=400)}
    assert add_working_days(day, count, far) == add_working_days(day, count)


def remind(plan, actor, *, due=None, every=None, owners=None):
    return change_reminders(
        plan=plan,
        actor=actor,
        due_after=due,
        remind_after=every,
        escalate_after=owners,
    )


def after(days):
    return add_working_days(timezone.now().date(), days)


def sent():
    Outbox().send_due()


def test_approvers_are_reminded_every_few_days_until_they_decide(
    finished, alice, bob, dana, mailbox
):
    remind(finished, alice, every=2)
    request_review(plan=finished, actor=bob)
    sent()
    for days, count in ((1, 1), (2, 2), (2, 2), (3, 2), (4, 3), (9, 4)):
        write_due(after(days))
        write_due(after(days))
        sent()
        assert len(mailbox.to("dana@harbour.test")) == count, days
    assert mailbox.messages[-1]["Subject"].startswith("Reminder: please sign")
    make.sign(finished, dana)
    write_due(after(12))
    sent()
    assert len(mailbox.to("dana@harbour.test")) == 4
    # Now it is the turn of the next.
    assert len(mailbox.to("alice@harbour.test")) >= 1


def test_owners_are_told_once_of_what_is_overdue(finished, alice, bob, dana, mailbox):
    remind(finished, alice, owners=3)
    request_review(plan=finished, actor=bob)
    sent()
    write_due(after(2))
    sent()
    assert mailbox.to("alice@harbour.test") == []
    for days in (3, 4, 30):
        write_due(after(days))
        sent()
    (mail,) = mailbox.to("alice@harbour.test")
    assert "still waits for 1 sign-off" in text_in(mail)
    assert "Technical Design: Dana" in text_in(mail)
    assert Notice.objects.filter(kind="overdue").count() == 1


def test_the_mail_says_by_when_to_decide(finished, alice, bob, dana, mailbox):
    remind(finished, alice, due=5)
    version = request_review(plan=finished, actor=bob)
    sent()
    due = due_date_of(finished, version)
    assert due == after(5)
    assert f"Please decide by {due.day} {due:%B %Y}." in text_in(mailbox.messages[0])


@pytest.mark.parametrize("ends", ["expired", "archived", "no rules"])
def test_nobody_is_reminded_of_what_nobody_waits_for(
    finished, alice, bob, dana, mailbox, ends
):
    rules = remind(finished, alice, every=1, owners=1)
    request_review(plan=finished, actor=bob)
    if ends == "expired":
        expire_request(plan=finished, actor=bob)
    elif ends == "archived":
        finished.archived = True
        finished.save()
    else:
        rules.delete()
    before = Notice.objects.count()
    write_due(after(5))
    assert Notice.objects.count() == before


# --- Who sets them ---


def test_an_owner_sets_them_and_the_history_says_so(finished, alice):
    client = signed_in(alice)
    values = {"due_after": 5, "remind_after": 2, "escalate_after": ""}
    answer = client.post(url_of("reminders", finished), values, follow=True)
    assert "The reminders were saved." in words_of(answer)
    assert Change.objects.first().label == "reminders of sign-off"
    finished.reminder_rules.refresh_from_db()
    assert finished.reminder_rules.remind_after == 2
    number = Change.objects.count()
    client.post(url_of("reminders", finished), values)
    assert Change.objects.count() == number, "nothing changed"
    wrong = client.post(url_of("reminders", finished), values | {"due_after": 99})
    assert wrong.status_code == 422


def test_others_read_them(finished, alice, bob, dana, charlie):
    remind(finished, alice, due=5)
    for person in (bob, dana):
        page = signed_in(person).get(url_of("reminders", finished))
        assert "5 working days" in words_of(page)
        answer = signed_in(person).post(url_of("reminders", finished), {"due_after": 1})
        assert answer.status_code == 403
        with pytest.raises(NotAllowed):
            remind(finished, person)
    assert signed_in(charlie).get(url_of("reminders", finished)).status_code == 404
    with pytest.raises(Refused):
        remind(finished, alice, due=LONGEST + 1)


# --- Days off ---


def test_nobody_is_reminded_on_a_day_off_and_none_is_counted(
    finished, alice, bob, dana, mailbox
):
    remind(finished, alice, every=1, due=2)
    version = request_review(plan=finished, actor=bob)
    sent()
    add_days_off(team=finished.team, actor=alice, first=after(1), name="Moving house")
    write_due(after(1))
    sent()
    assert len(mailbox.to("dana@harbour.test")) == 1
    assert due_date_of(finished, version) == after(3)
    write_due(after(2))
    sent()
    assert len(mailbox.to("dana@harbour.test")) == 2


def test_an_owner_enters_days_off_and_all_read_them(team, alice, dana):
    page = url_of("days_off", team)
    typed = {"first": "2026-12-24", "last": "2026-12-28", "name": "Christmas"}
    answer = signed_in(alice).post(page, typed, follow=True)
    assert "Fri, 25 December 2026 Christmas" in words_of(answer)
    # The weekend between them is off anyhow.
    assert [str(off.day) for off in DayOff.objects.all()] == [
        "2026-12-24",
        "2026-12-25",
        "2026-12-28",
    ]
    again = {"first": "2026-12-25", "name": "Again"}
    signed_in(alice).post(page, again)
    assert DayOff.objects.get(day="2026-12-25").name == "Again"
    reader = signed_in(dana)
    assert "Thu, 24 December 2026" in words_of(reader.get(page))
    assert reader.post(page, typed).status_code == 403
    remove = url_of("day_off_remove", team)
    assert reader.post(remove, {"day": "2026-12-24"}).status_code == 403
    signed_in(alice).post(remove, {"day": "2026-12-24"})
    assert DayOff.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"first": "2026-12-24", "last": "2026-12-01"}, "comes before the first"),
        ({"first": "2026-12-24", "last": "2027-12-24"}, "up to 60 days at once"),
        ({"first": "2026-12-26", "last": "2026-12-27"}, "are off already"),
        ({"first": "Christmas"}, "Enter a day such as"),
        ({"first": ""}, "required"),
    ],
)
def test_days_off_that_cannot_be_are_refused(team, alice, typed, message):
    answer = signed_in(alice).post(url_of("days_off", team), typed)
    assert answer.status_code == 422
    assert message in words_of(answer)
    assert not DayOff.objects.exists()


def test_a_day_that_is_none_is_not_removed(team, alice):
    for day in ("", "x", "2026-02-31"):
        answer = signed_in(alice).post(url_of("day_off_remove", team), {"day": day})
        assert answer.status_code == 422
    remove_day_off(team=team, actor=alice, day=MONDAY)


# --- In the inbox ---


def snooze(user, mark=Mark.SNOOZED):
    (entry,) = [one.entry for one in load_inbox(user).marked]
    until = timezone.now() + timedelta(days=30) if mark is Mark.SNOOZED else None
    mark_entry(actor=user, key=entry.key, stamp=entry.stamp, mark=mark, until=until)
    assert not load_inbox(user).listed(Show.OPEN)


@pytest.mark.parametrize("mark", [Mark.SNOOZED, Mark.DONE])
def test_a_reminder_brings_an_entry_back_once(finished, alice, bob, dana, mark):
    remind(finished, alice, every=2)
    request_review(plan=finished, actor=bob)
    snooze(dana, mark)
    write_due(after(1))
    assert not load_inbox(dana).listed(Show.OPEN)
    write_due(after(2))
    assert len(load_inbox(dana).listed(Show.OPEN)) == 1
    # The same reminder does not undo what they say now.
    snooze(dana, mark)
    write_due(after(2))
    write_due(after(3))
    assert not load_inbox(dana).listed(Show.OPEN)
    write_due(after(4))
    assert len(load_inbox(dana).listed(Show.OPEN)) == 1
    snooze(dana, mark)
    remind_by_hand(plan=finished, actor=bob)
    assert len(load_inbox(dana).listed(Show.OPEN)) == 1
