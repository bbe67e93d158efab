"""The filters of the list of plans, and what each selects.

Nothing here names a plan, a tag or a person that the reader may not see: the choices
are of their own teams, and of plans that anyone may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone

from plans.forms.lists import (
    SINCE,
    UNTIL,
    ChoicesField,
    DayField,
    FilterForm,
    WordsField,
    asked_of,
)
from plans.models import Approval, Membership, Plan, SavedFilter, Tag, Team, User
from plans.models.plan import PlanQuerySet, ReviewState
from plans.page.lists import Chip, ListAddress, days_between
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
    &changed=7&since=2026-03-01&until=2026-03-31&sort=title`. States, teams, people and
    tags can be several. A state alone, and the archive, are also chosen above the form;
    the archive is a list of its own, and in no other state."""

    period = ("changed", SINCE, UNTIL)
    period_label = "Changed"

    q = WordsField(label="Title or team")
    state = ChoicesField(label="State")
    team = ChoicesField(label="Team")
    owner = ChoicesField(label="Created by")
    approver = ChoicesField(label="Approver")
    tag = ChoicesField(label="Tag")
    changed = forms.ChoiceField(
        label="Changed", choices=[("", "At any time"), *CHANGED]
    )
    since = DayField(label="Changed from")
    until = DayField(label="Changed until")
    sort = forms.ChoiceField(
        label="Order", choices=[(key, label) for key, (label, _) in ORDERS.items()]
    )

    def __init__(self, query: Any, *, user: User, teams: TeamIds) -> None:
        super().__init__(query)
        self.user, self.teams = user, teams
        self.fields["q"].widget.attrs["placeholder"] = "Title or team"
        named = asked_of(query, ("owner", "approver"))
        offered = load_choices(user, teams, named=named)
        self.tag_names = [name for _, name in offered.tags]
        self.saved = offered.saved
        is_archive = ARCHIVED in query.getlist("state")
        if is_archive:
            self.fields["state"].widget = forms.MultipleHiddenInput()
        for name, choices in (
            ("state", STATES[-1:] if is_archive else ReviewState.choices),
            ("team", offered.teams),
            ("owner", offered.people),
            ("approver", offered.people),
            ("tag", offered.tags),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def is_archive(self) -> bool:
        return self.values.get("state") == [ARCHIVED]

    @property
    def only_state(self) -> str:
        """The state that alone is chosen, "" otherwise."""
        states = self.values.get("state", [])
        return states[0] if len(states) == 1 else ""

    def chips(self, address: ListAddress) -> list[Chip]:
        """Without one for a state that is chosen alone: there it is a tab."""
        chips = super().chips(address)
        if not self.only_state:
            return chips
        label = str(self.fields["state"].label)
        return [chip for chip in chips if chip.label != label]

    def plans(self) -> PlanQuerySet:
        """The plans that are selected, whatever their state."""
        plans = (
            Plan.objects.archived_for(self.user)
            if self.is_archive
            else Plan.objects.visible_to(self.user).current()
        )
        values = self.values
        return plans.filter(
            *(_SELECTS[name](values[name]) for name in values if name in _SELECTS),
            days_between("updated_at", values.get(SINCE), values.get(UNTIL)),
        )

    def plans_in_state(self) -> PlanQuerySet:
        """Their kept states have to be up to date (reviews.kept_states)."""
        states = self.values.get("state")
        plans = self.plans()
        if not states or self.is_archive:
            return plans
        return plans.filter(review_state__in=states)

    @property
    def query(self) -> str:
        """As the address of the list says it: the same for the same filter."""
        return urlencode(
            [
                (name, one)
                for name, value in sorted(self.values.items())
                for one in (sorted(value) if isinstance(value, list) else [value])
            ]
        )

    @property
    def order(self) -> list[Any]:
        return ORDERS[self.values.get("sort", "")][1]


def _words(text: str) -> Q:
    # Find the few teams first, instead of comparing a team name for each plan.
    named = Team.objects.filter(name__icontains=text).values_list("pk", flat=True)
    return Q(title__icontains=text) | Q(team__in=list(named))


def _approvers(usernames: Sequence[str]) -> Q:
    slots = Approval.objects.present().filter(approvers__username__in=usernames)
    return Q(pk__in=slots.values("item__block__section__plan"))


def _tags(keys: Sequence[str]) -> Q:
    return Q(pk__in=Plan.tags.through.objects.filter(tag__key__in=keys).values("plan"))


def _changed(days: str) -> Q:
    moment = timezone.now() - timedelta(days=abs(int(days)))
    return Q(updated_at__lt=moment) if int(days) < 0 else Q(updated_at__gte=moment)


_SELECTS = {
    "q": _words,
    "team": lambda slugs: Q(team__slug__in=slugs),
    "owner": lambda usernames: Q(created_by__username__in=usernames),
    "approver": _approvers,
    "tag": _tags,
    "changed": _changed,
}


# --- Choices --------------------------------------------------------------------------


def _open_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(is_open=True, archived=False).order_by()


@dataclass(frozen=True)
class Offered:
    """What a person can choose from: the values of filters with their labels."""

    teams: list[tuple[str, str]]
    tags: list[tuple[str, str]]
    people: list[tuple[str, str]]
    saved: list[SavedFilter]


def load_choices(user: User, teams: TeamIds, *, named: Iterable[str] = ()) -> Offered:
    """One query. `named`: people whom the address names, who are offered too if they
    are the reader's colleagues, however many these are."""
    parts = {
        "team": _teams_offered(teams).values_list("slug", "name"),
        "tag": _tags_offered(teams).values_list("key", "name"),
        "person": _people_offered(user, teams, named).values_list(
            "username", _full_name()
        ),
        "saved": user.saved_filters.order_by().values_list("query", "name"),
    }
    selects = [
        rows.annotate(part=Value(name, output_field=CharField()), row=F("pk"))
        for name, rows in parts.items()
    ]
    found: dict[str, list[tuple[int, str, str]]] = {name: [] for name in parts}
    for key, label, part, pk in selects[0].union(*selects[1:], all=True):
        found[part].append((pk, key, label))
    people = [(key, name) for _, key, name in found["person"]]
    # A word once, however many teams have it, as the first of them writes it.
    names = {key: name for _, key, name in sorted(found["tag"], reverse=True)}
    return Offered(
        _by_label((key, name) for _, key, name in found["team"]),
        sorted(names.items()),
        [(user.username, "Me"), *_by_label(people)],
        [
            SavedFilter(pk=pk, user=user, name=name, query=query)
            for pk, query, name in sorted(found["saved"])
        ],
    )


def _by_label(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: choice[1].casefold())


def _teams_offered(teams: TeamIds) -> QuerySet[Team]:
    others = Q(pk__in=_open_plans().values("team"))
    return Team.objects.filter(Q(pk__in=teams.see) | others).order_by()


def _tags_offered(teams: TeamIds) -> QuerySet[Tag]:
    others = Plan.tags.through.objects.filter(plan__in=_open_plans().values("pk"))
    tags = Tag.objects.filter(Q(team__in=teams.see) | Q(pk__in=others.values("tag")))
    return tags.order_by()


def _people_offered(user: User, teams: TeamIds, named: Iterable[str]) -> QuerySet[User]:
    """The reader's colleagues, the first ones and those who are named."""
    members = Membership.objects.filter(team__in=teams.see).order_by()
    mates = User.objects.filter(pk__in=members.values("user")).exclude(pk=user.pk)
    first = mates.order_by("username").values("pk")[:MOST_PEOPLE]
    offered = Q(pk__in=first)
    if names := set(named) - {"", user.username}:
        offered |= Q(username__in=names)
    return mates.filter(offered).order_by()


def _full_name() -> Coalesce:
    """As User.name."""
    both = Trim(Concat("first_name", Value(" "), "last_name"))
    empty = Value("")
    return Coalesce(NullIf("display_name", empty), NullIf(both, empty), "username")
