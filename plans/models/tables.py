"""Detail rows of the standard tables, with columns to query across plans."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from plans.models.content import Item, ItemDetailQuerySet


class Level(models.TextChoices):
    NONE = "", "not given"
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Status(models.TextChoices):
    NONE = "", "not given"
    GREEN = "green", "Green"
    YELLOW = "yellow", "Yellow"
    RED = "red", "Red"


class RiskQuerySet(ItemDetailQuerySet):
    def high(self) -> Self:
        return self.filter(
            models.Q(impact_level=Level.HIGH) | models.Q(likelihood_level=Level.HIGH)
        )


class Risk(models.Model):
    """`impact` and `likelihood` are as typed; the levels are derived from them."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    code = models.TextField(blank=True)
    description = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    likelihood = models.TextField(blank=True)
    mitigation = models.TextField(blank=True)
    owner = models.TextField(blank=True)
    impact_level = models.CharField(max_length=6, choices=Level, blank=True)
    likelihood_level = models.CharField(max_length=6, choices=Level, blank=True)

    objects: ClassVar[models.Manager[Risk]] = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(impact_level__in=Level.values)
                & models.Q(likelihood_level__in=Level.values),
                name="risk_levels_known",
            )
        ]
        # Every high risk, across plans.
        indexes = [
            models.Index(
                fields=["impact_level", "likelihood_level"], name="risks_by_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}".strip()


class DependencyQuerySet(ItemDetailQuerySet):
    def red(self) -> Self:
        return self.filter(status_level=Status.RED)


class Dependency(models.Model):
    """`scope`: internal or external, as typed. `owner`: the provider."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    name = models.TextField(blank=True)
    scope = models.TextField(blank=True)
    owner = models.TextField(blank=True)
    status = models.TextField(blank=True)
    timeline = models.TextField(blank=True)
    impact_if_blocked = models.TextField(blank=True)
    status_level = models.CharField(max_length=6, choices=Status, blank=True)

    objects: ClassVar[models.Manager[Dependency]] = DependencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status_level__in=Status.values),
                name="dependency_status_known",
            )
        ]
        # Every red dependency, across plans.
        indexes = [models.Index(fields=["status_level"], name="dependencies_by_status")]

    def __str__(self) -> str:
        return self.name


class Metric(models.Model):
    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    name = models.TextField(blank=True)
    target = models.TextField(blank=True)
    method = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.target}"


class Violation(models.Model):
    """A justified violation of the project's constitution."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    name = models.TextField(blank=True)
    why_needed = models.TextField(blank=True)
    alternative_rejected = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
