"""A version with its file of approvals and the server's keys, as bytes, and the program
that verifies them."""

import os
import subprocess
import sys

from django.conf import settings
from django.utils import timezone

from plans.reviews.evidence_keys import keys_file
from plans.reviews.statement import approvals_file


def files_of(plan, number=None):
    """The frozen text, the approvals and the keys."""
    versions = plan.versions.order_by("number")
    version = versions.get(number=number) if number else versions.last()
    plan_md = version.markdown.encode()
    return plan_md, approvals_file(plan, version, timezone.now()), keys_file()


def run_program(*arguments, folder):
    """Where there is no planner: only the package itself."""
    package = folder / "planner_evidence"
    if not package.exists():
        package.symlink_to(settings.BASE_DIR / "planner_evidence")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "planner_evidence", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
