"""What is taken for a signature, and what the record says of it."""

import re

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.cache import cache
from django.urls import reverse

from plans.accounts import reauthentication
from plans.actions.reviews import request_review
from plans.models import AuditRecord
from tests import make
from tests.accounts import people
from tests.views.asking import soup, words_of

pytestmark = pytest.mark.slow


@pytest.fixture
def finished(team, alice, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=alice)
    return plan


def sign(client, plan, typed="", **values):
    slot = make.find(plan, label="Technical Design").approval
    form = {
        "version": 1,
        "seen": 0,
        "decision": "approved",
        "comment": "",
        "meaning": "",
        "password": typed,
    }
    return client.post(
        reverse("plans:review_sign", args=[plan.slug, slot.pk]), form | values
    )


def proofs(plan):
    kinds = AuditRecord.DECISIONS
    return [one.proof for one in plan.records.filter(kind__in=kinds)]


def stamp(client, user, method="mfa", **values):
    """What allauth's pages leave in the session; they are tried in tests/browser."""
    request = type("Request", (), {"session": client.session})
    values = {"type": "webauthn", "reauthenticated": True} | values
    record_authentication(request, user, method, **values)
    request.session.save()


def test_a_password(finished, dana):
    assert sign(people.signed_in(dana), finished, "dana").status_code == 302
    assert proofs(finished) == ["password"]


def test_the_code_of_an_app(finished, dana):
    client = people.signed_in(dana)
    secret = people.with_app(dana)
    code = people.code_now(secret)
    assert sign(client, finished, f"{code[:3]} {code[3:]}").status_code == 302
    assert proofs(finished) == ["totp"]


def test_a_code_that_was_used_signs_nothing(finished, dana):
    client = people.signed_in(dana)
    code = people.code_now(people.with_app(dana))
    sign(client, finished, code, decision="nonsense")
    assert sign(client, finished, code).status_code == 302
    answer = sign(client, finished, code, seen=1)
    assert answer.status_code == 422
    assert len(proofs(finished)) == 1


@pytest.mark.parametrize("typed", ["no", "000000", "alice", ""])
def test_nothing_else(finished, dana, typed):
    answer = sign(people.signed_in(dana), finished, typed)
    assert answer.status_code == 422
    assert not proofs(finished)


def test_having_signed_in_a_moment_ago_is_no_signature(finished, dana):
    client = people.signed_in(dana)
    assert sign(client, finished).status_code == 422
    answer = client.get(reverse("plans:review", args=[finished.slug]))
    assert "You’ve just verified your identity" not in words_of(answer)


def test_wrong_tries_are_limited_for_each_person(finished, dana, bob):
    client = people.signed_in(dana)
    for _ in range(5):
        assert sign(client, finished, "no").status_code == 422
    answer = sign(people.signed_in(dana), finished, "dana")
    assert answer.status_code == 429
    assert "Try again in five minutes" in words_of(answer)
    assert not proofs(finished)
    # Others are others.
    assert sign(people.signed_in(bob), finished, "no").status_code != 429
    cache.clear()
    assert sign(client, finished, "dana").status_code == 302


@pytest.mark.parametrize(
    ("method", "values", "kind"),
    [
        ("mfa", {"type": "webauthn"}, "passkey"),
        ("mfa", {"type": "recovery_codes"}, "recovery code"),
        ("socialaccount", {"provider": "company", "uid": "7"}, "oidc"),
        ("password", {}, "password"),
    ],
)
def test_a_fresh_stamp_signs_once(finished, dana, method, values, kind):
    client = people.signed_in(dana)
    stamp(client, dana, method, **values)
    page = client.get(reverse("plans:review", args=[finished.slug]))
    assert "You’ve just verified your identity" in words_of(page)
    assert not soup(page).select('.decision input[name="password"]')
    assert sign(client, finished).status_code == 302
    assert proofs(finished) == [kind]
    slot = make.find(finished, label="Technical Design").approval
    withdrawal = reverse("plans:review_withdraw", args=[finished.slug, slot.pk])
    answer = client.post(withdrawal, {"seen": 1, "comment": "No", "password": ""})
    assert answer.status_code == 422
    assert finished.records.last().kind != "withdrawn"


def test_a_stamp_that_signed_nothing_is_not_spent(finished, dana):
    client = people.signed_in(dana)
    stamp(client, dana)
    assert sign(client, finished, decision="approved", version=7).status_code == 422
    assert sign(client, finished).status_code == 302


def test_a_stamp_grows_old(finished, dana, monkeypatch):
    client = people.signed_in(dana)
    stamp(client, dana)
    monkeypatch.setattr(reauthentication, "VALID_SECONDS", 0.0)
    assert sign(client, finished).status_code == 422
    assert not proofs(finished)


def test_a_stamp_of_somebody_else_is_none(finished, dana, alice):
    client = people.signed_in(dana)
    stamp(client, alice)
    assert sign(client, finished).status_code == 422


def test_a_stamp_of_another_session_is_none(finished, dana):
    stamp(people.signed_in(dana), dana)
    assert sign(people.signed_in(dana), finished).status_code == 422


def test_whoever_has_nothing_to_show_is_told_what_to_do(finished, dana):
    client = people.signed_in(dana)
    dana.set_unusable_password()
    dana.save()
    client.force_login(dana)
    answer = sign(client, finished)
    assert answer.status_code == 422
    assert "Set one or add a passkey" in words_of(answer)


def test_showing_it_in_another_way_leads_back(finished, dana):
    client = people.signed_in(dana)
    url = reverse("plans:review", args=[finished.slug])
    page = soup(client.get(url))
    link = page.find("a", string=re.compile(r"verify\s+another way"))["href"]
    answer = client.post(link, {"password": "dana"})
    assert answer["Location"] == url
    assert sign(client, finished).status_code == 302
    assert proofs(finished) == ["password"]
