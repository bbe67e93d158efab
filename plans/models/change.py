"""The change log: history, undo, audit trail and live feed at once."""

from __future__ import annotations

from typing import Any

from django.db import models

from plans.models.people import User
from plans.models.plan import Plan

# What one change did to one row: {"row": "item", "id": 7, "before": {}, "after": {}}.
Edit = dict[str, Any]


class Change(models.Model):
    """What one action did, in the transaction that did it.

    `edits` lists the rows it wrote: `{"row": "item", "id": 7, "before": {...},
    "after": {...}}` with the attributes that changed. `label` says where, for people.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    label = models.CharField(max_length=200, blank=True)
    section_id = models.BigIntegerField(null=True, blank=True)
    item_id = models.BigIntegerField(null=True, blank=True)
    edits = models.JSONField(default=list)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="change_number_unique_in_plan"
            )
        ]
        # A person's own last changes of a plan, for undo.
        indexes = [
            models.Index(fields=["plan", "actor", "-number"], name="changes_of_actor")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.actor} {self.verb} {self.label}"
