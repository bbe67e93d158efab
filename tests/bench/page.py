"""The plan page in Chromium, by its own performance entries, with production settings:
collected files, compressed, with hashes in their names.

For each plan, as an editor sees it at 1280 x 800:

- `cold_*`: with an empty cache; `warm_*`: the same page again. Requests, and kB on the
  wire (`transferSize` of the page and its resources), and how large the HTML is
  (`html_kb`). The shared worker's own are no entries of the page: its script, 2 kB, and
  the stream of the feed.
- `shift`: layout shift until three seconds after the load. `long_ms`: the longest task
  until then, and `long_tasks`: how many were longer than 50 ms.
- `open_ms`, `walk_ms`, `type_ms`: the longest interaction, from input to the next paint
  (Event Timing), while twenty items are opened by Enter and left by Escape, forty are
  walked by an arrow key, and two hundred characters are typed.

`load` is the machine's load of the last minute: what else runs there makes every figure
in milliseconds worse. A figure is the least of BENCH_ROUNDS visits (3); BENCH_PLANS
(`demo,corpus,1500,5000`) makes a shorter run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench import _cast
from tests.bench._server import complain, sqlite
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.processes import PROJECT, serving

NEEDS_DATABASE = False
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PLANS = os.environ.get("BENCH_PLANS", "demo,corpus,1500,5000").split(",")
SETTLE_MS = 3000
PRODUCTION = {
    "PLANNER_ENV": "production",
    "PLANNER_HTTPS": "no",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "a secret of measurements that protects nobody at all",
}
LINKS = "#plan-body .value > .edit"
# Entries are noted from the first moment on.
NOTES = """
window.noted = { shift: 0, tasks: [], events: [] };
const note = (type, take, options = {}) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) take(entry);
}).observe({ type, buffered: true, ...options });
note("layout-shift", ({ hadRecentInput, value }) => {
  if (!hadRecentInput) noted.shift += value;
});
note("longtask", (entry) => noted.tasks.push(entry.duration));
note("event", (entry) => noted.events.push([entry.name, entry.duration]),
     { durationThreshold: 16 });
"""
LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource");
  const bytes = [page, ...files].reduce((sum, entry) => sum + entry.transferSize, 0);
  return { bytes, requests: 1 + files.length, html: page.decodedBodySize,
           shift: noted.shift, tasks: noted.tasks };
}"""
SLOWEST = """() => {
  const slowest = Math.max(0, ...noted.events.map(([, duration]) => duration));
  noted.events = [];
  return slowest;
}"""


def run() -> Iterator[dict[str, Any]]:
    with sqlite() as engine, sync_playwright() as playwright:
        environment = engine.environment | PRODUCTION
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "collectstatic",
                "--no-input",
                "--verbosity=0",
            ],
            cwd=PROJECT,
            env=os.environ | environment,
            check=True,
        )
        cast = _cast.ask(environment, "plans", *PLANS)
        log = engine.folder / "server.log"
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_FLAGS
        )
        with serving(environment, log) as server:
            for plan in cast["plans"]:
                visit = partial(_context, chromium, server.url, cast["session"])
                rounds = [
                    _round(visit, server.url + plan["address"]) for _ in range(ROUNDS)
                ]
                best = {name: min(one[name] for one in rounds) for name in rounds[0]}
                yield {
                    "plan": plan["name"],
                    "items": plan["items"],
                    **best,
                    "load": os.getloadavg()[0],
                }
        chromium.close()
        complain(log)


@contextmanager
def _context(browser: Browser, url: str, session: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    context.add_init_script(NOTES)
    yield context
    context.close()


def _round(visit: Any, address: str) -> dict[str, float]:
    with visit() as context:
        page = context.new_page()
        cold = _load(page, address)
        page.goto("about:blank")
        warm = _load(page, address)
        page.locator("#live-state[data-state=live]").wait_for(state="attached")
        _slowest(page)
        return {
            "cold_requests": cold["requests"],
            "cold_kb": cold["bytes"] / 1000,
            "warm_requests": warm["requests"],
            "warm_kb": warm["bytes"] / 1000,
            "html_kb": cold["html"] / 1000,
            "shift": cold["shift"],
            "long_ms": max(cold["tasks"], default=0.0),
            "long_tasks": len(cold["tasks"]),
            "open_ms": _opening(page),
            "walk_ms": _walking(page),
            "type_ms": _typing(page),
        }


def _load(page: Page, address: str) -> Any:
    page.goto(address)
    page.wait_for_timeout(SETTLE_MS)
    return page.evaluate(LOADED)


def _focus(page: Page, place: int, among: str = LINKS) -> None:
    """The link of a value, counted from the middle of the page. Not by a locator: its
    work would be measured too."""
    page.evaluate(
        """([links, place]) => {
            const all = document.querySelectorAll(links);
            all[Math.min((all.length >> 1) + place, all.length - 1)].focus();
        }""",
        [among, place],
    )
    page.wait_for_timeout(100)


def _opening(page: Page) -> float:
    for step in range(20):
        _focus(page, step)
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)
    return _slowest(page)


def _walking(page: Page) -> float:
    _focus(page, 0)
    for _ in range(40):
        page.keyboard.press("ArrowDown", delay=20)
        page.wait_for_timeout(30)
    return _slowest(page)


def _typing(page: Page) -> float:
    _focus(page, 0, among=".value[data-control=text] > .edit")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    page.keyboard.type(" Words that somebody writes." * 8, delay=20)
    return _slowest(page)


def _slowest(page: Page) -> float:
    page.wait_for_timeout(500)
    return float(page.evaluate(SLOWEST))
