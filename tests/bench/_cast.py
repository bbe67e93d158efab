"""What a measured server's database holds, made and read in a process of its own: the
measuring process has another database.

    python -m tests.bench._cast make 200
    python -m tests.bench._cast plans demo corpus 1500
    python -m tests.bench._cast teams 50
    python -m tests.bench._cast number some-plan
    python -m tests.bench._cast numbers
    python -m tests.bench._cast history some-plan

Each prints one JSON value.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.processes import PROJECT

# Of five people, one may only read.
ONE_READER_IN = 5


def ask(environment: dict[str, str], *arguments: str) -> Any:
    """Run this module with another environment's database."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, *arguments],
        env={**os.environ, **environment},
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def make(people: int) -> dict[str, Any]:
    """The demo's finished plan, and the sessions of that many people who share it."""
    from django.core.management import call_command
    from django.db import transaction

    from plans.models import Item, Membership, Team, User
    from tests.bench._samples import finished_plan, someone, stored

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        plan = stored(finished_plan(), someone())
        team = Team.objects.get(plans=plan)
        sessions: dict[str, list[str]] = {"editor": [], "viewer": []}
        for number in range(people):
            is_reader = number % ONE_READER_IN == ONE_READER_IN - 1
            role = "viewer" if is_reader else "editor"
            user = User.objects.create(
                username=f"person-{number}", display_name=f"Person {number}"
            )
            Membership.objects.create(team=team, user=user, role=role)
            sessions[role].append(_session_of(user))
    fields = Item.objects.filter(block__section__plan=plan, kind="field")
    return {
        "slug": plan.slug,
        "address": plan.get_absolute_url(),
        "items": Item.objects.filter(block__section__plan=plan).count(),
        "fields": list(fields.values_list("pk", flat=True)),
        "editors": sessions["editor"],
        "readers": sessions["viewer"],
    }


def plans(names: list[str]) -> dict[str, Any]:
    """Plans by their names (see `of_name`), with the session of who may edit them."""
    from django.core.management import call_command

    from plans.models import Item
    from tests.bench._samples import of_name, someone, stored

    call_command("migrate", verbosity=0)
    owner = someone()
    stored_plans = []
    for name in names:
        if text := of_name(name):
            plan = stored(text, owner)
            items = Item.objects.filter(block__section__plan=plan)
            of_plan: dict[str, Any] = {"items": items.count()}
            for kind in ("field", "passage"):
                ids = items.filter(kind=kind).values_list("pk", flat=True)
                of_plan[kind] = ids.first()
            stored_plans.append(
                {"name": name, "address": plan.get_absolute_url(), **of_plan}
            )
    return {"session": _session_of(owner), "plans": stored_plans}


def teams(many: int) -> list[dict[str, Any]]:
    """So many teams of ten who may all edit, each with the demo's finished plan."""
    from django.core.management import call_command
    from django.db import transaction

    from plans.actions.plans import import_plan
    from plans.models import Item, Membership, Team, User
    from tests.bench._samples import finished_plan

    call_command("migrate", verbosity=0)
    all_teams = []
    for number in range(many):
        with transaction.atomic():
            team = Team.objects.create(name=f"Team {number}", slug=f"team-{number}")
            people = [
                User.objects.create(
                    username=f"person-{number}-{place}",
                    display_name=f"Person {number} {place}",
                )
                for place in range(10)
            ]
            for user in people:
                Membership.objects.create(team=team, user=user, role="editor")
            plan = import_plan(
                team=team, actor=people[0], text=finished_plan(), name=f"Plan {number}"
            )
            fields = Item.objects.filter(block__section__plan=plan, kind="field")
            all_teams.append(
                {
                    "slug": plan.slug,
                    "address": plan.get_absolute_url(),
                    "fields": list(fields.values_list("pk", flat=True)[:10]),
                    "sessions": [_session_of(user) for user in people],
                }
            )
    return all_teams


def _session_of(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from plans.accounts.sessions import Backend, SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = f"{Backend.__module__}.{Backend.__name__}"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def number(slug: str) -> int:
    """Of the newest change."""
    from plans.models import Plan

    return Plan.objects.get(slug=slug).change_number


def numbers() -> dict[str, int]:
    from plans.models import Plan

    return dict(Plan.objects.values_list("slug", "change_number"))


def history(slug: str) -> dict[str, dict[str, Any]]:
    """Of each field that was changed: all its values in order, and the one stored."""
    from plans.models import Field, Plan

    plan = Plan.objects.get(slug=slug)
    fields: dict[str, dict[str, Any]] = {}
    for change in plan.changes.order_by("number"):
        for edit in change.edits:
            if edit["row"] == "item" and "value" in edit["after"]:
                of_item = fields.setdefault(str(edit["id"]), {"values": []})
                of_item["values"].append(edit["after"]["value"])
    for field in Field.objects.filter(item__in=fields):
        fields[str(field.pk)]["stored"] = field.value
    return fields


def main(arguments: list[str]) -> Any:
    import django

    django.setup()
    match arguments:
        case ["make", people]:
            return make(int(people))
        case ["plans", *names]:
            return plans(names)
        case ["teams", many]:
            return teams(int(many))
        case ["numbers"]:
            return numbers()
        case ["number", slug]:
            return number(slug)
        case ["history", slug]:
            return history(slug)
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
