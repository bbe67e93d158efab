"""What people do at the door, in the words of the tests."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

from tests.client import CheckingClient

LOGIN = "/accounts/login/"


def sign_in(client, name, password=None):
    return client.post(LOGIN, {"login": name, "password": password or name})


def signed_in(user, **options) -> CheckingClient:
    """Signed in through the door, so that the session knows how."""
    client = CheckingClient(**options)
    answer = sign_in(client, user.username)
    assert answer.status_code == 302, answer.content.decode()
    return client


def with_app(user) -> str:
    """Gives them an authenticator app and recovery codes; the app's secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_now(secret) -> str:
    """What an authenticator app shows; valid for some seconds more at least."""
    while time.time() % 30 > 25:
        time.sleep(0.1)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time() // 30)))


def recovery_codes_of(user) -> list[str]:
    authenticator = Authenticator.objects.get(user=user, type="recovery_codes")
    return authenticator.wrap().get_unused_codes()
