"""What each register has: its columns, its order, and the picture of its counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plans.content.registers import LEVELS
from plans.models import RegisterEntry
from plans.page.lists import Column, ListAddress, Sort
from plans.page.registers.charts import Bar, CountedMatrix, Share, bar, matrix
from plans.page.registers.queries import NOT_GIVEN, Counts, Filters
from plans.page.registers.rows import KIND_LOOKS

Register = RegisterEntry.Register
Picture = CountedMatrix | Bar
AGE_LABELS = {
    "week": "Under a week",
    "month": "1 to 4 weeks",
    "quarter": "1 to 3 months",
    "older": "Over 3 months",
}


@dataclass(frozen=True)
class RegisterSpec:
    """`name`: in its address. `one` and `many`: what its rows are called. `default`:
    its own order; there is an index for it. `shortcuts` lead to what is worth a look.
    """

    register: Register
    name: str
    title: str
    one: str
    many: str
    about: str
    columns: tuple[Column, ...]
    default: Sort
    picture: Callable[[Counts, Filters, ListAddress], Picture]
    shortcuts: Callable[[Counts, Filters, ListAddress], list[Share]]


# --- Pictures ------------------------------------------------------------------------


def _statuses(counts: Counts, filters: Filters, address: ListAddress) -> Bar:
    lacks = {"lacks": filters.get("lacks")}
    parts = [
        (value, label, f"status-{value}", counts.total({**lacks, "status": [value]}))
        for value, label in (
            *(("red", "Red"), ("yellow", "Yellow")),
            *((NOT_GIVEN, "No status"), ("green", "Green")),
        )
    ]
    title = "Dependencies by status"
    return bar(title, parts, name="status", filters=filters, address=address)


def _ages(counts: Counts, filters: Filters, address: ListAddress) -> Bar:
    parts = [
        (name, label, f"age-{name}", counts.total({"age": [name]}))
        for name, label in AGE_LABELS.items()
    ]
    title = "Open questions by age"
    return bar(title, parts, name="age", filters=filters, address=address)


def _targets(counts: Counts, filters: Filters, address: ListAddress) -> Bar:
    without = counts.total({"lacks": ["target"]})
    parts = [
        ("target", "No target", "status-yellow", without),
        ("", "With a target", "status-green", counts.total() - without),
    ]
    title = "Metrics by target"
    return bar(title, parts, name="lacks", filters=filters, address=address)


def _kinds(counts: Counts, filters: Filters, address: ListAddress) -> Bar:
    parts = [
        (kind, label, css_class, counts.total({"kind": [kind]}))
        for kind, (label, css_class) in KIND_LOOKS.items()
    ]
    title = "Approvals that are not settled"
    return bar(title, parts, name="kind", filters=filters, address=address)


# --- What is worth a look ------------------------------------------------------------


def _shortcut(
    label: str, counts: Counts, address: ListAddress, chosen: Filters, **values: str
) -> Share:
    wanted = {name: [value] for name, value in values.items()}
    is_chosen = all(chosen.get(name) == value for name, value in wanted.items())
    url = address.without(*wanted) if is_chosen else address.having(**wanted)
    return Share(label, counts.total(wanted), "", url, is_chosen)


def _weak_risks(counts: Counts, filters: Filters, address: ListAddress) -> list[Share]:
    return [
        _shortcut(
            "High, no mitigation",
            *(counts, address, filters),
            impact="high",
            lacks="mitigation",
        ),
        _shortcut(
            "High, no owner", counts, address, filters, impact="high", lacks="owner"
        ),
        _shortcut(
            "Level not given",
            *(counts, address, filters),
            impact=NOT_GIVEN,
        ),
    ]


def _weak_dependencies(
    counts: Counts, filters: Filters, address: ListAddress
) -> list[Share]:
    return [
        _shortcut(
            "Red, no provider", counts, address, filters, status="red", lacks="owner"
        )
    ]


def _none(counts: Counts, filters: Filters, address: ListAddress) -> list[Share]:
    return []


# --- The registers -------------------------------------------------------------------

_PLAN = Column("Plan", "plan", css_class="column-plan")

REGISTERS = {
    spec.name: spec
    for spec in (
        RegisterSpec(
            Register.RISK,
            *("risks", "Risks", "risk", "risks"),
            "What can go wrong, the worst first.",
            (
                Column("Risk", "risk", css_class="column-name"),
                Column("Impact", "level", is_descending=True),
                Column("Likelihood"),
                Column("Mitigation"),
                Column("Owner", "risk-owner"),
                _PLAN,
            ),
            Sort("level", is_descending=True),
            matrix,
            _weak_risks,
        ),
        RegisterSpec(
            Register.DEPENDENCY,
            *("dependencies", "Dependencies", "dependency", "dependencies"),
            "What plans wait for: red and yellow first, the earliest date first.",
            (
                Column("Dependency", "dependency", css_class="column-name"),
                Column("Status", "level", is_descending=True),
                Column("Timeline", "date"),
                Column("Provider", "dependency-owner"),
                Column("If blocked"),
                _PLAN,
            ),
            Sort("level", is_descending=True),
            _statuses,
            _weak_dependencies,
        ),
        RegisterSpec(
            Register.QUESTION,
            *("questions", "Open questions", "open question", "open questions"),
            "What needs clarification, the oldest first.",
            (
                Column("Question", css_class="column-name"),
                Column("Where"),
                Column("Open for", "since"),
                Column("Assigned to", "assignee"),
                _PLAN,
            ),
            Sort("since"),
            _ages,
            _none,
        ),
        RegisterSpec(
            Register.APPROVAL,
            *("approvals", "Approvals", "open approval", "open approvals"),
            "Whose sign-off submitted plans wait for, the longest wait first.",
            (
                Column("Approval", "approval", css_class="column-name"),
                Column("State", "level", is_descending=True),
                Column("Who"),
                Column("For", "since"),
                _PLAN,
            ),
            Sort("since"),
            _kinds,
            _none,
        ),
        RegisterSpec(
            Register.METRIC,
            *("metrics", "Metrics", "metric", "metrics"),
            "What success is measured by; without a target first.",
            (
                Column("Metric", "metric", css_class="column-name"),
                Column("Target", "level", is_descending=True),
                Column("Measured by"),
                _PLAN,
            ),
            Sort("level", is_descending=True),
            _targets,
            _none,
        ),
    )
}
LEVEL_CHOICES = [
    *((level.value, level.label) for level in reversed(LEVELS[1:])),
    (NOT_GIVEN, "Not given"),
]
