"""Addresses made of names."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify


def free_address(
    rows: QuerySet[Any], text: str, *, otherwise: str, longest: int
) -> str:
    """The slug of a text, numbered where one of the rows has it already.

    `otherwise`: for a text that has nothing to make one of; `longest`: characters
    before the number.
    """
    base = slugify(text)[:longest].strip("-") or otherwise
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
