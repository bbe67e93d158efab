"""A report as a page to read and as JSON, and how the command ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from planner_evidence.verify import Decision, Report

# As `manage.py verify_plan` ends.
ENDINGS = {
    "approved": 0,
    "unsigned": 3,
    "half signed": 4,
    "objected to": 5,
    "superseded": 6,
}
NOT_GENUINE, CANNOT = 1, 2


def ending(report: Report) -> int:
    if not report.is_genuine:
        return NOT_GENUINE
    return ENDINGS.get(report.state, NOT_GENUINE)


def as_json(report: Report) -> str:
    data: dict[str, Any] = {"is_genuine": report.is_genuine, **asdict(report)}
    data["key"] = report.key.keyid if report.key else ""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def as_page(name: str, report: Report) -> str:
    return "\n".join(_printable(line) for line in _lines(name, report)) + "\n"


def _printable(line: str) -> str:
    """Titles and names may hold what moves a cursor or turns a line round."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in line
    )


def _lines(name: str, report: Report) -> Iterator[str]:
    if not report.is_genuine:
        yield f"{name}: NOT VERIFIED"
        yield f"  SHA-256 {report.sha256}"
        for problem in report.problems:
            yield f"  {problem}"
        return
    plan, version = report.plan, report.version
    yield f"{name}: verified, {report.form}"
    yield f"  Version {version['number']} of “{plan['title']}” ({plan['slug']})"
    yield f"  Team {plan['team']} at {report.planner}"
    yield f"  SHA-256 {report.sha256}"
    yield f"  As of {moment(report.made)}: {report.sentence}"
    for decision in report.decisions:
        yield ""
        yield from _decision(decision, version["number"], report.sha256)
    if not report.decisions:
        yield ""
        yield "No one has decided on this version."
    yield ""
    if report.key:
        yield f"Signed with the server’s key {report.key.keyid}"
    yield f"The plan has {report.chain['records']} records. Hash of the newest:"
    yield f"  {report.chain['head']}"


def _decision(decision: Decision, version: int, sha256: str) -> Iterator[str]:
    yield f"{decision.role}: {decision.label} by {decision.name}"
    if decision.note:
        yield f"  DOES NOT COUNT: {decision.note}"
    yield f"  {moment(decision.at)}, record {decision.record}, hash {decision.hash}"
    if decision.version != version:
        yield f"  given to version {decision.version}, and holds for this one too"
    if decision.meaning:
        yield f"  “{decision.meaning}”"
    for line in decision.comment.splitlines():
        yield f"  | {line}"
    if decision.own_key:
        yield f"  Signed by their own passkey on {decision.own_key.origin}, key"
        yield f"  {decision.own_key.fingerprint}"
        if decision.sha256 != sha256:
            yield f"  for the text with SHA-256 {decision.sha256},"
            yield "  of which the server says that this file is a form"
    else:
        yield f"  Verified by {decision.proof}: the server alone says so"


def moment(timestamp: str) -> str:
    return f"{timestamp[:19].replace('T', ' ')} UTC"
