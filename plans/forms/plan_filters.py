"""The filters of the list of plans, and what each selects.

Nothing here names a plan, a tag or a person that the reader may not see: the choices
are of their own teams, and of plans that anyone may read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from plans.forms.lists import FilterForm, WordsField
from plans.models import Approval, Plan, Tag, Team, User
from plans.models.plan import PlanQuerySet, ReviewState
from plans.permissions import TeamIds

ARCHIVED = "archived"
STATES = [*ReviewState.choices, (ARCHIVED, "Archived")]
# Days; a negative number is of plans that nobody has changed for so long.
CHANGED = [
    ("1", "In the last day"),
    ("7", "In the last 7 days"),
    ("30", "In the last 30 days"),
    ("-30", "Not for 30 days"),
    ("-90", "Not for 90 days"),
]
ORDERS: dict[str, tuple[str, list[Any]]] = {
    "": ("Last changed", ["-updated_at", "-pk"]),
    "changed": ("Longest unchanged", ["updated_at", "pk"]),
    "-created": ("Newest", ["-created_at", "-pk"]),
    "title": ("Title", [Lower("title"), "pk"]),
}
# More colleagues than these are too many to choose from; the address may name any.
MOST_PEOPLE = 60


class PlanFilters(FilterForm):
    """`?q=words&state=review&team=slug&owner=username&approver=username&tag=word
    &changed=7&sort=title`. The state is chosen above the form."""

    hidden = ("state",)

    q = WordsField(label="Title or team")
    team = forms.ChoiceField(label="Team")
    owner = forms.ChoiceField(label="Created by")
    approver = forms.ChoiceField(label="Approver")
    tag = forms.ChoiceField(label="Tag")
    changed = forms.ChoiceField(label="Changed")
    state = forms.ChoiceField(label="", choices=STATES)
    sort = forms.ChoiceField(
        label="Order", choices=[(key, label) for key, (label, _) in ORDERS.items()]
    )

    def __init__(self, query: Any, *, user: User, teams: TeamIds) -> None:
        super().__init__(query)
        self.user, self.teams = user, teams
        self.fields["q"].widget.attrs["placeholder"] = "Title or team"
        named = [query.get("owner", ""), query.get("approver", "")]
        people, tags = people_choices(user, teams, named), tag_choices(teams)
        self.tag_names = [name for _, name in tags]
        for name, every, choices in (
            ("team", "Every team", team_choices(teams)),
            ("owner", "Anyone", people),
            ("approver", "Any approver", people),
            ("tag", "Any tag", tags),
            ("changed", "At any time", CHANGED),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *choices]

    @property
    def is_archive(self) -> bool:
        return self.values.get("state") == ARCHIVED

    def plans(self) -> PlanQuerySet:
        """The plans that are selected, whatever their state."""
        plans = (
            Plan.objects.archived_for(self.user)
            if self.is_archive
            else Plan.objects.visible_to(self.user).current()
        )
        return plans.filter(*(_SELECTS[name](value) for name, value in self._asked))

    def plans_in_state(self) -> PlanQuerySet:
        """Their kept states have to be up to date (reviews.kept_states)."""
        state = self.values.get("state", ARCHIVED)
        plans = self.plans()
        return plans if state == ARCHIVED else plans.filter(review_state=state)

    @property
    def query(self) -> str:
        """As the address of the list says it: the same for the same filter."""
        return urlencode({name: self.values[name] for name in sorted(self.values)})

    @property
    def order(self) -> list[Any]:
        return ORDERS[self.values.get("sort", "")][1]

    @property
    def _asked(self) -> list[tuple[str, str]]:
        return [
            (name, value) for name, value in self.values.items() if name in _SELECTS
        ]


def _words(text: str) -> Q:
    # Find the few teams first, instead of comparing a team name for each plan.
    named = Team.objects.filter(name__icontains=text).values_list("pk", flat=True)
    return Q(title__icontains=text) | Q(team__in=list(named))


def _approver(username: str) -> Q:
    slots = Approval.objects.present().filter(approvers__username=username)
    return Q(pk__in=slots.values("item__block__section__plan"))


def _tag(key: str) -> Q:
    return Q(pk__in=Plan.tags.through.objects.filter(tag__key=key).values("plan"))


def _changed(days: str) -> Q:
    moment = timezone.now() - timedelta(days=abs(int(days)))
    return Q(updated_at__lt=moment) if int(days) < 0 else Q(updated_at__gte=moment)


_SELECTS = {
    "q": _words,
    "team": lambda slug: Q(team__slug=slug),
    "owner": lambda username: Q(created_by__username=username),
    "approver": _approver,
    "tag": _tag,
    "changed": _changed,
}


# --- Choices --------------------------------------------------------------------------


def _open_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(is_open=True, archived=False).order_by()


def team_choices(teams: TeamIds) -> list[tuple[str, str]]:
    others = Q(pk__in=_open_plans().values("team"))
    rows = Team.objects.filter(Q(pk__in=teams.see) | others).order_by("name")
    return list(rows.values_list("slug", "name"))


def people_choices(
    user: User, teams: TeamIds, named: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """The reader first, then their colleagues, and whom the address names of those."""
    mates = User.objects.filter(memberships__team__in=teams.see).exclude(pk=user.pk)
    mates = mates.order_by("username").distinct()
    known = {mate.username: mate.name for mate in mates[:MOST_PEOPLE]}
    if missing := set(named) - {"", user.username} - known.keys():
        known |= {
            mate.username: mate.name for mate in mates.filter(username__in=missing)
        }
    by_name = sorted(known.items(), key=lambda pair: pair[1].casefold())
    return [(user.username, "Me"), *by_name]


def tag_choices(teams: TeamIds) -> list[tuple[str, str]]:
    """A word once, however many teams have it, as the first of them writes it."""
    others = Plan.tags.through.objects.filter(plan__in=_open_plans().values("pk"))
    rows = Tag.objects.filter(Q(team__in=teams.see) | Q(pk__in=others.values("tag")))
    names = dict(rows.order_by("key", "-pk").values_list("key", "name"))
    return list(names.items())
