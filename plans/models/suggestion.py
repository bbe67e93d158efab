"""Suggestions: changes of an item that somebody proposes and an editor decides on.

They are not part of the plan until one is accepted, and appear in no export. Nothing is
deleted (docs/decisions/0003): what was declined or withdrawn keeps its row.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from plans.models.change import Change
from plans.models.content import Item
from plans.models.people import User
from plans.models.plan import Plan


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def open(self) -> Self:
        return self.filter(state=Suggestion.State.OPEN)


class Suggestion(models.Model):
    """Another text for one value of an item. `base` is the text it was made for."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="suggestions")
    item = models.ForeignKey(Item, models.CASCADE, related_name="suggestions")
    key = models.CharField(
        max_length=8, help_text="Which value of the item: value, text or cell-N."
    )
    base = models.TextField(blank=True)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="Why it was declined.")
    accepted_in = models.OneToOneField(
        Change,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accepted_suggestion",
        help_text="The change that put it into the plan.",
    )
    made_in = models.ForeignKey(
        Change,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions_made",
        help_text="The update of the plan that made it of a clash.",
    )

    objects: ClassVar[models.Manager[Suggestion]] = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state="open", decided_by__isnull=True, decided_at__isnull=True
                )
                | (
                    ~models.Q(state="open")
                    & models.Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="suggestion_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["open", "accepted", "declined", "withdrawn"]
                ),
                name="suggestion_state_known",
            ),
        ]
        # The open suggestions of a plan: a panel of its page.
        indexes = [
            models.Index(
                fields=["plan"],
                condition=models.Q(state="open"),
                name="open_suggestions_of_plan",
            )
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk} of {self.author}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
