"""The invitation that a visitor followed before signing in or signing up."""

from __future__ import annotations

from django.http import HttpRequest

from plans.models import Invitation

# The key of the invitation's token in the session.
INVITATION_KEY = "invitation"


def is_invited(request: HttpRequest) -> bool:
    """Whether the visitor followed an invitation that is still valid."""
    return get_invitation(request) is not None


def get_invitation(request: HttpRequest) -> Invitation | None:
    token = request.session.get(INVITATION_KEY, "")
    return Invitation.objects.by_token(token).live().first() if token else None
