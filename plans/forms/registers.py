"""The filters of the registers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property

from plans.forms.lists import (
    SINCE,
    UNTIL,
    ChoicesField,
    DayField,
    FilterForm,
    SlugsField,
    WordsField,
    asked_of,
)
from plans.forms.plan_filters import load_choices
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


class RegisterFilters(FilterForm):
    """What every register is filtered by: `?q=words&team=slug&tag=word&plan=slug
    &since=2026-03-01&until=2026-03-31`; teams, tags and plans can be several, and so
    can what a register has of its own. Only what the person may see is a choice."""

    hidden: ClassVar[tuple[str, ...]] = ("plan",)
    period: ClassVar[tuple[str, ...]] = (SINCE, UNTIL)
    period_label = "Added"

    q = WordsField(label="Words")
    team = ChoicesField(label="Team")
    tag = ChoicesField(label="Tag")
    plan = SlugsField(label="Plan")
    since = DayField()
    until = DayField()

    def __init__(self, query: Any, *, user: User, spec: RegisterSpec) -> None:
        super().__init__(query)
        self.user = user
        self.fields["q"].widget.attrs["placeholder"] = f"Search {spec.many}"
        named = asked_of(query, ["approver"])
        self.offered = load_choices(user, teams_of(user), named=named)
        for name, choices in (
            ("team", self.offered.teams),
            ("tag", self.offered.tags),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        for name, word in ((SINCE, "from"), (UNTIL, "until")):
            self.fields[name].label = f"{self.period_label} {word}"
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
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
    impact = ChoicesField(label="Impact", choices=LEVEL_CHOICES)
    likelihood = ChoicesField(label="Likelihood", choices=LEVEL_CHOICES)
    lacks = ChoicesField(
        label="Missing",
        choices=[("owner", "No owner"), ("mitigation", "No mitigation")],
    )
    owner = WordsField(label="Owner")


class DependencyFilters(RegisterFilters):
    period_label = "Timeline"

    status = ChoicesField(label="Status", choices=_STATUSES)
    lacks = ChoicesField(label="Missing", choices=[("owner", "No provider")])
    owner = WordsField(label="Provider")


class QuestionFilters(RegisterFilters):
    period_label = "Asked"

    age = ChoicesField(label="Open for", choices=list(AGE_LABELS.items()))
    who = ChoicesField(label="Assigned to", choices=_WHO)


class MetricFilters(RegisterFilters):
    lacks = ChoicesField(label="Missing", choices=[("target", "No target")])


class ApprovalFilters(RegisterFilters):
    period_label = "Since"

    kind = ChoicesField(
        label="State",
        choices=[(kind, label) for kind, (label, _) in KIND_LOOKS.items()],
    )
    approver = ChoicesField(label="Approver")

    def __init__(self, query: Any, *, user: User, spec: RegisterSpec) -> None:
        super().__init__(query, user=user, spec=spec)
        approver = self.fields["approver"]
        assert isinstance(approver, forms.ChoiceField)
        approver.choices = self.offered.people


FILTERS: dict[str, type[RegisterFilters]] = {
    "risks": RiskFilters,
    "dependencies": DependencyFilters,
    "questions": QuestionFilters,
    "approvals": ApprovalFilters,
    "metrics": MetricFilters,
}
