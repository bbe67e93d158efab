"""What one person can do in each of their slots, and what they typed there."""

from __future__ import annotations

from dataclasses import dataclass, field

from plans import permissions
from plans.forms.plans import Proof
from plans.models import AuditRecord, Membership, User, Version
from plans.reviews import rules
from plans.reviews.meaning import default_meaning
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus

Kind = AuditRecord.Kind
# What a signer can do in their slot; a refused form is shown again under this name.
SIGN, WITHDRAW, CONDITION = "sign", "withdraw", "condition"


@dataclass(frozen=True)
class RejectedSigning:
    """A form that was refused: shown again, with the reason, where it was sent from.

    `message`: the reason; `version`: the number of the version that it was about.
    """

    approval_id: int
    what: str
    form: Proof
    message: str

    @property
    def version(self) -> int | None:
        number: int | None = self.form.cleaned_data.get("version")
        return number

    @property
    def wrong_field(self) -> str:
        """Where to put the cursor; "" when the reason is in no field."""
        return next(iter(self.form.errors), "")

    @property
    def words(self) -> str:
        return str(self.form.data.get("comment", ""))

    @property
    def threads(self) -> list[int]:
        """The comments that the decision was to take along."""
        ids: list[int] = self.form.cleaned_data.get("threads", [])
        return ids


@dataclass
class SigningForm:
    """A slot of the person who looks, with what they can do there.

    `refusals`: why they may not approve now; `blocked`: why no one can decide at all;
    `choices`: the decisions, with what a signature says by default. `version`: the
    number of the newest version; `typed`: what was typed and refused; `others`: further
    slots of the person that the same decision can be for; `later`: those that come
    after these, and are in turn once they are approved by it.
    """

    version: int
    slot: ApprovalStatus
    approver: ApproverStatus
    refusals: list[str]
    blocked: str
    choices: list[Choice]
    typed: RejectedSigning | None = None
    others: list[SigningForm] = field(default_factory=list)
    later: list[SigningForm] = field(default_factory=list)

    @property
    def may_decide(self) -> bool:
        return self.approver.decision is None or self.approver.is_carried

    @property
    def may_withdraw(self) -> bool:
        return self.approver.decision is not None

    @property
    def may_confirm(self) -> bool:
        return self.approver.state == "condition"

    @property
    def needs_nothing(self) -> bool:
        """Whether the person's approval of an earlier version counts for this one."""
        return self.approver.is_carried and not self.may_confirm

    @property
    def is_ready(self) -> bool:
        """Whether the plan waits for this decision, and nothing is in its way."""
        return not (self.blocked or self.refusals or self.approver.is_carried)

    @property
    def shown(self) -> list[str]:
        """The forms that are on the page."""
        forms = (
            (SIGN, self.may_decide),
            (WITHDRAW, self.may_withdraw),
            (CONDITION, self.may_confirm),
        )
        return [what for what, is_there in forms if is_there]

    @property
    def chosen(self) -> str:
        """Never for a version other than the one that it was chosen for."""
        if self.typed is None or self.typed.version != self.version:
            return ""
        return str(self.typed.form.data.get("decision", ""))

    @property
    def agreed(self) -> set[int]:
        """The other slots that the refused decision was for, too."""
        also = self.typed.form.cleaned_data.get("also", []) if self.typed else []
        return {approval_id for approval_id, _ in also}

    @property
    def meaning(self) -> str:
        typed = self.typed.form.data.get("meaning", "") if self.typed else ""
        by_decision = {choice.value: choice.meaning for choice in self.choices}
        default = by_decision.get(self.chosen, self.choices[0].meaning)
        return typed or default


@dataclass(frozen=True)
class Choice:
    """One decision. `meaning`: what a signature for it says by default."""

    value: str
    label: str
    help: str
    meaning: str
    is_approval: bool


_CHOICES = (
    (Kind.APPROVED, "Approve", "This version is right as it is."),
    (
        Kind.APPROVED_IF,
        "Approve if …",
        "Counts once you confirm that your condition is met.",
    ),
    (
        Kind.CHANGES_REQUESTED,
        "Request changes",
        "An editor revises the plan and asks again.",
    ),
    (Kind.DECLINED, "Decline", "This should not be done."),
)


def choices_for(role: str) -> list[Choice]:
    return [
        Choice(
            kind.value,
            label,
            help_text,
            default_meaning(role, kind),
            kind in (Kind.APPROVED, Kind.APPROVED_IF),
        )
        for kind, label, help_text in _CHOICES
    ]


def is_usual(role: str, meaning: str) -> bool:
    """Whether a signature's words are those of one of the decisions by default."""
    return meaning.strip() in {choice.meaning for choice in choices_for(role)}


def signing_forms(
    user: User,
    member: Membership,
    state: ReviewStatus,
    version: Version,
    typed: RejectedSigning | None = None,
) -> list[SigningForm]:
    """`version` is the newest one, with its Markdown."""
    forms = []
    for slot in state.slots:
        approver = slot.approver_for(user)
        ids = [approver.user.pk for approver in slot.approvers]
        if approver is None or not permissions.may_sign(member, slot.approval, ids):
            continue
        refusals = list(
            rules.refusals_for(rules.ApprovalAttempt(version, state, slot, user))
        )
        choices = choices_for(slot.approval.role)
        blocked = _blocked(version, state, slot)
        form = SigningForm(version.number, slot, approver, refusals, blocked, choices)
        if typed and typed.approval_id == slot.approval.pk and typed.what in form.shown:
            form.typed = typed
        forms.append(form)
    ready = [form for form in forms if form.may_decide and form.is_ready]
    later = _in_turn_after(ready, forms, version, state, user)
    for form in ready:
        form.others = [other for other in ready if other is not form]
        form.later = later
    return sorted(forms, key=_urgency)


def _in_turn_after(
    ready: list[SigningForm],
    forms: list[SigningForm],
    version: Version,
    state: ReviewStatus,
    user: User,
) -> list[SigningForm]:
    """The person's slots that they may approve once they have approved those that are
    `ready`, because nothing else is missing for them."""
    later: list[SigningForm] = []
    waiting = [
        form for form in forms if form.may_decide and form.refusals and not form.blocked
    ]
    approved = {form.slot.approval.pk for form in ready if _completes(form, user)}
    is_new = bool(approved)
    while is_new:
        is_new = False
        for form in [each for each in waiting if each not in later]:
            attempt = rules.ApprovalAttempt(
                version, state, form.slot, user, frozenset(approved)
            )
            if not next(rules.refusals_for(attempt), ""):
                later.append(form)
                is_new = True
                if _completes(form, user):
                    approved.add(form.slot.approval.pk)
    return later


def _completes(form: SigningForm, user: User) -> bool:
    return form.slot.is_approved_with(user)


def _urgency(form: SigningForm) -> int:
    """What waits for the person first; a slot that needs nothing last."""
    if form.typed:
        return 0
    if form.may_confirm or form.is_ready:
        return 1
    return 3 if form.needs_nothing or not form.may_decide else 2


def _blocked(version: Version, state: ReviewStatus, slot: ApprovalStatus) -> str:
    """Why no one can decide in a slot at the moment, and what to do about it."""
    number = version.number
    if slot.is_stale:
        return (
            f"The plan was edited after version {number} was submitted, so it can’t "
            "be signed now. Review the edits; an editor can submit them as version "
            f"{number + 1}."
        )
    if state.has_expired:
        return (
            f"The request for version {number} has ended, so it can’t be signed. An "
            "editor can submit it again."
        )
    return ""
