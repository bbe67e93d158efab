"""Webhooks: what a real server is posted, and which addresses are never called."""

import json
import socket
from ipaddress import ip_address

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from plans.actions.assignments import assign
from plans.actions.reviews import request_review
from plans.actions.webhooks import MOST_WEBHOOKS, add_webhook
from plans.errors import Refused
from plans.models import Notice, Webhook
from plans.notifications import webhook_calls
from plans.notifications.outbox import MAX_PER_HOUR
from plans.notifications.sender import Outbox
from plans.notifications.webhook_addresses import is_public, resolve
from plans.sealing import seal
from tests import make
from tests.client import CheckingClient
from tests.notifications.receiver import receiver_running
from tests.views.asking import signed_in, soup, words_of

KINDS = ["sign_off", "changes", "decision"]


@pytest.fixture
def receiver():
    with receiver_running() as receiver:
        yield receiver


@pytest.fixture
def allowed(settings):
    """The operator lets webhooks lead to this machine."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]


def url(name, team, *args):
    from django.urls import reverse

    return reverse(f"plans:{name}", args=[team.slug, *args])


# --- What is sent ---


def test_an_event_is_signed_and_told_once(
    team, alice, bob, dana, finished, receiver, allowed
):
    webhook, secret = add_webhook(
        team=team,
        actor=alice,
        url=f"{receiver.url}/hook?a=1",
        format="standard",
        kinds=KINDS,
    )
    assert secret.startswith("whsec_") and secret not in webhook.secret
    request_review(plan=finished, actor=bob)
    Outbox().send_due()
    Outbox().send_due()
    ((path, headers, body),) = receiver.calls
    assert path == "/hook?a=1"
    event = Verifier(secret).verify(body, headers)
    assert event["type"] == "plan.sign_off"
    assert event["data"]["people"] == ["Dana"]
    assert event["data"]["plan"]["slug"] == finished.slug
    assert event["data"]["url"].endswith(f"/plans/{finished.slug}/review/")
    assert "Dana was asked to sign version 1" in event["data"]["text"]
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body + b" ", headers)
    webhook.refresh_from_db()
    assert webhook.was_delivered and webhook.result == "Delivered (204)."


def test_a_chat_gets_a_message_that_calls_nobody(
    team, alice, bob, dana, receiver, allowed
):
    title = "@all <!channel> [Free](https://evil.test)"
    text = make.FINISHED.replace("Tide tables", title)
    plan = make.make_plan(team=team, actor=alice, text=text)
    values = {"format": "chat", "kinds": KINDS, "url": receiver.url}
    add_webhook(team=team, actor=alice, **values)
    request_review(plan=plan, actor=bob)
    Outbox().send_due()
    ((path, headers, body),) = receiver.calls
    message = json.loads(body)
    assert message.keys() == {"text"} and path == "/"
    assert "Version 1" in message["text"] or "version 1" in message["text"]
    for dangerous in ("@all", "<!channel>", "](http"):
        assert dangerous not in message["text"]
    assert f"/plans/{plan.slug}/review/" in message["text"]


def test_it_is_told_of_its_own_team_and_of_what_was_chosen(
    team, alice, bob, dana, charlie, finished, receiver, allowed
):
    elsewhere = charlie.teams.get()
    for team_of, actor, kinds in (
        (elsewhere, charlie, KINDS),
        (team, alice, ["mention"]),
    ):
        add_webhook(
            team=team_of, actor=actor, url=receiver.url, format="chat", kinds=kinds
        )
    request_review(plan=finished, actor=bob)
    Outbox().send_due()
    assert receiver.calls == []


def test_a_server_that_fails_is_asked_again_later_and_stops_no_mail(
    team, alice, bob, dana, finished, receiver, allowed, mailbox
):
    webhook, _ = add_webhook(
        team=team, actor=alice, url=receiver.url, format="chat", kinds=KINDS
    )
    receiver.status = 500
    request_review(plan=finished, actor=bob)
    assert Outbox().send_due() == {"later": 1, "sent": 1}
    assert Outbox().send_due() == {}
    webhook.refresh_from_db()
    assert (webhook.result, webhook.was_delivered) == (
        "The server answered with status 500.",
        False,
    )
    receiver.status = 200
    Notice.objects.update(due_at=Notice.objects.first().created_at)
    assert Outbox().send_due() == {"sent": 1}
    assert len(receiver.calls) == 2


def test_repeating_an_action_does_not_flood_a_chat(
    team, alice, bob, dana, plan, receiver, allowed
):
    values = {"url": receiver.url, "format": "chat", "kinds": ["assigned"]}
    add_webhook(team=team, actor=alice, **values)
    item = make.find(plan, label="Storage")
    for number in range(MAX_PER_HOUR + 4):
        assignee = (bob, dana)[number % 2]
        assign(plan=plan, actor=alice, item=item, assignee=assignee, due=None)
        Outbox().send_due()
    assert len(receiver.calls) == MAX_PER_HOUR


# --- Addresses ---


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
    ],
)
def test_no_private_address_is_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:2800:21f::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_addresses_of_the_internet_are(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://localhost.:8443/x",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://0/",
        "http://127.0.0.1:5432/",
        "https://user:word@8.8.8.8/",
        "http://8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://",
        "https://8.8.8.8:99999/",
        "https://8.8.8.8/a b",
        "https://8.8.8.8/\r\nHost: x",
        "//8.8.8.8/",
        "https://no-such-host.invalid/",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused_when_it_is_entered(
    team, alice, address
):
    with pytest.raises(Refused):
        add_webhook(team=team, actor=alice, url=address, format="chat", kinds=KINDS)
    assert not Webhook.objects.exists()


def test_the_name_of_this_machine_is_no_way_around(settings):
    with pytest.raises(Refused, match="private network"):
        resolve(f"https://{socket.gethostname()}/")
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    assert resolve("http://localhost:8065/hooks/x").ip == "127.0.0.1"
    with pytest.raises(Refused):
        resolve("https://10.0.0.1/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_it_is_looked_up_again_when_it_is_called(
    team, alice, bob, dana, finished, receiver, host
):
    """A name that led to a public address when it was entered may lead here now."""
    Webhook.objects.create(
        team=team,
        url=receiver.url.replace("127.0.0.1", host),
        format="chat",
        kinds=KINDS,
        secret=seal("whsec_AAAA"),
        created_by=alice,
    )
    request_review(plan=finished, actor=bob)
    Outbox().send_due()
    assert receiver.calls == []
    assert "private network" in Webhook.objects.get().result


def test_a_redirect_is_not_followed(
    team, alice, bob, dana, finished, receiver, allowed
):
    add_webhook(team=team, actor=alice, url=receiver.url, format="chat", kinds=KINDS)
    receiver.status = 302
    receiver.headers = {"Location": f"{receiver.url}/inside"}
    request_review(plan=finished, actor=bob)
    Outbox().send_due()
    assert [path for path, _, _ in receiver.calls] == ["/"]
    assert "redirects (302)" in Webhook.objects.get().result


def test_a_server_that_drips_is_cut_off(
    team, alice, bob, dana, finished, receiver, allowed, monkeypatch
):
    monkeypatch.setattr(webhook_calls, "MAX_SECONDS", 0.5)
    add_webhook(team=team, actor=alice, url=receiver.url, format="chat", kinds=KINDS)
    receiver.drips = True
    request_review(plan=finished, actor=bob)
    assert Outbox().send_due()["later"] >= 1
    assert "didn’t answer in time" in Webhook.objects.get().result


# --- The page ---


def test_an_owner_adds_tries_and_removes_one(team, alice, receiver, allowed):
    client = signed_in(alice)
    page = url("webhooks", team)
    values = {"url": receiver.url, "format": "standard", "kinds": KINDS}
    answer = client.post(page, values)
    secret = soup(answer).select_one("#secret-link")["value"]
    assert secret.startswith("whsec_")
    assert secret not in client.get(page).content.decode()
    webhook = Webhook.objects.get()
    assert secret not in webhook.secret
    answer = client.post(url("webhook_test", team, webhook.pk), follow=True)
    assert "The test was delivered." in words_of(answer)
    assert "Delivered (204)." in words_of(answer)
    ((_, headers, body),) = receiver.calls
    assert Verifier(secret).verify(body, headers)["type"] == "plan.test"
    receiver.status = 404
    answer = client.post(url("webhook_test", team, webhook.pk), follow=True)
    assert "The server answered with status 404." in words_of(answer)
    answer = client.post(url("webhook_remove", team, webhook.pk), follow=True)
    assert "The webhook was removed." in words_of(answer)
    assert receiver.url not in words_of(answer)
    assert client.post(url("webhook_test", team, webhook.pk)).status_code == 404


def test_what_is_wrong_is_said_where_it_was_typed(team, alice):
    client = signed_in(alice)
    values = {"url": "https://10.0.0.1/x", "format": "chat", "kinds": KINDS}
    answer = client.post(url("webhooks", team), values)
    assert answer.status_code == 422
    assert "leads into a private network" in words_of(answer)
    assert soup(answer).select_one("#id_url")["value"] == "https://10.0.0.1/x"
    answer = client.post(url("webhooks", team), values | {"kinds": []})
    assert answer.status_code == 422 and "Choose at least one." in words_of(answer)


def test_a_team_has_a_few_of_them(team, alice, allowed):
    for number in range(MOST_WEBHOOKS):
        address = f"http://127.0.0.1/{number}"
        add_webhook(team=team, actor=alice, url=address, format="chat", kinds=KINDS)
    with pytest.raises(Refused, match="Remove one of them first"):
        add_webhook(team=team, actor=alice, url=address, format="chat", kinds=KINDS)


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 403), ("dana", 403), ("charlie", 404), ("", 302)]
)
def test_only_owners_see_them(
    team, alice, bob, dana, charlie, who, status, allowed, request
):
    webhook, _ = add_webhook(
        team=team, actor=alice, url="http://127.0.0.1/", format="chat", kinds=KINDS
    )
    person = request.getfixturevalue(who) if who else None
    client = signed_in(person) if person else CheckingClient()
    assert client.get(url("webhooks", team)).status_code == status
    values = {"url": "http://127.0.0.1/2", "format": "chat", "kinds": KINDS}
    assert client.post(url("webhooks", team), values).status_code == status
    for name in ("webhook_test", "webhook_remove"):
        assert client.post(url(name, team, webhook.pk)).status_code == status
        assert client.get(url(name, team, webhook.pk)).status_code in (405, 302)
    assert Webhook.objects.filter(ended_at=None).count() == 1
    assert not Notice.objects.exists()
