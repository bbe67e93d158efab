"""The plan itself: whose it is, how its file is written, and how complete it is."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from plans.models.people import SecretLink, Team, User


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """The plans of a person's teams, and those that everybody may read."""
        # Their numbers, not a query for them: PostgreSQL would then read every plan,
        # because beside an OR it finds teams in an index by their numbers alone.
        teams = list(user.memberships.values_list("team", flat=True))
        return self.filter(models.Q(team__in=teams) | models.Q(is_open=True))

    def current(self) -> Self:
        return self.filter(archived=False)

    def archived_for(self, user: User) -> Self:
        """Those of a person's own teams that are in no other list."""
        return self.filter(archived=True, team__memberships__user=user)

    def search(self, words: str) -> Self:
        """Those with these words in their title, or in the name of their team."""
        # Teams are few: found first, their names are not compared for each plan.
        named = Team.objects.filter(name__icontains=words)
        teams = list(named.values_list("pk", flat=True))
        return self.filter(models.Q(title__icontains=words) | models.Q(team__in=teams))


class Plan(models.Model):
    team = models.ForeignKey(Team, models.PROTECT, related_name="plans")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    newline = models.CharField(max_length=2, default="\n")
    bom = models.BooleanField(default=False)
    nul_mark = models.CharField(
        max_length=1, blank=True, help_text="Stands for NUL in the texts of this plan."
    )
    own_placeholders = models.JSONField(
        default=list, help_text="What the template of this plan put in brackets."
    )
    change_number = models.PositiveIntegerField(default=0)
    fullness = models.IntegerField(
        null=True,
        blank=True,
        help_text="At most, in millionths of what a plan may have; empty if unknown.",
    )
    archived = models.BooleanField(default=False)
    is_open = models.BooleanField(
        default=False, help_text="Everybody who is signed in may read it."
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Plan]] = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(newline__in=["\n", "\r\n"]),
                name="plan_newline_known",
            )
        ]
        indexes = [
            # The list of a team's plans, newest first.
            models.Index(
                fields=["team", "archived", "-updated_at"], name="plans_of_team"
            ),
            # The plans of others in everybody's list.
            models.Index(
                fields=["-updated_at"],
                condition=models.Q(is_open=True, archived=False),
                name="open_plans",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.slug])

    @cached_property
    def url(self) -> str:
        """The plan's address, for the hundreds of addresses below it on a page."""
        return self.get_absolute_url()


class PlanCounts(models.Model):
    """How complete a plan was at one of its changes; `counted_by` names the rules.

    Kept for lists (plans.content.completeness), which count again what is out of date.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, primary_key=True)
    change_number = models.PositiveIntegerField()
    counted_by = models.CharField(max_length=16)
    filled = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    questions = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.plan} at change {self.change_number}"


class ShareLink(SecretLink):
    """A link that shows a plan to whoever has it, signed in or not."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="share_links")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"link to {self.plan}"
