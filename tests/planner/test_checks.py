from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from planner import checks
from planner.env import parse_database_url
from planner.server.asgi import find_misconfiguration
from plans.demo import PASSWORD
from tests import make

pytestmark = pytest.mark.once


def ids(messages):
    return [message.id for message in messages]


def test_development_is_warned_when_nothing_can_be_bundled(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    assert ids(checks.check_static_files(None)) == ["planner.W001"]


def test_development_has_what_bundles():
    assert checks.check_static_files(None) == []


def test_production_needs_collected_files(settings, tmp_path):
    settings.PRODUCTION = True
    settings.STATIC_ROOT = tmp_path
    assert ids(checks.check_static_files(None)) == ["planner.E001"]
    (tmp_path / "staticfiles.json").touch()
    assert checks.check_static_files(None) == []


def test_an_error_keeps_the_server_from_starting(settings, db):
    settings.PRODUCTION = True
    settings.STATIC_ROOT = Path("/nowhere")
    assert "collectstatic" in find_misconfiguration()


def test_a_warning_does_not(settings):
    settings.HTTPS = False
    assert find_misconfiguration() == ""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"issuer": "https://id.test", "client_id": "a", "secret": "b"}, []),
        ({"issuer": "https://id.test"}, ["planner.E003"]),
        ({"client_id": "a", "secret": "b"}, ["planner.E003"]),
        (
            {"issuer": "http://id.test", "client_id": "a", "secret": "b"},
            ["planner.E004"],
        ),
    ],
)
def test_half_a_company_sign_in_is_an_error(settings, values, expected):
    settings.PRODUCTION = True
    settings.OIDC = {"issuer": "", "client_id": "", "secret": ""} | values
    messages = checks.check_company_sign_in(None)
    assert ids(messages) == expected
    for name in ("issuer", "client_id"):
        if expected == ["planner.E003"] and name not in values:
            assert f"OIDC_{name.upper()}" in messages[0].msg


def test_a_company_sign_in_that_makes_accounts_must_be_there(settings):
    settings.OIDC_SIGNUP = True
    assert ids(checks.check_company_sign_in(None)) == ["planner.E003"]


def test_open_sign_up_needs_mail_in_production(settings):
    settings.SIGNUP_IS_OPEN = True
    assert checks.check_sign_up_mail(None) == []
    settings.PRODUCTION = True
    settings.EMAIL_HOST = ""
    assert ids(checks.check_sign_up_mail(None)) == ["planner.E005"]
    settings.EMAIL_HOST = "mail.test"
    assert checks.check_sign_up_mail(None) == []


@pytest.fixture
def production(settings, tmp_path):
    """All is in order, but for what the database holds."""
    settings.PRODUCTION = True
    settings.STATIC_ROOT = tmp_path
    settings.SIGNUP_IS_OPEN = False
    (tmp_path / "staticfiles.json").touch()
    assert find_misconfiguration() == ""


def demo_user(name):
    user = make.make_user(name)
    user.password = make_password(PASSWORD)
    user.save()
    return user


def test_production_does_not_serve_a_database_with_demo_accounts(
    transactional_db, production
):
    """Anybody can read their password."""
    users = [demo_user(name) for name in ("alice", "bob")]
    assert "(alice, bob)" in find_misconfiguration()
    users[0].password = make_password("another one")
    users[0].save()
    assert "bob" in find_misconfiguration()
    assert "alice" not in find_misconfiguration()
    users[1].is_active = False
    users[1].save()
    assert find_misconfiguration() == ""


def test_development_serves_them(transactional_db):
    demo_user("alice")
    assert find_misconfiguration() == ""


@pytest.mark.parametrize(
    ("listens", "expected"),
    [
        ("postgres://ann@db:5432/plans", []),
        ("postgres://ann@pooler:6432/plans", ["planner.W003"]),
    ],
)
def test_a_second_address_that_is_the_first_is_warned_about(listens, expected):
    urls = {"default": "postgres://ann@pooler:6432/plans", "direct": listens}
    databases = {alias: parse_database_url(alias, url) for alias, url in urls.items()}
    assert ids(checks.warn_of_same_addresses(databases)) == expected
