"""The invitation by which somebody came who has yet to sign in or to sign up."""

from __future__ import annotations

from django.http import HttpRequest

from plans.models import Invitation

# Where the session remembers the invitation of somebody who has yet to sign in.
INVITATION_KEY = "invitation"


def is_invited(request: HttpRequest) -> bool:
    """Whether whoever this is came by an invitation that still works."""
    return get_invitation(request) is not None


def get_invitation(request: HttpRequest) -> Invitation | None:
    token = request.session.get(INVITATION_KEY, "")
    return Invitation.objects.by_token(token).live().first() if token else None
