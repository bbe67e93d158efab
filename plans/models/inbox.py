"""What a person did with entries of their inbox. The entries themselves are no rows:
plans.page.inbox computes them from what is stored."""

from __future__ import annotations

from django.db import models

from plans.models.people import User


class InboxMark(models.Model):
    """A person's own mark on one entry: read, snoozed or done.

    `stamp` says which state of the entry it was put on: once the entry has another one
    (a new request, a newer comment), the mark no longer counts.
    """

    LONGEST_KEY = 60

    # The constraint below starts with it.
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=LONGEST_KEY)
    stamp = models.CharField(max_length=LONGEST_KEY, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="one_mark_on_inbox_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.user}"
