"""What the people who run the planner meet: names, addresses, proxies, ports."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from planner import serve
from plans.actions.plans import Start, create_from_template
from plans.actions.teams import create_team
from plans.models import Membership, Team
from tests import make
from tests.views.asking import words_of


@pytest.fixture
def make_owner(db, monkeypatch):
    def run(*arguments):
        monkeypatch.setattr("sys.stdin", io.StringIO("nine wet stones\n"))
        call_command("make_owner", *arguments)

    return run


def test_a_team_of_another_name_is_another_team(make_owner):
    make_owner("first", "--team", "C++")
    make_owner("second", "--team", "C#")
    make_owner("third", "--team", "C++")
    make_owner("fourth", "--team", "…")
    owners = Membership.objects.order_by("pk")
    assert [(one.user.username, one.team.name) for one in owners] == [
        ("first", "C++"),
        ("second", "C#"),
        ("third", "C++"),
        ("fourth", "…"),
    ]
    assert len(set(Team.objects.values_list("slug", flat=True))) == 3


def test_of_two_teams_of_one_name_one_is_named_by_its_address(make_owner):
    for slug in ("harbour", "harbour-2"):
        make.make_team("Harbour", slug=slug)
    with pytest.raises(CommandError, match="harbour, harbour-2"):
        make_owner("first", "--team", "Harbour")
    make_owner("first", "--team", "harbour-2")
    assert Membership.objects.get().team.slug == "harbour-2"


def test_an_address_that_is_taken_is_a_sentence(make_owner, alice):
    EmailAddress.objects.create(user=alice, email="a@example.org", verified=True)
    with pytest.raises(CommandError, match="already has that email address"):
        make_owner("first", "--email", "A@example.org")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("計画の概要", "ji-hua-no-gai-yao"),
        ("План запуска", "plan-zapuska"),
        ("Größe & Maß", "grosse-mass"),
    ],
)
def test_addresses_are_made_of_names_in_any_script(team, alice, name, slug):
    plan = create_from_template(team=team, actor=alice, start=Start(feature=name))
    assert plan.slug == slug
    assert create_team(actor=alice, name=name).slug == slug


@pytest.mark.parametrize(
    ("name", "slug"), [("Tide tables v2.1", "tide-tables-v21"), ("a_b", "a_b")]
)
def test_addresses_of_plain_names_stay_as_they_were(team, alice, name, slug):
    plan = create_from_template(team=team, actor=alice, start=Start(feature=name))
    assert plan.slug == slug


def test_what_no_database_takes_is_no_address(client, team, alice):
    client.force_login(alice)
    for address in ("/?q=%00", "/inbox/?x=a%00b", "/admin/?%00", "/new/?team=%00"):
        assert client.get(address).status_code == 400, address
    cookie = 'sessionid="{}"'.format("\\000" * 32)
    assert Client().get("/", headers={"Cookie": cookie}).status_code == 400


def test_a_proxy_that_changes_the_host_is_named_as_the_reason(alice, settings):
    browser = Client(enforce_csrf_checks=True, headers={"Host": "127.0.0.1:8000"})
    form = {"login": "alice", "password": "alice"}
    origin = {"Origin": "https://plans.example.org"}
    answer = browser.post(reverse("account_login"), form, headers=origin)
    assert answer.status_code == 403
    assert "pass the Host header on" in words_of(answer)
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    answer = Client(headers={"Host": "127.0.0.1:8000"}).get("/")
    assert answer.status_code == 400
    assert "pass the Host header on" in words_of(answer)
    answer = Client(headers={"Host": "plans.example.org"}).get("/", {"x": "\0"})
    assert "couldn’t read this" in words_of(answer)


def test_the_port_that_is_asked_for_is_in_the_links_of_mails(monkeypatch):
    seen = {}
    monkeypatch.setattr(serve, "_serve", lambda options: seen.update(serve.os.environ))
    # What a server sets in its environment ends with it; here it ends with the test.
    for name in ("PORT", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(serve.logging.config, "dictConfig", lambda config: None)
    serve.main(["--port", "8123"])
    assert seen["PORT"] == "8123"
