"""The templates of a team, in versions that never change."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from plans.models.people import Team, User

LONGEST_TEMPLATE_NAME = 100
LONGEST_TEMPLATE_NOTE = 300


class TemplateQuerySet(models.QuerySet["Template"]):
    def current(self) -> Self:
        return self.filter(archived=False)


class Template(models.Model):
    """A Markdown file with blanks that new plans of a team start from."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="templates")
    name = models.CharField(max_length=LONGEST_TEMPLATE_NAME)
    is_default = models.BooleanField(
        default=False, help_text="New plans of the team start from it."
    )
    archived = models.BooleanField(
        default=False, help_text="No new plan starts from it."
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Template]] = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""), name="template_has_name"
            ),
            models.CheckConstraint(
                condition=~models.Q(is_default=True, archived=True),
                name="template_default_is_not_archived",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(is_default=True),
                name="template_default_unique_in_team",
            ),
            models.UniqueConstraint(
                fields=["team", "name"],
                condition=models.Q(archived=False),
                name="template_name_unique_in_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def newest(self) -> TemplateVersion:
        """Its newest version; every template has one."""
        version = self.versions.select_related("author").first()
        assert version is not None
        version.template = self
        return version


class TemplateVersion(models.Model):
    """A template as it was at one moment: the truth for the plans made from it.

    `hints`: guidance that is shown beside those plans and is in no file
    (plans.document.hints says how it is written).
    """

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    markdown = models.TextField()
    sha256 = models.CharField(max_length=64)
    hints = models.TextField(blank=True)
    note = models.CharField(
        max_length=LONGEST_TEMPLATE_NOTE,
        blank=True,
        help_text="What is new in it, in the words of its author.",
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"],
                name="template_version_number_unique_in_template",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"

    @property
    def title(self) -> str:
        return f"{self.template.name}, version {self.number}"
