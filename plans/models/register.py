"""The registers: what plans list as risks, dependencies, metrics and open questions, to
be counted and sorted across plans.

An item's own text stays in its row and is read for the page that shows it. An entry has
what thousands of plans are filtered and sorted by: without it, each count would join
all items with their blocks and sections. `plans.content.registers` keeps it true.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from plans.models.content import Item
from plans.models.people import User
from plans.models.plan import Plan

# So that no date comes last in either engine, by an index.
NO_DATE = date.max
# Who may see more plans has most of them, and a register is read in its own order.
MAX_PLAN_IDS = 1_000


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def visible_to(self, user: User) -> Self:
        """Entries of the current plans that a user may see, as Plan.visible_to."""
        # Pass ids: with a join, PostgreSQL reads all entries to find those of a few
        # plans (13 ms instead of 4 for 300 plans of 10,000).
        plans = Plan.objects.visible_to(user).current().order_by()
        ids = list(plans.values_list("pk", flat=True)[: MAX_PLAN_IDS + 1])
        if len(ids) <= MAX_PLAN_IDS:
            return self.filter(plan__in=ids)
        may_see = Q(plan__team__in=list(user.team_roles())) | Q(plan__is_open=True)
        return self.filter(may_see, plan__archived=False)


class RegisterEntry(models.Model):
    """One item in one register, as long as it is in its plan and says anything; of
    approvals, those that are not settled (plans.reviews.open_approvals).

    `rank`: what comes first in its register: of risks and dependencies also their
    levels (plans.content.registers). `lacks`: the sum of what is missing (`Lack`).
    `date`: until when, NO_DATE without one. `since`: when it came into the register.
    `people`: the ids of those an approval is about.
    """

    class Register(models.TextChoices):
        RISK = "risk", "Risks"
        DEPENDENCY = "dependency", "Dependencies"
        QUESTION = "question", "Open questions"
        METRIC = "metric", "Metrics"
        APPROVAL = "approval", "Approvals"

    class Lack(models.IntegerChoices):
        OWNER = 1, "No owner"
        MITIGATION = 2, "No mitigation"
        TARGET = 4, "No target"

    item = models.ForeignKey(Item, models.CASCADE, related_name="register_entries")
    plan = models.ForeignKey(
        Plan, models.CASCADE, related_name="register_entries", db_index=False
    )
    register = models.CharField(max_length=10, choices=Register)
    rank = models.PositiveSmallIntegerField(default=0)
    lacks = models.PositiveSmallIntegerField(default=0)
    date = models.DateField(default=NO_DATE)
    since = models.DateTimeField()
    people = models.JSONField(default=list, db_default=[], blank=True)

    objects: ClassVar[models.Manager[Any]] = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "register"], name="item_once_in_register"
            ),
            models.CheckConstraint(
                condition=Q(
                    register__in=[
                        *("risk", "dependency", "question", "metric", "approval")
                    ]
                ),
                name="register_known",
            ),
        ]
        indexes = [
            # Counts and lists of some plans, without reading the entries themselves.
            models.Index(
                fields=["plan", "register", "rank", "date", "id", "lacks"],
                name="entries_of_plan",
            ),
            # A register's first page, for those who may see most plans.
            models.Index(
                F("register"),
                F("rank").desc(),
                F("date"),
                F("id"),
                name="entries_by_rank",
            ),
            # Open questions, the oldest first.
            models.Index(fields=["register", "since", "id"], name="entries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.item_id}"
