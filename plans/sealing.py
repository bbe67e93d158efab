"""Small secrets in rows, encrypted under a key made from SECRET_KEY: a link that waits
to be mailed, one that its maker can see again, the secret of a webhook. The database
alone does not tell them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """None for what was sealed under another SECRET_KEY."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> Fernet:
    key = sha256(b"plans.notifications.sealing:" + settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key.digest()))
