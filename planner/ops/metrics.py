"""Metrics for Prometheus.

Processes that share a port add up their counts: `planner.serve` names a folder in
PROMETHEUS_MULTIPROC_DIR before this module is imported, each process writes its own
files there, and the one that answers /metrics reads all of them. Labels have few
values, none of which people typed.
"""

from __future__ import annotations

import os
import re
import resource
import threading
from contextlib import suppress
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from planner.ops.metrics_folder import is_process_alive, lock_folder

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
# Kept until this process ends.
_lock = lock_folder(_SHARED) if _SHARED else None
_registry = CollectorRegistry()

requests = Counter(
    "planner_requests",
    "Answers given, streams and probes apart.",
    ["method", "view", "status"],
    registry=_registry,
)
request_seconds = Histogram(
    "planner_request_seconds",
    "From a request's arrival in a thread to its answer.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)
saves = Counter(
    "planner_saves", "Changes of plans that were committed.", registry=_registry
)
conflicts = Counter(
    "planner_conflicts",
    "Saves and sign-offs that met a newer state (409).",
    registry=_registry,
)
refusals = Counter(
    "planner_refusals",
    "Requests that were refused with a reason (403, 422).",
    ["status"],
    registry=_registry,
)
sign_offs = Counter(
    "planner_sign_offs", "Decisions of approvers.", ["decision"], registry=_registry
)
replica_reads = Counter(
    "planner_replica_reads",
    "Pages that may be read from a replica, by where they were.",
    ["source"],
    registry=_registry,
)
notices = Counter(
    "planner_notices",
    "Mails and calls of webhooks, by what became of them.",
    ["outcome"],
    registry=_registry,
)
streams = Gauge(
    "planner_streams_open",
    "Streams of the live feed.",
    multiprocess_mode="livesum",
    registry=_registry,
)
delivered_changes = Counter(
    "planner_changes_told",
    "Events with changes that were handed to a stream.",
    registry=_registry,
)
feed_lag = Histogram(
    "planner_feed_lag_seconds",
    "From the moment a change took its number to its handing to the streams.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)
_memory = Gauge(
    "planner_process_resident_bytes",
    "Memory of each process.",
    multiprocess_mode="liveall",
    registry=_registry,
)
_cpu = Gauge(
    "planner_process_cpu_seconds",
    "Processor time that each process has used.",
    multiprocess_mode="liveall",
    registry=_registry,
)
_files = Gauge(
    "planner_process_open_files",
    "Files and connections that each process has open.",
    multiprocess_mode="liveall",
    registry=_registry,
)
_threads = Gauge(
    "planner_process_threads",
    "Threads of each process.",
    multiprocess_mode="liveall",
    registry=_registry,
)

_DECISIONS = {
    f"review.{kind}": kind
    for kind in (
        "approved",
        "approved_if",
        "changes_requested",
        "declined",
        "withdrawn",
    )
}


def count_change(verb: str) -> None:
    """Count a committed change. `verb`: as in Change.verb."""
    saves.inc()
    if verb in _DECISIONS:
        sign_offs.labels(_DECISIONS[verb]).inc()


def count_request(method: str, view: str, status: int, duration: float) -> None:
    requests.labels(method, view, str(status)).inc()
    request_seconds.labels(view).observe(duration)
    if status == 409:
        conflicts.inc()
    elif status in (403, 422):
        refusals.labels(str(status)).inc()


def record_process() -> None:
    """Update the gauges of this process, for whichever process answers /metrics."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _cpu.set(usage.ru_utime + usage.ru_stime)
    _threads.set(threading.active_count())
    with suppress(OSError):  # Linux only
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        _memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
        _files.set(len(os.listdir("/proc/self/fd")))


def render_metrics() -> bytes:
    """The metrics of all processes that share the port."""
    record_process()
    if not _SHARED:
        return generate_latest(_registry)
    _mark_dead_processes(Path(_SHARED))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=_SHARED)
    return generate_latest(registry)


def _mark_dead_processes(folder: Path) -> None:
    """Drop the live gauges of killed processes; their counters stay."""
    for path in folder.glob("gauge_live*_*.db"):
        match = re.fullmatch(r"gauge_live[a-z]+_(\d+)\.db", path.name)
        if match and not is_process_alive(int(match[1])):
            mark_process_dead(int(match[1]), _SHARED)
