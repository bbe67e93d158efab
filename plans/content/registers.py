"""Which items are in which register, kept true as plans change.

Every action ends in `follow_edits` (plans.actions.change_log), in its transaction. What
an entry says is derived from the item's row alone, so it can be derived again at any
time (`index_items`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from plans.document import BlockKind
from plans.document.syntax.blanks import placeholders
from plans.document.syntax.questions import QUESTION_WORDS, is_question
from plans.models import Dependency, Item, Level, Metric, Plan, Risk, Status
from plans.models.change import Edit
from plans.models.compiled import CompiledRows, Parameter
from plans.models.register import NO_DATE, RegisterEntry

Register = RegisterEntry.Register
Lack = RegisterEntry.Lack

LEVELS = (Level.NONE, Level.LOW, Level.MEDIUM, Level.HIGH)
# A dependency that says nothing of its status comes before one that is fine.
STATUSES = (Status.GREEN, Status.NONE, Status.YELLOW, Status.RED)
# Columns that have no say in any register.
_BESIDE = frozenset({"position", "tail", "source", "assignee", "due"})
_ABOVE = frozenset({"removed", "kind", "head"})
_ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_NO_ONE = frozenset({"", "-", "–", "—", "n/a", "none", "tbd", "tba", "?"})
_BATCH = 500


# --- What an entry says --------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """What an item says in a register (RegisterEntry)."""

    register: Register
    rank: int = 0
    lacks: int = 0
    date: date = NO_DATE


def risk_rank(impact: str, likelihood: str) -> int:
    """By what the two make together, then by impact. One number for each pair."""
    one, other = LEVELS.index(Level(impact)), LEVELS.index(Level(likelihood))
    return (one + other) * 16 + one * 4 + other


def levels_of(rank: int) -> tuple[str, str]:
    """The impact and likelihood of a risk's rank."""
    return LEVELS[rank % 16 // 4].value, LEVELS[rank % 4].value


def status_rank(status: str) -> int:
    return STATUSES.index(Status(status))


def status_of(rank: int) -> str:
    return STATUSES[rank].value


def date_in(text: str) -> date:
    """The first date that a text has in the form 2026-03-31."""
    for match in _ISO_DATE.finditer(text[:1_000]):
        try:
            day = parse_date(match[0])
        except ValueError:
            continue
        if day:
            return day
    return NO_DATE


def listed(row: Item) -> Iterator[Listed]:
    """The registers that an item belongs to, if it is in its plan."""
    if row.questions:
        yield Listed(Register.QUESTION)
    kind = row.block.kind
    if kind == BlockKind.RISKS and (risk := getattr(row, "risk", None)):
        yield from _risk(risk)
    elif kind == BlockKind.DEPENDENCIES and (each := getattr(row, "dependency", None)):
        yield from _dependency(each)
    elif kind == BlockKind.METRICS and (metric := getattr(row, "metric", None)):
        yield from _metric(metric)


def _risk(risk: Risk) -> Iterator[Listed]:
    cells = (risk.description, risk.impact, risk.likelihood, risk.mitigation)
    if _says_anything(*cells, risk.owner):
        rank = risk_rank(risk.impact_level, risk.likelihood_level)
        lacks = Lack.OWNER * _is_nothing(risk.owner)
        lacks += Lack.MITIGATION * _is_nothing(risk.mitigation)
        yield Listed(Register.RISK, rank, lacks)


def _dependency(row: Dependency) -> Iterator[Listed]:
    cells = (row.name, row.status, row.timeline, row.owner, row.impact_if_blocked)
    if _says_anything(*cells):
        lacks = Lack.OWNER * _is_nothing(row.owner)
        rank = status_rank(row.status_level)
        yield Listed(Register.DEPENDENCY, rank, lacks, date_in(row.timeline))


def _metric(metric: Metric) -> Iterator[Listed]:
    if _says_anything(metric.name, metric.target, metric.method):
        lacks = Lack.TARGET * (not is_target(metric.target))
        # Without a target first.
        yield Listed(Register.METRIC, int(bool(lacks)), lacks)


def is_target(cell: str) -> bool:
    """Whether a metric can be compared with it: not while a placeholder of the built-in
    template is in it ("< [X] ms"), or all of it is an open question."""
    return not (_is_nothing(cell) or is_question(cell) or placeholders(cell))


def _says_anything(*cells: str) -> bool:
    return any(cell.strip() for cell in cells)


def _is_nothing(cell: str) -> bool:
    return cell.strip().casefold() in _NO_ONE


# --- Kept true -----------------------------------------------------------------------


def follow_edits(plan: Plan, edits: Iterable[Edit]) -> None:
    """Bring the entries of what was edited up to date. A save of a value that is in no
    register costs no query."""
    ids: dict[str, list[int]] = {"item": [], "block": [], "section": []}
    for edit in edits:
        if edit["row"] in ids and _matters(edit):
            ids[edit["row"]].append(edit["id"])
    if not any(ids.values()):
        return
    if len(ids["item"]) == 1 and not ids["block"] and not ids["section"]:
        _index_one(plan, ids["item"][0])
    else:
        index_items(
            plan,
            Q(pk__in=ids["item"])
            | Q(block__in=ids["block"])
            | Q(block__section__in=ids["section"]),
        )


def _matters(edit: Edit) -> bool:
    after = edit["after"]
    if edit["row"] != "item":
        return not _ABOVE.isdisjoint(after)
    if not after.keys().isdisjoint({"cells", "removed"}):
        return True
    texts = [*edit["before"].items(), *after.items()]
    return any(
        name not in _BESIDE and isinstance(text, str) and QUESTION_WORDS in text
        for name, text in texts
    )


def index_items(plan: Plan, which: Q | None = None) -> None:
    """Derive the entries of items again, all of the plan's by default. One that stays
    keeps its `since`."""
    rows = _items().filter(which or Q(), block__section__plan=plan)
    entries = _entries().filter(plan=plan)
    if which is not None:
        entries = entries.filter(item__in=[row.pk for row in rows])
    _store(plan, rows, entries)


def _index_one(plan: Plan, item: int) -> None:
    """By queries that are compiled once, for every save of a table's cell."""
    _store(plan, _ITEM(item=item, plan=plan), _ENTRIES_OF_ITEM(item=item, plan=plan))


def _items() -> QuerySet[Item]:
    """With all that `listed` and `_is_present` ask."""
    return Item.objects.select_related(
        "risk", "dependency", "metric", "block__section", "parent"
    )


def _entries() -> QuerySet[RegisterEntry]:
    """Without approvals, which are computed with the plan's state
    (plans.reviews.kept_states)."""
    return RegisterEntry.objects.exclude(register=Register.APPROVAL)


_PLAN = Parameter("plan", RegisterEntry._meta.get_field("plan"))
_ITEM = CompiledRows(
    lambda: _items().filter(
        pk=Parameter("item", Item._meta.pk), block__section__plan=_PLAN
    )
)
_ENTRIES_OF_ITEM = CompiledRows(
    lambda: _entries().filter(
        item=Parameter("item", RegisterEntry._meta.get_field("item")), plan=_PLAN
    )
)


def _store(plan: Plan, rows: Iterable[Item], entries: Iterable[RegisterEntry]) -> None:
    """Have the rows' entries, which are these now, say what the rows say."""
    wanted: dict[tuple[int, str], Listed] = {
        (row.pk, each.register): each
        for row in rows
        if _is_present(row)
        for each in listed(row)
    }
    going, changed = [], []
    for entry in entries:
        each = wanted.pop((entry.item_id, entry.register), None)
        if each is None:
            going.append(entry.pk)
        elif (entry.rank, entry.lacks, entry.date) != (
            each.rank,
            each.lacks,
            each.date,
        ):
            entry.rank, entry.lacks, entry.date = each.rank, each.lacks, each.date
            changed.append(entry)
    if going:
        RegisterEntry.objects.filter(pk__in=going).delete()
    if changed:
        RegisterEntry.objects.bulk_update(changed, ["rank", "lacks", "date"], _BATCH)
    if wanted:
        now = timezone.now()
        RegisterEntry.objects.bulk_create(
            [
                RegisterEntry(
                    item_id=item,
                    plan=plan,
                    register=register,
                    rank=each.rank,
                    lacks=each.lacks,
                    date=each.date,
                    since=now,
                )
                for (item, register), each in wanted.items()
            ],
            batch_size=_BATCH,
        )


def _is_present(row: Item) -> bool:
    if row.removed or row.block.removed or row.block.section.removed:
        return False
    return row.parent is None or not row.parent.removed
