"""The plan itself: its owner, its file format, its completeness and its links."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from plans.models.people import SecretLink, Team, User
from plans.models.template import TemplateVersion

# Of a lock, in characters.
LONGEST_REASON = 300


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """The plans of a user's teams, and those that anyone signed in can read; of a
        guest, the one that they are a guest of."""
        if user.is_guest:
            return self.filter(
                guests__user=user,
                guests__ended_at=None,
                guests__expires_at__gt=timezone.now(),
            )
        # Pass ids, not a subquery: with OR, PostgreSQL can only use the index for
        # literal ids.
        teams = list(user.memberships.values_list("team", flat=True))
        return self.filter(models.Q(team__in=teams) | models.Q(is_open=True))

    def current(self) -> Self:
        return self.filter(archived=False)

    def archived_for(self, user: User) -> Self:
        """The archived plans of a user's teams."""
        teams = list(user.memberships.values_list("team", flat=True))
        return self.filter(archived=True, team__in=teams)

    def search(self, words: str) -> Self:
        """Plans whose title or team name contains these words."""
        # Find the few teams first, instead of comparing a team name for each plan.
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
        default=list,
        help_text="The placeholders and comments of the template of this plan.",
    )
    template_version = models.ForeignKey(
        TemplateVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        help_text="What it was made from or brought up to; empty for the built-in "
        "template and for plans that were imported.",
    )
    template_answers = models.JSONField(
        null=True,
        blank=True,
        help_text="What its template's placeholders were filled in with at first.",
    )
    change_number = models.PositiveIntegerField(default=0)
    fullness = models.IntegerField(
        null=True,
        blank=True,
        help_text="Upper bound of its share of the limits, in millionths; empty if "
        "unknown.",
    )
    archived = models.BooleanField(default=False)
    is_open = models.BooleanField(
        default=False, help_text="Anyone signed in can read it."
    )
    # Nobody edits a locked plan (permissions.may_write).
    locked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    lock_reason = models.CharField(
        max_length=LONGEST_REASON,
        blank=True,
        db_default="",
        help_text="Why it is locked; empty if the person gave no reason.",
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
            ),
            models.CheckConstraint(
                condition=models.Q(locked_by__isnull=True, locked_at__isnull=True)
                | models.Q(locked_by__isnull=False, locked_at__isnull=False),
                name="plan_locked_by_somebody",
            ),
        ]
        indexes = [
            # The list of a team's plans, newest first.
            models.Index(
                fields=["team", "archived", "-updated_at"], name="plans_of_team"
            ),
            # Other teams' plans in the list of everyone.
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

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @cached_property
    def url(self) -> str:
        """The plan's URL, cached for the hundreds of URLs below it on a page."""
        return self.get_absolute_url()


class PlanCounts(models.Model):
    """A plan's completeness as of one of its changes, cached for lists of plans.

    `counted_by` identifies the rules; plans.content.completeness recounts what is out
    of date.
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
    """A secret link that shows a plan to anyone who has it, signed in or not."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="share_links")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"link to {self.plan}"
