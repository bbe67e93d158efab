"""A page answers however long a typed word is.

SQLite compares a pattern of up to 50,000 bytes and fails at a longer one.
"""

import pytest
from django.urls import reverse

from tests import make
from tests.client import CheckingClient

pytestmark = pytest.mark.once
LONG = 60_000 * "a"
FORMS = [
    ("account_login", ["login", "password"]),
    ("account_reset_password", ["email"]),
    ("account_signup", ["username", "email", "password1", "password2"]),
    ("account_change_password", ["oldpassword", "password1", "password2"]),
    ("account_email", ["email", "action_add"]),
    ("account_reauthenticate", ["password"]),
    ("plans:plan_new", ["feature", "branch", "area"]),
    ("plans:profile", ["display_name", "role", "time_zone"]),
    ("plans:team_list", ["name"]),
]


@pytest.fixture
def root(team):
    user = make.make_user("root", team=team, role="owner")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


@pytest.mark.parametrize(
    "address",
    [
        "/?q={}",
        "/?state=archived&q={}",
        "/admin/plans/user/?q={}",
        "/admin/plans/plan/?q={}",
        "/?page={}",
        "/registers/risks/?q={}&owner={}&plan={}",
        "/?q=%F0%9F%9F%A1{}",
    ],
)
def test_a_search_answers(root, address):
    client = CheckingClient()
    client.force_login(root)
    assert client.get(address.replace("{}", LONG)).status_code == 200


def test_the_page_says_what_was_searched_for(client, alice):
    client.force_login(alice)
    assert f"“{'a' * 200}”" in client.get("/?q=" + "a" * 500).content.decode()


@pytest.mark.parametrize(("name", "fields"), FORMS, ids=[name for name, _ in FORMS])
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_form_answers(root, settings, name, fields, is_signed_in):
    settings.SIGNUP_IS_OPEN = True
    client = CheckingClient()
    if is_signed_in:
        client.force_login(root)
    for field in fields:
        values = dict.fromkeys(fields, "no") | {field: LONG}
        answer = client.post(reverse(name), values)
        assert answer.status_code < 500, field
