"""That sign-offs from before there were records are kept, and fit, as records."""

import hashlib

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from plans.models import AuditRecord, Plan, User
from plans.reviews.approved_file import approved_file
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests.make import FINISHED

BEFORE = [("plans", "0003_comments")]
TECHNICAL, LAUNCH = "Technical Design", "Launch Approval"


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old(transactional_db):
    """The models as they were; afterwards the database is as new again."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate(BEFORE)
    call_command("flush", verbosity=0, interactive=False)
    migrate(newest)


@pytest.fixture
def stored(old):
    """Two versions: of the first dana approved and alice, in a long role's name,
    declined; of the second both approved. Dana has left the team since."""
    model = lambda name: old.get_model("plans", name)  # noqa: E731
    team = model("Team").objects.create(name="Harbour", slug="harbour")
    users = {}
    for name in ("alice", "bob", "dana"):
        users[name] = model("User").objects.create(username=name)
        if name != "dana":
            role = "owner" if name == "alice" else "editor"
            model("Membership").objects.create(team=team, user=users[name], role=role)
    plan = model("Plan").objects.create(
        team=team, slug="tides", title="Tides", created_by=users["alice"]
    )
    slots = slots_in(model, plan, users)
    change = Log(model, plan)
    change(users["alice"], "plan.imported")
    for number, text in enumerate((FINISHED, FINISHED.replace("SQLite", "Files")), 1):
        change(users["bob"], "item.edited", edits=[{"row": "item"}])
        version = model("Version").objects.create(
            plan=plan,
            number=number,
            markdown=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            author=users["bob"],
            created_at=timezone.now(),
        )
        change(users["bob"], "review.requested", label=f"Version {number}")
        for name, role in (("dana", TECHNICAL), ("alice", LAUNCH)):
            declines = (number, name) == (1, "alice")
            model("SignOff").objects.create(
                approval=slots[role],
                version=version,
                signer=users[name],
                decision="decline" if declines else "approve",
                comment="Too early" if declines else "",
                name=name.capitalize(),
                role=role,
                sha256=version.sha256,
            )
            verb = "review.declined" if declines else "review.approved"
            label = f"{role}, version {number}"
            change(users[name], verb, label=label, item_id=slots[role].pk)
    return plan.pk


class Log:
    def __init__(self, model, plan):
        self.model, self.plan = model, plan

    def __call__(self, actor, verb, **values):
        self.plan.change_number += 1
        self.plan.save()
        self.model("Change").objects.create(
            plan=self.plan,
            number=self.plan.change_number,
            actor=actor,
            verb=verb,
            **{"edits": []} | values,
        )


def slots_in(model, plan, users):
    section = model("Section").objects.create(
        plan=plan, level=3, heading="Approvals", position=1
    )
    block = model("Block").objects.create(section=section, kind="approvals", position=1)
    approvals = {}
    for place, (role, name) in enumerate(((TECHNICAL, "dana"), (LAUNCH, "alice"))):
        item = model("Item").objects.create(block=block, kind="field", position=place)
        approvals[role] = model("Approval").objects.create(
            item=item, role=role, name=name.capitalize(), approver=users[name]
        )
    return approvals


def test_old_sign_offs_become_records_that_fit(stored, monkeypatch):
    # Of the plan's text, the tables of this test hold its slots alone.
    monkeypatch.setattr("plans.reviews.verify.has_drifted", lambda *_: False)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    plan = Plan.objects.get(pk=stored)
    assert verify_evidence(plan).problem == ""
    records = plan.records.order_by("number")
    assert [(record.kind, record.name, record.role) for record in records] == [
        ("submitted", "bob", ""),
        ("approved", "Dana", TECHNICAL),
        ("declined", "Alice", LAUNCH),
        ("submitted", "bob", ""),
        ("approved", "Dana", TECHNICAL),
        ("approved", "Alice", LAUNCH),
    ]
    assert records[2].comment == "Too early"
    numbers = list(records.values_list("change_number", flat=True))
    assert numbers == [3, 4, 5, 7, 8, 9]
    state = review_status(plan)
    assert [
        [approver.user.username for approver in slot.approvers] for slot in state.slots
    ] == [
        ["dana"],
        ["alice"],
    ]
    assert all(slot.is_approved for slot in state.slots)
    version = plan.versions.get(number=2)
    writers = {User.objects.get(pk=pk).username for pk in version.writers}
    assert writers == {"alice", "bob"}
    assert version.last_writer.username == "bob"
    assert version.slots == [slot.approval.pk for slot in state.slots]
    file = approved_file(plan, state)
    assert file is not None and file.text.count("— approved by ") == 2
    AuditRecord.objects.filter(number=2).update(name="Zed")
    assert "Record 2" in verify_evidence(plan).problem


def test_a_plan_without_versions_gets_no_records(old):
    model = old.get_model
    team = model("plans", "Team").objects.create(name="Harbour", slug="harbour")
    user = model("plans", "User").objects.create(username="alice")
    model("plans", "Plan").objects.create(
        team=team, slug="tides", title="Tides", created_by=user
    )
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert not AuditRecord.objects.exists()
    assert verify_evidence(Plan.objects.get()).is_valid
