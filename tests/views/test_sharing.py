"""Who may read a plan apart from its team."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plans.actions import guests, sharing, teams
from plans.models import Invitation, Plan, ShareLink
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once
QUERIES = 12


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


def test_who_made_a_link_sees_it_again_until_it_ends(plan, alice, path, team):
    client, link = signed_in(alice), ShareLink.objects.get()
    token = path.split("/")[-2]
    assert token not in f"{link.sealed} {link.token_sha256}"
    show = {"link": link.pk}
    answer = client.post(url_of("sharing_show", plan), show)
    assert soup(answer).select_one(".secret-link")["value"].endswith(path)
    assert "no-store" in answer["Cache-Control"]
    # Nobody else does, another owner neither, and no page shows it unasked.
    olga = signed_in(make.make_user("olga", team=team, role="owner"))
    assert olga.post(url_of("sharing_show", plan), show).status_code == 403
    for reader in (client, olga):
        page = reader.get(url_of("sharing", plan))
        assert token not in page.content.decode()
    assert "Show" not in words_of(olga.get(url_of("sharing", plan)))
    client.post(url_of("sharing_end", plan), show)
    link.refresh_from_db()
    assert link.sealed == ""
    assert client.post(url_of("sharing_show", plan), show).status_code == 422


def test_a_link_from_before_or_under_another_key_is_not_shown(
    plan, alice, path, settings, client
):
    show, owner = {"link": ShareLink.objects.get().pk}, signed_in(alice)
    sealed = ShareLink.objects.get().sealed
    ShareLink.objects.update(sealed="")
    assert owner.post(url_of("sharing_show", plan), show).status_code == 422
    ShareLink.objects.update(sealed=sealed[:-9] + "AAAAAAAAA")
    answer = owner.post(url_of("sharing_show", plan), show)
    assert "can’t be shown again" in words_of(answer)
    assert client.get(path).status_code == 200


def test_an_invitation_by_link_is_shown_again_and_one_by_mail_is_not(plan, alice, team):
    client = signed_in(alice)
    answer = client.post(url_of("sharing_invite", plan), {"role": "editor"})
    link = soup(answer).select_one(".secret-link")["value"]
    invite = {"role": "viewer", "email": "nora@firm.example"}
    assert client.post(url_of("sharing_invite", plan), invite).status_code == 302
    by_mail, by_link = Invitation.objects.all()
    assert (by_link.role, by_link.email) == ("editor", "")
    assert (by_mail.role, by_mail.sealed) == ("viewer", "")
    again = reverse("plans:invitation_show", args=[team.slug, by_link.pk])
    assert soup(client.post(again)).select_one(".secret-link")["value"] == link
    never = reverse("plans:invitation_show", args=[team.slug, by_mail.pk])
    assert client.post(never).status_code == 422
    olga = signed_in(make.make_user("olga", team=team, role="owner"))
    assert olga.post(again).status_code == 403


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"role": "guest", "name": "Nora"}, "Enter the email address that"),
        ({"role": "guest", "email": "n@firm.example"}, "Enter the name of the person"),
        ({"role": "boss"}, "Select a valid choice"),
        ({"role": "editor", "email": "dana@harbour.example"}, "in the team already"),
    ],
)
def test_what_cannot_be_invited_is_refused_where_it_is_typed(
    plan, alice, dana, typed, message
):
    dana.email = "dana@harbour.example"
    dana.save(update_fields=["email"])
    answer = signed_in(alice).post(url_of("sharing_invite", plan), typed)
    assert answer.status_code == 422
    assert message in words_of(answer)
    assert not Invitation.objects.exists()


def test_a_viewer_is_not_invited_to_sign(plan, alice):
    slot = make.slot_of(plan, "Launch Approval")
    typed = {"role": "viewer", "name": "Nora", "email": "nora@firm.example"}
    answer = signed_in(alice).post(
        url_of("sharing_invite", plan), typed | {"slot": slot.pk}
    )
    assert "Viewers can’t sign" in words_of(answer)


def test_somebody_is_invited_to_sign_here_too(plan, alice):
    slot = make.slot_of(plan, "Launch Approval")
    typed = {"role": "editor", "name": "Nora", "email": "nora@firm.example"}
    answer = signed_in(alice).post(
        url_of("sharing_invite", plan), typed | {"slot": slot.pk}
    )
    assert answer.status_code == 302
    seat = slot.invited_seats.get()
    assert (seat.name, seat.invitation.role) == ("Nora", "editor")


def test_the_dialog_is_the_same_as_the_page(plan, alice):
    client = signed_in(alice)
    page = soup(client.get(url_of("sharing", plan))).select_one("#sharing")
    part = soup(client.get(url_of("sharing", plan), headers=HTMX)).select_one(
        "#sharing"
    )
    assert [form["action"] for form in page.select("form")] == [
        form["action"] for form in part.select("form")
    ]
    answer = client.post(url_of("sharing_open", plan), {"open": "1"}, headers=HTMX)
    assert "Anyone signed in can read this plan." in words_of(answer)
    assert not soup(answer).select("html")


def test_the_page_costs_the_same_for_many(plan, alice, team, django_assert_num_queries):
    client = signed_in(alice)
    for more in (0, 12):
        for number in range(more):
            make.make_user(f"member{number}", team=team, role="viewer")
            sharing.share_plan(plan=plan, actor=alice, days=3)
            teams.invite(team=team, actor=alice, role="viewer")
            guests.invite_guest(
                plan=plan,
                actor=alice,
                name=f"Guest {number}x",
                email=f"guest{number}@firm.example",
                days=3,
            )
        client.get(url_of("sharing", plan))  # counts what the changes left to count
        with django_assert_num_queries(QUERIES):
            client.get(url_of("sharing", plan))


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
