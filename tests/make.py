"""Factories for tests, and a small plan to try things on.

Plain functions with sensible defaults. The cast is made by fixtures in conftest.py.
"""

from pathlib import Path

import pytest

from plans import document as doc
from plans.actions import signing
from plans.actions.items import save_item
from plans.actions.plans import Start, create_from_template, import_plan
from plans.actions.reviews import request_review
from plans.content import export, storage
from plans.models import (
    Approval,
    AuditRecord,
    Item,
    Membership,
    Plan,
    Section,
    Team,
    User,
)
from tests import effort

SHARED = Path(__file__).resolve().parents[2] / "shared"

# A small plan with one of everything that has rows of its own.
SMALL = """\
# Implementation Plan: Tide tables

## 1. OBJECTIVE

- **Category**: Plan
- **Storage**: [if applicable, e.g., PostgreSQL, files or N/A]

### Summary

Show the tides of a harbour.

## 2. QUALITY GATES

### Definition of Ready (DoR)

- [ ] Problem statement clear
- [x] Constraints known

| Violation | Why Needed | Simpler Alternative Rejected Because |
|-----------|------------|--------------------------------------|
| A second project | Firmware is built apart | One build cannot target both |

## 4. IMPLEMENTATION PHASES

### Phase 0: Research

- **Goal**: [NEEDS CLARIFICATION: Which harbours?]
- **Deliverables**:
  - research.md
  - A list of gauges
- **Owner**: Bob

### Phase 1: Build

- **Goal**: A page for each harbour
- **Deliverables**:
  - The page
- **Owner**: [Team/Individual]

## 6. SUCCESS METRICS

| Metric | Target | Measurement Method |
|--------|--------|--------------------|
| Response time | < 200 ms p95 | Load test |

## 7. RISKS & MITIGATIONS

| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |
|---------|-------------|--------|------------|---------------------|-------|
| R-001 | The gauges fall silent | High | Low | Show the age of a reading | Bob |
| R-002 | Summer time | Med | High | Keep UTC | Alice |

## 8. DEPENDENCIES

| Dependency | Type | Owner | Status | Timeline | Impact if Blocked |
|------------|------|-------|--------|----------|-------------------|
| Gauge feed | External | Harbour office | Red | 2026-05-01 | No readings |
| Map tiles | Internal | Maps | Green | done | No map |

## 9. COMMUNICATION & REVIEW

### Approvals

- **Technical Design**: Dana
- **Launch Approval**: [Name/Role]
"""

# The same, with nothing left to fill in.
FINISHED = (
    SMALL.replace("[if applicable, e.g., PostgreSQL, files or N/A]", "SQLite")
    .replace("- [ ] Problem", "- [x] Problem")
    .replace("[NEEDS CLARIFICATION: Which harbours?]", "Choose the harbours")
    .replace("[Team/Individual]", "Alice")
    .replace("[Name/Role]", "Alice")
)

# The same, with its question within a longer text.
ASKING = SMALL.replace("[NEEDS CLARIFICATION", "The tides of [NEEDS CLARIFICATION")


def make_user(username="alice", *, team=None, role=Membership.Role.EDITOR, **values):
    values.setdefault("display_name", username.capitalize())
    user = User.objects.create_user(username=username, password=username, **values)
    if team is not None:
        make_member(user, team, role)
    return user


def cast(username, *, team, role) -> User:
    """One of the cast: made, unless the file's own rows have them (tests/kept.py)."""
    known = User.objects.filter(username=username, memberships__team=team).first()
    return known or make_user(username, team=team, role=role)


def make_cast(team) -> list[User]:
    """Alice, bob and dana, as conftest.py has them."""
    roles = {"alice": "owner", "bob": "editor", "dana": "reviewer"}
    return [cast(name, team=team, role=role) for name, role in roles.items()]


def make_team(name="Harbour", slug=""):
    return Team.objects.create(name=name, slug=slug or name.lower())


def make_member(user, team, role=Membership.Role.EDITOR):
    return Membership.objects.create(team=team, user=user, role=role)


def owner_of(team):
    """Somebody who may: the team's first owner, made when there is none."""
    owner = User.objects.filter(
        memberships__team=team, memberships__role=Membership.Role.OWNER
    ).first()
    return owner or make_user("olive", team=team, role=Membership.Role.OWNER)


def make_plan(*, team=None, actor=None, text=SMALL, name="") -> Plan:
    team = team or Team.objects.first() or make_team()
    return import_plan(team=team, actor=actor or owner_of(team), text=text, name=name)


def make_plan_from_template(*, team=None, actor=None, feature="Tide tables", **start):
    team = team or Team.objects.first() or make_team()
    return create_from_template(
        team=team, actor=actor or owner_of(team), start=Start(feature, **start)
    )


# --- Sign-off ---


def make_submitted(*, team, actor, editor, text=FINISHED) -> Plan:
    """A finished plan of which a version waits to be signed.

    `actor` brought it, `editor` changed it last and submitted it: nobody wrote alone.
    """
    plan = make_plan(team=team, actor=actor, text=text)
    edit(plan, editor, value="Plan of tides")
    request_review(plan=plan, actor=editor)
    return plan


def edit(plan, actor, *, label="Category", value):
    """Change one field's value."""
    item = find(plan, label=label)
    return save_item(
        plan=plan, item=item, actor=actor, values={"value": value}, seen=None
    )


def slot_of(plan, role="Technical Design") -> Approval:
    return find(plan, label=role).approval


def sign(
    plan, actor, role="Technical Design", decision="approved", **values
) -> AuditRecord:
    """Decide on the newest version."""
    values.setdefault("approval", slot_of(plan, role))
    values.setdefault("version", plan.versions.first())
    if decision != "approved":
        values.setdefault("comment", "Because of the tides")
    return signing.sign(
        plan=plan, actor=actor, decision=decision, proof="password", **values
    )


# --- Finding one's way in a plan ---


def text_of(plan) -> str:
    """The plan as a fresh reader would export it."""
    return export.draft_text(Plan.objects.get(pk=plan.pk))


def section_of(plan, heading) -> Section:
    return Section.objects.get(plan=plan, heading=heading, removed=False)


def find(plan, *, heading=None, label=None, text=None, cell=None) -> Item:
    """The first item that is there, by its section's heading, label or text.

    `cell` is the text of any cell of a row.
    """
    loaded = storage.load(plan)
    for section, _, item in loaded.document.walk():
        if heading is not None and section.heading != heading:
            continue
        if label is not None and getattr(item, "label", None) != label:
            continue
        if text is not None and text not in doc.values_of(item):
            continue
        if cell is not None and cell not in getattr(item, "cells", []):
            continue
        return row_of(plan, item.id)
    raise LookupError(f"no item {heading=} {label=} {text=} {cell=}")


def row_of(plan, pk) -> Item:
    """An item's row as views get it: with all that is beside it."""
    return storage.items_of(plan).get(pk=pk)


def corpus_files(*folders, whole=False) -> list[Path]:
    """Real plans that other people wrote; skips, saying so, where there are none.

    A sample of them, unless the run is thorough or `whole` asks for all.
    """
    if not SHARED.is_dir():
        pytest.skip(f"no real plans to read: {SHARED} is absent")
    paths = [path for f in folders for path in sorted((SHARED / f).rglob("*.md"))]
    assert paths, f"{SHARED} holds no Markdown"
    return paths if whole or effort.IS_THOROUGH else effort.sample(paths)
