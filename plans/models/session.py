"""What Django keeps in tables of its own kind: browser sessions, and its cache."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from plans.models.people import User


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> models.QuerySet[Session]:
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A browser session; without a user until someone signs in."""

    read_from_primary = True
    LONGEST_USER_AGENT = 200

    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sessions"
    )
    # Database defaults too: during a rolling upgrade the release before inserts rows
    # without these columns.
    signed_in_at = models.DateTimeField(default=timezone.now, db_default=Now())
    # To the hour (plans.accounts.sessions), so that most requests write nothing.
    last_seen = models.DateTimeField(default=timezone.now, db_default=Now())
    # Blank for clients that send none.
    user_agent = models.CharField(
        max_length=LONGEST_USER_AGENT, blank=True, db_default=""
    )

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class CacheEntry(models.Model):
    """The table of Django's database cache (settings.CACHES), which Django writes: it
    shares short-lived values between processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "plans_kept"

    def __str__(self) -> str:
        return self.cache_key
