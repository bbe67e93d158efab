"""Versions that editors keep by name, whether or not anybody signs the plan."""

from __future__ import annotations

from django.db import models

from plans.models.people import User
from plans.models.plan import Plan

LONGEST_VERSION_NAME = 100
# Before the number, in addresses.
SAVED = "saved-"


class SavedVersion(models.Model):
    """A draft of a plan as it was at one moment, to compare with and to restore.

    Not a `Version`: nobody is asked to sign it, and the status of sign-off, which
    follows a plan's newest Version, knows nothing of it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="saved_versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=LONGEST_VERSION_NAME)
    markdown = models.TextField()
    sha256 = models.CharField(max_length=64)
    change_number = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="saved_version_number_unique_in_plan"
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="saved_version_has_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, of {self.plan}"

    @property
    def key(self) -> str:
        """What it is called in addresses, among all versions of its plan."""
        return f"{SAVED}{self.number}"

    @property
    def title(self) -> str:
        return f"“{self.name}”"
