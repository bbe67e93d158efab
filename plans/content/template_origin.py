"""Which version of a template a plan came from, and whether there is a newer one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from plans.document.hints import Hints, read_hints
from plans.models import Plan, TemplateVersion

_NO_HINTS = Hints()


@dataclass(frozen=True)
class TemplateOrigin:
    version: TemplateVersion
    newest_number: int

    @property
    def is_outdated(self) -> bool:
        """Whether the plan can be brought up to a newer version."""
        return self.newest_number > self.version.number


def template_origin(plan: Plan) -> TemplateOrigin | None:
    """None for the built-in template, for imported plans, and where the template is
    another team's by now. One query, and none for a plan without a template."""
    if plan.template_version_id is None:
        return None
    versions = TemplateVersion.objects.select_related("template__team")
    version = (
        versions.defer("markdown", "hints")
        .filter(pk=plan.template_version_id, template__team=plan.team_id)
        .annotate(newest_number=Max("template__versions__number"))
        .first()
    )
    return TemplateOrigin(version, version.newest_number) if version else None


def hints_of(plan: Plan) -> Hints:
    """The guidance beside the form, of the version that the plan came from. One query,
    and none for a plan without a template."""
    text = hints_text(plan)
    return read_hints(text) if text else _NO_HINTS


def hints_text(plan: Plan) -> str:
    """As it is written; "" for none."""
    if plan.template_version_id is None:
        return ""
    rows = TemplateVersion.objects.filter(
        pk=plan.template_version_id, template__team=plan.team_id
    )
    return rows.values_list("hints", flat=True).first() or ""
