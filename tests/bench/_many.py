"""Thousands of plans in minutes: a few are made by the real actions, and all others are
copies of their rows, written by the database.

    DATABASE_URL=postgres://... PLANNER_ENV=development \
        python -m tests.bench._scale make 10000

fills an empty PostgreSQL database for a look by hand; the overseer signs in as
`overseer` with that password. tests/bench/scale.py measures in such databases.

The copies differ in all that is compared: title, people, versions with digests of their
own, and records whose chain is computed as the product does it. To copy is to add the
same number to every id of a plan, and another one to every id of a person.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from plans import document as doc
from plans import models
from plans.actions.comments import comment
from plans.actions.plans import import_plan
from plans.actions.reviews import request_review
from plans.models import AuditRecord, Membership, Team, User, Version
from plans.reviews.hash_chain import record_hash, sha256_of, submission_details
from plans.reviews.kept_states import refresh_states
from tests import make as factories
from tests.bench import _search

# A person is in two teams, and has five colleagues there.
PLANS_PER_TEAM = 50
TEAMS_OF_A_PERSON = 2
ROLES = ("owner", "editor", "editor", "reviewer", "reviewer")
CHANGES = 50
# Every such plan may be read by all.
ONE_OPEN_IN = 50
# More than the rows of any table that the first plans have.
STRIDE = 10_000

# What copies have instead: the number of four plans, and that of five people.
NUMBER = "00000"
NAME = "signer-000-"
HEAD = (
    "| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |\n"
    "|---------|-------------|--------|------------|---------------------|-------|\n"
)
DEPENDENCIES = (
    "| Dependency | Type | Owner | Status | Timeline | Impact if Blocked |\n"
    "|------------|------|-------|--------|----------|-------------------|\n"
)
METRICS = "| Metric | Target | Measurement Method |\n|---|---|---|\n"
# One of each state; a quarter of all plans is in it.
STATES = ("in review", "approved", "edited since", "draft")


def prototype(state: str) -> str:
    """A plan of some hundred items with nothing left to fill in."""
    levels, owner = ("High", "Medium", "Low"), f"{NAME}1"
    risks = "".join(
        f"| R-{row:03} | The gauge {row} falls silent | {levels[row % 3]} "
        f"| {levels[row % 2]} | Show its age | {owner} |\n"
        for row in range(1, 21)
    )
    dependencies = "".join(
        f"| Gauge {row} | External | Harbour office | {status} | 2026-0{row}-01 | - |\n"
        for row, status in enumerate(("Green", "Yellow", "Green", "Red", "Green"), 1)
    )
    metrics = "".join(f"| Delay {row} | < {row} s | Log |\n" for row in range(1, 6))
    steps = "".join(f"- [x] Step {row} of the work is described\n" for row in range(34))
    fields = "".join(f"- **Part {row}**: What part {row} does\n" for row in range(32))
    asked = "[NEEDS CLARIFICATION: Which gauge?]" if state == "draft" else "Gauges"
    fields += f"- **Part 32**: {asked}\n"
    return (
        f"# Implementation Plan: Tides of harbour {NUMBER}, {state}\n\n"
        f"## 1. OBJECTIVE\n\n{fields}\n### Summary\n\nShow the tides.\n\n"
        f"## 4. IMPLEMENTATION PHASES\n\n{steps}\n"
        f"## 6. SUCCESS METRICS\n\n{METRICS}{metrics}\n"
        f"## 7. RISKS & MITIGATIONS\n\n{HEAD}{risks}\n"
        f"## 8. DEPENDENCIES\n\n{DEPENDENCIES}{dependencies}\n"
        "## 9. COMMUNICATION & REVIEW\n\n### Approvals\n\n"
        f"- **Technical Design**: {NAME}3\n- **Launch Approval**: {NAME}4\n"
    )


def make(plans: int) -> None:
    """Fill an empty database. `plans`: a multiple of four, and at least a hundred."""
    if settings.PRODUCTION:
        raise SystemExit("This is for measurements: set PLANNER_ENV=development.")
    if connection.vendor != "postgresql" or User.objects.exists():
        raise SystemExit("This fills an empty PostgreSQL database, and no other.")
    with transaction.atomic():
        teams = max(plans // PLANS_PER_TEAM, TEAMS_OF_A_PERSON)
        _people(teams)
        for state in STATES:
            _one(state)
        refresh_states()
        _search.index_first_plans()
        _copy(plans // len(STATES), teams)
        _search.copy_entries(STRIDE)
        _sequences()
        _ask_one_everywhere()
        _tag()
    # As they are once somebody has looked at a list, and autovacuum has been there.
    refresh_states()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _tag() -> None:
    """Five words in each team, and one of them for each of its plans."""
    words = [f"tag {number}" for number in range(5)]
    models.Tag.objects.bulk_create(
        models.Tag(team=team, name=word, key=word)
        for team in Team.objects.all()
        for word in words
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plans_plan_tags (plan_id, tag_id) "
            "SELECT plan.id, tag.id FROM plans_plan AS plan JOIN plans_tag AS tag "
            "ON tag.team_id = plan.team_id AND tag.key = 'tag ' || (plan.id % 5)"
        )


def _people(teams: int) -> None:
    groups = teams // TEAMS_OF_A_PERSON
    users = User.objects.bulk_create(
        User(username=f"signer-{group:03}-{at}", display_name=f"signer-{group:03}-{at}")
        for group in range(groups)
        for at in range(len(ROLES))
    )
    overseer = User.objects.create_user("overseer", password="overseer")
    all_teams = Team.objects.bulk_create(
        Team(name=f"Team {number:03}", slug=f"team-{number:03}")
        for number in range(teams)
    )
    for number, team in enumerate(all_teams):
        first = min(number // TEAMS_OF_A_PERSON, groups - 1) * len(ROLES)
        members = users[first : first + len(ROLES)]
        Membership.objects.bulk_create(
            [
                *(
                    Membership(team=team, user=user, role=role)
                    for user, role in zip(members, ROLES, strict=True)
                ),
                Membership(team=team, user=overseer, role="viewer"),
            ]
        )


def _one(state: str) -> None:
    """A plan that came to its state by the actions, with its changes and comments."""
    owner, editor, other, first, second = User.objects.order_by("pk")[: len(ROLES)]
    team = Team.objects.order_by("pk")[0]
    plan = import_plan(team=team, actor=owner, text=prototype(state))
    for number in range(CHANGES - 6):
        writer = (editor, other)[number % 2]
        label = f"Part {number % 30}"
        factories.edit(plan, writer, label=label, value=f"It counts to {number}")
    for number in (1, 2):
        place = factories.find(plan, label=f"Part {number}")
        text = f"@{second.username} is this right?"
        comment(plan=plan, actor=editor, item=place, text=text)
    if state == "draft":
        return
    request_review(plan=plan, actor=editor)
    if state == "in review":
        return
    factories.sign(plan, first, "Technical Design")
    factories.sign(plan, second, "Launch Approval")
    if state == "edited since":
        factories.edit(plan, editor, label="Part 31", value="It counts once more")


def measured_plan() -> models.Plan:
    """The plan whose pages are measured."""
    plans = models.Plan.objects.order_by("pk").filter(title__endswith="in review")
    return plans[plans.count() // 2]


def _ask_one_everywhere() -> None:
    """Somebody who is asked too in each plan in review but the one that is measured:
    what the rows say about that is not on record."""
    user = User.objects.create_user("everywhere")
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role="reviewer") for team in Team.objects.all()
    )
    slots = models.Approval.objects.filter(
        role="Technical Design",
        item__block__section__plan__title__endswith="in review",
    ).exclude(item__block__section__plan=measured_plan())
    models.Approver.objects.bulk_create(
        models.Approver(approval=slot, user=user) for slot in slots
    )


# --- copies --------------------------------------------------------------------------


def _copy(groups: int, teams: int) -> None:
    """Group 0 is the first plans themselves; a group is one plan of each state."""
    of_groups = [
        (group, team, team // TEAMS_OF_A_PERSON)
        for group in range(1, groups)
        for team in [group * teams // groups]
    ]
    _fill_outbox(of_groups)
    for model in (
        models.Plan,
        models.Section,
        models.Phase,
        models.Block,
        models.Item,
        *(models.Field, models.ChecklistItem, models.Risk),
        *(models.Dependency, models.Metric, models.RegisterEntry),
        models.Approval,
        models.Approval.after.through,
        models.Approver,
        models.Change,
        models.Thread,
        models.Comment,
        models.Mention,
        models.ReviewRules,
    ):
        _copy_table(model)
    _copy_evidence(of_groups)
    with connection.cursor() as cursor:
        # In another order than that of their ids, over some months.
        cursor.execute(
            "UPDATE plans_plan SET is_open = (id / %s * 4 + id %% 4) %% %s = 7, "
            "updated_at = updated_at - (id * 7919 %% 100003) * interval '1 minute'",
            [STRIDE, ONE_OPEN_IN],
        )


def _fill_outbox(of_groups: list[tuple[int, int, int]]) -> None:
    """The groups, for the statements that copy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE copies (g bigint, team bigint, people bigint)"
        )
        cursor.executemany("INSERT INTO copies VALUES (%s, %s, %s)", of_groups)
        cursor.execute("ANALYZE copies")


def _copy_table(model: Any) -> None:
    columns = {field.column: _copied(field) for field in model._meta.concrete_fields}
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) "  # noqa: S608
            f"SELECT {', '.join(columns.values())} "
            f"FROM copies CROSS JOIN {model._meta.db_table} AS row ORDER BY copies.g"
        )


def _copied(field: Any) -> str:
    """The column of a copy, in SQL."""
    column = f'row."{field.column}"'
    shifted = f"{column} + copies.g * {STRIDE}"
    if field.is_relation:
        other = field.related_model
        if other is User:
            return f"{column} + copies.people * {len(ROLES)}"
        return f"{column} + copies.team" if other is Team else shifted
    if field.primary_key:
        return shifted
    if field.name == "edits":
        there = f"(edit->>'id')::bigint + copies.g * {STRIDE}"
        edits = f"jsonb_agg(jsonb_set(edit, '{{id}}', to_jsonb({there})))"
        return (
            f"(SELECT coalesce({edits}, '[]') "  # noqa: S608
            f"FROM jsonb_array_elements({column}) AS edit)"
        )
    if field.get_internal_type() in ("TextField", "CharField", "SlugField"):
        return (
            f"replace(replace({column}, '{NUMBER}', to_char(copies.g, 'FM00000')), "
            f"'{NAME}', 'signer-' || to_char(copies.people, 'FM000') || '-')"
        )
    return column


def _copy_evidence(of_groups: list[tuple[int, int, int]]) -> None:
    """Versions and records, with their own digests."""
    first_versions = list(Version.objects.order_by("pk"))
    without = {
        one.pk: doc.split_done_ticks(one.markdown, doc.Edition(one.edition))[0]
        for one in first_versions
    }
    parts = {one.pk: _parts(one.markdown, one) for one in first_versions}
    unticked = {one.pk: _parts(without[one.pk], one) for one in first_versions}
    first_records = list(AuditRecord.objects.order_by("plan", "number"))
    for start in range(0, len(of_groups), 500):
        versions: list[Version] = []
        records: list[AuditRecord] = []
        for group, _, people in of_groups[start : start + 500]:
            shift, by = group * STRIDE, people * len(ROLES)

            def own(text: str, group: int = group, people: int = people) -> str:
                return text.replace(NUMBER, f"{group:05}").replace(
                    NAME, f"signer-{people:03}-"
                )

            def digests(parts: dict[str, str], own: Any = own) -> dict[str, str]:
                return {own(name): sha256_of(own(part)) for name, part in parts.items()}

            copies = {}
            for one in first_versions:
                text = own(one.markdown)
                of_unticked = {
                    "sha256": sha256_of(own(without[one.pk])),
                    "parts": digests(unticked[one.pk]),
                }
                copy = _again(
                    one,
                    pk=one.pk + shift,
                    plan_id=one.plan_id + shift,
                    author_id=one.author_id + by,
                    last_writer_id=(one.last_writer_id or 0) + by,
                    writers=[pk + by for pk in one.writers],
                    slots=[pk + shift for pk in one.slots],
                    markdown=text,
                    sha256=sha256_of(text),
                    parts=digests(parts[one.pk]),
                    unticked=one.unticked | of_unticked,
                )
                copies[one.pk] = copy
            previous = ""
            for record in first_records:
                previous = "" if record.number == 1 else previous
                version = copies[record.version_id or 0]
                is_submission = record.kind == AuditRecord.Kind.SUBMITTED
                added = _again(
                    record,
                    pk=record.pk + shift,
                    plan_id=record.plan_id + shift,
                    version_id=version.pk,
                    approval_id=record.approval_id and record.approval_id + shift,
                    actor_id=record.actor_id + by,
                    name=own(record.name),
                    sha256=version.sha256,
                    details=submission_details(version)
                    if is_submission
                    else record.details,
                    previous=previous,
                )
                previous = added.hash = record_hash(added, previous)
                records.append(added)
            versions += copies.values()
        Version.objects.bulk_create(versions)
        AuditRecord.objects.bulk_create(records)


def _parts(text: str, version: Version) -> dict[str, str]:
    return doc.split_covered_chapters(text, doc.Edition(version.edition))


def _again(row: Any, **different: Any) -> Any:
    """An unsaved row of the same model that differs in some columns."""
    columns = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)(**columns | different)


def _sequences() -> None:
    tables = apps.get_app_config("plans").get_models()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def counts() -> dict[str, int]:
    """How many rows there are, to be told beside the figures."""
    tables = (
        *(models.Team, models.User, models.Plan, models.Item, models.Version),
        *(models.AuditRecord, models.Change, models.Comment),
    )
    return {
        f"{model._meta.verbose_name_plural}".replace(" ", "_"): model.objects.count()
        for model in tables
    }
