"""Signed links by which a person gets no more notices of a kind, signed in or not."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from plans.models import Notice, User

_SALT = "plans.notifications.unsubscribing"
# In the place of a kind: all that is sent in the daily digest.
DIGEST = "digest"


def unsubscribe_path(person: User, kind: str) -> str:
    token = signing.dumps([person.pk, kind], salt=_SALT)
    return reverse("plans:unsubscribe", args=[token])


def read_token(token: str) -> tuple[User, str] | None:
    """Whose mail a link was in, and the kind; None for what we have not signed."""
    try:
        pk, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=pk).first()
    if person is None or kind not in (*Notice.CHOSEN_KINDS, DIGEST):
        return None
    return person, kind
