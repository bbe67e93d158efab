"""The sections and items that are assigned to a person."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce

from plans.models import Change, Item, Section, User
from plans.page.inbox.entries import Entry, Kind
from plans.permissions import TeamIds

Verb = Change.Verb


class _Verb(Expression):
    """A verb as part of the SQL: with a parameter in its place, SQLite would not use
    the partial indexes of Change."""

    def __init__(self, verb: Change.Verb) -> None:
        super().__init__(output_field=Change._meta.get_field("verb"))
        self.verb = verb

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"'{self.verb.value}'", []


def assigned_entries(user: User, teams: TeamIds) -> list[Entry]:
    """What is ticked already is nobody's work. One query."""
    sections = Section.objects.present().filter(
        _may_see("plan", teams), assignee=user, plan__archived=False
    )
    plan = "block__section__plan"
    items = (
        Item.objects.present()
        .filter(_may_see(plan, teams), assignee=user, **{f"{plan}__archived": False})
        .exclude(checklist_item__done=True)
    )
    rows = _values(sections, "section", "plan", Verb.SECTION_ASSIGNED).union(
        _values(items, "item", plan, Verb.ITEM_ASSIGNED), all=True
    )
    return [
        Entry(
            Kind.ASSIGNED,
            f"{kind}-{pk}",
            str(change),
            at,
            plan_id,
            row=pk,
            who=by,
            due=due,
        )
        for pk, due, plan_id, kind, change, by, at in rows
    ]


def _may_see(plan: str, teams: TeamIds) -> Q:
    return Q(**{f"{plan}__team__in": teams.see}) | Q(**{f"{plan}__is_open": True})


def _values(
    rows: QuerySet[Any], kind: str, plan: str, verb: Change.Verb
) -> QuerySet[Any, Any]:
    changes = Change.objects.filter(**{kind: OuterRef("pk")}, verb=_Verb(verb))
    newest = changes.order_by("-number")
    return rows.order_by().values_list(
        "pk",
        "due",
        plan,
        Value(kind, output_field=CharField()),
        Coalesce(Subquery(newest.values("number")[:1]), 0),
        Subquery(newest.values("actor")[:1]),
        Coalesce(Subquery(newest.values("created_at")[:1]), F(f"{plan}__created_at")),
    )
