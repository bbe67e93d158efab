"""What a process keeps after many views: its memory after every five hundred of them.

A plan is viewed, edited, and viewed again, with its sign-off page, its history and the
panels, so that all that is kept by value comes and goes. What is kept is bounded
(sections, items, digests, the markup of versions), so the growth of the last thousand
views has to be a fraction of that of the first.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from plans.actions.reviews import request_review
from plans.live.channel import load_side_panels
from plans.models import Item, Plan
from tests.bench._samples import finished_plan, someone, stored

VIEWS = 2_000
STEP = 500
PAGES = ("plan", "review", "history", "evidence", "plan_list", "inbox")


def run() -> Iterator[dict[str, Any]]:
    user = someone()
    plan = stored(finished_plan(), user)
    request_review(plan=plan, actor=user)
    field = Item.objects.filter(block__section__plan=plan, kind="field")[5]
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    before = _megabytes()
    for number in range(1, VIEWS + 1):
        name = PAGES[number % len(PAGES)]
        args = [] if name in ("plan_list", "inbox") else [plan.slug]
        assert client.get(reverse(f"plans:{name}", args=args)).status_code == 200
        if number % 10 == 0:
            client.post(
                reverse("plans:item", args=[plan.slug, field.pk]),
                {"value": f"Value {number}"},
                headers={"HX-Request": "true"},
            )
            load_side_panels(Plan.objects.get(pk=plan.pk).pk, {True, False})
        if number % STEP == 0:
            gc.collect()
            now = _megabytes()
            yield {"views": number, "mb": now, "grown_mb": now - before}
            before = now


def _megabytes() -> float:
    """The resident memory of this process, on Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    size = next(line for line in lines if line.startswith("VmRSS"))
    return int(size.split()[1]) / 1000
