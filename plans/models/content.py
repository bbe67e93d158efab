"""The content of a plan: sections, their blocks, and the items that people edit.

Rows mirror `plans.document.model`. Nothing is deleted: `removed` hides a row, so that
undo and history still find it. Every editable row has a `version` for optimistic
locking.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from django.db import models

from plans.document import LONGEST_CODE, BlockKind, ItemKind
from plans.models.people import User
from plans.models.plan import Plan

# Between siblings, so that an insert or a move writes one row (actions/ordering.py).
GAP = 2**32


def _choices(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


Row = TypeVar("Row", bound="Placed")


class PlacedQuerySet(models.QuerySet[Row]):
    def present(self) -> Self:
        """Rows that are in their plan: neither they nor their ancestors are removed."""
        ancestors = {f"{name}__removed": False for name in self.model.ANCESTORS}
        return self.filter(removed=False, **ancestors)


class Placed(models.Model):
    """A row with a position among its siblings, and the text that follows it."""

    ANCESTORS: ClassVar[tuple[str, ...]] = ()  # as lookups from this model

    position = models.BigIntegerField()
    tail = models.TextField(
        blank=True, help_text="The text between it and the next row in the file."
    )
    version = models.PositiveIntegerField(default=0)
    removed = models.BooleanField(default=False)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class Assignable(models.Model):
    """A part of a plan that a person looks after, and until when: known to the planner
    alone, and in no file."""

    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    due = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


# Their columns, in the change log too: no part of the text.
ASSIGNMENT = frozenset({"assignee", "due"})


class Section(Placed, Assignable):
    plan = models.ForeignKey(Plan, models.CASCADE)
    level = models.PositiveSmallIntegerField()
    heading = models.TextField(blank=True)
    source = models.TextField(blank=True)
    open_threads = models.PositiveIntegerField(
        default=0, help_text="Number of unresolved comment threads on it."
    )

    class Meta(Placed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__lte=6), name="section_level_up_to_six"
            ),
            models.CheckConstraint(
                condition=models.Q(level__gt=0) | models.Q(heading=""),
                name="section_before_headings_has_none",
            ),
        ]
        indexes = [
            # The sections of a plan in order: every page of the plan.
            models.Index(fields=["plan", "position"], name="sections_of_plan"),
            # Everything that is assigned to a person, across plans.
            models.Index(
                fields=["assignee", "due"],
                condition=models.Q(assignee__isnull=False),
                name="sections_of_assignee",
            ),
        ]

    def __str__(self) -> str:
        return self.heading or "(before the first heading)"


class Phase(models.Model):
    """The phase that a section of the implementation describes."""

    section = models.OneToOneField(Section, models.CASCADE, primary_key=True)
    code = models.CharField(max_length=LONGEST_CODE)

    def __str__(self) -> str:
        return f"Phase {self.code}"


class Block(Placed):
    ANCESTORS = ("section",)

    section = models.ForeignKey(Section, models.CASCADE)
    kind = models.CharField(max_length=12, choices=_choices(BlockKind))
    head = models.TextField(blank=True)

    class Meta(Placed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in BlockKind]),
                name="block_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.section}"


class Item(Placed, Assignable):
    """One field, check, list entry, table row or text.

    `text` is the value of list entries and texts; fields, checks and the rows of
    recognised tables have a detail row (`field`, `risk`, ...). `cells` holds, by column
    number, the cells that have no column in a detail row.
    """

    ANCESTORS = ("block", "block__section")

    block = models.ForeignKey(Block, models.CASCADE)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=_choices(ItemKind))
    source = models.TextField(blank=True)
    text = models.TextField(blank=True)
    cells = models.JSONField(default=dict, blank=True)
    fillable = models.PositiveIntegerField(default=0)
    blank = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    open_threads = models.PositiveIntegerField(
        default=0, help_text="Number of unresolved comment threads on it."
    )
    open_suggestions = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Number of suggestions for it that are not decided on.",
    )
    updated_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta(Placed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in ItemKind]),
                name="item_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    fillable__gte=models.F("blank") + models.F("questions")
                ),
                name="item_waits_for_what_it_has",
            ),
        ]
        indexes = [
            # The items of a block in order, to move or add one.
            models.Index(fields=["block", "position"], name="items_of_block"),
            # Everything that is assigned to a person, across plans.
            models.Index(
                fields=["assignee", "due"],
                condition=models.Q(assignee__isnull=False),
                name="items_of_assignee",
            ),
            # Open questions, across plans: few of all items have one.
            models.Index(
                fields=["block"],
                condition=models.Q(questions__gt=0, removed=False),
                name="items_with_questions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ItemDetailQuerySet(models.QuerySet):
    """For detail rows, which are one to one with items."""

    def present(self) -> Self:
        """Rows whose item is in its plan."""
        return self.filter(
            item__removed=False,
            item__block__removed=False,
            item__block__section__removed=False,
        ).exclude(item__parent__removed=True)

    def visible_to(self, user: User) -> Self:
        """Rows in the current plans of a user's teams; of a guest, in their plan."""
        rows = self.present().filter(item__block__section__plan__archived=False)
        if user.is_guest:
            plans = Plan.objects.visible_to(user).values_list("pk", flat=True)
            return rows.filter(item__block__section__plan__in=list(plans))
        return rows.filter(item__block__section__plan__team__memberships__user=user)


class Field(models.Model):
    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    label = models.TextField()
    value = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class ChecklistItem(models.Model):
    """An item of a checklist."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="checklist_item"
    )
    text = models.TextField(blank=True)
    done = models.BooleanField(default=False)
    done_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done=True) | models.Q(done_at__isnull=True),
                name="check_done_before_dated",
            )
        ]

    def __str__(self) -> str:
        return self.text
