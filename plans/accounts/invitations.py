"""The invitation by which somebody came who has yet to sign in or to sign up."""

from __future__ import annotations

from django.http import HttpRequest

from plans.models import Invitation

# Where the session remembers the invitation of somebody who has yet to sign in.
INVITED_BY = "invitation"


def is_invited(request: HttpRequest) -> bool:
    """Whether whoever this is came by an invitation that still works."""
    return invitation_of(request) is not None


def invitation_of(request: HttpRequest) -> Invitation | None:
    token = request.session.get(INVITED_BY, "")
    return Invitation.objects.by_token(token).live().first() if token else None
