"""How complete a plan is: the one count that every page, list and panel shows.

What is left to do is what `check` says is in the way of a finished plan; a plan without
an error is complete, and nothing else is. To check a plan takes its whole text, so a
list keeps the counts of each plan until it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import DatabaseError, transaction

from plans import document as doc
from plans.content import export, storage
from plans.models import Item, Plan, PlanCounts
from plans.models.plan import related_rows


@dataclass(frozen=True)
class Completeness:
    """`filled`: blanks filled in and questions answered; `errors`: what is left to do;
    `questions`: those of them that are open questions."""

    filled: int
    errors: int
    questions: int

    @property
    def total(self) -> int:
        return self.filled + self.errors

    @property
    def is_complete(self) -> bool:
        return not self.errors


def filled_in(rows: Iterable[Item]) -> int:
    return sum(row.fillable - row.blank - row.questions for row in rows)


def completeness_of(
    loaded: storage.Loaded, problems: Sequence[doc.Problem]
) -> Completeness:
    errors = [problem for problem in problems if problem.is_error]
    return Completeness(
        filled=filled_in(loaded.items.values()),
        errors=len(errors),
        questions=sum(problem.code == "question" for problem in errors),
    )


def completeness_of_plans(plans: Sequence[Plan]) -> dict[int, Completeness]:
    """By the ids of the plans: one query, and four more where there are some that
    changed since they were counted."""
    kept = related_rows(plans, "plancounts", PlanCounts)
    counts: dict[int, Completeness] = {}
    changed = []
    for plan in plans:
        row = kept.get(plan.pk)
        if row and (row.change_number, row.counted_by) == _moment(plan):
            counts[plan.pk] = Completeness(row.filled, row.errors, row.questions)
        else:
            changed.append(plan)
    if changed:
        for plan, loaded in zip(changed, storage.load_many(changed), strict=True):
            problems = export.problems(plan, loaded.document)
            counts[plan.pk] = completeness_of(loaded, problems)
        _keep([(plan, counts[plan.pk]) for plan in changed])
    return counts


def _keep(counted: Sequence[tuple[Plan, Completeness]]) -> None:
    rows = []
    for plan, counts in counted:
        number, counted_by = _moment(plan)
        rows.append(
            PlanCounts(
                plan=plan,
                change_number=number,
                counted_by=counted_by,
                filled=counts.filled,
                errors=counts.errors,
                questions=counts.questions,
            )
        )
    # Counted again next time where they cannot be written now.
    with suppress(DatabaseError), transaction.atomic():
        PlanCounts.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["plan"],
            update_fields=[
                "change_number",
                "counted_by",
                "filled",
                "errors",
                "questions",
            ],
        )


def _moment(plan: Plan) -> tuple[int, str]:
    return plan.change_number, _rules()


@cache
def _rules() -> str:
    """Names the code that counts: another release may see more."""
    code = sorted(Path(doc.__file__).parent.rglob("*.py"))
    return sha256(b"".join(path.read_bytes() for path in code)).hexdigest()[:16]
