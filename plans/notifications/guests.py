"""The link by which a guest comes in.

The link names the account and is signed, so that every mail can carry it and none is
stored. It opens nothing by itself: a one-time code follows by mail.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from plans.models import Guest, User

_signer = Signer(salt="plans.guest")


def guest_path(user: User) -> str:
    return reverse("plans:guest", args=[_signer.sign(str(user.pk))])


def guest_by_token(token: str) -> Guest | None:
    """The guest whose link this is, while their access lasts."""
    try:
        pk = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    guests = Guest.objects.live().filter(user=pk, user__is_active=True)
    return guests.select_related("user", "plan__team", "invited_by").first()
