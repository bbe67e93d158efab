"""The page on which people choose what they get, and the link that stops mails."""

import pytest
from django.core import mail

from plans.actions.notices import change_notice_settings
from plans.actions.reviews import request_review
from plans.errors import Refused
from plans.models import Notice, NoticeSettings
from plans.notifications.sender import Outbox
from plans.notifications.unsubscribing import unsubscribe_path
from tests import make
from tests.client import CheckingClient
from tests.views.asking import signed_in, soup, url_of, words_of

ALL = dict.fromkeys(Notice.CHOSEN_KINDS, "at_once")


@pytest.fixture
def asked(team, alice, bob, dana):
    """Dana has been sent a mail that asks her to sign."""
    dana.email = "dana@harbour.test"
    dana.save(update_fields=["email"])
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=bob)
    Outbox().send_due()
    (message,) = mail.outbox
    return message


def when(person, kind):
    return (NoticeSettings.objects.filter(pk=person.pk).first()).when(kind)


def test_each_kind_is_chosen_by_its_name(dana):
    client = signed_in(dana)
    page = soup(client.get(url_of("notice_settings")))
    labels = {label["for"]: label.text.strip() for label in page.select("main label")}
    assert labels["id_mention"] == "Comments that mention you"
    chosen = ALL | {"mention": "digest", "assigned": "never", "digest_hour": 17}
    answer = client.post(url_of("notice_settings"), chosen, follow=True)
    assert "Your choices were saved." in words_of(answer)
    own = NoticeSettings.objects.get(user=dana)
    assert (own.when("mention"), own.when("assigned")) == ("digest", "never")
    assert own.when("sign_off") == "at_once" and own.digest_hour == 17
    page = soup(client.get(url_of("notice_settings")))
    assert page.select_one("#id_mention [selected]")["value"] == "digest"


@pytest.mark.parametrize(
    "wrong", [{"mention": "weekly"}, {"digest_hour": 24}, {"sign_off": ""}]
)
def test_a_choice_that_is_none_is_refused_and_nothing_saved(dana, wrong):
    answer = signed_in(dana).post(
        url_of("notice_settings"), ALL | {"digest_hour": 8} | wrong
    )
    assert answer.status_code == 422
    assert not NoticeSettings.objects.exists()


@pytest.mark.parametrize(
    ("choices", "hour"),
    [({"test": "never"}, 8), ({"mention": "weekly"}, 8), ({}, 24)],
)
def test_the_action_takes_only_what_there_is_to_choose(dana, choices, hour):
    with pytest.raises(Refused):
        change_notice_settings(actor=dana, choices=choices, digest_hour=hour)


def test_one_click_in_a_mail_program_stops_that_kind(asked, dana):
    """As RFC 8058 has it: a post without session or token, to the link of the mail."""
    link = asked.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in asked.body
    path = link.removeprefix("http://127.0.0.1:8000")
    client = CheckingClient(enforce_csrf_checks=True)
    # Programs that look at links change nothing.
    assert "Get no more of these emails?" in words_of(client.get(path))
    assert not NoticeSettings.objects.exists()
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "unsubscribed" in words_of(answer)
    assert when(dana, "sign_off") == "never" and when(dana, "mention") == "at_once"
    # Again is harmless.
    assert client.post(path).status_code == 200


def test_it_stops_mails_of_whom_the_link_names_whoever_is_signed_in(asked, dana, bob):
    path = unsubscribe_path(dana, "mention")
    signed_in(bob).post(path)
    assert when(dana, "mention") == "never"
    assert not NoticeSettings.objects.filter(user=bob).exists()


def test_the_link_of_a_digest_stops_what_is_in_the_digest(dana):
    choices = {"mention": "digest", "answer": "digest", "assigned": "at_once"}
    change_notice_settings(actor=dana, choices=choices, digest_hour=8)
    CheckingClient().post(unsubscribe_path(dana, "digest"))
    assert [when(dana, kind) for kind in choices] == ["never", "never", "at_once"]


def test_a_link_that_we_did_not_sign_stops_nothing(dana):
    path = unsubscribe_path(dana, "mention")
    for wrong in (path[:-3] + "x/", path.replace("stop/", "stop/x")):
        assert CheckingClient().post(wrong).status_code == 404
    assert not NoticeSettings.objects.exists()


def test_who_has_no_address_is_told_that_nothing_is_sent(dana):
    page = signed_in(dana).get(url_of("notice_settings"))
    assert "Nothing is sent until you add an email address" in words_of(page)


def test_others_are_sent_to_the_sign_in(db):
    assert CheckingClient().get(url_of("notice_settings")).status_code == 302
    assert (
        CheckingClient().put(unsubscribe_path(make.make_user(), "x")).status_code == 405
    )
