"""Noting the texts of a plan that leave the planner or come in.

Nothing of the plan changes, so there is no Change. Of each plan the newest few are
kept: the older a file, the less of it is still what the plan says.
"""

from __future__ import annotations

import zlib

from django.db import transaction
from django.utils import timezone

from plans.models import OutsideCopy, Plan, User
from plans.reviews.hash_chain import sha256_of


def note_copy(
    plan: Plan, text: str, form: OutsideCopy.Form, person: User | None = None
) -> None:
    """Keep a text that is given to somebody or was taken from them. One query for the
    text that was given last, so asking for it again and again writes nothing."""
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
    with transaction.atomic():
        OutsideCopy.objects.bulk_create(
            [copy],
            update_conflicts=True,
            unique_fields=["plan", "sha256"],
            update_fields=["form", "change_number", "person", "given_at"],
        )
        kept = list(plan.outside_copies.values_list("pk", flat=True)[: copy.KEPT])
        plan.outside_copies.exclude(pk__in=kept).delete()
