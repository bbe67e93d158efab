"""The webhooks of a team: addresses of other programs that are told of its plans."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from secrets import token_bytes

from django.db import transaction
from django.utils import timezone

from plans import permissions
from plans.actions.change_log import require
from plans.errors import Refused
from plans.models import Membership, Notice, Team, User, Webhook
from plans.notifications.webhook_addresses import resolve
from plans.sealing import seal

MOST_WEBHOOKS = 10


def _lead(team: Team, actor: User) -> None:
    """Raises NotAllowed unless the actor owns the team."""
    members = Membership.objects.select_related("team")
    require(permissions.may_manage(members.filter(team=team, user=actor).first()))


def add_webhook(
    *, team: Team, actor: User, url: str, format: str, kinds: Collection[str]
) -> tuple[Webhook, str]:
    """Returns it with its secret, which is shown once. Raises Refused for an address
    that must not be called."""
    _lead(team, actor)
    if format not in Webhook.Format.values:
        raise Refused("Choose a format.")
    if not kinds or not set(kinds) <= set(Notice.CHOSEN_KINDS):
        raise Refused("Choose what it is told of.")
    if len(url) > Webhook.LONGEST_URL:
        raise Refused(f"An address can have up to {Webhook.LONGEST_URL} characters.")
    # It may take seconds: not while the database waits.
    resolve(url)
    secret = "whsec_" + b64encode(token_bytes(32)).decode()
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        if team.webhooks.filter(ended_at=None).count() >= MOST_WEBHOOKS:
            raise Refused(
                f"A team can have {MOST_WEBHOOKS} webhooks. Remove one of them first."
            )
        webhook = Webhook.objects.create(
            team=team,
            url=url,
            format=format,
            kinds=sorted(kinds),
            secret=seal(secret),
            created_by=actor,
        )
    return webhook, secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, actor: User) -> None:
    """It is told of nothing more, and its secret is forgotten."""
    _lead(webhook.team, actor)
    rows = Webhook.objects.filter(pk=webhook.pk, ended_at=None)
    rows.update(ended_at=timezone.now(), secret="", url="")


@transaction.atomic
def try_webhook(*, webhook: Webhook, actor: User) -> Notice:
    """Send it a message that says who tests it."""
    _lead(webhook.team, actor)
    if webhook.ended_at:
        raise Refused("This webhook was removed.")
    now = timezone.now()
    return Notice.objects.create(
        kind=Notice.Kind.TEST,
        webhook=webhook,
        facts={"actor": actor.pk},
        created_at=now,
        due_at=now,
    )
