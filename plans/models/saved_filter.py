"""Filters of the list of plans that a person keeps under a name."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from plans.models.people import User

LONGEST_FILTER_NAME = 40
LONGEST_FILTER = 1000


class SavedFilter(models.Model):
    """`query`: the part of the list's address behind the question mark."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=LONGEST_FILTER_NAME)
    query = models.CharField(max_length=LONGEST_FILTER, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="saved_filter_name_unique_for_user"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('plans:plan_list')}?{self.query}"
