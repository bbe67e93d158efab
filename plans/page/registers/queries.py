"""Entries of a register that a person may see: filtered, in order, and counted.

What may be seen is decided here, in the query, for rows, counts and files alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from plans.content.registers import LEVELS, risk_rank, status_rank
from plans.models import Approver, Plan, RegisterEntry, User
from plans.models.register import NO_DATE, RegisterEntryQuerySet
from plans.page.lists import Sort, days_between
from plans.reviews.open_approvals import KINDS
from plans.search.searching import Fitting

Register = RegisterEntry.Register
# What a register is filtered by (plans.forms.registers): a list of values for each name
# that can have several, a text or a day for the others.
Filters = Mapping[str, Any]

# The first in a register's own order; counting more would take longer than the page.
MAX_COUNTED = 5_000
# What an address calls a level or a status that is not given.
NOT_GIVEN = "none"
# Ages of a question: the name, and from how many days on.
AGES = (("week", 0), ("month", 7), ("quarter", 30), ("older", 90))

_OWNERS = {Register.RISK: "risk__owner", Register.DEPENDENCY: "dependency__owner"}
# By which columns an entry is sorted, the smallest first. The last ones make the order
# of equals the same on each page, and are those of an index.
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "level": ("rank", "-date", "-pk"),
    "date": ("date", "pk"),
    "since": ("since", "pk"),
    "plan": ("plan__title", "plan", "pk"),
    "risk": ("item__risk__description", "pk"),
    "dependency": ("item__dependency__name", "pk"),
    "metric": ("item__metric__name", "pk"),
    "risk-owner": ("item__risk__owner", "pk"),
    "dependency-owner": ("item__dependency__owner", "pk"),
    "assignee": ("who", "pk"),
    "approval": ("item__approval__role", "pk"),
}


def visible_entries(user: User, register: Register) -> RegisterEntryQuerySet:
    entries: RegisterEntryQuerySet = RegisterEntry.objects.visible_to(user)
    return entries.filter(register=register)


def narrowed(
    entries: RegisterEntryQuerySet,
    register: Register,
    filters: Filters,
    user: User,
    fitting: Fitting | None = None,
) -> RegisterEntryQuerySet:
    """By all filters but those that the counts are of. `fitting`: what has the words
    that are looked for, if there are any."""
    if teams := filters.get("team"):
        entries = entries.filter(plan__team__slug__in=teams)
    if tags := filters.get("tag"):
        tagged = Plan.tags.through.objects.filter(tag__key__in=tags)
        entries = entries.filter(plan__in=tagged.values("plan"))
    if plans := filters.get("plan"):
        entries = entries.filter(plan__slug__in=plans)
    if owner := filters.get("owner"):
        entries = entries.filter(**{f"item__{_OWNERS[register]}__icontains": owner})
    if who := filters.get("who"):
        entries = entries.alias(who=_responsible())
        mine = Q(who=user.pk) if "me" in who else Q()
        entries = entries.filter(mine | Q(who=None) if "nobody" in who else mine)
    if approvers := filters.get("approver"):
        seats = Approver.objects.filter(
            approval=OuterRef("item"), user__username__in=approvers
        )
        entries = entries.filter(Exists(seats))
    since, until = filters.get("since"), filters.get("until")
    if register == Register.DEPENDENCY:
        if since:
            entries = entries.filter(date__gte=since)
        if since or until:
            entries = entries.filter(date__lte=until or NO_DATE - timedelta(days=1))
    else:
        entries = entries.filter(days_between("since", since, until))
    if fitting is not None:
        of_titles = Q(plan__in=fitting.plans) if fitting.plans else Q()
        entries = entries.filter(Q(item__in=fitting.items) | of_titles)
    return entries


def _responsible() -> Coalesce:
    """Who looks after an item: its own assignee, or that of its section."""
    return Coalesce("item__assignee", "item__block__section__assignee")


def chosen(entries: RegisterEntryQuerySet, filters: Filters) -> RegisterEntryQuerySet:
    """By the filters that the counts are of."""
    if (ranks := ranks_in(filters)) is not None:
        entries = entries.filter(rank__in=ranks)
    if lack := lack_in(filters):
        entries = entries.filter(lacks__in=[n for n in range(8) if n & lack])
    if ages := filters.get("age"):
        fits = Q()
        for age in ages:
            fits |= _of_age(age)
        entries = entries.filter(fits)
    return entries


def ranks_in(filters: Filters) -> list[int] | None:
    """The ranks of what is chosen by level, status or kind; None for all."""
    if kinds := filters.get("kind"):
        return [KINDS.index(kind) for kind in kinds]
    if statuses := filters.get("status"):
        return [status_rank(each) for each in _levels(statuses)]
    impacts, likelihoods = filters.get("impact"), filters.get("likelihood")
    if not impacts and not likelihoods:
        return None
    return [
        risk_rank(one, other)
        for one in (_levels(impacts) if impacts else LEVELS)
        for other in (_levels(likelihoods) if likelihoods else LEVELS)
    ]


def _levels(chosen: Sequence[str]) -> list[str]:
    return ["" if level == NOT_GIVEN else level for level in chosen]


def lack_in(filters: Filters) -> int:
    """The bits of `RegisterEntry.lacks` of which one at least has to be set."""
    chosen = filters.get("lacks") or ()
    return sum(RegisterEntry.Lack[name.upper()].value for name in chosen)


def _of_age(age: str) -> Q:
    """Questions that were asked so long ago."""
    now, number = timezone.now(), [name for name, _ in AGES].index(age)
    younger = AGES[number][1]
    older = AGES[number + 1][1] if number + 1 < len(AGES) else None
    fits = Q(since__lte=now - timedelta(days=younger))
    return fits & Q(since__gt=now - timedelta(days=older)) if older else fits


def in_order(
    entries: RegisterEntryQuerySet, sort: Sort, *, has_words: bool = False
) -> RegisterEntryQuerySet:
    """`has_words`: narrowed to what has some words."""
    if sort.key == "assignee":
        entries = entries.alias(who=_responsible())
    names = list(_ORDERS[sort.key])
    if has_words:
        # Not by an index: PostgreSQL would read the register in its order until it met
        # fifty of these, and all of it where they come last.
        entries = entries.alias(first=Coalesce(names[0], names[0]))
        names[0] = "first"
    return entries.order_by(
        *(_reversed(name) for name in names) if sort.is_descending else names
    )


def _reversed(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


# --- Counts --------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Entries that are alike in what they are counted by. `age`: of a question."""

    number: int
    rank: int = 0
    lacks: int = 0
    age: str = ""


@dataclass(frozen=True)
class Counts:
    """`is_bounded`: there are more than MAX_COUNTED; these are of the first ones."""

    groups: tuple[Group, ...]
    is_bounded: bool = False

    def total(self, filters: Filters | None = None) -> int:
        """Of all, or of those that the filters choose."""
        filters = filters or {}
        ranks, lack, ages = ranks_in(filters), lack_in(filters), filters.get("age")
        return sum(
            group.number
            for group in self.groups
            if (ranks is None or group.rank in ranks)
            and (not lack or group.lacks & lack)
            and (not ages or group.age in ages)
        )


def count(
    entries: RegisterEntryQuerySet,
    register: Register,
    sort: Sort,
    *,
    has_words: bool = False,
) -> Counts:
    """The groups of the entries, in one query. `sort`: the register's own order, whose
    first ones are counted where there are too many."""
    first = in_order(entries, sort, has_words=has_words)
    names = ["rank", "lacks"]
    if register == Register.QUESTION:
        first, names = first.annotate(age=_age()), ["age"]
    rows = _grouped(first.values_list(*names)[: MAX_COUNTED + 1], len(names))
    groups = tuple(
        Group(number, **dict(zip(names, values, strict=True)))
        for *values, number in rows
    )
    counts = Counts(groups)
    return Counts(groups, counts.total() > MAX_COUNTED)


def _age() -> Case:
    now = timezone.now()
    return Case(
        *(
            When(since__lte=now - timedelta(days=days), then=Value(name))
            for name, days in reversed(AGES[1:])
        ),
        default=Value(AGES[0][0]),
        output_field=models.CharField(),
    )


def _grouped(rows: Any, width: int) -> list[tuple[Any, ...]]:
    """How often each row of a query with a limit is there: Django cannot group one."""
    connection = connections[rows.db]
    try:
        sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # of no plans at all
        return []
    columns = ", ".join(str(number) for number in range(1, width + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT *, COUNT(*) FROM ({sql}) AS listed GROUP BY {columns}",  # noqa: S608
            parameters,
        )
        return cursor.fetchall()
