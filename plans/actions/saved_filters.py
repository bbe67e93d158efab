"""A person's own filters of the list of plans: nothing of a plan, so no Change."""

from __future__ import annotations

from django.db import transaction

from plans.errors import Refused
from plans.models import SavedFilter, User
from plans.models.names import visible
from plans.models.saved_filter import LONGEST_FILTER, LONGEST_FILTER_NAME

MOST_FILTERS = 20


@transaction.atomic
def save_filter(*, actor: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it. Raises Refused."""
    name = _clean(name)
    if len(query) > LONGEST_FILTER:
        raise Refused("This filter is too long to be kept. Use fewer words.")
    # One at a time for each person, who might save in two tabs.
    User.objects.select_for_update().get(pk=actor.pk)
    others = actor.saved_filters.exclude(name=name)
    if others.count() >= MOST_FILTERS:
        raise Refused(f"You can keep {MOST_FILTERS} filters. Delete one first.")
    saved, _ = SavedFilter.objects.update_or_create(
        user=actor, name=name, defaults={"query": query}
    )
    return saved


@transaction.atomic
def rename_filter(*, actor: User, saved: SavedFilter, name: str) -> None:
    name = _clean(name)
    User.objects.select_for_update().get(pk=actor.pk)
    if actor.saved_filters.exclude(pk=saved.pk).filter(name=name).exists():
        raise Refused(
            f"You have a filter called “{name}” already. Choose another name."
        )
    actor.saved_filters.filter(pk=saved.pk).update(name=name)


@transaction.atomic
def delete_filter(*, actor: User, saved: SavedFilter) -> None:
    actor.saved_filters.filter(pk=saved.pk).delete()


def _clean(name: str) -> str:
    name = visible(name)
    if not name:
        raise Refused("Enter a name for the filter.")
    if len(name) > LONGEST_FILTER_NAME:
        raise Refused(
            f"The name can have up to {LONGEST_FILTER_NAME} characters. Shorten it."
        )
    return name
