"""The search across plans: its page, and what the palette shows while one types."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planner.replica import read_from_replica
from plans.forms.search import SearchForm
from plans.page.lists import ListAddress, pager_of
from plans.page.palette import places_of
from plans.page.search_results import SearchResult, load_results
from plans.search import queries
from plans.search.passages import passage
from plans.search.queries import Query
from plans.search.searching import ANYWHERE, Filters, Hits, search
from plans.views.indexed import load_indexed
from plans.views.shortcuts import Request, login_required, number_in

PER_PAGE = 20
SUGGESTED = 8


@dataclass(frozen=True)
class Answer:
    """`is_complete`: whether the index knew everything that the person may see."""

    hits: Hits
    results: list[SearchResult]
    is_complete: bool = True


@require_safe
@login_required
def search_page(request: Request) -> HttpResponse:
    """`?q=words "a phrase"`, with filters; 20 results on a page."""
    form = SearchForm(request.GET, user=request.user)
    query = queries.read(form.values.get("q", ""))
    number = number_in(request.GET.get("page", "")) or 1
    answer = _answer(request, query, form.search_filters(), number, PER_PAGE)
    page = Paginator(answer.hits.hits, PER_PAGE).get_page(number)
    address = ListAddress("", form.values)
    context: dict[str, Any] = {
        "form": form,
        "query": query,
        "answer": answer,
        "count": _count(answer.hits),
        "chips": form.chips(address),
        "clear_url": ListAddress("", {"q": form.values.get("q")}).having(),
        "with_versions_url": address.having(versions="1"),
        "pager": pager_of(page, address, label="Pages of results", rows="Results"),
    }
    return render(request, "plans/search.html", context)


@require_safe
@login_required
def search_suggest(request: Request) -> HttpResponse:
    """The best results for the palette. Passages are pieces, `[text, is_marked]`."""
    query = queries.read(request.GET.get("q", ""))
    answer = _answer(request, query, ANYWHERE, 1, SUGGESTED)
    results = [
        {
            "kind": result.kind,
            "plan": result.plan.title,
            "place": result.place or (result.text if result.kind == "Heading" else ""),
            "url": result.url,
            "passage": passage(result.text, query, 90) if result.place else [],
        }
        for result in answer.results
    ]
    return JsonResponse({"results": results, "count": _count(answer.hits)})


@require_safe
@login_required
def palette_places(request: Request) -> HttpResponse:
    """Where the palette leads to from any page."""
    places = read_from_replica(request, lambda: places_of(request.user))
    return JsonResponse({"places": [asdict(place) for place in places]})


def _answer(
    request: Request, query: Query, filters: Filters, number: int, size: int
) -> Answer:
    request.user.remember_teams()

    def load() -> tuple[Hits, list[SearchResult]]:
        hits = search(request.user, query, filters)
        shown: Any = Paginator(hits.hits, size).get_page(number).object_list
        return hits, load_results(request.user, shown, query)

    (hits, results), is_complete = load_indexed(request, load, asks=bool(query.terms))
    return Answer(hits, results, is_complete)


def _count(hits: Hits) -> str:
    count = len(hits.hits)
    if not hits.is_all:
        return f"More than {count} results"
    return f"{count} result{'' if count == 1 else 's'}" if count else "No results"
