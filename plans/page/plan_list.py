"""The rows of the list of plans, and how many plans are in which state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from plans.content.completeness import Completeness, completeness_of_plans
from plans.models import Plan, Tag, User
from plans.models.plan import PlanQuerySet
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_statuses

# Of the approvers of a plan, those that a row has room for.
MOST_FACES = 4


@dataclass(frozen=True)
class Face:
    """An approver, by their initials. `state`: of their decision."""

    user: User
    role: str
    state: str

    @property
    def words(self) -> str:
        return f"{self.user.name}, {self.role}: {_STATES[self.state]}"


_STATES = {
    "open": "not decided yet",
    "approved": "approved",
    "condition": "approved on a condition",
    "changes": "asked for changes",
    "declined": "declined",
}


@dataclass(frozen=True)
class PlanRow:
    """A plan in a list: where its review stands, and how complete it is."""

    plan: Plan
    state: ReviewStatus
    completeness: Completeness
    tags: Sequence[Tag]

    @property
    def icon(self) -> str:
        return f"state-{self.state.name}"

    @property
    def icon_class(self) -> str:
        return f"state-icon is-{self.state.name}"

    @property
    def faces(self) -> list[Face]:
        """Each approver once."""
        faces: dict[int, Face] = {}
        for slot in self.state.slots:
            for one in slot.approvers:
                face = Face(one.user, slot.approval.role, one.state)
                faces.setdefault(one.user.pk, face)
        return list(faces.values())

    @property
    def first_faces(self) -> list[Face]:
        return self.faces[:MOST_FACES]

    @property
    def more_faces(self) -> int:
        return max(0, len(self.faces) - MOST_FACES)


def load_plans(ids: Sequence[int]) -> list[Plan]:
    """With what `plan_rows` needs of them, in this order; two queries."""
    unordered = Plan.objects.filter(pk__in=ids)
    # Their rules and counts come with them.
    unordered = unordered.select_related("team", "review_rules", "plancounts")
    unordered = unordered.prefetch_related("tags")
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(unordered, key=lambda plan: place[plan.pk])


def plan_rows(
    plans: Sequence[Plan], known: Mapping[int, ReviewStatus] | None = None
) -> list[PlanRow]:
    """All about these plans; the number of queries depends on nothing but whether there
    are any. `known`: statuses that the caller has, by plan."""
    known = known or {}
    states = dict(known) | review_statuses([p for p in plans if p.pk not in known])
    counts = completeness_of_plans(plans)
    return [
        PlanRow(plan, states[plan.pk], counts[plan.pk], list(plan.tags.all()))
        for plan in plans
    ]


def count_states(plans: PlanQuerySet) -> dict[str, int]:
    """How many of these plans are in each state that some are in."""
    rows = plans.order_by().values_list("review_state").annotate(count=Count("pk"))
    return dict(rows)
