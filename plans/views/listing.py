"""The list of plans, and above it what the page that people start from shows first."""

from __future__ import annotations

from dataclasses import dataclass
from time import time_ns
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planner.replica import read_from_replica
from plans import permissions
from plans.forms.plan_filters import ARCHIVED, STATES, PlanFilters
from plans.models import SavedFilter
from plans.page.home import due_entries, due_lines, recent_activity
from plans.page.inbox.box import Inbox, Show, load_inbox
from plans.page.inbox.lines import entry_lines
from plans.page.lists import ListAddress, uncounted_pager
from plans.page.plan_list import count_states, load_plans, plan_rows
from plans.permissions import TeamIds
from plans.reviews.kept_states import refresh_states
from plans.views.shortcuts import Request, login_required, number_in

PLANS_PER_PAGE = 25
# Of what waits for the person, on the page that they start from.
ON_HOME_PAGE = 4


@dataclass(frozen=True)
class StateTab:
    """A state to choose, with how many of the selected plans are in it; of the archive
    nobody counts them."""

    state: str
    label: str
    url: str
    count: int | None
    is_current: bool


@require_safe
@login_required
def plan_list(request: Request) -> HttpResponse:
    """What is shown, and in which order, is said in the address (PlanFilters); `page=2`
    is the second page."""
    request.user.remember_teams()
    refresh_states()
    # Before the rows are read: what changes meanwhile is told by the feed.
    list_at = time_ns() // 1_000_000
    context = read_from_replica(request, lambda: _context(request))
    return render(request, "plans/plan_list.html", {**context, "list_at": list_at})


def _context(request: Request) -> dict[str, Any]:
    teams = permissions.teams_of(request.user)
    form = PlanFilters(request.GET, user=request.user, teams=teams)
    address = ListAddress(reverse("plans:plan_list"), form.values)
    number = number_in(request.GET.get("page", "")) or 1
    start = (number - 1) * PLANS_PER_PAGE
    selected = form.plans_in_state().order_by(*form.order)
    ids = list(
        selected.values_list("pk", flat=True)[start : start + PLANS_PER_PAGE + 1]
    )
    is_home = number == 1 and not form.values
    plans = load_plans(ids[:PLANS_PER_PAGE])
    box = load_inbox(request.user, is_whole=False, listed=plans) if is_home else None
    rows = plan_rows(plans, box.statuses if box else None)
    has_next = len(ids) > PLANS_PER_PAGE
    chips = form.chips(address)
    known = views(form)
    return {
        "form": form,
        "rows": rows,
        "number": number,
        "range": (start + 1, start + len(rows)),
        "is_all": number == 1 and not has_next,
        "is_archive": form.is_archive,
        "is_filtered": bool(form.filters),
        **(_home_part(box, teams) if box else {}),
        "tabs": state_tabs(form, address),
        "views": known,
        "can_save": bool(form.values) and not any(one.is_current for one in known),
        "query": form.query,
        "chips": chips,
        "clear_url": address.without(
            *(name for name in form.values if name != "state" or not form.only_state)
        ),
        "first_page": address.having(),
        "all_url": reverse("plans:plan_list"),
        "pager": uncounted_pager(
            address, number, has_next=has_next, label="Pages of plans"
        ),
        "here": request.get_full_path(),
        "tag_names": form.tag_names,
    }


def _home_part(box: Inbox, teams: TeamIds) -> dict[str, Any]:
    """What the page that people start from shows first."""
    first = box.listed(Show.OPEN)[:ON_HOME_PAGE]
    dated = due_entries(box)
    lines = {line.dom_id: line for line in entry_lines(box, [*first, *dated])}
    keys = {one.entry.key for one in first}
    return {
        "is_home": True,
        "inbox": box,
        "lines": [line for line in lines.values() if line.entry.key in keys],
        "due": due_lines(
            box.user, teams, [line for line in lines.values() if line.entry.due]
        ),
        "activity": recent_activity(teams),
    }


@dataclass(frozen=True)
class View:
    """A filter with a name: one that everybody has, or one that the person saved."""

    name: str
    query: str
    is_current: bool
    saved: SavedFilter | None = None


def views(form: PlanFilters) -> list[View]:
    me = form.user.username
    usual = [
        ("All plans", ""),
        ("Created by me", urlencode({"owner": me})),
        ("In review with me", urlencode({"approver": me, "state": "review"})),
    ]
    return [
        *(View(name, query, query == form.query) for name, query in usual),
        *(
            View(one.name, one.query, one.query == form.query, one)
            for one in form.saved
        ),
    ]


def state_tabs(form: PlanFilters, address: ListAddress) -> list[StateTab]:
    """All plans, and those in each state, by the other filters that are set."""
    chosen = form.only_state
    is_one = bool(chosen) or not form.values.get("state")
    counts = {} if form.is_archive else count_states(form.plans())
    states = [("", "All"), *STATES]
    tabs = []
    for state, label in states:
        count: int | None = counts.get(state, 0)
        if form.is_archive or state == ARCHIVED:
            count = None
        elif not state:
            count = sum(counts.values())
        url = address.having(state=state)
        is_current = is_one and state == chosen
        tabs.append(StateTab(state, label, url, count, is_current))
    return tabs
