"""The mail that invites somebody to a team."""

from __future__ import annotations

from django.utils import timezone

from plans.models import Invitation, Notice
from plans.notifications.outbox import wake_on_commit
from plans.sealing import seal


def send_invitation(invitation: Invitation, token: str) -> None:
    """Its link is kept sealed until it is sent, and then erased."""
    now = timezone.now()
    Notice.objects.create(
        kind=Notice.Kind.INVITATION,
        email=invitation.email,
        facts={"invitation": invitation.pk, "token": seal(token)},
        created_at=now,
        due_at=now,
    )
    wake_on_commit()
