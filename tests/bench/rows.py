"""Storing, loading, exporting and saving through the database, next to the same work
without one and to the plainest write there is (one durable UPDATE)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.items import save_item
from plans.content import export, storage
from plans.document import read, write
from plans.models import Item, Plan
from plans.views.shortcuts import item_for
from tests.bench._samples import finished_plan, long_table, someone, stored
from tests.bench._timing import median_ms


def run() -> Iterator[dict[str, Any]]:
    text = long_table(200)
    plan = stored(text)
    yield {
        "engine": connection.vendor,
        "rows": 200,
        "store_ms": median_ms(lambda: stored(text), rounds=5),
        "load_ms": median_ms(lambda: storage.load(plan)),
        "export_ms": median_ms(lambda: export.draft_text(plan)),
        "read_write_ms": median_ms(lambda: write(read(text))),
    }
    yield _saving(stored(finished_plan()))


def _saving(plan: Plan) -> dict[str, Any]:
    """One save of a field in a plan of ordinary size."""
    actor, numbers = someone(), count()
    field = Item.objects.filter(block__section__plan=plan, kind="field").first()
    assert field is not None

    def save() -> None:
        save_item(
            plan=plan,
            item=item_for(plan, field.pk),
            actor=actor,
            values={"value": f"Value {next(numbers)}"},
            seen=None,
        )

    def update() -> None:
        Plan.objects.filter(pk=plan.pk).update(slug=plan.slug)

    save()
    with CaptureQueriesContext(connection) as queries:
        save()
    return {
        "engine": connection.vendor,
        "save_ms": median_ms(save, rounds=25),
        "save_queries": len(queries),
        "one_update_ms": median_ms(update, rounds=25),
    }
