"""Pages and one save as requests, with their queries, at several sizes of plan; next to
the time that loading the plan alone takes.

`page_cold_ms` is the first page after a start, when no item's markup is kept yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans.content import storage
from plans.models import Item, Plan
from plans.page import item_html
from tests.bench._samples import (
    finished_plan,
    long_table,
    of_185_items,
    someone,
    stored,
)
from tests.bench._timing import median_ms


def run() -> Iterator[dict[str, Any]]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(someone())
    plans = {
        "rows_10": stored(long_table(10)),
        "rows_200": stored(long_table(200)),
        "finished_plan": stored(finished_plan()),
        "items_185": stored(of_185_items()),
    }
    for name, plan in plans.items():
        yield {"plan": name, **_page(client, plan), **_save(client, plan)}


def _page(client: Client, plan: Plan) -> dict[str, Any]:
    address = plan.get_absolute_url()

    def cold() -> Any:
        item_html.forget()
        return client.get(address)

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    page_queries = len(queries)  # the next request empties the log
    assert answer.status_code == 200
    return {
        "items": Item.objects.filter(block__section__plan=plan).count(),
        "page_cold_ms": median_ms(cold),
        "page_ms": median_ms(lambda: client.get(address)),
        "page_queries": page_queries,
        "page_kb": len(answer.content) / 1000,
        "load_ms": median_ms(lambda: storage.load(plan)),
    }


def _save(client: Client, plan: Plan) -> dict[str, Any]:
    item = Item.objects.filter(block__section__plan=plan, kind__in=["field", "row"])
    first = item.first()
    assert first is not None
    name = "value" if first.kind == "field" else "cell-1"
    address = f"{plan.get_absolute_url()}items/{first.pk}/"
    numbers = count()

    def save() -> Any:
        return client.post(
            address,
            {name: f"Value {next(numbers)}"},
            headers={"HX-Request": "true"},
        )

    save()
    with CaptureQueriesContext(connection) as queries:
        assert save().status_code == 200
    save_queries = len(queries)
    return {"save_ms": median_ms(save, rounds=25), "save_queries": save_queries}
