"""Guests: people outside a team who review and sign one of its plans."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from plans.models.people import User
from plans.models.plan import Plan


class GuestQuerySet(models.QuerySet["Guest"]):
    def live(self) -> Self:
        """Guests who have access now."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class Guest(models.Model):
    """What an account without a password may see: one plan, until it expires.

    `code_digest`: of the newest one-time code that was mailed and not used, empty if
    there is none (plans.accounts.guest_codes).
    """

    # Even for lists: a guest whose access has ended sees nothing (planner.replica).
    read_from_primary = True

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="guests")
    user = models.OneToOneField(User, models.CASCADE, related_name="guest")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager[Guest]] = GuestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} as a guest of {self.plan}"
