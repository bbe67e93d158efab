"""What a process keeps after many views: its memory after every five hundred of them.

A plan is viewed, edited, and viewed again, with its sign-off page, its history and the
panels, so that all that is kept by value comes and goes. What is kept is bounded
(sections, items, digests, the markup of versions), but it takes tens of thousands of
views until all of it is full. `BENCH_SHARE=50` makes each bound a fiftieth of what it
is: then what grows on is kept by no bound. `BENCH_VIEWS` (2,000) makes longer runs.
`blocks`: how many pieces of memory Python itself holds, after a collection; what else
`mb` has is of libraries (SQLite's pages), or free and not given back to the system.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse

from planner.server.django_handler import django_application
from plans.actions.reviews import request_review
from plans.live.channel import load_side_panels
from plans.markdown import signing
from plans.models import Item, Plan, User
from plans.page import section_html
from tests.bench._samples import finished_plan, someone, stored

VIEWS = int(os.environ.get("BENCH_VIEWS", "2000"))
SHARE = int(os.environ.get("BENCH_SHARE", "1"))
STEP = 500
PAGES = ("plan", "review", "history", "evidence", "plan_list", "inbox")


def run() -> Iterator[dict[str, Any]]:
    _divide_bounds()
    user = someone()
    plan = stored(finished_plan(), user)
    request_review(plan=plan, actor=user)
    field = Item.objects.filter(block__section__plan=plan, kind="field")[5]
    browser = Browser(user)
    before = _megabytes()
    for number in range(1, VIEWS + 1):
        name = PAGES[number % len(PAGES)]
        args = [] if name in ("plan_list", "inbox") else [plan.slug]
        browser.send("GET", reverse(f"plans:{name}", args=args))
        if number % 10 == 0:
            address = reverse("plans:item", args=[plan.slug, field.pk])
            browser.send("POST", address, f"value=Value+{number}")
            load_side_panels(Plan.objects.get(pk=plan.pk).pk, {True, False})
        if number % STEP == 0:
            gc.collect()
            now = _megabytes()
            yield {
                "share": SHARE,
                "views": number,
                "mb": now,
                "grown_mb": now - before,
                "blocks": sys.getallocatedblocks(),
            }
            before = now


class Browser:
    """Asks the handler that serves. Django's test client connects a receiver of signals
    for each request, and what that takes is never given back: 16 pieces of memory."""

    def __init__(self, user: User) -> None:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        token = "a" * 32
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = token
        self.environ = {
            "HTTP_COOKIE": "; ".join(f"{name}={cookies[name]}" for name in cookies),
            "HTTP_X_CSRFTOKEN": token,
            "SERVER_NAME": "localhost",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        }
        self.handler = django_application()

    def send(self, method: str, address: str, body: str = "") -> None:
        more = {"HTTP_HX_REQUEST": "true"} if method == "POST" else {}
        environ = RequestFactory()._base_environ(
            **self.environ, **more, PATH_INFO=address, REQUEST_METHOD=method
        )
        sent = body.encode()
        environ |= {"CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent)}
        answer: Any = self.handler(environ, lambda *start: None)
        for _ in answer:
            pass
        answer.close()
        assert answer.status_code == 200, (address, answer.status_code)


def _divide_bounds() -> None:
    """Of all that the planner's modules keep."""
    if SHARE == 1:
        return
    section_html._KEPT //= SHARE
    signing._MOST_KEPT //= SHARE
    caches["digests"]._max_entries //= SHARE
    modules = [m for m in sys.modules.values() if m.__name__.startswith("plans.")]
    smaller: dict[int, Any] = {}
    for module in modules:
        for name, work in [*vars(module).items()]:
            most = getattr(work, "cache_parameters", dict)().get("maxsize")
            if not most or work in smaller.values():
                continue
            if id(work) not in smaller:
                bound = lru_cache(maxsize=max(1, most // SHARE))
                # Modules that import it go on with the same one.
                smaller[id(work)] = bound(work.__wrapped__)
            setattr(module, name, smaller[id(work)])


def _megabytes() -> float:
    """The resident memory of this process, on Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    size = next(line for line in lines if line.startswith("VmRSS"))
    return int(size.split()[1]) / 1000
