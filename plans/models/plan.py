"""The plan itself: its owner, its file format, its completeness and its links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from plans.models.people import SecretLink, Team, User
from plans.models.tag import Tag
from plans.models.template import TemplateVersion

Related = TypeVar("Related", bound=models.Model)

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
        return self.filter(
            models.Q(team__in=list(user.team_roles())) | models.Q(is_open=True)
        )

    def current(self) -> Self:
        return self.filter(archived=False)

    def archived_for(self, user: User) -> Self:
        """The archived plans of a user's teams."""
        return self.filter(archived=True, team__in=list(user.team_roles()))


class ReviewState(models.TextChoices):
    """How the sign-off of a plan stands (reviews.model.ReviewStatus.name)."""

    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    CHANGES = "changes", "Changes requested"
    APPROVED = "approved", "Approved"
    SUPERSEDED = "superseded", "Edited since"


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
    indexed_number = models.IntegerField(
        default=-1,
        db_default=-1,
        help_text="Up to which change the search knows it; -1 for none.",
    )
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
    tags = models.ManyToManyField(Tag, related_name="plans", blank=True)
    # Kept for the filters of lists; plans.reviews.kept_states says what they are worth.
    review_state = models.CharField(
        max_length=10,
        choices=ReviewState,
        default=ReviewState.DRAFT,
        db_default=ReviewState.DRAFT,
        help_text="How its sign-off stood at the change below.",
    )
    state_number = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="The change at which the state was computed.",
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
            models.CheckConstraint(
                condition=models.Q(review_state__in=ReviewState.values),
                name="plan_review_state_known",
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
            # Plans whose kept state may no longer be true.
            models.Index(
                fields=["id"],
                condition=~models.Q(state_number=models.F("change_number")),
                name="plans_of_unknown_state",
            ),
            # How many of a team's plans are in which state.
            models.Index(
                fields=["team", "archived", "review_state"], name="plan_states_of_team"
            ),
            # Those that the search index is behind of. An UPDATE of the change number
            # puts a plan in: no statement of its own.
            models.Index(
                fields=["id"],
                condition=~models.Q(indexed_number=models.F("change_number")),
                name="plans_to_index",
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


def related_rows(
    plans: Sequence[Plan], name: str, model: type[Related]
) -> dict[int, Related]:
    """The rows of a model that has at most one for each plan, by the plans' ids. No
    query where they came with the plans, by `select_related`; else one. `name`: what
    they are called in a plan."""
    if all(name in plan._state.fields_cache for plan in plans):
        rows = {plan.pk: getattr(plan, name, None) for plan in plans}
        return {pk: row for pk, row in rows.items() if row is not None}
    return model._default_manager.in_bulk([plan.pk for plan in plans])


class ShareLink(SecretLink):
    """A secret link that shows a plan to anyone who has it, signed in or not."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="share_links")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"link to {self.plan}"
