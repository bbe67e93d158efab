"""That what allauth says, it says in our words: pages, notes, mails and errors. A new
version of it that can say more fails here until it has been given words."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.messages import get_messages
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from plans.accounts.adapters import AccountAdapter, MfaAdapter
from plans.accounts.addresses import confirm_address
from plans.accounts.company import CompanyAdapter
from tests import make
from tests.accounts import people
from tests.client import CheckingClient
from tests.views.asking import words_of

pytestmark = pytest.mark.once

THEIRS = Path(allauth.__file__).with_name("templates")
OURS = Path(settings.BASE_DIR) / "templates"
# What would have to be switched on first: telephones, codes by mail, trusted browsers,
# several addresses, passkeys in place of an account's password, allauth's sessions.
OFF = (
    "phone",
    "login_code",
    "code.html",
    "password_reset_code",
    "mfa/trust",
    "account/email.html",
    "signup_by_passkey",
    "webauthn/signup_form",
    "usersessions/",
    # Asked for by nobody.
    "email_confirm_message",
    "email_confirm_subject",
    "verified_email_required",
    "warn_no_email",
    "already_logged_in",
    # We let links lead to the company's sign-in.
    "socialaccount/login.html",
    "socialaccount/login_redirect",
    "socialaccount/snippets",
    # Without a word of their own.
    "/base_",
    "login_script.html",
)
PAGES = "account/*.html", "mfa/**/*.html", "socialaccount/**/*.html"
LINES = "*/messages/*.txt", "*/email/*.txt", "mfa/recovery_codes/download.txt"


def names(*patterns):
    paths = {
        str(path.relative_to(THEIRS)) for one in patterns for path in THEIRS.glob(one)
    }
    return sorted(name for name in paths if not any(off in name for off in OFF))


@pytest.mark.parametrize("name", names(*PAGES, *LINES))
def test_it_is_in_our_words(name):
    assert Path(get_template(name).origin.name).is_relative_to(OURS)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (AccountAdapter, DefaultAccountAdapter),
        (MfaAdapter, DefaultMFAAdapter),
        (CompanyAdapter, DefaultSocialAccountAdapter),
    ],
)
def test_each_error_says_what_to_do(ours, theirs):
    for code, message in ours.error_messages.items():
        if "phone" not in code:
            assert message != theirs.error_messages[code], code
            assert message.endswith("."), code


@pytest.fixture
def request_at_the_door(client, db):
    request = client.get("/accounts/login/").wsgi_request
    request.META["HTTP_USER_AGENT"] = "Firefox/140.0"
    with context.request_context(request):
        yield request


@pytest.mark.parametrize("name", names("*/messages/*.txt"))
def test_a_note_is_a_sentence_that_takes_what_it_names(name, request_at_the_door):
    variables = {"email": "<o'hara>@harbour.test"}
    get_adapter().add_message(request_at_the_door, 20, name, variables)
    notes = [str(one) for one in get_messages(request_at_the_door)]
    if "logged_" in name:
        assert notes == []
        return
    [note] = notes
    assert note.endswith(".") and "  " not in note and "\n" not in note
    if "{{ email }}" in get_template(name).template.source:
        assert "<o'hara>@harbour.test" in note


@pytest.mark.parametrize("name", names("*/email/*_message.txt"))
def test_a_mail_says_where_it_is_from_and_leads_there(
    name, request_at_the_door, mailoutbox, settings
):
    """Its time is in the zone of whose account it is."""
    zone = "Asia/Tokyo" if "password" in name else ""
    settings.PLANNER_URL = settings.PLANNER_ADDRESS = "https://plans.example.org"
    variables = {
        "user": make.make_user("o'hara", first_name="Ann & Ole", time_zone=zone),
        "username": "o'hara",
        "email": "<o'hara>@harbour.test",
        "from_email": "o'hara@harbour.test",
        "to_email": "o'hara@harbour.test",
        "deleted_email": "o'hara@harbour.test",
        "provider": SimpleNamespace(name="Harbour & Co"),
        "timestamp": datetime(2026, 11, 29, 12, 5, tzinfo=UTC),
        "ip": "192.0.2.7",
        "user_agent": "Firefox/140.0 (O'Hara)",
        "activate_url": "http://elsewhere.test:99/accounts/confirm-email/KEY/",
        "password_reset_url": "http://elsewhere.test:99/accounts/password/reset/K/",
        "signup_url": "http://elsewhere.test:99/accounts/signup/",
    }
    prefix = name.removesuffix("_message.txt")
    with timezone.override("Europe/Lisbon"):
        get_adapter().send_mail(prefix, "ann@harbour.test", variables)
    [mail] = mailoutbox
    assert mail.subject.startswith("[Planner] ")
    assert len(mail.subject) < 60 and "\n" not in mail.subject
    assert "the planner at https://plans.example.org" in mail.body
    assert "elsewhere" not in mail.body
    assert "&amp;" not in mail.body and "&#" not in mail.body
    assert "\n\n\n" not in mail.body
    time = "21:05 (Asia/Tokyo)" if zone else "12:05 UTC"
    assert (f"29 November 2026, {time}" in mail.body) == ("IP address" in mail.body)
    tells_what_to_do = "If not:" in mail.body or "ignore this email" in mail.body
    assert tells_what_to_do or "choose a new one" in mail.body.lower()


@pytest.fixture
def mail_is_away(settings):
    """Nothing listens at that port."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_USE_TLS = False


def test_a_mail_that_cannot_be_sent_is_told(client, db, mail_is_away):
    """To whoever has an account as to whoever has none."""
    make.make_user("ann", email="ann@harbour.test")
    for email in ("ann@harbour.test", "nobody@harbour.test"):
        answer = client.post(reverse("account_reset_password"), {"email": email})
        assert answer.status_code == 503
        assert "The email wasn’t sent" in words_of(answer)


def test_what_is_done_stands_though_its_owner_cannot_be_told(db, mail_is_away):
    ann = make.make_user("ann", email="ann@harbour.test")
    confirm_address(ann)
    client = people.signed_in(ann)
    words = {"password1": "nine wet stones", "password2": "nine wet stones"}
    url = reverse("account_change_password")
    assert client.post(url, {"oldpassword": "ann", **words}).status_code == 302
    ann.refresh_from_db()
    assert ann.check_password("nine wet stones")


def test_no_mail_is_promised_where_none_is_sent(client, db, settings):
    settings.SENDS_MAIL = False
    for name in ("account_reset_password", "account_reset_password_done"):
        assert "can’t send email" in words_of(client.get(reverse(name)))


BASE64_OF_NOTHING = '{"id": "x", "rawId": "x", "response": {}}'


@pytest.mark.parametrize("credential", ["", "{}", "[]", "7", BASE64_OF_NOTHING])
def test_a_passkey_that_nobody_made_is_refused_in_a_sentence(db, credential):
    client = CheckingClient()
    form = {"credential": credential}
    answer = client.post(reverse("mfa_login_webauthn"), form, follow=True)
    assert answer.status_code == 200
    message = words_of(answer)
    assert "isn’t known here" in message or "No passkey was used" in message
    client = people.signed_in(make.make_user("ann"))
    client.get(reverse("mfa_add_webauthn"), follow=True)
    client.post(reverse("account_reauthenticate"), {"password": "ann"})
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "A", **form})
    assert answer.status_code == 200
    again = reverse("mfa_reauthenticate_webauthn")
    assert client.post(again, form).status_code in (200, 302)
