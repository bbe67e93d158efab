"""Forms about a plan as a whole: its copy and its tags."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from plans.forms.plans import TeamChoiceForm
from plans.models import Membership, Plan, Team, User

# More than anybody types; the action says how long a tag can be.
_LONGEST_NEW_TAGS = 1000


class DuplicatePlan(TeamChoiceForm):
    title = forms.CharField(
        max_length=200,
        label="Title",
        help_text="The copy has the text of this plan, and none of its comments, "
        "history and sign-offs.",
    )

    def __init__(self, user: User, plan: Plan, data: Any = None) -> None:
        initial = {"title": f"{plan.title} (copy)"[:200], "team": plan.team.slug}
        super().__init__(user, data, initial=initial)
        self.order_fields(["title"])
        if not self.is_bound:
            self.fields["title"].widget.attrs["autofocus"] = True


class PlanTags(forms.Form):
    """The team's tags to choose from, and new ones. `before`: those that the plan had
    when the form was made, so that one that came meanwhile is not taken away."""

    tags = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Tags of the team"
    )
    new = forms.CharField(
        required=False,
        max_length=_LONGEST_NEW_TAGS,
        label="New tags",
        help_text="Separate them with commas. The team can then use them for its other "
        "plans, too.",
    )
    before = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, plan: Plan, data: Any = None) -> None:
        present = [tag.name for tag in plan.tags.all()]
        super().__init__(data, initial={"tags": present, "before": present})
        names = list(plan.team.tags.values_list("name", flat=True))
        typed = [*data.getlist("tags"), *data.getlist("before")] if data else []
        known = dict.fromkeys([*names, *typed])
        for name in ("tags", "before"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(one, one) for one in known]
        if not known:
            del self.fields["tags"]

    @property
    def added(self) -> list[str]:
        before = self.cleaned_data["before"]
        new = self.cleaned_data["new"].split(",")
        return [name for name in [*self._chosen, *new] if name not in before]

    @property
    def removed(self) -> list[str]:
        before = self.cleaned_data["before"]
        return [name for name in before if name not in self._chosen]

    @property
    def _chosen(self) -> Collection[str]:
        chosen: list[str] = self.cleaned_data.get("tags", [])
        return chosen


class MovePlan(forms.Form):
    """Which team a plan goes to: one that the person owns, other than its own."""

    team = forms.ModelChoiceField(
        Team.objects.none(), to_field_name="slug", empty_label=None, label="Team"
    )

    def __init__(self, user: User, plan: Plan, data: Any = None) -> None:
        super().__init__(data)
        owned = user.memberships.filter(role=Membership.Role.OWNER)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Team.objects.filter(pk__in=owned.values("team")).exclude(
            pk=plan.team_id
        )
        self.teams = list(field.queryset)
