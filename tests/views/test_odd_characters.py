"""No character that somebody sends, in whatever field, makes any address fail.

The addresses are walked, and so are the fields: those that a view asks for are noted
while it is asked, and those of the forms on its pages are filled in as the page has
them, so that one field at a time is odd.
"""

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from planner.server.django_handler import Utf8Request, django_application
from tests import make
from tests.test_every_address import READING, WRITING, undone, url_for, world
from tests.views.asking import soup

pytestmark = pytest.mark.slow

__all__ = ["world"]
# NUL, controls, what is no character, directions and joiners: databases, XML or pages
# do not take some of these, and nobody sees one.
ODD = (
    "a\0\x01\x0b\x1b\x7f\x85\ufffe\uffff\ufdd0\U0010ffff\u202e\u2066\u200d\u2028\ufeffb"
)
ACCOUNTS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_change_password",
    "account_set_password",
    "account_email",
    "account_reauthenticate",
    "accounts:sessions",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "mfa_add_webauthn",
    "mfa_login_webauthn",
    "mfa_generate_recovery_codes",
    "admin:plans_user_add",
    "admin:plans_user_changelist",
    "admin:plans_team_add",
    "admin:plans_plan_changelist",
]
# No page may have these in its form: they are what a script sends.
JSON = {"credential": '{"id": "\\ud800", "rawId": "\\u0000", "type": "public-key"}'}


class Asking(Client):
    """Answers 500 as a server does, and notes the fields that views ask for."""

    def __init__(self):
        super().__init__(raise_request_exception=False)
        self.fields = set()

    def request(self, **request):
        cache.clear()  # tries are counted
        with noting(self.fields):
            return super().request(**request)


@contextmanager
def noting(fields):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("__getitem__", "get", "getlist", "__contains__"):
            patch.setattr(QueryDict, name, _noted(getattr(QueryDict, name), fields))
        yield


def _noted(method, fields):
    def wrapper(self, name, *args):
        if isinstance(name, str):
            fields.add(name)
        return method(self, name, *args)

    return wrapper


def forms_of(answer):
    """What each form on a page would send: its address, and its fields."""
    for form in soup(answer)("form", method="post"):
        fields = {}
        for control in form(["input", "textarea", "select"]):
            if name := control.get("name"):
                chosen = control.find("option", selected=True) or control.option
                value = (chosen or control).get("value") or control.get_text().strip()
                fields[name] = value or "x"
        yield urlsplit(form.get("action") or answer.wsgi_request.path).path, fields


@pytest.fixture
def root(alice):
    """Of two teams, so that forms ask for which one something is."""
    make.make_member(alice, make.make_team("Upstream"), "owner")
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


@pytest.fixture
def asking(root, settings):
    settings.SIGNUP_IS_OPEN = True
    client = Asking()
    client.force_login(root)
    # As somebody who has just shown who they are.
    client.post(reverse("account_reauthenticate"), {"password": root.username})
    return client


def pages(world):
    return [url_for(world, name) for name in READING if name != "shared_download"] + [
        reverse(name) for name in ACCOUNTS
    ]


def forms(world, client):
    """Every address that something can be posted to, with what its forms send."""
    sent = {url_for(world, name): {} for name in WRITING}
    for page in pages(world):
        answer = client.get(page)
        assert answer.status_code < 500, page
        sent.setdefault(page, {})
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for address, fields in forms_of(answer):
                sent[address] = sent.get(address, {}) | fields
    return sent


def check(client, address, values):
    with undone():
        answer = client.post(address, values)
        assert answer.status_code < 500, (address, values)


def test_no_field_of_any_form_makes_its_view_fail(world, asking):
    count = 0
    for address, fields in forms(world, asking).items():
        asking.fields.clear()
        check(asking, address, fields)
        tried = set()
        while names := (asking.fields | fields.keys()) - tried:
            for name in names:
                check(asking, address, fields | {name: JSON.get(name, ODD)})
                count += 1
            tried |= names
        check(asking, address, dict.fromkeys(tried, ODD))
    assert count > 300


def test_no_query_of_any_page_makes_its_view_fail(world, asking):
    for page in pages(world):
        asking.fields.clear()
        asking.get(page)
        for name in asking.fields | {"q", "page", "next"}:
            answer = asking.get(page, {name: ODD})
            assert answer.status_code < 500, (page, name)


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "rot13", "hex", "idna", "none"])
def test_a_form_in_another_charset_is_refused(monkeypatch, plan, alice, charset):
    """In UTF-7, half of a surrogate pair and a NUL can be written in plain ASCII."""
    assert django_application().request_class is Utf8Request
    monkeypatch.setattr("django.test.client.WSGIRequest", Utf8Request)
    asking = Asking()
    asking.force_login(alice)
    part = 'content-disposition: form-data; name="{}"\r\n\r\n{}\r\n--x'
    for text in ("+2AA-", "+AAA-", "61"):
        body = f"--x\r\n{part.format('heading', text)}--\r\n"
        for content in ("multipart/form-data; boundary=x", "text/plain"):
            kind = f"{content}; charset={charset}"
            for address in (plan.url, "/", reverse("plans:plan_new")):
                query = {"q": text, "by": text}
                answer = asking.get(address, query, headers={"Content-Type": kind})
                assert answer.status_code == 400
                answer = asking.generic("POST", address, body, kind)
                assert answer.status_code == 400
    kind = 'multipart/form-data; boundary=x; charset="UTF-8"'
    body = f"--x\r\n{part.format('name', 'Tide')}--\r\n"
    answer = asking.generic("POST", reverse("plans:team_list"), body, kind)
    assert answer.status_code == 302


def test_what_cannot_be_stored_is_left_out_and_the_rest_is_stored(plan, bob):
    asking = Asking()
    asking.force_login(bob)
    asking.post(reverse("plans:profile"), {"display_name": "Bob\0 Ito"})
    bob.refresh_from_db()
    assert bob.name == "Bob Ito"
    item = make.find(plan, label="Storage")
    asking.post(f"{plan.url}comments/add/", {"item": item.pk, "comment": "Wh\0y?"})
    assert item.threads.get().comments.get().text == "Why?"
