"""The rows of a register's page: its entries with what they say and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from plans import document as doc
from plans.content.registers import is_target
from plans.content.rows import DETAILS
from plans.document.syntax.questions import QUESTION_WORDS
from plans.models import Item, RegisterEntry, User
from plans.models.register import NO_DATE, RegisterEntryQuerySet
from plans.page.assignments import today
from plans.page.comments import place_label
from plans.page.items import ROWS_PER_PAGE
from plans.page.pictures.texts import short_text
from plans.page.thread_texts import asked_in
from plans.reviews.open_approvals import KINDS

Register = RegisterEntry.Register

LONGEST_NAME, LONGEST_CELL = 160, 240
LONGEST_DATE = 14  # that stays on one line


@dataclass(frozen=True)
class Cell:
    """One value of a row. `css_class`: how it looks; `missing`: what it says where
    there is no value; `mark`: what it is marked as, as on its plan's page, while it
    waits for an answer."""

    text: str
    css_class: str = ""
    missing: str = ""
    mark: str = ""

    @property
    def names_column(self) -> bool:
        """Whether what it says without a value tells which column is meant."""
        return not self.text and self.missing.startswith("No ")


@dataclass(frozen=True)
class RegisterRow:
    """`name` leads to `url`, its place in the plan. `cells` are those of the register's
    other columns; `values` are all of it as they were typed, for files."""

    entry: RegisterEntry
    url: str
    name: Cell
    cells: tuple[Cell, ...]
    values: dict[str, Any]

    @property
    def code(self) -> str:
        """What the plan numbers it by, such as R-001."""
        return short_text(self.values.get("code", ""), 20)

    @property
    def item(self) -> Item:
        return self.entry.item

    @property
    def plan(self) -> Any:
        return self.entry.plan


def load_rows(
    entries: RegisterEntryQuerySet, register: str, ids: Sequence[int]
) -> list[RegisterRow]:
    """In the order of these ids, in one query, and one more for the people of
    approvals. `entries`: those that may be seen."""
    details = {f"item__{name}" for name in _DETAILS[Register(register)]}
    found: list[Any] = list(
        entries.filter(pk__in=ids)
        .select_related(
            *("plan__team", "item__block__section__assignee", "item__assignee"),
            *details,
        )
        .annotate(rows_above=_rows_above())
    )
    people = {pk for entry in found for pk in entry.people}
    users = User.objects.in_bulk(people) if people else {}
    for entry in found:
        entry.names = [users[pk].name for pk in entry.people if pk in users]
    by_id = {entry.pk: _row(entry) for entry in found}
    return [by_id[pk] for pk in ids if pk in by_id]


# What a row of each register is made of.
_DETAILS: dict[Register, tuple[str, ...]] = {
    Register.RISK: ("risk",),
    Register.DEPENDENCY: ("dependency",),
    Register.METRIC: ("metric",),
    Register.APPROVAL: ("approval",),
    Register.QUESTION: DETAILS,
}


def _rows_above() -> Coalesce:
    """How many stand above an item in its table, which may have several pages."""
    above = (
        Item.objects.filter(
            block=OuterRef("item__block"),
            parent=None,
            removed=False,
            position__lt=Coalesce(
                OuterRef("item__parent__position"), OuterRef("item__position")
            ),
        )
        .order_by()
        .values("block")
        .annotate(number=Count("pk"))
    )
    return Coalesce(Subquery(above.values("number")), 0)


def _row(entry: Any) -> RegisterRow:
    item, plan = entry.item, entry.plan
    page = entry.rows_above // ROWS_PER_PAGE + 1
    query = f"?rows-{item.block_id}={page}" if page > 1 else ""
    url = f"{plan.url}{query}#item-{item.pk}"
    if entry.register == Register.APPROVAL:
        url = reverse("plans:review", args=[plan.slug])
    name, cells, values = _CONTENT[Register(entry.register)](entry)
    values |= {"plan": plan.title, "plan_slug": plan.slug, "team": plan.team.name}
    return RegisterRow(entry, url, name, cells, values | {"url": url})


Content = tuple[Cell, tuple[Cell, ...], dict[str, Any]]


def _risk(entry: RegisterEntry) -> Content:
    risk = entry.item.risk
    name = _name(risk.description)
    cells = (
        _level(risk.impact_level, risk.impact),
        _level(risk.likelihood_level, risk.likelihood),
        _text(risk.mitigation, missing="No mitigation"),
        _text(risk.owner, missing="No owner"),
    )
    columns = [
        *("code", "description", "impact", "impact_level"),
        *("likelihood", "likelihood_level", "mitigation", "owner"),
    ]
    return name, cells, _values(risk, columns)


def _dependency(entry: RegisterEntry) -> Content:
    row = entry.item.dependency
    name = _name(row.name)
    is_late = entry.date < today() and row.status_level != "green"
    looks = ["is-time"] if len(row.timeline) <= LONGEST_DATE else []
    looks += ["is-overdue"] if is_late else []
    cells = (
        Cell(row.get_status_level_display(), f"tag status-{row.status_level}")
        if row.status_level
        else _text(row.status, missing="No status"),
        _text(row.timeline, " ".join(looks), "No date"),
        _text(row.owner, missing="No provider"),
        _text(row.impact_if_blocked),
    )
    columns = ("name", "scope", "owner", "status", "status_level", "timeline")
    values = _values(row, (*columns, "impact_if_blocked"))
    return name, cells, values | {"date": _date(entry)}


def _metric(entry: RegisterEntry) -> Content:
    metric = entry.item.metric
    name = _name(metric.name)
    target = _text(metric.target, missing="No target")
    if target.text and not target.mark and not is_target(metric.target):
        target = replace(target, mark="placeholder")
    cells = (target, _text(metric.method))
    return name, cells, _values(metric, ("name", "target", "method"))


def _question(entry: RegisterEntry) -> Content:
    item = entry.item
    questions = [text for _, text in asked_in(item)]
    shortened = [short_text(text, LONGEST_NAME) for text in questions if text]
    person = item.assignee or item.block.section.assignee
    place = place_label(item)
    if QUESTION_WORDS in place:  # the item is called by what it asks
        place = item.block.section.heading
    cells = (
        Cell(place),
        Cell(_age(entry), "is-time"),
        Cell(person.name if person else "", missing="No assignee"),
    )
    values = {
        "questions": questions,
        "place": place,
        "assigned_to": person.name if person else "",
        "asked_on": entry.since.date().isoformat(),
    }
    name = " · ".join(shortened) or "(needs clarification)"
    return Cell(name), cells, values


def _approval(entry: Any) -> Content:
    kind, approval = KINDS[entry.rank], entry.item.approval
    has_ended = kind in ("waiting", "turn") and entry.date < today()
    label, css_class = ("Request ended", "") if has_ended else KIND_LOOKS[kind]
    names = ", ".join(entry.names)
    cells = (
        Cell(label, f"tag {css_class}".strip()),
        Cell(names, missing="No approver"),
        Cell(_age(entry), "is-time"),
    )
    values = {
        "role": approval.role,
        "state": kind,
        "has_ended": has_ended,
        "people": entry.names,
        "since": entry.since.date().isoformat(),
    }
    name = short_text(approval.role, LONGEST_NAME) or "(no role)"
    return Cell(name), cells, values


# What is said of an approval of each kind, and how it looks.
KIND_LOOKS = {
    "declined": ("Declined", "status-red"),
    "changes": ("Changes requested", "status-red"),
    "stale": ("Stale since an edit", "status-yellow"),
    "condition": ("Condition to confirm", "status-yellow"),
    "nobody": ("No one is asked", "status-yellow"),
    "waiting": ("Waiting", "status-waiting"),
    "turn": ("Waits for others first", ""),
}

_CONTENT: dict[Register, Callable[[Any], Content]] = {
    Register.RISK: _risk,
    Register.DEPENDENCY: _dependency,
    Register.METRIC: _metric,
    Register.QUESTION: _question,
    Register.APPROVAL: _approval,
}


def _values(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}


def _name(text: str) -> Cell:
    return _text(text, missing="(without a name)", longest=LONGEST_NAME)


def _text(
    value: str, css_class: str = "", missing: str = "", longest: int = LONGEST_CELL
) -> Cell:
    """A value that is an open question says what it asks."""
    if doc.is_question(value):
        asked = short_text(" ".join(doc.questions(value)), longest)
        return Cell(asked or "Open question", css_class, missing, "open-question")
    return Cell(short_text(value, longest), css_class, missing)


def _level(level: str, typed: str) -> Cell:
    if level:
        return Cell(level.capitalize(), f"tag level-{level}")
    return _text(typed, missing="Not given")


def _date(entry: RegisterEntry) -> str:
    return "" if entry.date == NO_DATE else entry.date.isoformat()


def _age(entry: RegisterEntry) -> str:
    days = (timezone.now() - entry.since).days
    if days < 1:
        return "today"
    return "1 day" if days == 1 else f"{days} days"
