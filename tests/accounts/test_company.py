"""The company's sign-in, by a real provider beside us (provider.py)."""

import http.client
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from plans.accounts.addresses import confirm_address
from plans.models import AuditRecord, Session, User
from tests import make
from tests.accounts import people
from tests.accounts.test_reauthentication import finished, proofs, sign
from tests.views.asking import soup, words_of

pytestmark = pytest.mark.once

__all__ = ["finished"]
LOGIN = "/accounts/oidc/company/login/"
ALICE = {
    "sub": "7",
    "email": "alice@harbour.test",
    "email_verified": True,
    "name": "Alice Lind",
    "preferred_username": "alind",
}


class Company:
    def __init__(self, address):
        self.address = address

    def ask(self, method, path, body=None):
        place = urlsplit(path if path.startswith("http") else self.address + path)
        connection = http.client.HTTPConnection(place.netloc, timeout=10)
        target = f"{place.path}?{place.query}" if place.query else place.path
        connection.request(method, target, body and json.dumps(body))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def signs_in(self, **claims):
        self.ask("POST", "/who", claims)

    def authorization(self):
        return json.loads(self.ask("GET", "/asked")[1])

    def through(self, client, start=LOGIN):
        """What a browser does: there, back, and on; the last answer of the planner."""
        answer = client.get(start)
        assert answer.status_code == 302, answer.content.decode()
        there, _ = self.ask("GET", answer["Location"])
        back = urlsplit(there.headers["Location"])
        return client.get(f"{back.path}?{back.query}")


@pytest.fixture(scope="module")
def provider():
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("provider.py"))],
        stdout=subprocess.PIPE,
        text=True,
    )
    with started:
        yield Company(started.stdout.readline().strip())
        started.terminate()


@pytest.fixture
def company(provider, settings):
    settings.OIDC = {
        "issuer": provider.address,
        "client_id": "planner",
        "secret": "a secret of tests",
    }
    app = {
        "provider_id": "company",
        "name": "Harbour ID",
        "client_id": "planner",
        "secret": "a secret of tests",
        "settings": {"server_url": provider.address},
    }
    settings.OIDC_NAME = "Harbour ID"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    provider.signs_in(**ALICE)
    return provider


@pytest.fixture
def alice(team):
    alice = make.make_user("alice", team=team, role="owner", email=ALICE["email"])
    confirm_address(alice)
    return alice


def who(client):
    key = client.session.get("_auth_user_id")
    return key and User.objects.get(pk=key)


def test_nothing_is_offered_where_it_is_not_set(client, db):
    assert "Harbour ID" not in words_of(client.get(people.LOGIN))
    assert client.get(LOGIN).status_code == 404


def test_whose_address_is_known_comes_in_and_keeps_the_password(client, company, alice):
    page = soup(client.get(f"{people.LOGIN}?next=/inbox/"))
    link = page.find("a", string="Harbour ID")["href"]
    assert company.through(client, link)["Location"] == "/inbox/"
    assert who(client) == alice
    assert company.authorization()["code_challenge_method"] == "S256"
    alice.refresh_from_db()
    assert alice.check_password("alice")
    assert SocialAccount.objects.get(user=alice).uid == "7"


def test_the_next_time_the_account_counts_and_not_the_address(client, company, alice):
    company.through(client)
    client.logout()
    company.signs_in(**ALICE | {"email": "new@harbour.test"})
    company.through(client)
    assert who(client) == alice


def test_the_session_knows_the_browser(company, alice):
    client = people.CheckingClient(headers={"User-Agent": "Firefox Linux"})
    company.through(client)
    assert Session.objects.get(user=alice).user_agent == "Firefox Linux"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@harbour.test"},
        {"email_verified": False},
        {"email": ""},
    ],
)
def test_a_stranger_is_refused(client, company, alice, claims):
    company.signs_in(**ALICE | claims)
    assert "can’t sign up here" in words_of(company.through(client))
    assert who(client) is None
    assert User.objects.count() == 1


def test_an_address_that_is_not_confirmed_here_lets_nobody_in(client, company, alice):
    EmailAddress.objects.update(verified=False)
    assert "can’t sign up here" in words_of(company.through(client))
    assert who(client) is None


def test_an_address_that_was_entered_for_somebody_counts(client, company, alice):
    EmailAddress.objects.all().delete()
    company.through(client)
    assert who(client) == alice
    alice.refresh_from_db()
    assert alice.check_password("alice")


def test_where_it_makes_accounts_new_people_get_one(client, company, db, settings):
    settings.OIDC_SIGNUP = True
    assert company.through(client)["Location"] == "/"
    user = who(client)
    assert (user.username, user.name) == ("alind", "Alice Lind")
    assert not user.has_usable_password()
    page = client.get(reverse("socialaccount_connections"))
    assert "To disconnect it, choose a password first" in words_of(page)
    assert EmailAddress.objects.get(user=user).verified


def test_a_name_may_be_asked_for_on_the_way(client, company, db, settings):
    settings.OIDC_SIGNUP, settings.SOCIALACCOUNT_AUTO_SIGNUP = True, False
    make.make_user("taken")
    page = reverse("socialaccount_signup")
    assert company.through(client)["Location"] == page
    assert "Harbour ID confirmed who you are" in words_of(client.get(page))
    form = {"username": "taken", "email": ALICE["email"]}
    assert "That username, or one that looks like it," in words_of(
        client.post(page, form)
    )
    assert client.post(page, form | {"username": "alind"})["Location"] == "/"
    assert who(client).username == "alind"


def test_but_none_with_an_address_that_the_provider_does_not_vouch_for(
    client, company, db, settings
):
    settings.OIDC_SIGNUP = True
    company.signs_in(**ALICE | {"email_verified": False})
    assert "can’t sign up here" in words_of(company.through(client))
    assert not User.objects.exists()


def test_a_second_factor_of_ours_is_asked_for_all_the_same(client, company, alice):
    people.with_app(alice)
    assert company.through(client)["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) is None


def test_who_stops_on_the_way_is_not_in(client, company, alice):
    company.signs_in(refuses=True)
    answer = company.through(client)
    assert "aren’t signed in" in words_of(client.get(answer["Location"]))
    assert who(client) is None


def test_an_answer_that_we_did_not_ask_for_is_not_taken(client, company, alice):
    mallory = people.CheckingClient()
    answer = mallory.get(LOGIN)
    there, _ = company.ask("GET", answer["Location"])
    back = urlsplit(there.headers["Location"])
    answer = client.get(f"{back.path}?{back.query}")
    assert answer.status_code == 401
    assert who(client) is None


def test_a_provider_that_is_away_is_told_of(client, company, alice, settings):
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    for address in ("http://127.0.0.1:9", f"{company.address}/website"):
        app["settings"]["server_url"] = address
        answer = client.get(LOGIN)
        assert answer.status_code == 502
        assert "isn’t responding" in words_of(answer)


@pytest.mark.parametrize("page", ["", "callback/"])
def test_there_is_one_company_and_no_other(client, company, db, page):
    # No address holds NUL, wherever it leads.
    for other, status in {"other": 404, "x%00": 400}.items():
        answer = client.get(f"/accounts/oidc/{other}/login/{page}")
        assert answer.status_code == status


def test_an_account_is_connected_and_disconnected_by_its_owner(company, alice):
    client = people.signed_in(alice)
    client.post(reverse("account_reauthenticate"), {"password": "alice"})
    company.signs_in(**ALICE | {"sub": "8", "email": "other@elsewhere.test"})
    url = reverse("socialaccount_connections")
    link = soup(client.get(url)).find("a", string=re.compile(r"Connect\s+Harbour ID"))[
        "href"
    ]
    company.through(client, link)
    account = SocialAccount.objects.get(user=alice)
    assert account.uid == "8"
    assert "connected to other@elsewhere.test" in words_of(client.get(url))
    # A second identity is nobody's to slip in.
    company.signs_in(**ALICE | {"sub": "9", "email": "mallory@elsewhere.test"})
    company.through(client, link)
    assert SocialAccount.objects.get().uid == "8"
    client.post(url, {"account": account.pk})
    assert not SocialAccount.objects.exists()


# --- Signing ---


@pytest.fixture
def dana(dana, company):
    """Comes by the company's sign-in alone."""
    dana.set_unusable_password()
    dana.email = "dana@harbour.test"
    dana.save()
    return dana


@pytest.fixture
def client_of_dana(client, company, dana):
    company.signs_in(sub="12", email="dana@harbour.test", email_verified=True)
    company.through(client)
    assert who(client) == dana
    return client


def test_who_has_no_password_signs_by_the_companys_sign_in(
    client_of_dana, company, finished
):
    sent_on = sign(client_of_dana, finished, comment="Well done.")
    assert sent_on.status_code == 302
    assert sent_on["Location"].startswith(reverse("accounts:company_again"))
    assert not proofs(finished)
    back = company.through(client_of_dana, sent_on["Location"])
    assert company.authorization()["prompt"] == "login"
    assert company.authorization()["max_age"] == "0"
    answer = client_of_dana.get(back["Location"])
    assert answer["Location"] == reverse("plans:review", args=[finished.slug])
    assert proofs(finished) == ["oidc"]
    assert AuditRecord.objects.decisions().get().comment == "Well done."
    # It is spent.
    again = sign(client_of_dana, finished, seen=1)
    assert again["Location"].startswith(reverse("accounts:company_again"))


def test_a_sign_in_of_long_ago_is_not_taken(client_of_dana, company, finished):
    sent_on = sign(client_of_dana, finished)
    company.signs_in(
        sub="12",
        email="dana@harbour.test",
        email_verified=True,
        auth_time=int(time.time()) - 3_600,
    )
    back = company.through(client_of_dana, sent_on["Location"])
    answer = client_of_dana.get(back["Location"], follow=True)
    assert "didn’t confirm that it’s you" in words_of(answer)
    assert not proofs(finished)


def test_somebody_elses_sign_in_is_not_taken(client_of_dana, company, finished, alice):
    sent_on = sign(client_of_dana, finished)
    company.signs_in(**ALICE)
    back = company.through(client_of_dana, sent_on["Location"])
    client_of_dana.get(back["Location"])
    assert not proofs(finished)


def test_a_link_does_not_pretend_that_we_asked(client_of_dana, company, finished):
    after = reverse("accounts:company_back")
    company.through(client_of_dana, f"{LOGIN}?process=redirect&next={after}")
    sign(client_of_dana, finished)
    assert not proofs(finished)
