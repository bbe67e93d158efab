"""What to search for, and where, as the address of the search says it."""

from __future__ import annotations

from typing import Any

from django import forms

from plans.forms.lists import ChoicesField, FilterForm, WordsField
from plans.models import Plan, User
from plans.search.searching import Filters

KINDS = [
    ("title", "Titles of plans"),
    ("heading", "Headings"),
    ("item", "Texts of plans"),
    ("question", "Open questions"),
    ("comment", "Comments"),
    ("suggestion", "Suggestions"),
    ("columns", "Names of columns"),
    ("version", "Versions"),
]
ORDERS = [("", "Best match first"), ("new", "Newest first")]
YES = "1"


class SearchForm(FilterForm):
    """`?q=words&kind=comment&team=slug&plan=slug`; kinds and teams can be several.
    Teams and plans are those that the person may see."""

    hidden = ("plan",)

    q = WordsField()
    kind = ChoicesField(label="Kind", choices=KINDS)
    team = ChoicesField(label="Team")
    archived = forms.ChoiceField(
        label="Plans", choices=[("", "Current plans"), (YES, "Archived plans")]
    )
    versions = forms.ChoiceField(
        label="Versions",
        choices=[("", "Texts as they are now"), (YES, "Also in versions")],
    )
    order = forms.ChoiceField(choices=ORDERS)
    plan = forms.SlugField(label="Plan")

    def __init__(self, query: Any, *, user: User, **kwargs: Any) -> None:
        super().__init__(query, **kwargs)
        self.user = user
        words = {"aria-label": "Words to search for", "placeholder": "Search all plans"}
        self.fields["q"].widget.attrs |= words
        self.fields["order"].widget.attrs["aria-label"] = "Order"
        teams = [] if user.is_guest else user.teams.all()
        self.teams = {team.slug: team for team in teams}
        names = [(slug, team.name) for slug, team in self.teams.items()]
        field: Any = self.fields["team"]
        field.choices = names
        if len(names) < 2:
            del self.fields["team"]
        self.plan_row: Plan | None = None

    def clean_plan(self) -> str:
        slug: str = self.cleaned_data["plan"]
        plans = Plan.objects.visible_to(self.user)
        self.plan_row = plans.filter(slug=slug).first() if slug else None
        return slug if self.plan_row else ""

    def chip_text(self, name: str, value: Any) -> str:
        if name == "plan" and self.plan_row:
            return self.plan_row.title
        return super().chip_text(name, value)

    def search_filters(self) -> Filters:
        values = self.values
        return Filters(
            kinds=tuple(values.get("kind", ())),
            teams=tuple(self.teams[slug] for slug in values.get("team", ())),
            plan=self.plan_row,
            archived=bool(values.get("archived")),
            versions=bool(values.get("versions")),
            newest_first=values.get("order") == "new",
        )
