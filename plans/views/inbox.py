"""A person's inbox: what waits for them, in which order, and their marks on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from planner.replica import read_from_replica
from plans.actions.inbox import Mark, mark_entry
from plans.errors import Outdated, Refused
from plans.live.fragments import hx_partial
from plans.page.inbox.box import PER_PAGE, Show, load_inbox
from plans.page.inbox.entries import Kind
from plans.page.inbox.lines import entry_lines
from plans.page.lists import ListAddress, pager_of
from plans.views.shortcuts import (
    Request,
    fragments,
    handle_refused,
    login_required,
    note,
    number_in,
    toast,
)

GONE = "That no longer waits for you, or it is something else by now. Look again."
# The hour at which what was snoozed until a day comes back.
MORNING = time(9)


@dataclass(frozen=True)
class Selection:
    """Which entries a page shows, as its address says it."""

    show: Show = Show.OPEN
    kind: Kind | None = None
    number: int = 1

    @property
    def values(self) -> dict[str, object]:
        values: dict[str, object] = {}
        if self.show is not Show.OPEN:
            values["show"] = self.show
        if self.kind:
            values["kind"] = self.kind
        if self.number > 1:
            values["page"] = self.number
        return values

    def query(self) -> str:
        return urlencode(self.values)


def selection_in(query: Mapping[str, str]) -> Selection:
    """What is none of ours selects everything."""
    show, kind = query.get("show", ""), query.get("kind", "")
    return Selection(
        Show(show) if show in set(Show) else Show.OPEN,
        Kind(kind) if kind in set(Kind) else None,
        number_in(query.get("page", "")) or 1,
    )


@require_safe
@login_required
def inbox(request: Request) -> HttpResponse:
    """`?show=later` or `done`, `?kind=sign`, `?page=2`."""
    selection = selection_in(request.GET)
    context = read_from_replica(request, lambda: inbox_context(request, selection))
    return render(request, "plans/inbox.html", context)


@require_safe
@login_required
def inbox_count(request: Request) -> HttpResponse:
    """How much waits, for the navigation of pages that are open: exactly up to
    `MAX_COUNT`."""
    box = read_from_replica(request, lambda: load_inbox(request.user, is_whole=False))
    response = JsonResponse({"count": box.count, "label": box.count_label})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
@handle_refused
def inbox_mark(request: Request) -> HttpResponse:
    """`do`: a mark of `actions.inbox.Mark`, or until when to snooze: `tomorrow`,
    `week`, or the `day` that is posted too. `at`: the query of the page it was on."""
    do, until = request.POST.get("do", ""), None
    if do in ("tomorrow", "week", "day"):
        until = _until(do, request.POST.get("day", ""))
        do = Mark.SNOOZED
    if do not in set(Mark):
        raise Refused("Choose what to do with the entry.")
    entry = load_inbox(request.user).find(request.POST.get("key", ""))
    if entry is None or entry.stamp != request.POST.get("stamp", ""):
        raise Outdated(GONE)
    mark = Mark(do)
    mark_entry(
        actor=request.user, key=entry.key, stamp=entry.stamp, mark=mark, until=until
    )
    selection = selection_in(dict(parse_qsl(request.POST.get("at", ""))))
    return _marked(request, selection, _MESSAGES[mark])


_MESSAGES = {
    Mark.READ: "",
    Mark.UNREAD: "",
    Mark.SNOOZED: "Snoozed. Until then it’s under Later.",
    Mark.DONE: "Done. If you’re asked again, it comes back.",
    Mark.OPEN: "Back in your inbox.",
}


def _until(do: str, typed: str) -> datetime:
    """The next day, the next Monday, or a day that was typed; in the person's zone."""
    today = timezone.localdate()
    day: date | None = today + timedelta(days=1)
    if do == "week":
        day = today + timedelta(days=7 - today.weekday())
    if do == "day":
        try:
            day = parse_date(typed)
        except ValueError:
            day = None
    if day is None:
        raise Refused("Choose until when, such as 2026-03-31.")
    return timezone.make_aware(datetime.combine(day, MORNING))


def _marked(request: Request, selection: Selection, message: str) -> HttpResponse:
    if not request.htmx:
        if message:
            note(request, message)
        query = selection.query()
        address = reverse("plans:inbox")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
    html = render_to_string(
        "plans/_inbox.html", inbox_context(request, selection), request
    )
    parts = [toast(request, message)] if message else []
    return fragments(hx_partial("inbox", html), *parts)


# --- What the pages show -------------------------------------------------------------


def inbox_context(request: Request, selection: Selection) -> dict[str, Any]:
    box = load_inbox(request.user)
    rows = box.listed(selection.show, selection.kind)
    page = Paginator(rows, PER_PAGE).get_page(selection.number)
    selection = Selection(selection.show, selection.kind, page.number)
    address = ListAddress(reverse("plans:inbox"), selection.values)
    return {
        "inbox": box,
        "lines": entry_lines(box, list(page)),
        "selection": selection,
        "pager": pager_of(page, address, label="Pages of entries"),
        "tabs": [
            (show, label, Selection(show).query(), len(box.listed(show)))
            for show, label in _TABS.items()
        ],
        "filters": [
            (kind, Selection(selection.show, kind).query(), count)
            for kind, count in box.kinds(selection.show)
        ],
        "all_kinds": Selection(selection.show).query(),
    }


_TABS = {Show.OPEN: "Inbox", Show.LATER: "Later", Show.DONE: "Done"}
