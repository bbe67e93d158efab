"""What a person wants to be told by mail."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from plans.errors import Refused
from plans.models import Notice, NoticeSettings, User
from plans.notifications.unsubscribing import DIGEST

When = NoticeSettings.When


@transaction.atomic
def change_notice_settings(
    *, actor: User, choices: Mapping[str, str], digest_hour: int
) -> NoticeSettings:
    """`choices`: a When by kind; kinds that are not in it stay as they are."""
    if not choices.keys() <= set(Notice.CHOSEN_KINDS):
        raise Refused("Choose among the notices that there are.")
    if not set(choices.values()) <= set(When.values):
        raise Refused("Choose when you want each notice.")
    if not 0 <= digest_hour <= 23:
        raise Refused("Choose an hour of the day.")
    own = _locked(actor)
    own.choices = own.choices | dict(choices)
    own.digest_hour = digest_hour
    own.save(update_fields=["choices", "digest_hour"])
    return own


@transaction.atomic
def stop_notices(*, actor: User, kind: str) -> None:
    """No more notices of a kind; `DIGEST`: of none that the daily digest has."""
    own = _locked(actor)
    kinds = [
        each
        for each in Notice.CHOSEN_KINDS
        if each == kind or (kind == DIGEST and own.when(each) == When.DIGEST)
    ]
    own.choices = own.choices | dict.fromkeys(map(str, kinds), When.NEVER.value)
    own.save(update_fields=["choices"])


def _locked(actor: User) -> NoticeSettings:
    NoticeSettings.objects.get_or_create(user=actor)
    return NoticeSettings.objects.select_for_update().get(user=actor)
