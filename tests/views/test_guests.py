"""Guests: invited by an owner, in by a mailed code, and out when that ends."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from plans.accounts.guest_codes import MOST_TRIES, Purpose, issue_code, use_code
from plans.actions import guests as actions
from plans.actions import sharing, teams
from plans.actions.comments import comment
from plans.actions.reviews import request_review
from plans.errors import Refused
from plans.live.subscribers import load_subscriber, sessions_without_access
from plans.models import Approval, AuditRecord, Guest, Session, User
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from tests import make
from tests.client import CheckingClient
from tests.kept import kept_plan, small_plan
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

team, plan = kept_plan(small_plan)


def invite(plan, actor, name="Greta Moss", email="greta@customer.example", days=7):
    return actions.invite_guest(
        plan=plan, actor=actor, name=name, email=email, days=days
    )


def ended(guest):
    Guest.objects.filter(pk=guest.pk).update(ended_at=timezone.now())


def expired(guest):
    Guest.objects.filter(pk=guest.pk).update(expires_at=timezone.now())


def code_in(message):
    return re.search(r"^ +(\d{6})$", message.body, re.MULTILINE)[1]


def link_in(message):
    return re.search(r"http\S+(/guest/\S+)", message.body)[1]


@pytest.fixture
def invited(plan, alice, mailoutbox):
    """Greta was asked by the sharing page to give the launch approval."""
    slot = make.slot_of(plan, "Launch Approval")
    typed = {
        "name": "Greta Moss",
        "email": "greta@customer.example",
        "days": 7,
        "role": "guest",
    }
    typed |= {"slot": slot.pk}
    answer = signed_in(alice).post(url_of("sharing_invite", plan), typed)
    assert answer.status_code == 302, words_of(answer)
    Outbox().send_due()
    return Guest.objects.get()


def enter(link, mailoutbox):
    client = CheckingClient()
    assert "Email me a code" in words_of(client.get(link))
    page = client.post(link, {"send": "1"})
    assert "We sent a code to g•••@customer.example" in words_of(page)
    return client, client.post(link, {"code": code_in(mailoutbox[-1])})


# --- Inviting ---


def test_a_guest_is_an_account_without_a_password_and_named_in_the_slot(
    plan, invited, mailoutbox
):
    guest = invited.user
    assert (guest.name, guest.email) == ("Greta Moss", "")
    assert guest.contact_email == "greta@customer.example"
    assert not guest.has_usable_password()
    assert not guest.memberships.exists()
    slot = make.slot_of(plan, "Launch Approval")
    assert (slot.name, list(slot.approvers.all())) == ("Greta Moss", [guest])
    (message,) = mailoutbox
    assert message.to == ["greta@customer.example"]
    assert "Alice asks you to review: " in message.subject
    assert "Launch Approval" in message.body


def test_a_guest_joins_those_who_are_named_already(plan, alice, dana, settings):
    slot = make.slot_of(plan, "Technical Design")
    typed = {
        "name": "Greta Moss",
        "email": "g@customer.example",
        "days": 7,
        "role": "guest",
    }
    signed_in(alice).post(url_of("sharing_invite", plan), typed | {"slot": slot.pk})
    slot.refresh_from_db()
    assert slot.name == "Dana and Greta Moss"
    assert list(slot.approvers.order_by("pk"))[0] == dana


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"email": "nobody"}, "name@example.org"),
        ({"name": "\u200b"}, "Enter the guest’s name"),
        ({"name": "Dana"}, "Dana is in this plan already"),
        ({"days": 400}, "365"),
        ({"slot": "99999"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_still_there(
    plan, alice, typed, reason
):
    sent = {
        "name": "Greta",
        "email": "g@customer.example",
        "days": 7,
        "role": "guest",
    } | typed
    answer = signed_in(alice).post(url_of("sharing_invite", plan), sent)
    assert answer.status_code == 422
    assert reason in words_of(answer)
    box = soup(answer).find("input", {"name": "email"})
    assert box["value"] == sent["email"]
    assert not Guest.objects.exists()
    assert not User.objects.exclude(guest_email="").exists()


def test_an_address_of_a_member_or_of_a_guest_is_not_invited_again(plan, alice, bob):
    bob.email = "bob@harbour.example"
    bob.save()
    with pytest.raises(Refused, match="Bob has this address"):
        invite(plan, alice, email="Bob@harbour.example")
    invite(plan, alice)
    with pytest.raises(Refused, match="Greta Moss has this address"):
        invite(plan, alice, name="Gwen", email="greta@customer.example")


def test_a_name_that_another_guest_has_is_refused(plan, alice):
    invite(plan, alice)
    with pytest.raises(Refused, match="tells them apart"):
        invite(plan, alice, email="other@customer.example")


def test_an_owner_invites_only_so_many_in_an_hour(plan, alice, monkeypatch):
    monkeypatch.setattr(actions, "MOST_INVITED", 1)
    invite(plan, alice)
    with pytest.raises(Refused, match="within an hour"):
        invite(plan, alice, name="Gwen", email="gwen@customer.example")


def test_without_mail_nobody_is_invited(plan, alice, settings):
    settings.SENDS_MAIL = False
    page = signed_in(alice).get(url_of("sharing", plan))
    assert "can’t send email" in words_of(page)
    typed = {"name": "Greta", "email": "g@customer.example", "days": 7, "role": "guest"}
    answer = signed_in(alice).post(url_of("sharing_invite", plan), typed)
    assert answer.status_code == 422
    assert not Guest.objects.exists()


# --- Coming in ---


def test_the_link_and_a_code_let_in_once(plan, invited, mailoutbox):
    link = link_in(mailoutbox[0])
    client, answer = enter(link, mailoutbox)
    assert answer.status_code == 302
    assert answer["Location"] == url_of("review", plan)
    assert client.get(link)["Location"] == url_of("review", plan)
    again = CheckingClient().post(link, {"code": code_in(mailoutbox[-1])})
    assert again.status_code == 422
    assert "was already used" in words_of(again)


def test_the_link_alone_shows_nothing_of_the_plan(plan, invited, mailoutbox):
    page = words_of(CheckingClient().get(link_in(mailoutbox[0])))
    assert plan.title not in page
    assert "greta@" not in page


def test_a_forged_link_is_none(invited, mailoutbox):
    link = link_in(mailoutbox[0])
    assert CheckingClient().get(link.replace(":", ":x")).status_code == 404
    assert CheckingClient().get("/guest/1:abc/").status_code == 404


def test_codes_are_tried_five_times_and_used_for_what_they_are_for(invited):
    guest = invited.user
    code = issue_code(user=guest, purpose=Purpose.SIGN)
    assert not use_code(user=guest, purpose=Purpose.SIGN_IN, typed=code)
    assert use_code(user=guest, purpose=Purpose.SIGN, typed=f" {code[:3]} {code[3:]} ")
    code = issue_code(user=guest, purpose=Purpose.SIGN)
    for _ in range(MOST_TRIES):
        assert not use_code(user=guest, purpose=Purpose.SIGN, typed="x")
    assert not use_code(user=guest, purpose=Purpose.SIGN, typed=code)


def test_a_code_expires_and_a_new_one_replaces_it(invited):
    guest = invited.user
    first = issue_code(user=guest, purpose=Purpose.SIGN)
    second = issue_code(user=guest, purpose=Purpose.SIGN)
    if first != second:  # one in a million
        assert not use_code(user=guest, purpose=Purpose.SIGN, typed=first)
    late = timezone.now() - timedelta(seconds=1)
    Guest.objects.update(code_expires_at=late)
    assert not use_code(user=guest, purpose=Purpose.SIGN, typed=second)


def test_the_database_has_no_code(invited):
    code = issue_code(user=invited.user, purpose=Purpose.SIGN)
    invited.refresh_from_db()
    assert code not in invited.code_digest
    assert len(invited.code_digest) == 64


def test_mails_with_codes_and_tries_are_limited(invited, mailoutbox):
    link = link_in(mailoutbox[0])
    answers = [CheckingClient().post(link, {"send": "1"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert len(mailoutbox) == 11
    tries = [CheckingClient().post(link, {"code": "1"}) for _ in range(31)]
    assert tries[0].status_code == 422
    assert tries[-1].status_code == 429


def test_a_password_reset_makes_no_password_for_a_guest(invited, mailoutbox):
    CheckingClient().post(
        "/accounts/password/reset/", {"email": "greta@customer.example"}
    )
    assert not any("/reset/key/" in message.body for message in mailoutbox)


# --- Inside ---


@pytest.fixture
def greta(invited):
    return signed_in(invited.user)


def test_a_guest_reads_and_comments(plan, invited, greta):
    for name in ("plan", "review", "preview", "history", "comments", "download"):
        assert greta.get(url_of(name, plan)).status_code == 200
    item = make.find(plan, label="Storage")
    typed = {"item": item.pk, "comment": "Which version?"}
    assert greta.post(url_of("comment_add", plan), typed).status_code in (200, 302)
    assert plan.threads.get().comments.get().author == invited.user
    assert greta.post(url_of("undo", plan)).status_code == 404


def test_everything_else_is_closed(plan, invited, greta, alice):
    other = make.make_plan(team=plan.team, actor=alice)
    opened = make.make_plan(team=plan.team, actor=alice)
    sharing.open_plan(plan=opened, actor=alice, is_open=True)
    for one in (other, opened):
        for name in ("plan", "review", "download", "comments", "evidence"):
            assert greta.get(url_of(name, one)).status_code == 404
    for url in ("/inbox/", "/teams/", "/new/", "/import/", "/profile/", "/admin/"):
        assert greta.get(url).status_code == 404, url
    for url in ("/accounts/password/set/", "/accounts/2fa/", "/accounts/email/"):
        assert greta.get(url).status_code == 404, url
    assert greta.get(url_of("sharing", plan)).status_code == 404
    assert greta.get(f"/teams/{plan.team.slug}/").status_code == 404
    assert greta.get("/")["Location"] == url_of("review", plan)


def test_pages_lead_a_guest_nowhere_else(plan, invited, greta):
    page = soup(greta.get(url_of("review", plan)))
    links = {link["href"] for link in page.select("nav[aria-label=Main] a")}
    assert links == {"/", "/help/"}
    assert not page.select(".user-menu a")


def test_people_of_the_team_are_not_offered_to_a_guest(plan, invited, greta):
    make.make_user("zelda", team=plan.team)
    everybody = words_of(greta.get(url_of("plan", plan)))
    everybody += greta.get(url_of("comments", plan)).content.decode()
    everybody += greta.get(url_of("review", plan)).content.decode()
    assert "Zelda" not in everybody
    assert "zelda" not in everybody
    assert "dana" in everybody  # who signs


def test_a_guest_mentions_who_signs_and_nobody_else(plan, invited, bob, dana):
    remark = comment(
        plan=plan,
        actor=invited.user,
        item=make.find(plan, label="Storage"),
        text="@bob and @dana",
    )
    assert [mention.user for mention in remark.mentions.all()] == [dana]


def test_a_member_mentions_a_guest(plan, invited, bob):
    guest = invited.user
    remark = comment(
        plan=plan,
        actor=bob,
        item=make.find(plan, label="Storage"),
        text=f"@{guest.username}?",
    )
    assert [mention.user for mention in remark.mentions.all()] == [guest]


def test_a_guest_joins_no_team(plan, invited, greta, alice):
    _, token = teams.invite(team=plan.team, actor=alice, role="viewer")
    assert greta.post(f"/join/{token}/").status_code == 404
    with pytest.raises(Refused, match="Guests can’t join"):
        teams.accept_invitation(token=token, actor=invited.user)


# --- Signing ---


@pytest.fixture
def submitted(team, alice, bob, dana, mailoutbox):
    """A finished plan, submitted, in which a guest signs the design."""
    text = make.FINISHED.replace("**Technical Design**: Dana", "**Technical Design**: ")
    plan = make.make_plan(team=team, actor=alice, text=text)
    slot = make.slot_of(plan, "Technical Design")
    typed = {
        "name": "Greta Moss",
        "email": "greta@customer.example",
        "days": 7,
        "role": "guest",
    }
    typed |= {"slot": slot.pk}
    assert (
        signed_in(alice).post(url_of("sharing_invite", plan), typed).status_code == 302
    )
    request_review(plan=plan, actor=bob)
    Outbox().send_due()
    return plan


def decide(client, plan, code, **values):
    slot = make.slot_of(plan, "Technical Design")
    typed = {"decision": "changes_requested", "comment": "Say more", "seen": 0}
    typed |= {"version": 1, "password": code} | values
    return client.post(url_of("review_sign", plan, slot.pk), typed)


def ask_for_code(client, plan, **headers):
    slot = make.slot_of(plan, "Technical Design")
    typed = {"comment": "Say more", "version": 1, "seen": 0}
    return client.post(url_of("guest_code", plan, slot.pk), typed, headers=headers)


def test_a_signature_takes_a_code_of_its_own_and_the_record_says_so(
    submitted, mailoutbox, alice
):
    guest = Guest.objects.get().user
    client = signed_in(guest)
    assert "Enter the code" in words_of(decide(client, submitted, ""))
    wrong = decide(client, submitted, "000000")
    assert wrong.status_code == 422
    assert "Nothing was signed" in words_of(wrong)
    answer = ask_for_code(client, submitted, **HTMX)
    assert "A code was sent to g•••@customer.example" in words_of(answer)
    # A page that follows a change meanwhile goes on saying so.
    assert soup(answer).select_one("[data-stays]")
    code = code_in(mailoutbox[-1])
    assert decide(client, submitted, code).status_code == 302
    record = AuditRecord.objects.filter(plan=submitted).latest("number")
    assert record.proof == "one-time code by mail"
    assert record.name == guest.account
    page = words_of(signed_in(alice).get(url_of("evidence", submitted)))
    assert (
        "Signed as a guest, with a one-time code sent to greta@customer.example. "
        "Invited by Alice (alice)."
    ) in page
    assert "one-time code by mail" in page


def test_without_javascript_the_form_comes_back_as_it_was(submitted, mailoutbox):
    client = signed_in(Guest.objects.get().user)
    answer = ask_for_code(client, submitted)
    assert answer.status_code == 200
    assert "Say more" in soup(answer).get_text()
    assert decide(client, submitted, code_in(mailoutbox[-1])).status_code == 302


def test_a_code_to_come_in_signs_nothing(submitted, mailoutbox):
    guest = Guest.objects.get().user
    code = issue_code(user=guest, purpose=Purpose.SIGN_IN)
    assert decide(signed_in(guest), submitted, code).status_code == 422
    assert not AuditRecord.objects.decisions().exists()


def test_a_guest_is_asked_by_mail_with_a_link_that_lets_in(submitted, mailoutbox):
    mails = [m for m in mailoutbox if m.to == ["greta@customer.example"]]
    assert "Technical Design" in mails[-1].body
    _, answer = enter(link_in(mails[-1]), mailoutbox)
    assert answer["Location"] == url_of("review", submitted)


def test_members_get_no_code(submitted, dana):
    assert ask_for_code(signed_in(dana), submitted).status_code == 403


# --- The end ---


@pytest.mark.parametrize("ends", [ended, expired])
def test_after_the_end_there_is_nothing(plan, invited, greta, mailoutbox, ends):
    assert greta.get(url_of("plan", plan)).status_code == 200
    ends(invited)
    for name in ("plan", "review", "download", "comments"):
        assert greta.get(url_of(name, plan)).status_code == 404
    assert greta.get("/").status_code == 404
    assert CheckingClient().get(link_in(mailoutbox[0])).status_code == 404
    assert issue_code(user=invited.user, purpose=Purpose.SIGN) is None
    slot = review_status(plan).slots[-1]
    assert slot.approvers[0].unable_reason == "is no longer a guest"
    assert not Approval.objects.for_approver(invited.user).exists()


@pytest.mark.parametrize("ends", [ended, expired])
def test_an_open_stream_ends_too(plan, invited, greta, ends):
    key = greta.session.session_key
    subscriber = load_subscriber(key, [plan.slug])
    assert list(subscriber.grants) == [plan.slug]
    assert sessions_without_access([subscriber]) == set()
    ends(invited)
    assert sessions_without_access([subscriber]) == {key}
    assert load_subscriber(key, [plan.slug]).grants == {}


def test_an_owner_ends_it_and_signs_the_guest_out(plan, invited, greta, alice):
    assert "Greta Moss" in words_of(signed_in(alice).get(url_of("sharing", plan)))
    answer = signed_in(alice).post(url_of("guest_end", plan), {"guest": invited.pk})
    assert answer.status_code == 302
    assert not Session.objects.filter(user=invited.user).exists()
    again = signed_in(alice).post(url_of("guest_end", plan), {"guest": invited.pk})
    assert again.status_code == 409
    assert not soup(signed_in(alice).get(url_of("sharing", plan))).select("#guests")
    what = list(plan.changes.values_list("verb", flat=True))
    assert what[0] == "guest.ended"
    assert "guest.invited" in what


@pytest.mark.parametrize("name", ["sharing_invite", "guest_end"])
def test_only_owners_ask_guests_in_and_end_them(plan, invited, bob, charlie, name):
    data = {"guest": invited.pk}
    assert signed_in(bob).post(url_of(name, plan), data).status_code == 403
    assert signed_in(charlie).post(url_of(name, plan), data).status_code == 404
    assert CheckingClient().post(url_of(name, plan), data).status_code == 302
    assert signed_in(bob).get(url_of(name, plan)).status_code == 405
    assert list(Guest.objects.live()) == [invited]


def test_a_guest_of_another_plan_is_not_ended_here(plan, invited, alice):
    other = make.make_plan(team=plan.team, actor=alice)
    answer = signed_in(alice).post(url_of("guest_end", other), {"guest": invited.pk})
    assert answer.status_code == 404


def test_guests_of_an_owner_who_leaves_go_too(plan, invited, greta, alice, team):
    olga = make.make_user("olga", team=team, role="owner")
    teams.remove_member(team=team, actor=olga, member=alice)
    assert greta.get(url_of("plan", plan)).status_code in (302, 404)
    assert not Guest.objects.live().exists()


def test_what_a_guest_signed_stays(submitted, mailoutbox, alice):
    guest = Guest.objects.get()
    client = signed_in(guest.user)
    ask_for_code(client, submitted, **HTMX)
    decide(client, submitted, code_in(mailoutbox[-1]))
    actions.end_guest(plan=submitted, actor=alice, guest=guest)
    assert review_status(submitted).name == "changes"
