"""Texts of a plan that left the planner or came in: what a file that comes back began
as, so that only what was changed in it is taken."""

from __future__ import annotations

import zlib

from django.db import models
from django.utils import timezone

from plans.models.people import User
from plans.models.plan import Plan


class OutsideCopy(models.Model):
    """The newest few of each plan are kept, each text once."""

    class Form(models.TextChoices):
        DRAFT = "draft", "draft"
        FINISHED = "finished", "finished plan"
        SIGNED = "signed", "signed plan"
        FILE = "file", "file that was taken in"

    # How many of a plan.
    KEPT = 12

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outside_copies")
    form = models.CharField(max_length=8, choices=Form)
    sha256 = models.CharField(max_length=64)
    packed = models.BinaryField(help_text="The text in UTF-8, compressed by zlib.")
    change_number = models.PositiveIntegerField(
        help_text="The plan's last change when it was given."
    )
    person = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who had it; nobody for a link or a command.",
    )
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "outside copies"
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "sha256"], name="outside_copy_unique_in_plan"
            ),
            models.CheckConstraint(
                condition=models.Q(form__in=["draft", "finished", "signed", "file"]),
                name="outside_copy_form_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.plan}"

    @property
    def text(self) -> str:
        return zlib.decompress(bytes(self.packed)).decode("utf-8")
