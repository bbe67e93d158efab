"""A database with many plans, made and asked in a process of its own.

    DATABASE_URL=postgres://... python -m tests.bench._scale make 10000
    DATABASE_URL=postgres://... python -m tests.bench._scale ask

`make` fills an empty PostgreSQL database (tests/bench/_many.py), or with `large` in
place of a number by tests/bench/_large.py. `ask` reads names of pages, one a line, and
answers each with a line of JSON; `explain` before a name asks for its slowest queries
as PostgreSQL runs them, `first` for a single request. `ask large`: of the other.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
os.environ.setdefault("PLANNER_ENV", "development")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from plans.models import Item, User, Version  # noqa: E402
from plans.reviews.identify import identify_versions  # noqa: E402
from tests.bench import _large, _many  # noqa: E402

# In one answer; the process that asks takes the median of several answers.
ROUNDS = 5
SLOWEST = 2

Work = Callable[[], object]


def works() -> dict[str, Work]:
    """What is measured, by name. The plan is one from the middle, in review; those who
    ask are an approver of it, an editor of it, somebody who reads every plan, and
    somebody for whom all others in review wait."""
    plan = _many.measured_plan()
    approver, editor = (
        plan.team.members.filter(memberships__role=role).order_by("pk")[0]
        for role in ("reviewer", "editor")
    )
    overseer = User.objects.get(username="overseer")
    everywhere = User.objects.get(username="everywhere")
    text = Version.objects.get(plan=plan).markdown
    field = Item.objects.filter(block__section__plan=plan, kind="field")[5]
    numbers = count()
    client = {user: _client(user) for user in (approver, editor, overseer, everywhere)}

    def page(user: User, name: str, *args: str, **query: str) -> Work:
        address = reverse(f"plans:{name}", args=args)

        def get() -> None:
            assert client[user].get(address, query).status_code == 200

        return get

    def save() -> None:
        answer = client[editor].post(
            reverse("plans:item", args=[plan.slug, field.pk]),
            {"value": f"Value {next(numbers)}"},
            headers={"HX-Request": "true"},
        )
        assert answer.status_code == 200, answer.content

    def verify() -> None:
        (match,) = identify_versions(text)
        assert match.is_valid

    title = plan.title.removeprefix("Tides ").split(",")[0]
    return {
        "home": page(editor, "plan_list"),
        "home_of_all": page(overseer, "plan_list"),
        "list": page(editor, "plan_list", sort="-created"),
        "list_in_state": page(editor, "plan_list", state="superseded"),
        "list_of_tag": page(editor, "plan_list", tag="tag 1"),
        "list_of_approver": page(editor, "plan_list", approver=approver.username),
        "list_by_title": page(editor, "plan_list", sort="title"),
        "list_of_all_in_state": page(overseer, "plan_list", state="superseded"),
        "list_of_all_of_tag": page(overseer, "plan_list", tag="tag 1"),
        "list_of_all_by_title": page(overseer, "plan_list", sort="title"),
        "list_of_all_last": page(overseer, "plan_list", page="1000"),
        "search": page(editor, "plan_list", q=title),
        "search_all": page(overseer, "plan_list", q=title),
        "search_all_nothing": page(overseer, "plan_list", q="no such harbour"),
        # In everything that is written: a rare word, those of nearly every plan, one
        # that is being typed, a phrase, and what the palette asks for.
        "find": page(editor, "search", q=title.split()[-1]),
        "find_common": page(editor, "search", q="step work described"),
        "find_beginning": page(editor, "search", q="wo"),
        "find_of_all": page(overseer, "search", q="step work"),
        "find_beginnings_of_all": page(overseer, "search", q="st wor desc"),
        "find_phrase_of_all": page(overseer, "search", q='"falls silent"'),
        "find_nothing_of_all": page(overseer, "search", q="no such harbour"),
        "palette_of_all": page(overseer, "search_suggest", q="gau"),
        "plan": page(editor, "plan", plan.slug),
        "sign_off": page(approver, "review", plan.slug),
        "waiting": page(approver, "inbox"),
        "waiting_in_a_quarter_of_all": page(everywhere, "inbox"),
        **{
            f"register_{name}": page(editor, "register", name)
            for name in ("risks", "dependencies", "questions", "metrics")
        },
        "register_approvals": page(editor, "register", "approvals"),
        "register_approvals_of_all": page(overseer, "register", "approvals"),
        "register_risks_of_all": page(overseer, "register", "risks"),
        "register_risks_filtered": page(
            overseer, "register", "risks", impact="high", likelihood="low"
        ),
        "register_risks_words": page(overseer, "register", "risks", q="gauge 7"),
        "history": page(editor, "history", plan.slug),
        "verify": verify,
        "save": save,
    }


def _client(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def measured(work: Work) -> dict[str, Any]:
    """`ms`: on the wall. `cpu_ms` and `database_cpu_ms`: of a processor, in this
    process and in the one of PostgreSQL that answers it; the least of several rounds,
    because other work on the machine only adds to them."""
    rounds = [timed(work) for _ in range(ROUNDS)]
    of_database = [database_cpu(work) for _ in range(ROUNDS)]
    with CaptureQueriesContext(connection) as queries:
        work()
    in_database = sum(float(query["time"]) for query in queries) * 1000
    return {
        "ms": median(wall for wall, _ in rounds),
        "cpu_ms": min(cpu for _, cpu in rounds),
        "database_cpu_ms": min(of_database),
        "queries": len(queries),
        "in_database_ms": in_database,
    }


def timed(work: Work) -> tuple[float, float]:
    """Milliseconds on the wall, and of the processor in this process."""
    start, cpu = perf_counter(), process_time()
    work()
    return (perf_counter() - start) * 1000, (process_time() - cpu) * 1000


def database_cpu(work: Work) -> float:
    """What the process that serves this connection had of a processor; all of it, for
    it has no help (main)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    used = Path(f"/proc/{process}/schedstat")
    before = int(used.read_text().split()[0])
    work()
    return (int(used.read_text().split()[0]) - before) / 1_000_000


def first(work: Work) -> dict[str, Any]:
    """A single request, of which nothing is kept yet."""
    wall, cpu = timed(work)
    return {"first_ms": wall, "first_cpu_ms": cpu}


def explained(work: Work) -> list[str]:
    """The slowest reads, each with what PostgreSQL did."""
    with CaptureQueriesContext(connection) as queries:
        work()
    reads = [one for one in queries if one["sql"].startswith("SELECT")]
    plans = []
    for one in sorted(reads, key=lambda read: -float(read["time"]))[:SLOWEST]:
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (ANALYZE, BUFFERS) " + one["sql"].replace("%", "%%"), ()
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
        plans.append(f"{one['sql']}\n{plan}")
    return plans


def answer_questions(todo: dict[str, Work]) -> None:
    logging.getLogger("planner.access").setLevel(logging.WARNING)
    print(json.dumps(list(todo)), flush=True)
    for question in sys.stdin:
        *how, name = question.split()
        work = todo[name]
        answer: Any = {"explain": explained, "first": first}.get(
            how[0] if how else "", measured
        )(work)
        print(json.dumps(answer), flush=True)


def main(arguments: list[str]) -> None:
    os.environ["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0"
    match arguments:
        case ["make", "large"]:
            call_command("migrate", verbosity=0)
            _large.make()
            print(json.dumps(_many.counts()))
        case ["make", plans]:
            call_command("migrate", verbosity=0)
            _many.make(int(plans))
            print(json.dumps(_many.counts()))
        case ["ask"]:
            answer_questions(works())
        case ["ask", "large"]:
            answer_questions(_large.works())
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
