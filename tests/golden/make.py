"""Fill the database of DATABASE_URL with plans in every state of sign-off.

    python manage.py migrate && python -m tests.golden.make

It ran once, at commit c822e40. A later release that changes what is stored gets a
database of its own beside that one, made in the same way.
"""

import os
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
django.setup()

from plans import demo  # noqa: E402
from plans.actions import reviews, signing, slots  # noqa: E402
from plans.actions.items import save_item  # noqa: E402
from plans.models import Plan, User  # noqa: E402
from tests import make  # noqa: E402

# What the rules of reading and finishing can disagree about: markers and remarks,
# fields below a heading that only mentions an approval, a tick, a definition of a link.
TEXT = (
    make.FINISHED.replace("Tide tables", "{name}")
    .replace("### Summary\n", "### Summary\n\n<!-- ANCHOR:summary -->\n")
    .replace(
        "a harbour.", "a harbour, as [the office][office] wants it.\n\n<!-- Ask! -->"
    )
    .replace("## 4.", "### Definition of Done\n\n- [ ] Tried in a storm\n\n## 4.")
    .replace("## 9.", "## Approval workflow\n\n- **Release**: Dana\n\n## 9.")
    + "\n[office]: https://example.org/office\n"
)
# A tick needs no Definition of Done here; the launch does, by a rule.
OPEN_LAUNCH = {"done_first": False, "check_clean": False}


def plan_of(name: str) -> Plan:
    """A plan that two people wrote and that was submitted once."""
    alice, bob = user("alice"), user("bob")
    plan = make.make_plan(
        team=alice.teams.get(), actor=alice, text=TEXT.replace("{name}", name)
    )
    slots.change_rules(plan=plan, actor=alice, rules=OPEN_LAUNCH)
    make.edit(plan, bob, value=f"Plan {name}")
    reviews.request_review(plan=plan, actor=bob)
    return plan


def user(name: str) -> User:
    return User.objects.get(username=name)


def sign(plan: Plan, name: str, role: str, decision: str = "approved") -> None:
    make.sign(plan, user(name), role, decision)


def approve(plan: Plan) -> None:
    sign(plan, "dana", "Technical Design")
    sign(plan, "dana", "Release")
    sign(plan, "alice", "Launch Approval")


def tick(plan: Plan) -> None:
    check = make.find(plan, text="Tried in a storm")
    values = {"done": True}
    bob = user("bob")
    save_item(plan=plan, item=check, actor=bob, values=values, seen=check.version)


def main() -> None:
    demo.load_demo_plans(today=date(2026, 11, 30))
    approve(plan_of("Approved"))
    edited = plan_of("Edited since")
    approve(edited)
    make.edit(edited, user("bob"), label="Storage", value="Files")
    undone = plan_of("Edited and back")
    approve(undone)
    make.edit(undone, user("bob"), label="Storage", value="Files")
    make.edit(undone, user("bob"), label="Storage", value="SQLite")
    ticked = plan_of("Ticked")
    sign(ticked, "dana", "Technical Design")
    tick(ticked)
    reviews.request_review(plan=ticked, actor=user("bob"))
    sign(ticked, "dana", "Release")
    carried(plan_of("Carried"))
    half = plan_of("Withdrawn")
    sign(half, "dana", "Technical Design")
    signing.withdraw(
        plan=half,
        approval=make.slot_of(half),
        actor=user("dana"),
        comment="I read it again",
        proof="password",
    )
    sign(half, "dana", "Release", "approved_if")
    declined = plan_of("Declined")
    sign(declined, "dana", "Technical Design", "declined")
    ended = plan_of("Ended")
    sign(ended, "dana", "Technical Design")
    reviews.expire_request(plan=ended, actor=user("bob"))


def carried(plan: Plan) -> None:
    """A sign-off that holds for a newer version, whose other parts changed."""
    alice, bob = user("alice"), user("bob")
    slots.change_rules(plan=plan, actor=alice, rules={"stale_on": "covered"})
    design = make.slot_of(plan)
    slots.change_slot(
        plan=plan,
        approval=design,
        actor=alice,
        is_required=True,
        after=[],
        covers=["1. OBJECTIVE", "4. IMPLEMENTATION PHASES"],
    )
    approve(plan)
    risk = make.find(plan, cell="Keep UTC")
    values = {"cell-4": "Keep UTC everywhere"}
    save_item(plan=plan, item=risk, actor=bob, values=values, seen=risk.version)
    reviews.request_review(plan=plan, actor=bob)
    sign(plan, "dana", "Release")
    sign(plan, "alice", "Launch Approval")


if __name__ == "__main__":
    main()
