"""Where plans stand with their sign-off, told from versions and decisions.

Reads only; `actions/reviews.py` writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from plans.models import Approval, Plan, SignOff, Version


@dataclass
class Slot:
    """One approval of a plan, and the decision on its newest version, if any."""

    approval: Approval
    decision: SignOff | None = None

    @property
    def state(self) -> str:
        return self.decision.decision if self.decision else "open"


@dataclass
class State:
    """How far a plan's newest version is signed."""

    version: Version | None = None
    slots: list[Slot] = field(default_factory=list)

    @property
    def name(self) -> str:
        if self.version is None:
            return "draft"
        decisions = [slot.state for slot in self.slots]
        if "decline" in decisions:
            return "declined"
        if decisions and all(decision == "approve" for decision in decisions):
            return "approved"
        return "review"

    @property
    def label(self) -> str:
        number = self.version.number if self.version else 0
        return {
            "draft": "Draft",
            "declined": f"Version {number} declined",
            "approved": f"Version {number} approved",
            "review": f"Version {number} in review",
        }[self.name]

    @property
    def badge(self) -> str:
        return {"declined": "error"}.get(self.name, self.name)

    @property
    def signed(self) -> int:
        return sum(slot.state == "approve" for slot in self.slots)


def state_of(plan: Plan) -> State:
    with_states([plan])
    return plan.state  # type: ignore[attr-defined]


def with_states(plans: Sequence[Plan]) -> list[Plan]:
    """The same plans, each with `plan.state`; three queries however many they are."""
    ids = [plan.pk for plan in plans]
    states: dict[int, State] = defaultdict(State)
    versions = Version.objects.filter(plan__in=ids).order_by("plan", "-number")
    for version in versions.defer("markdown").select_related("author"):
        if states[version.plan_id].version is None:
            states[version.plan_id].version = version
    newest = [state.version for state in states.values() if state.version]
    decisions = {
        (sign_off.approval_id, sign_off.version_id): sign_off
        for sign_off in SignOff.objects.filter(version__in=newest).select_related(
            "signer"
        )
    }
    approvals = Approval.objects.present().filter(item__block__section__plan__in=ids)
    ordered = approvals.select_related("item__block__section", "approver").order_by(
        "item__block__section__position", "item__block__position", "item__position"
    )
    for approval in ordered:
        state = states[approval.item.block.section.plan_id]
        version_id = state.version.pk if state.version else 0
        decision = decisions.get((approval.pk, version_id))
        state.slots.append(Slot(approval, decision))
    for plan in plans:
        plan.state = states[plan.pk]  # type: ignore[attr-defined]
    return list(plans)
