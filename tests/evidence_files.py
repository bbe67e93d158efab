"""A version with its file of approvals and the server's keys, as bytes."""

from django.utils import timezone

from plans.reviews.evidence_keys import keys_file
from plans.reviews.statement import approvals_file


def files_of(plan, number=None):
    """The frozen text, the approvals and the keys."""
    versions = plan.versions.order_by("number")
    version = versions.get(number=number) if number else versions.last()
    plan_md = version.markdown.encode()
    return plan_md, approvals_file(plan, version, timezone.now()), keys_file()
