"""The stream of a browser: who gets one, what it says, when it ends."""

import json

import pytest
from django.contrib.auth import logout
from django.http import HttpRequest

from plans.accounts.sessions import SessionStore
from plans.actions import items, sharing, teams
from plans.live import broker
from plans.models import Membership, Session
from tests import make
from tests.live.reading import Reader, ask, session_of


@pytest.fixture
def read(asgi_server):
    """`read(alice, plan)` opens a stream; all are closed at the end."""
    readers = []

    def opened(user, *plans, number=None, **options):
        plans = [
            f"{plan.slug}:{plan.change_number if number is None else number}"
            for plan in plans
        ]
        session = session_of(user) if user else None
        readers.append(Reader(asgi_server, session, plans, **options))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.close()


def save(plan, actor, value, **place):
    item = make.find(plan, **place)
    name = "value" if item.kind == "field" else "text"
    return items.save_item(
        plan=plan, item=item, actor=actor, values={name: value}, seen=item.version
    )


def test_a_save_reaches_the_others_with_its_number(read, plan, alice, bob):
    stream = read(bob, plan)
    assert stream.next("hello")["plans"] == {
        plan.slug: {"number": plan.change_number, "may_edit": True}
    }
    save(plan, alice, "MariaDB", label="Storage")
    event = stream.next("changes")
    assert event["plan"] == plan.slug
    assert event["number"] == plan.change_number
    item = make.find(plan, label="Storage")
    assert f'hx-target="#item-{item.pk}"' in event["html"]
    assert "MariaDB" in event["html"]


def test_the_panels_follow_once_for_many_changes(read, plan, alice, bob):
    stream = read(bob, plan)
    stream.next("hello")
    for number in range(5):
        save(plan, alice, f"Database {number}", label="Storage")
    event = stream.next("side")
    assert 'hx-target="#plan-side"' in event["html"]
    assert 'hx-target="#plan-progress"' in event["html"]


def test_a_page_that_was_away_hears_what_it_missed(read, plan, alice, bob):
    at = plan.change_number
    save(plan, alice, "MariaDB", label="Storage")
    save(plan, alice, "Tides of a harbour.", text="Show the tides of a harbour.")
    event = read(bob, plan, number=at).next("changes")
    assert event["number"] == at + 2
    assert "MariaDB" in event["html"]
    assert "Tides of a harbour." in event["html"]


def test_a_page_that_is_up_to_date_hears_nothing_twice(read, plan, alice, bob):
    stream = read(bob, plan)
    stream.next("hello")
    save(plan, alice, "MariaDB", label="Storage")
    first = stream.next("changes")
    save(plan, alice, "SQLite", label="Storage")
    assert stream.next("changes")["number"] == first["number"] + 1


def test_a_gap_too_long_makes_the_page_fetch_itself(read, plan, alice, bob):
    at = plan.change_number
    plan.change_number += 1_000
    plan.save(update_fields=["change_number"])
    event = read(bob, plan, number=at).next("reload")
    assert event == {"kind": "reload", "plan": plan.slug, "number": at + 1_000}


def test_a_number_from_the_future_makes_the_page_fetch_itself(read, plan, bob):
    stream = read(bob, plan, number=plan.change_number + 7)
    assert stream.next("reload")["number"] == plan.change_number


# What a control is made from, and what opens it.
EDITORS = ("data-control", "data-version", "data-author", "Edit Storage")


def test_a_reader_never_receives_an_editors_markup(read, plan, alice, bob, victor):
    editor, reader = read(bob, plan), read(victor, plan, token="of-victors-browser")
    for stream in (editor, reader):
        stream.next("hello")
    save(plan, alice, "MariaDB", label="Storage")
    html = editor.next("changes")["html"]
    for mark in EDITORS:
        assert mark in html
    for kind in ("changes", "side"):
        html = reader.next(kind)["html"]
        for mark in (*EDITORS, "<textarea", "<form", "<input", "hx-post"):
            assert mark not in html


def test_one_stream_carries_all_plans_of_a_browser(read, plan, team, alice, bob):
    other = make.make_plan(team=team, actor=alice, name="other")
    stream = read(bob, plan, other)
    assert stream.next("hello")["plans"].keys() == {plan.slug, other.slug}
    save(other, alice, "MariaDB", label="Storage")
    assert stream.next("changes")["plan"] == other.slug


def test_whoever_is_not_signed_in_is_told_so(read, plan):
    stream = read(None, plan)
    assert stream.status == 401


def test_a_stranger_hears_of_no_plan(read, plan, alice, charlie):
    stream = read(charlie, plan)
    assert stream.next("hello")["plans"] == {}
    refused = stream.next("refused")
    assert refused["status"] == 404
    assert "isn’t shared" in refused["message"]
    save(plan, alice, "MariaDB", label="Storage")
    stream.connection.sock.settimeout(1)
    with pytest.raises(TimeoutError):
        stream.next("changes")


@pytest.mark.parametrize(
    "query",
    [
        "plan=x:1",
        "stream=short&plan=x:1",
        "stream=a-token-of-this-test&plan=x",
        "stream=a-token-of-this-test&plan=x:y",
        "stream=a-token-of-this-test&plan=../x:1",
        "stream=a-token-of-this-test&plans=yesterday",
        "stream=a-token-of-this-test&" + "&".join(f"plan=p{n}:1" for n in range(51)),
    ],
)
def test_nonsense_is_refused_with_a_sentence(asgi_server, alice, query):
    status, text = ask(asgi_server, "GET", f"/live/?{query}", alice)
    assert status == 400
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/live/", 405),
        ("GET", "/live/here/", 405),
        ("GET", "/live/else/", 404),
    ],
)
def test_other_addresses_and_methods_are_refused(
    asgi_server, alice, method, path, expected
):
    assert ask(asgi_server, method, path, alice)[0] == expected


def test_an_unknown_host_is_refused(asgi_server, alice):
    headers = {"Host": "elsewhere.example"}
    assert ask(asgi_server, "GET", "/live/", alice, headers=headers)[0] == 400


# --- Access that is withdrawn ---


@pytest.fixture
def looks_often(monkeypatch):
    """For a server that is made after it; what a stream is told by then is the same."""
    monkeypatch.setattr(broker, "POLL_INTERVAL", 0.2)


@pytest.mark.usefixtures("looks_often")
def test_a_membership_that_ends_ends_the_stream(read, plan, bob):
    stream = read(bob, plan, timeout=10)
    stream.next("hello")
    Membership.objects.filter(user=bob).delete()
    assert stream.rest()[-1]["kind"] == "bye"
    assert read(bob, plan).next("refused")["status"] == 404


@pytest.mark.usefixtures("looks_often")
def test_a_role_that_changes_ends_the_stream(read, plan, bob):
    stream = read(bob, plan, timeout=10)
    stream.next("hello")
    Membership.objects.filter(user=bob).update(role="viewer")
    assert stream.rest()[-1]["kind"] == "bye"
    again = read(bob, plan).next("hello")
    assert again["plans"][plan.slug]["may_edit"] is False


@pytest.mark.usefixtures("looks_often")
def test_signing_out_ends_the_stream(read, plan, bob):
    stream = read(bob, plan, timeout=10)
    stream.next("hello")
    request = HttpRequest()
    request.session = SessionStore(Session.objects.get(user=bob).session_key)
    request.user = bob
    logout(request)
    assert stream.rest()[-1]["kind"] == "bye"


@pytest.mark.usefixtures("looks_often")
def test_another_password_ends_the_stream(read, plan, bob):
    stream = read(bob, plan, timeout=10)
    stream.next("hello")
    bob.set_password("another one")
    bob.save()
    assert stream.rest()[-1]["kind"] == "bye"


@pytest.mark.usefixtures("looks_often")
def test_an_account_that_is_closed_ends_the_stream(read, plan, bob):
    stream = read(bob, plan, timeout=10)
    stream.next("hello")
    bob.is_active = False
    bob.save()
    assert stream.rest()[-1]["kind"] == "bye"


@pytest.fixture
def looks_never(monkeypatch):
    """So that only what is told ends a stream."""
    monkeypatch.setattr(broker, "POLL_INTERVAL", 600)


@pytest.mark.usefixtures("looks_never")
@pytest.mark.parametrize("how", ["another role", "removed"])
def test_a_change_in_the_team_is_told_to_streams_at_once(read, plan, alice, bob, how):
    stream = read(bob, plan, timeout=5)
    stream.next("hello")
    if how == "removed":
        teams.remove_member(team=plan.team, actor=alice, member=bob)
    else:
        teams.change_role(team=plan.team, actor=alice, member=bob, role="viewer")
    assert stream.rest()[-1]["kind"] == "bye"


@pytest.mark.usefixtures("looks_never")
def test_a_plan_that_is_closed_to_others_ends_their_streams(read, plan, alice, charlie):
    sharing.open_plan(plan=plan, actor=alice, is_open=True)
    stream = read(charlie, plan, timeout=5)
    assert stream.next("hello")["plans"][plan.slug]["may_edit"] is False
    sharing.open_plan(plan=plan, actor=alice, is_open=False)
    assert stream.rest()[-1]["kind"] == "bye"
    assert read(charlie, plan).next("refused")["status"] == 404


# --- The end of the server ---


def test_a_stop_takes_the_streams_along(read, asgi_server, plan, bob):
    stream = read(bob, plan)
    stream.next("hello")
    asgi_server.stop()
    last = stream.rest()[-1]
    assert last["kind"] == "bye"
    assert 0 < last["wait"] < 2_000


# --- The list of plans ---


def test_the_list_hears_that_a_plan_changed(read, plan, alice, bob):
    opened_at = broker.now_in_milliseconds()
    stream = read(bob, plans=opened_at)
    stream.next("hello")
    saved_at = broker.now_in_milliseconds()
    save(plan, alice, "MariaDB", label="Storage")
    told_at = 0
    while told_at < saved_at:  # that the plan was made may be told first
        told_at = stream.next("plans")["at"]
    # No sooner than a moment after: other changes are told of with it.
    assert told_at >= opened_at + broker.LIST_REFRESH_DELAY * 1000


def test_the_list_hears_what_changed_before_its_stream_was_open(
    read, asgi_server, plan, alice, bob
):
    opened_at = broker.now_in_milliseconds()
    save(plan, alice, "MariaDB", label="Storage")
    moment = read(bob, plans=opened_at).next("plans")["at"]
    # A list that has it already is not loaded again.
    stream = read(bob, plans=moment, token="another-of-this-test")
    stream.next("hello")
    asgi_server.stop()
    assert [event["kind"] for event in stream.rest()] == ["bye"]


# --- Who is here ---


def here(server, user, **message):
    body = json.dumps({"stream": "a-token-of-this-test", "tab": "1", **message})
    return ask(server, "POST", "/live/here/", user, body=body)


def test_people_see_who_is_on_which_item(read, asgi_server, plan, alice, bob):
    watching = read(alice, plan, token="of-alices-browser")
    watching.next("hello")
    stream = read(bob, plan)
    stream.next("hello")
    assert here(asgi_server, bob, plan=plan.slug, item=7) == (204, "")
    (person,) = watching.next("here")["people"]
    assert person["name"] == "Bob"
    assert person["item"] == 7
    assert here(asgi_server, bob, plan=plan.slug, item=None)[0] == 204
    (moved,) = watching.next("here")["people"]
    assert moved == {**person, "item": None}
    stream.close()
    assert watching.next("here")["gone"] == [person["key"]]


def test_who_comes_later_is_told_who_is_here(read, asgi_server, plan, alice, bob):
    stream = read(bob, plan)
    stream.next("hello")
    here(asgi_server, bob, plan=plan.slug, item=7)
    event = read(alice, plan, token="of-alices-browser").next("here")
    assert event["full"] is True
    assert [person["name"] for person in event["people"]] == ["Bob"]


def test_nobody_can_speak_for_a_stream_without_its_token(
    read, asgi_server, plan, alice, bob
):
    watching = read(alice, plan, token="of-alices-browser")
    stream = read(bob, plan)
    for each in (watching, stream):
        each.next("hello")
    here(asgi_server, bob, plan=plan.slug, item=7, stream="a-token-that-is-made-up")
    here(asgi_server, bob, plan=plan.slug, item=8)
    (person,) = watching.next("here")["people"]
    assert person["item"] == 8


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[" * 1_990, 400),
        ("[]", 400),
        ("null", 400),
        (json.dumps({"stream": "x" * 20}), 400),
        (json.dumps({"stream": "x" * 20, "tab": "1", "plan": "y" * 100}), 400),
        (json.dumps({"stream": "x" * 20, "tab": "1", "plan": "z" * 3_000}), 413),
    ],
)
def test_a_place_that_cannot_be_meant_is_refused(asgi_server, alice, body, status):
    assert ask(asgi_server, "POST", "/live/here/", alice, body=body)[0] == status
