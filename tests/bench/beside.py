"""A person's saves beside somebody else's heavy request: one process, two plans.

One person saves ten times a second, at moments of their own, in the demo's plan. Other
processes ask for something heavy of a plan of 5,000 items, again and again: its page,
its file, what changed since a version, or an import of its text. The time is from a
save to its answer. `clients` is how many ask for it at once, `heavy_ms` the median of
how long that takes.

`BENCH_ENGINES` (`sqlite,postgresql`), `BENCH_SECONDS` (15), `BENCH_CLIENTS` (`1,4`) and
`BENCH_HEAVY` (`nothing,page,file,compare,import`) make another run.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from tests.bench import _cast
from tests.bench._server import ENGINES, Engine, Failed
from tests.bench.live import load, times
from tests.processes import PROJECT, Browser, Processes, headers_of

NEEDS_DATABASE = False
CHOSEN = os.environ.get("BENCH_ENGINES", "sqlite,postgresql").split(",")
SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
HEAVY = os.environ.get("BENCH_HEAVY", "nothing,page,file,compare,import").split(",")
CLIENTS = [int(n) for n in os.environ.get("BENCH_CLIENTS", "1,4").split(",")]
SAVES_A_SECOND = 10
ITEMS = 5000


def run() -> Iterator[dict[str, Any]]:
    for name in CHOSEN:
        with ENGINES[name]() as engine:
            engine.workers = 1
            cast = _cast.ask(engine.environment, "plans", "demo", str(ITEMS))
            with engine.serving() as server:
                keep_version(server, cast["session"], cast["plans"][1]["address"])
                for heavy in HEAVY:
                    for clients in CLIENTS if heavy != "nothing" else [0]:
                        about = {"engine": name, "heavy": heavy, "clients": clients}
                        yield about | beside(engine, server, cast, heavy, clients)


def beside(
    engine: Engine, server: Processes, cast: Any, heavy: str, clients: int
) -> dict[str, Any]:
    plan, large = cast["plans"]
    request = {
        "port": server.port,
        "session": cast["session"],
        "seconds": SECONDS + 2,
        **request_of(heavy, large["address"]),
    }
    with ExitStack() as stack:
        asking = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", __name__, json.dumps(request)],
                    cwd=PROJECT,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(clients)
        ]
        time.sleep(2)
        saves = saved(server, cast["session"], plan)
        taken = [
            one for each in asking for one in json.loads(each.communicate()[0] or "[]")
        ]
    figures = {"edits": len(saves), **times(saves), "max_ms": 1000 * max(saves)}
    if taken:
        figures |= {"heavy_ms": 1000 * median(taken), "answered": len(taken)}
    return figures | load()


def keep_version(server: Processes, session: str, address: str) -> None:
    """To compare the plan with."""
    with closing(Browser(server.url, session)) as browser:
        status, _ = browser.post(f"{address}versions/", {"name": "First"})
    if status != 302:
        raise Failed(f"Keeping a version was answered {status}.")


def request_of(heavy: str, address: str) -> dict[str, Any]:
    match heavy:
        case "file":
            return {"method": "GET", "path": f"{address}plan.md"}
        case "compare":
            return {"method": "GET", "path": f"{address}compare/"}
        case "import":
            return {"method": "POST", "path": "/import/", "items": ITEMS}
        case _:
            return {"method": "GET", "path": address}


def saved(server: Processes, session: str, plan: Any) -> list[float]:
    chance = random.Random(7)  # noqa: S311
    taken, end = [], perf_counter() + SECONDS
    path = f"{plan['address']}items/{plan['field']}/"
    with closing(Browser(server.url, session)) as browser:
        while (sent := perf_counter()) < end:
            status, _ = browser.post(path, {"value": f"Value {len(taken)}"})
            if status != 200:
                raise Failed(f"A save was answered {status}.")
            taken.append(perf_counter() - sent)
            time.sleep(chance.uniform(0.5, 1.5) / SAVES_A_SECOND)
    return taken


def ask_again_and_again(request: dict[str, Any]) -> list[float]:
    """In a process of its own, so that reading the answers slows no saver."""
    headers, body = headers_of(request["session"]), ""
    headers.pop("HX-Request")
    if request["method"] == "POST":
        from tests.bench._samples import of_about

        body = urlencode({"text": of_about(request["items"])})
    taken, end = [], perf_counter() + request["seconds"]
    while (sent := perf_counter()) < end:
        connection = http.client.HTTPConnection(
            "127.0.0.1", request["port"], timeout=60
        )
        with closing(connection):
            connection.request(request["method"], request["path"], body, headers)
            answer = connection.getresponse()
            answer.read()
        if answer.status != 200:
            raise Failed(f"{request['path']} was answered {answer.status}.")
        taken.append(perf_counter() - sent)
    return taken


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(ask_again_and_again(json.loads(sys.argv[1]))))
