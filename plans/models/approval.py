"""Sign-off: slots in the plan, frozen versions, and decisions on them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from plans.models.content import BesideItemQuerySet, Item
from plans.models.people import User
from plans.models.plan import Plan


class ApprovalQuerySet(BesideItemQuerySet):
    def for_approver(self, user: User) -> Self:
        """Every slot that names a person, in plans that they may see."""
        return self.seen_by(user).filter(approver=user)


class Approval(models.Model):
    """A slot of the plan's Approvals list: a role, and who is to sign for it.

    `approver` is the member whose name was typed, when there is one.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    role = models.TextField()
    name = models.TextField(blank=True)
    approver = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="approvals"
    )

    objects: ClassVar[models.Manager[Approval]] = ApprovalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.role}: {self.name or 'nobody yet'}"


class Version(models.Model):
    """A document frozen for review: these bytes, and no others, are signed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    markdown = models.TextField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="version_number_unique_in_plan"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="version_number_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.plan}"

    @property
    def digest(self) -> str:
        """The short form of the SHA-256, for people."""
        return self.sha256[:12]


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def for_plan(self, plan: Plan) -> Self:
        return self.filter(version__plan=plan)


class SignOff(models.Model):
    """One decision on one version. Never changed; name and role as they were then."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        DECLINE = "decline", "Declined"

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="sign_offs")
    version = models.ForeignKey(Version, models.PROTECT, related_name="sign_offs")
    signer = models.ForeignKey(User, models.PROTECT, related_name="sign_offs")
    decision = models.CharField(max_length=10, choices=Decision)
    comment = models.TextField(blank=True)
    name = models.TextField()
    role = models.TextField()
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[SignOff]] = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "version", "signer"],
                name="one_decision_on_version_in_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["approve", "decline"]),
                name="sign_off_decision_known",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="approve") | ~models.Q(comment=""),
                name="sign_off_decline_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.name} {self.get_decision_display().lower()}"
