"""The approvers, versions and decisions that there are, as the new tables keep them."""

from collections import defaultdict

from django.db import migrations
from django.db.models import Q

from plans import document as doc
from plans.reviews.hash_chain import (
    canonical_json,
    record_hash,
    sha256_of,
    utc_timestamp,
)

KINDS = {"approve": "approved", "decline": "declined"}


def fill(apps, schema_editor):
    model = lambda name: apps.get_model("plans", name)  # noqa: E731
    for approval in model("Approval").objects.exclude(approver=None):
        model("Approver").objects.create(approval=approval, user=approval.approver)
    for plan in model("Plan").objects.filter(versions__isnull=False).distinct():
        for version in plan.versions.order_by("number"):
            complete(version, plan, model)
        tell(plan, model)


def complete(version, plan, model):
    """What a version knows of itself since this release."""
    label = f"Version {version.number}"
    asked = plan.changes.filter(verb="review.requested", label=label).first()
    version.change_number = asked.number if asked else plan.change_number
    began = Q(verb__in=["plan.created", "plan.imported"])
    written = plan.changes.filter(~Q(edits=[]) | began)
    written = written.filter(number__lt=version.change_number).order_by("-number")
    actors = list(written.values_list("actor", flat=True))
    version.writers = sorted(set(actors))
    version.last_writer_id = actors[0] if actors else None
    parts = doc.split_chapters(version.markdown, doc.Edition.FIRST)
    version.parts = {heading: sha256_of(text) for heading, text in parts.items()}
    by_role = defaultdict(list)
    approvals = model("Approval").objects.filter(item__block__section__plan=plan)
    for approval in approvals.order_by("item__removed", "item__position", "pk"):
        by_role[approval.role].append(approval.pk)
    lines = doc.approval_lines(version.markdown, doc.Edition.FIRST)
    version.slots = [
        by_role[line.role].pop(0) if by_role[line.role] else 0 for line in lines
    ]
    version.save()


def details_of(version):
    """What the record of a submission kept of its version when this was written."""
    return {
        "number": version.number,
        "change": version.change_number,
        "slots": version.slots,
        "parts": version.parts,
        "writers": version.writers,
        "last_writer": version.last_writer_id,
        "problems": sha256_of(canonical_json(version.problems)),
        "created": utc_timestamp(version.created_at),
        "expires": utc_timestamp(version.expires_at) if version.expires_at else "",
    }


def tell(plan, model):
    """The plan's records: each submission, then each decision on it."""
    told = [
        (version.created_at, 0, version.number, version)
        for version in plan.versions.all()
    ] + [
        (signed.signed_at, 1, signed.pk, signed)
        for signed in model("SignOff").objects.filter(version__plan=plan)
    ]
    previous = ""
    for number, (at, is_decision, _, row) in enumerate(sorted(told), start=1):
        said = decision(row, plan) if is_decision else submission(row)
        record = model("Record")(
            plan=plan, number=number, at=at, previous=previous, **said
        )
        previous = record.hash = record_hash(record, previous)
        record.save(force_insert=True)


def submission(version):
    author = version.author
    names = (author.display_name, f"{author.first_name} {author.last_name}".strip())
    return {
        "kind": "submitted",
        "version": version,
        "actor": author,
        "name": next(filter(None, names), author.username),
        "sha256": version.sha256,
        "details": details_of(version),
        "change_number": version.change_number,
    }


def decision(signed, plan):
    label = f"{signed.role}, version {signed.version.number}"[:200]
    change = plan.changes.filter(
        item_id=signed.approval_id,
        actor=signed.signer,
        verb__startswith="review.",
        label=label,
    ).first()
    return {
        "kind": KINDS[signed.decision],
        "version": signed.version,
        "approval": signed.approval,
        "actor": signed.signer,
        "name": signed.name,
        "role": signed.role,
        "comment": signed.comment,
        "sha256": signed.sha256,
        "details": {"covers": [], "in_place_of": ""},
        "change_number": change.number if change else signed.version.change_number,
    }


def forget(apps, schema_editor):
    """Back to the rows that are still there; what was signed since is not among them."""
    for name in ("Record", "Approver"):
        apps.get_model("plans", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_sign_off")]

    operations = [migrations.RunPython(fill, forget)]
