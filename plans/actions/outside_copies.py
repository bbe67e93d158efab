"""Noting the texts of a plan that leave the planner or come in.

Nothing of the plan changes, so there is no Change. Of each plan the newest few are
kept: the older a file, the less of it is still what the plan says.
"""

from __future__ import annotations

import logging
import zlib

from django.db import OperationalError, transaction
from django.utils import timezone

from plans.models import OutsideCopy, Plan, User
from plans.reviews.hash_chain import sha256_of

log = logging.getLogger(__name__)


def note_copy(
    plan: Plan, text: str, form: OutsideCopy.Form, person: User | None = None
) -> None:
    """Keep a text that is given to somebody or was taken from them. One query for the
    text that was given last, so asking for it again and again writes nothing.

    A download goes on where this cannot be written, on a full disk for instance.
    """
    digest = sha256_of(text)
    newest = plan.outside_copies.values_list("sha256", flat=True).first()
    if newest == digest:
        return
    copy = OutsideCopy(
        plan=plan,
        form=form,
        sha256=digest,
        packed=zlib.compress(text.encode("utf-8")),
        change_number=plan.change_number,
        person=person,
        given_at=timezone.now(),
    )
    try:
        _keep(copy)
    except OperationalError as error:
        log.warning("A copy of a plan was not noted (%s).", type(error).__name__)


@transaction.atomic
def _keep(copy: OutsideCopy) -> None:
    OutsideCopy.objects.bulk_create(
        [copy],
        update_conflicts=True,
        unique_fields=["plan", "sha256"],
        update_fields=["form", "change_number", "person", "given_at"],
    )
    copies = OutsideCopy.objects.filter(plan=copy.plan_id)
    kept = list(copies.values_list("pk", flat=True)[: OutsideCopy.KEPT])
    copies.exclude(pk__in=kept).delete()
