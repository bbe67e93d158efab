"""Sign-off: approvals, frozen versions, and the audit log of every decision."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from plans.document import SIGNING_KINDS
from plans.models.compiled import quick_rows
from plans.models.content import Item, ItemDetailQuerySet
from plans.models.people import Invitation, User
from plans.models.plan import Plan
from plans.models.saved_version import LONGEST_VERSION_NAME


class ApprovalQuerySet(ItemDetailQuerySet):
    def present(self) -> Self:
        """Skip blocks in which an owner has turned sign-offs off."""
        return super().present().filter(item__block__kind__in=SIGNING_KINDS)

    def for_approver(self, user: User) -> Self:
        """Every approval assigned to a user, in plans that they may see."""
        return self.visible_to(user).filter(approvers=user)

    def with_predecessors(self) -> list[tuple[Approval, list[int]]]:
        """Each approval with the ids of those that it comes after, in one query."""
        pairs: dict[int, tuple[Approval, list[int]]] = {}
        rows: Any = quick_rows(self.annotate(predecessor=models.F("after")))
        for approval in rows:
            _, predecessors = pairs.setdefault(approval.pk, (approval, []))
            if approval.predecessor:
                predecessors.append(approval.predecessor)
        return [(approval, sorted(ids)) for approval, ids in pairs.values()]


class Approval(models.Model):
    """A line of the plan's Approvals list: a role, and who signs for it.

    `name` is the text as typed; `approvers` are the members it names, or their
    replacements.
    """

    class Needs(models.TextChoices):
        ALL = "all", "All of them"
        ANY = "any", "Any one of them"

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    role = models.TextField()
    name = models.TextField(blank=True)
    approvers = models.ManyToManyField(
        User,
        through="Approver",
        through_fields=("approval", "user"),
        related_name="approvals",
    )
    needs = models.CharField(max_length=3, choices=Needs, default=Needs.ALL)
    is_required = models.BooleanField(default=True)
    after = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="+",
        blank=True,
        help_text="The approvals that this one comes after.",
    )
    covers = models.JSONField(
        default=list,
        blank=True,
        help_text="Headings of the chapters it covers; empty for the whole plan.",
    )

    objects: ClassVar[models.Manager[Approval]] = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(needs__in=["all", "any"]),
                name="approval_needs_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.name or 'no one yet'}"

    @property
    def is_launch(self) -> bool:
        """Whether it is the final approval, which the Definition of Done belongs to."""
        return "launch approval" in self.role.lower()


class Approver(models.Model):
    """A user assigned to an approval. `in_place_of`: the person whom the plan names."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, models.CASCADE, related_name="seats")
    in_place_of = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "user"], name="approver_once_in_slot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.approval}"


class InvitedSeat(models.Model):
    """A seat that waits for whoever accepts an invitation to the team, whatever their
    account is called. `name`: what the line calls them until then; `is_named`: whether
    it still does. Deleted once the invitation is accepted."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="invited_seats")
    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="invited_seats"
    )
    name = models.CharField(max_length=100)
    is_named = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "name"], name="invited_seat_name_once_in_slot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, invited, for {self.approval}"


class ReviewRules(models.Model):
    """A plan's sign-off rules. A plan without a row has the defaults: every rule is on
    except `not_a_writer`, which would leave a small team without approvers."""

    class StaleOn(models.TextChoices):
        ANY = (
            "any",
            "Any change of the plan; ticks in the Definition of Done affect "
            "only Launch Approval",
        )
        EXACT = (
            "exact",
            "Any change of the plan, including ticks in the Definition of Done",
        )
        COVERED = "covered", "A change in a chapter that the approval covers"

    plan = models.OneToOneField(
        Plan, models.CASCADE, primary_key=True, related_name="review_rules"
    )
    stale_on = models.CharField(max_length=7, choices=StaleOn, default=StaleOn.ANY)
    not_alone = models.BooleanField(default=True)
    not_last_editor = models.BooleanField(default=True)
    not_a_writer = models.BooleanField(default=False, db_default=False)
    check_clean = models.BooleanField(default=True)
    ready_first = models.BooleanField(default=True)
    done_first = models.BooleanField(default=True)
    expires_after = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days until a request expires; empty for never.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stale_on__in=["any", "exact", "covered"]),
                name="review_rules_stale_on_known",
            )
        ]

    def __str__(self) -> str:
        return f"rules of {self.plan}"


class Version(models.Model):
    """A snapshot of the document for review: sign-offs are of exactly these bytes.

    `problems`: the result of `check`. `slots`: the item ids of its approvals, in the
    order of the text. `parts`: the SHA-256 of each chapter by heading
    (document.split_chapters). `writers`: the ids of all authors of the text up to here.
    `edition`: the rules by which the text is parsed and split (document.Edition).
    `places`: decisions about where sign-offs are collected (document.Places).
    `unticked`: SHA-256 and chapters of the text without the ticks of its Definition of
    Done, and those ticks; empty in the first edition.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # What people call it; no digest and no record depends on it.
    name = models.CharField(max_length=LONGEST_VERSION_NAME, blank=True, db_default="")
    markdown = models.TextField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    change_number = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    edition = models.PositiveSmallIntegerField(default=1, db_default=1)
    places = models.JSONField(default=dict, db_default={})
    slots = models.JSONField(default=list)
    parts = models.JSONField(default=dict)
    unticked = models.JSONField(default=dict, db_default={})
    writers = models.JSONField(default=list)
    last_writer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)

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
        # Find the version that a given file is.
        indexes = [models.Index(fields=["sha256"], name="versions_by_digest")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.plan}"

    @property
    def key(self) -> str:
        """What it is called in addresses, among all versions of its plan."""
        return str(self.number)

    @property
    def title(self) -> str:
        name = f" “{self.name}”" if self.name else ""
        return f"Version {self.number}{name}"

    @property
    def digest(self) -> str:
        """The short form of the SHA-256, for people."""
        return self.sha256[:12]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [problem for problem in self.problems if problem["is_error"]]


class AuditRecordQuerySet(models.QuerySet["AuditRecord"]):
    def decisions(self) -> Self:
        return self.filter(kind__in=AuditRecord.DECISIONS)


class AuditRecord(models.Model):
    """One entry of a plan's audit log, never changed and never deleted. `hash` covers
    all its fields and the hash of the entry before it (plans.reviews.hash_chain).

    `name`, `role` and `meaning` are as of that day; `sha256` is the version's; `proof`
    is how the actor authenticated; `details` depend on the kind.
    """

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "Submitted"
        APPROVED = "approved", "Approved"
        APPROVED_IF = "approved_if", "Approved on a condition"
        CHANGES_REQUESTED = "changes_requested", "Changes requested"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CONDITION_MET = "condition_met", "Condition met"
        REPLACED = "replaced", "Approver replaced"
        SEATED = "seated", "Approvers changed"
        EXPIRED = "expired", "Request ended"
        SLOT_CHANGED = "slot_changed", "Slot changed"
        RULES_CHANGED = "rules_changed", "Rules changed"
        COMPLETED = "completed", "All sign-offs given"
        MOVED = "moved", "Moved to another team"

    DECISIONS = (
        Kind.APPROVED,
        Kind.APPROVED_IF,
        Kind.CHANGES_REQUESTED,
        Kind.DECLINED,
    )

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="records")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="records"
    )
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, blank=True, related_name="records"
    )
    actor = models.ForeignKey(User, models.PROTECT, related_name="records")
    name = models.TextField()
    role = models.TextField(blank=True)
    meaning = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    proof = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict, blank=True)
    change_number = models.PositiveIntegerField()
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[AuditRecord]] = AuditRecordQuerySet.as_manager()

    class Meta:
        db_table = "plans_record"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="record_number_unique_in_plan"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "submitted",
                        "approved",
                        "approved_if",
                        "changes_requested",
                        "declined",
                        "withdrawn",
                        "condition_met",
                        "replaced",
                        "seated",
                        "expired",
                        "slot_changed",
                        "rules_changed",
                        "completed",
                        "moved",
                    ]
                ),
                name="record_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    kind__in=["approved_if", "changes_requested", "declined"],
                    comment="",
                ),
                name="record_says_why",
            ),
        ]

    def __str__(self) -> str:
        event = f"{self.name} {self.get_kind_display().lower()}"
        return f"{self.role}: {event}" if self.role else event

    @property
    def digest(self) -> str:
        """The short form of the version's SHA-256, for people."""
        return self.sha256[:12]

    @property
    def is_approval(self) -> bool:
        return self.kind in (self.Kind.APPROVED, self.Kind.APPROVED_IF)
