"""The list of plans, and above it what waits for the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planner.replica import read_from_replica
from plans.content.completeness import Completeness, completeness_of_plans
from plans.models import Plan
from plans.models.plan import PlanQuerySet
from plans.page.lists import ListAddress, Pager, uncounted_pager
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_statuses
from plans.views.inbox import home_part
from plans.views.shortcuts import Request, login_required, number_in

PLANS_PER_PAGE = 50
# SQLite fails at comparing very long words.
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list: where its review stands, and how complete it is."""

    plan: Plan
    state: ReviewStatus
    completeness: Completeness


@dataclass(frozen=True)
class PageOfPlans:
    """A page of a list of unknown length: counting all plans that a person may see
    takes longer than reading one page."""

    rows: list[PlanRow]
    number: int
    has_next: bool
    search: str
    archived: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * PLANS_PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def is_all(self) -> bool:
        return self.number == 1 and not self.has_next

    @property
    def first_page(self) -> str:
        return self._address.having()

    @property
    def pager(self) -> Pager:
        return uncounted_pager(
            self._address, self.number, has_next=self.has_next, label="Pages of plans"
        )

    @property
    def _address(self) -> ListAddress:
        archived = "1" if self.archived else ""
        return ListAddress(values={"archived": archived, "q": self.search})


@require_safe
@login_required
def plan_list(request: Request) -> HttpResponse:
    """Newest change first: `?q=<words of the title or the team>`, `?page=2`,
    `?archived=1`."""
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    archived = request.GET.get("archived") == "1"
    plans = (
        Plan.objects.archived_for(request.user)
        if archived
        else Plan.objects.visible_to(request.user).current()
    )
    if search:
        plans = plans.search(search)
    number = number_in(request.GET.get("page", "")) or 1

    def load() -> dict[str, Any]:
        page = _page(plans, number, search, archived)
        context = {"page": page, "rows": page.rows}
        # First on the page that people start from.
        is_home = number == 1 and not search and not archived
        return context | (home_part(request.user) if is_home else {})

    here = request.get_full_path()
    context = read_from_replica(request, load) | {"search": search, "here": here}
    return render(request, "plans/plan_list.html", context)


def _page(plans: PlanQuerySet, number: int, search: str, archived: bool) -> PageOfPlans:
    """First which plans, then all about those few."""
    start = (number - 1) * PLANS_PER_PAGE
    newest = plans.order_by("-updated_at", "-pk").values_list("pk", flat=True)
    ids = list(newest[start : start + PLANS_PER_PAGE + 1])
    shown = ids[:PLANS_PER_PAGE]
    unordered = Plan.objects.filter(pk__in=shown).select_related("team")
    plans_shown = sorted(unordered, key=lambda plan: shown.index(plan.pk))
    has_next = len(ids) > len(shown)
    states = review_statuses(plans_shown)
    counts = completeness_of_plans(plans_shown)
    rows = [PlanRow(plan, states[plan.pk], counts[plan.pk]) for plan in plans_shown]
    return PageOfPlans(rows, number, has_next, search, archived)
