"""Who may read a plan apart from its team."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from plans.models import Plan, ShareLink
from tests import make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


@pytest.fixture
def opened(plan, alice):
    signed_in(alice).post(url_of("sharing_open", plan), {"open": "1"})
    return plan


@pytest.fixture
def path(plan, alice):
    answer = signed_in(alice).post(url_of("sharing_link", plan), {"days": "7"})
    link = soup(answer).select_one(".secret-link")["value"]
    return re.sub(r"^https?://[^/]+", "", link)


def test_an_open_plan_is_read_by_everybody_signed_in(opened, charlie, client):
    stranger = signed_in(charlie)
    for name in ("plan", "preview", "download", "history", "comments", "review"):
        assert stranger.get(url_of(name, opened)).status_code == 200, name
        assert client.get(url_of(name, opened)).status_code == 302
    assert opened.title in words_of(stranger.get(url_of("plan_list")))


def test_an_open_plan_is_written_by_its_team_alone(opened, charlie):
    item = make.find(opened, label="Storage")
    stranger = signed_in(charlie)
    answers = [
        stranger.post(url_of("item", opened, item.pk), {"value": "x"}),
        stranger.post(url_of("sharing_open", opened), {"open": "0"}),
        stranger.post(url_of("comment_add", opened), {"item": item.pk, "text": "x"}),
        stranger.post(url_of("undo", opened)),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert not soup(stranger.get(url_of("plan", opened))).select("[name=value]")


def test_a_plan_that_is_closed_again_is_gone_for_others(opened, alice, charlie):
    signed_in(alice).post(url_of("sharing_open", opened), {"open": "0"})
    assert signed_in(charlie).get(url_of("plan", opened)).status_code == 404
    assert opened.title not in words_of(signed_in(charlie).get(url_of("plan_list")))


@pytest.mark.parametrize("name", ["bob", "dana", "victor"])
def test_only_an_owner_shares(request, plan, alice, name):
    client = signed_in(request.getfixturevalue(name))
    assert "Only an owner" in words_of(client.get(url_of("sharing", plan)))
    for post, data in (
        ("sharing_open", {"open": "1"}),
        ("sharing_link", {"days": 3}),
        ("archive", {"archived": "1"}),
    ):
        assert client.post(url_of(post, plan), data).status_code == 403
    stored = Plan.objects.get(pk=plan.pk)
    assert not stored.is_open
    assert not stored.archived
    assert not ShareLink.objects.exists()


def test_a_stranger_finds_no_sharing(plan, charlie, client):
    for name in ("archive", "sharing_open", "sharing_link", "sharing_end"):
        assert signed_in(charlie).post(url_of(name, plan)).status_code == 404
        assert client.post(url_of(name, plan)).status_code == 302
        assert signed_in(charlie).get(url_of(name, plan)).status_code in (404, 405)


# --- Links ---


def test_a_link_shows_the_plan_to_whoever_has_it(plan, path, client):
    page = client.get(path)
    assert page.status_code == 200
    assert "Show the tides of a harbour" in words_of(page)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert client.get(f"{path}plan.md").content.decode() == make.text_of(plan)
    assert not soup(page).select("form[action*='/plans/']")


def test_a_link_opens_nothing_else(plan, path, client):
    client.get(path)
    for name in ("plan", "history", "comments", "preview", "download"):
        assert client.get(url_of(name, plan)).status_code == 302


@pytest.mark.parametrize("how", ["ended", "late", "archived", "wrong"])
def test_a_link_that_ended_shows_nothing(plan, alice, path, client, how):
    if how == "ended":
        number = ShareLink.objects.get().pk
        signed_in(alice).post(url_of("sharing_end", plan), {"link": number})
    elif how == "late":
        late = timezone.now() - timedelta(seconds=1)
        ShareLink.objects.update(expires_at=late)
    elif how == "archived":
        Plan.objects.update(archived=True)
    else:
        path = path.replace("shared/", "shared/x")
    for address in (path, f"{path}plan.md"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Ask the person who sent it for a new one" in words_of(answer)


@pytest.mark.parametrize("days", ["", "0", "366", "x"])
def test_a_link_lasts_for_a_while_and_not_for_ever(plan, alice, days):
    answer = signed_in(alice).post(url_of("sharing_link", plan), {"days": days})
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_the_database_does_not_know_the_link(path):
    token = path.strip("/").rpartition("/")[2]
    assert token not in str(ShareLink.objects.values().get())


def test_a_link_of_another_plan_is_not_ended(team, alice, plan, path):
    other = make.make_plan(team=team, actor=alice)
    number = ShareLink.objects.get().pk
    answer = signed_in(alice).post(url_of("sharing_end", other), {"link": number})
    assert answer.status_code == 404
    assert ShareLink.objects.live().exists()
