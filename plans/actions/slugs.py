"""Addresses made of names."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from plans.models import Plan, Team
from plans.models.names import address_of


def save_with_free_address(
    row: Plan | Team, text: str, *, otherwise: str, longest: int
) -> None:
    """Store a new row whose slug is that of a text, numbered where another has it.

    `otherwise`: for a text that has nothing to make one of; `longest`: characters
    before the number. If a concurrent action takes the same address, the next one is
    tried.
    """
    rows = type(row)._default_manager
    base = address_of(text)[:longest].strip("-") or otherwise
    while True:
        taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
        row.slug = _first_free(base, taken)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not rows.filter(slug=row.slug).exists():
                raise
        else:
            return


def _first_free(base: str, taken: set[str]) -> str:
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
