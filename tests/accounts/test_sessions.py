"""Where somebody is signed in: listed, ended, and how little it costs to know."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plans.accounts import sessions
from plans.accounts.user_agents import describe_user_agent
from plans.models import Session
from tests.accounts import people
from tests.live.reading import Reader
from tests.views.asking import soup, words_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
URL = "/accounts/sessions/"


def listed(client):
    return [words_of_card(card) for card in soup(client.get(URL)).select(".session")]


def words_of_card(card):
    return " ".join(card.get_text(" ").split())


def test_each_session_is_listed_with_its_browser_this_one_marked(alice):
    here = people.signed_in(alice, headers={"User-Agent": FIREFOX})
    people.signed_in(alice, headers={"User-Agent": CHROME})
    first, second = listed(here)
    today = timezone.now().strftime("%-d %B %Y")
    assert first.startswith(f"Firefox on Linux This session Signed in on {today}")
    assert second.startswith(f"Chrome on Windows Signed in on {today}")
    assert "This session" not in second


def test_those_of_others_and_old_ones_are_not(alice, bob):
    here = people.signed_in(alice)
    people.signed_in(bob)
    people.signed_in(alice)
    Session.objects.filter(user=alice).exclude(pk=here.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    assert len(listed(here)) == 1


def test_no_page_holds_the_key_of_a_session(alice):
    here = people.signed_in(alice)
    other = people.signed_in(alice)
    html = here.get(URL).content.decode()
    for client in (here, other):
        assert client.session.session_key not in html


def test_one_is_ended_and_the_others_go_on(alice):
    here, lost, kept = (people.signed_in(alice) for _ in range(3))
    keys = {client.session.session_key for client in (here, kept)}
    [mark] = [
        one.mark
        for one in sessions.list_sessions(alice, here=None)
        if one.mark == sessions._mark(lost.session.session_key)
    ]
    answer = here.post(reverse("accounts:session_end"), {"session": mark}, follow=True)
    assert "That session was signed out." in words_of(answer)
    assert lost.get("/").status_code == 302
    assert {row.pk for row in Session.objects.filter(user=alice)} == keys


def test_nobody_ends_those_of_somebody_else(alice, bob):
    theirs = people.signed_in(bob)
    mark = sessions._mark(theirs.session.session_key)
    answer = people.signed_in(alice).post(
        reverse("accounts:session_end"), {"session": mark}, follow=True
    )
    assert "was already signed out" in words_of(answer)
    assert theirs.get("/").status_code == 200


def test_all_others_are_ended_at_once(alice, bob):
    here, other, theirs = (people.signed_in(who) for who in (alice, alice, bob))
    answer = here.post(reverse("accounts:sessions_end_others"), follow=True)
    assert "You’re now only signed in here" in words_of(answer)
    assert (here.get("/").status_code, other.get("/").status_code) == (200, 302)
    assert theirs.get("/").status_code == 200


@pytest.mark.parametrize("name", ["session_end", "sessions_end_others"])
def test_ending_takes_a_post_of_somebody_signed_in(client, alice, name):
    url = reverse(f"accounts:{name}")
    assert people.signed_in(alice).get(url).status_code == 405
    assert client.post(url).status_code == 302


def test_a_page_asks_for_session_and_user_in_one_query(
    alice, django_assert_num_queries
):
    client = people.signed_in(alice)
    client.get("/help/")
    with django_assert_num_queries(2):  # and the sessions themselves
        client.get(URL)


def test_when_one_was_last_seen_is_written_once_an_hour(
    alice, django_assert_num_queries
):
    client = people.signed_in(alice)
    rows = Session.objects.filter(user=alice)
    before = timezone.now() - timedelta(minutes=59)
    rows.update(last_seen=before, signed_in_at=before)
    client.get("/help/")
    assert rows.get().last_seen == before
    rows.update(last_seen=before - timedelta(minutes=2))
    client.get("/help/")
    assert timezone.now() - rows.get().last_seen < timedelta(minutes=1)
    assert rows.get().signed_in_at == before


def test_another_password_is_no_other_sign_in(alice):
    client = people.signed_in(alice, headers={"User-Agent": FIREFOX})
    long_ago = timezone.now() - timedelta(days=3)
    Session.objects.filter(user=alice).update(signed_in_at=long_ago)
    form = {
        "oldpassword": "alice",
        "password1": "nine wet stones",
        "password2": "nine wet stones",
    }
    client.post(reverse("account_change_password"), form)
    session = Session.objects.get(user=alice)
    assert session.signed_in_at == long_ago
    assert session.user_agent == FIREFOX


def test_an_ended_session_takes_its_open_streams_along(asgi_server, plan, alice):
    here, other = people.signed_in(alice), people.signed_in(alice)

    def stream(client, token):
        cookie = {"name": "sessionid", "value": client.session.session_key}
        topics = [f"{plan.slug}:{plan.change_number}"]
        return Reader(asgi_server, cookie, topics, token=token, timeout=10)

    kept = stream(here, "of-the-session-here")
    lost = stream(other, "of-the-other-session")
    for reader in (kept, lost):
        reader.next("hello")
    here.post(reverse("accounts:sessions_end_others"))
    assert [event["kind"] for event in lost.rest()][-1] == "bye"
    kept.connection.sock.settimeout(2)
    with pytest.raises(TimeoutError):
        kept.rest()
    lost.close()
    kept.close()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/140.0.0.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1 "
            "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_as_its_owner_calls_it(user_agent, name):
    assert describe_user_agent(user_agent) == name
