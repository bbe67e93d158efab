"""What the server sets of Python itself, in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from tests.processes import PROJECT

pytestmark = pytest.mark.once

TUNED = """
import gc, json, resource, sys
import planner.server.asgi
from planner.server.runtime import tune

tune()
frozen = gc.get_freeze_count()

class Node:
    pass

def make_cycles(count):
    for _ in range(count):
        one, other = Node(), Node()
        one.other, other.other = other, one
        one.text = "x" * 1_000

def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

make_cycles(100_000)
before = memory()
make_cycles(500_000)  # half a gigabyte, if nobody looked for it
print(json.dumps({
    "interval": sys.getswitchinterval(),
    "views": "plans.views.items" in sys.modules,
    "frozen": frozen,
    "grown_kb": memory() - before,
}))
"""


def test_threads_take_turns_often_and_garbage_stays_bounded():
    done = subprocess.run(
        [sys.executable, "-c", TUNED],
        cwd=PROJECT,
        env={**os.environ, "PLANNER_ENV": "development"},
        check=True,
        capture_output=True,
        text=True,
    )
    tuned = json.loads(done.stdout)
    assert tuned["interval"] == pytest.approx(0.0005)
    assert tuned["views"]
    assert tuned["frozen"] > 50_000
    assert tuned["grown_kb"] < 40_000
