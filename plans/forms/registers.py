"""The filters of the registers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property

from plans.forms.lists import FilterForm, WordsField
from plans.forms.plan_filters import people_choices, tag_choices, team_choices
from plans.models import Plan, User
from plans.page.lists import SORT, sort_choices
from plans.page.registers.queries import NOT_GIVEN
from plans.page.registers.rows import KIND_LOOKS
from plans.page.registers.specs import AGE_LABELS, LEVEL_CHOICES, RegisterSpec
from plans.permissions import teams_of

Choices = list[tuple[str, str]]

_STATUSES = [
    *(("red", "Red"), ("yellow", "Yellow"), ("green", "Green")),
    (NOT_GIVEN, "No status"),
]
_WHO = [("me", "Me"), ("nobody", "No one")]


def _choice(label: str, everything: str, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", everything), *choices])


class RegisterFilters(FilterForm):
    """What every register is filtered by: `?q=words&team=slug&tag=word&plan=slug`. Only
    what the person may see is a choice."""

    hidden: ClassVar[tuple[str, ...]] = ("plan",)

    q = WordsField(label="Words")
    team = forms.ChoiceField(label="Team")
    tag = forms.ChoiceField(label="Tag")
    plan = forms.SlugField(label="Plan", max_length=80)

    def __init__(self, query: Any, *, user: User, spec: RegisterSpec) -> None:
        super().__init__(query)
        self.user = user
        self.fields["q"].widget.attrs["placeholder"] = f"Search {spec.many}"
        teams = teams_of(user)
        for name, every, choices in (
            ("team", "Every team", team_choices(teams)),
            ("tag", "Any tag", tag_choices(teams)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *choices]
        sorts = sort_choices(spec.columns, spec.default)
        self.fields[SORT] = forms.ChoiceField(
            choices=[(key, f"Sort: {label}") for key, label in sorts], required=False
        )
        self.fields[SORT].widget.attrs["aria-label"] = "Sort"
        self.default_sort = spec.default.text

    @cached_property
    def values(self) -> dict[str, Any]:
        """Without the sort where it is the register's own."""
        values = super().values
        if values.get(SORT) == self.default_sort:
            del values[SORT]
        return values

    def chip_text(self, name: str, value: Any) -> str:
        if name == "plan":
            plans = Plan.objects.visible_to(self.user).filter(slug=value)
            return plans.values_list("title", flat=True).first() or str(value)
        return super().chip_text(name, value)


class RiskFilters(RegisterFilters):
    impact = _choice("Impact", "Any impact", LEVEL_CHOICES)
    likelihood = _choice("Likelihood", "Any likelihood", LEVEL_CHOICES)
    lacks = _choice(
        "Missing",
        "Complete or not",
        [("owner", "No owner"), ("mitigation", "No mitigation")],
    )
    owner = WordsField(label="Owner")


class DependencyFilters(RegisterFilters):
    status = _choice("Status", "Any status", _STATUSES)
    lacks = _choice("Missing", "Complete or not", [("owner", "No provider")])
    owner = WordsField(label="Provider")


class QuestionFilters(RegisterFilters):
    age = _choice("Open for", "Any age", list(AGE_LABELS.items()))
    who = _choice("Assigned to", "Anyone", _WHO)


class MetricFilters(RegisterFilters):
    lacks = _choice("Missing", "Complete or not", [("target", "No target")])


class ApprovalFilters(RegisterFilters):
    kind = _choice(
        "State", "Any state", [(kind, label) for kind, (label, _) in KIND_LOOKS.items()]
    )
    approver = forms.ChoiceField(label="Approver")

    def __init__(self, query: Any, *, user: User, spec: RegisterSpec) -> None:
        super().__init__(query, user=user, spec=spec)
        approver = self.fields["approver"]
        assert isinstance(approver, forms.ChoiceField)
        named = [query.get("approver", "")]
        people = people_choices(user, teams_of(user), named)
        approver.choices = [("", "Any approver"), *people]


FILTERS: dict[str, type[RegisterFilters]] = {
    "risks": RiskFilters,
    "dependencies": DependencyFilters,
    "questions": QuestionFilters,
    "approvals": ApprovalFilters,
    "metrics": MetricFilters,
}
