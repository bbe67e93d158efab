"""Print, as JSON, what the code at hand says about every plan of DATABASE_URL.

    python -m tests.golden.answers

The keys are those of the golden file; how each is found out follows the code.
"""

import io
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from plans.models import Plan  # noqa: E402
from plans.reviews.approved_file import approved_file  # noqa: E402
from plans.reviews.hash_chain import hash_input, sha256_of  # noqa: E402
from plans.reviews.status import review_status  # noqa: E402
from plans.reviews.verify import verify_evidence  # noqa: E402


def answers_on(plan: Plan) -> dict[str, object]:
    state = review_status(plan)
    verification = verify_evidence(plan)
    file = approved_file(plan, state)
    records = plan.records.order_by("number")
    return {
        "state": state.name,
        "label": state.label,
        "edited_parts": sorted(state.edited_parts),
        "slots": [
            {
                "role": slot.approval.role,
                "state": slot.state,
                "is_stale": slot.is_stale,
                "voices": [
                    [approver.user.username, approver.state, approver.is_carried]
                    for approver in slot.approvers
                ],
            }
            for slot in state.slots
        ],
        "verification": [
            verification.records,
            verification.versions,
            verification.head,
            verification.problem,
        ],
        "hashed": [hash_input(record, record.previous) for record in records],
        "approved": sha256_of(file.text) if file else "",
        "verify_plan": {
            **{
                f"version {version.number}": verified(version.markdown)
                for version in plan.versions.order_by("number")
            },
            **({"finished": verified(file.text)} if file else {}),
        },
    }


def verified(text: str) -> str:
    """What `verify_plan` prints of a file."""
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.md")
        path.write_bytes(text.encode())
        with suppress(SystemExit):
            call_command("verify_plan", path, stdout=printed)
        return printed.getvalue().replace(str(path), "plan.md")


def main() -> None:
    plans = Plan.objects.order_by("slug")
    answers = {plan.slug: answers_on(plan) for plan in plans}
    json.dump(answers, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
