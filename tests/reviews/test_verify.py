"""That tampering with what was signed is found, wherever in the database it is done."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models

from plans.actions.reviews import expire_request, request_review
from plans.actions.signing import confirm_condition, withdraw
from plans.models import AuditRecord, Change, User, Version
from plans.reviews.hash_chain import sha256_of
from plans.reviews.verify import verify_evidence
from tests import make
from tests.kept import kept_plan
from tests.make import FINISHED

pytestmark = pytest.mark.once

# Nothing reads them: the records of a plan are found by its plan and their numbers.
# What people call a version is no part of what they signed.
HARMLESS = {(AuditRecord, "id"), (Version, "name")}
# Other rows name it, so the database itself refuses to change it.
REFUSED_BY_DATABASE = {(Version, "id")}


def make_signed(team, alice, bob, dana):
    """Two versions, the second one approved; something of every sort on its record."""
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana, decision="changes_requested")
    make.edit(plan, bob, label="Storage", value="Files")
    request_review(plan=plan, actor=bob)
    slot = make.slot_of(plan)
    make.sign(plan, dana)
    withdraw(plan=plan, approval=slot, actor=dana, comment="Wait", proof="password")
    make.sign(plan, dana, decision="approved_if")
    confirm_condition(plan=plan, approval=slot, actor=dana, proof="password")
    make.sign(plan, alice, "Launch Approval")
    return plan


team, signed = kept_plan(make_signed)


def answer_of(slug):
    """What the command says, and what it ends with."""
    out = io.StringIO()
    try:
        call_command("verify_approvals", slug, stdout=out)
    except CommandError as refusal:
        return str(refusal), refusal.returncode
    return out.getvalue(), 0


def is_detected(plan, *words):
    output, code = answer_of(plan.slug)
    assert code == 1, output
    for word in words:
        assert word in output
    return True


def kinds(plan):
    return list(plan.records.order_by("number").values_list("kind", flat=True))


def test_what_nobody_touched_fits(signed):
    assert kinds(signed)[-1] == "completed"
    output, code = answer_of(signed.slug)
    assert code == 0
    assert f"{len(kinds(signed))} records and 2 versions fit" in output
    assert signed.records.order_by("number").last().hash in output


def test_a_plan_that_is_not_there_cannot_be_verified(db):
    output, code = answer_of("nowhere")
    assert (code, "no plan nowhere" in output) == (2, True)


def test_a_plan_that_was_never_submitted_fits(plan):
    assert answer_of(plan.slug)[1] == 0


def columns():
    """Every column of the two tables, whatever they come to have."""
    return [
        (model, field)
        for model in (AuditRecord, Version)
        for field in model._meta.concrete_fields
        if (model, field.name) not in HARMLESS | REFUSED_BY_DATABASE
    ]


def name_of(column):
    return column.name if hasattr(column, "column") else column.__name__


def something_else(field, value, plan):
    """Another value that the column can hold."""
    if isinstance(field, models.ForeignKey):
        rows = field.related_model._default_manager.exclude(pk=value)
        if field.name == "plan":
            return make.make_plan(team=plan.team, text=FINISHED).pk
        other = rows.order_by("pk").values_list("pk", flat=True).first()
        assert other
        return other
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, dict):
        return {**value, "more": 1}
    if isinstance(value, list):
        return [*value, 1]
    if field.name == "kind":
        return "approved" if value != "approved" else "declined"
    if isinstance(field, models.DateTimeField):
        return datetime(2026, 1, 1, tzinfo=UTC)
    return f"x{value}"[: field.max_length]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "field"), columns(), ids=name_of)
@pytest.mark.parametrize("which", ["first", "last"])
def test_a_changed_column_is_found(signed, model, field, which):
    rows = model.objects.filter(plan=signed).order_by("number")
    row = getattr(rows, which)()
    if model is AuditRecord and field.name == "comment":
        row = getattr(rows.exclude(comment=""), which)()
    value = getattr(row, field.attname)
    other = something_else(field, value, signed)
    assert other != value
    model.objects.filter(pk=row.pk).update(**{field.attname: other})
    assert is_detected(signed)


@pytest.mark.parametrize("name", ["comment", "meaning", "name", "role", "proof"])
def test_the_first_record_that_does_not_fit_is_named(signed, name):
    changed = signed.records.order_by("number")[3:]
    for record in changed:
        value = getattr(record, name) + "."
        AuditRecord.objects.filter(pk=record.pk).update(**{name: value})
    assert is_detected(signed, f"Record {changed[0].number} (", "changed after")


def test_a_column_emptied_by_sql_is_found(signed):
    first = signed.records.order_by("number").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plans_record SET details = %s WHERE id = %s",
            [json.dumps({}), first.pk],
        )
    assert is_detected(signed, "Record 1 (")


@pytest.mark.parametrize("at", [0, 3, -1], ids=["first", "middle", "last"])
def test_a_removed_record_is_found(signed, at):
    list(signed.records.order_by("number"))[at].delete()
    assert is_detected(signed, "Change" if at == -1 else "Record")


def test_each_record_taken_off_the_end_is_found(signed):
    while record := signed.records.order_by("number").last():
        record.delete()
        assert is_detected(signed)


def test_records_that_changed_places_are_found(signed):
    third, fourth = signed.records.order_by("number")[2:4]
    AuditRecord.objects.filter(pk=third.pk).update(number=1_000)
    AuditRecord.objects.filter(pk=fourth.pk).update(number=third.number)
    AuditRecord.objects.filter(pk=third.pk).update(number=fourth.number)
    assert is_detected(signed, "Record 3 (")


def test_records_that_exchanged_what_they_say_are_found(signed):
    third, fourth = signed.records.order_by("number")[2:4]
    columns = {
        field.attname: getattr(fourth, field.attname)
        for field in AuditRecord._meta.concrete_fields
        if field.name not in ("id", "number")
    }
    AuditRecord.objects.filter(pk=third.pk).update(**columns)
    assert is_detected(signed, "Record 3 (")


def test_a_removed_version_is_found(signed):
    version = signed.versions.last()
    # The database refuses to while records name it; whoever gets around that by
    # pointing them elsewhere is found as well.
    AuditRecord.objects.filter(version=version).update(version=signed.versions.first())
    version.delete()
    assert is_detected(signed, "Record 1 (")


def test_a_text_that_was_changed_together_with_its_digest_is_found(signed):
    version = signed.versions.first()
    text = version.markdown.replace("Files", "Filez")
    Version.objects.filter(pk=version.pk).update(markdown=text)
    assert is_detected(signed, "text of version 2 is not the one that was frozen")
    Version.objects.filter(pk=version.pk).update(sha256=sha256_of(text))
    assert is_detected(signed, "digest was another one")


def test_a_forged_sign_off_is_found(signed, bob):
    last = signed.records.order_by("number").last()
    AuditRecord.objects.create(
        plan=signed,
        number=last.number + 1,
        kind="approved",
        version=last.version,
        actor=bob,
        name="Dana",
        sha256=last.sha256,
        change_number=last.change_number,
        at=last.at,
        previous=last.hash,
        hash=sha256_of("anything"),
    )
    assert is_detected(signed, f"Record {last.number + 1} (")


def test_a_request_that_was_made_longer_is_found(signed, bob):
    expire_request(plan=signed, actor=bob)
    assert verify_evidence(signed).is_valid
    signed.versions.filter(number=2).update(expires_at=None)
    assert is_detected(signed, "end of the request for version 2")


def test_a_change_of_the_log_that_was_removed_is_found(signed):
    Change.objects.filter(plan=signed, verb="review.withdrawn").delete()
    assert is_detected(signed, "is of a change that is not there")


def test_names_of_people_may_change(signed):
    User.objects.update(display_name="Somebody")
    assert verify_evidence(signed).is_valid
