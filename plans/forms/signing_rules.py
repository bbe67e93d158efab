"""Forms of the page that says how a plan is signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from plans.actions.guests import LONGEST_NAME
from plans.actions.signers import GUEST, GUEST_DAYS, Newcomer, Signers
from plans.actions.slots import LONGEST_REQUEST
from plans.content.limits import COMMENT_TOO_LONG, MAX_COMMENT_CHARACTERS
from plans.models import Approval, InvitedSeat, Membership, ReviewRules, User
from plans.reviews.model import ApprovalStatus
from plans.reviews.rules import RULES

_GONE = "Something here has changed since you opened the page. Choose again."
_CHOICE = {"invalid_choice": _GONE}
_DAYS = f"Enter a number of days from 1 to {LONGEST_REQUEST}, or leave it empty."
# What stands before the first heading is a part too, and has no name.
BEFORE_HEADINGS = "Introduction"


class Rules(forms.Form):
    """A switch for each rule, what makes a sign-off stale, how long a request lasts."""

    seen = forms.IntegerField()
    stale_on = forms.ChoiceField(
        label="What makes a sign-off stale",
        choices=ReviewRules.StaleOn.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what makes a sign-off stale."} | _CHOICE,
    )
    expires_after = forms.IntegerField(
        label="Request expires after (days)",
        required=False,
        min_value=1,
        max_value=LONGEST_REQUEST,
        help_text="After that, no one can sign until the plan is submitted again. "
        "Leave empty for no limit.",
        error_messages={"invalid": _DAYS, "min_value": _DAYS, "max_value": _DAYS},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in RULES:
            self.fields[rule.name] = forms.BooleanField(
                required=False, label=rule.label, help_text=rule.help
            )

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[rule.name] for rule in RULES]

    @property
    def rules(self) -> dict[str, Any]:
        """What was chosen, by the columns of ReviewRules."""
        return {k: v for k, v in self.cleaned_data.items() if k != "seen"}


def rules_form(rules: ReviewRules) -> Rules:
    names = [*(rule.name for rule in RULES), "stale_on", "expires_after"]
    initial = {name: getattr(rules, name) for name in names}
    return Rules(initial=initial, auto_id="rules-%s")


class _OfSlot(forms.Form):
    """`slot_id`: the ids of its controls start with it, for a page has many."""

    def __init__(self, *args: Any, slot_id: object, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"slot-{slot_id}-%s")
        super().__init__(*args, **kwargs)

    def offer(self, name: str, choices: Iterable[tuple[Any, str]]) -> None:
        """Say what there is to choose from."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class ApproversForm(_OfSlot):
    """Role and signers of a slot: a line of the plan's text. `offered`: the members who
    may sign, and those who are named already; `invited`: seats that wait for somebody
    to join; `can_invite`: whether one more person can be invited here."""

    role = forms.CharField(
        label="Role",
        max_length=200,
        error_messages={
            "required": "Enter a role, such as Security Review.",
            "max_length": "A role can have up to 200 characters.",
        },
    )
    people = forms.MultipleChoiceField(
        label="Who signs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOICE,
    )
    needs = forms.ChoiceField(
        label="If there are several",
        choices=Approval.Needs.choices,
        initial=Approval.Needs.ALL,
        widget=forms.RadioSelect,
        error_messages={"required": ("Choose whether all of them have to sign.")}
        | _CHOICE,
    )

    invite_name = forms.CharField(
        label="Name",
        required=False,
        max_length=LONGEST_NAME,
        help_text="As the line is to name them. A member’s isn’t needed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    invite_email = forms.EmailField(
        label="Email address",
        required=False,
        error_messages={"invalid": "Enter an email address such as name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    invite_as = forms.ChoiceField(
        label="As",
        choices=[
            ("reviewer", "Reviewer in the team: reads all its plans, comments, signs"),
            (GUEST, f"Guest: this plan alone, for {GUEST_DAYS} days, no password"),
        ],
        required=False,
        initial="reviewer",
        widget=forms.RadioSelect,
        error_messages=_CHOICE,
    )

    def __init__(
        self,
        *args: Any,
        offered: Sequence[User],
        invited: Sequence[InvitedSeat] = (),
        can_invite: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered, self.invited = offered, invited
        self.can_invite = can_invite
        waiting = [(_invited_key(seat), f"{seat.name} (invited)") for seat in invited]
        self.offer("people", [*((u.pk, _called(u)) for u in offered), *waiting])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_empty = "invite_email" in data and not data["invite_email"]
        if data.get("invite_name") and is_empty:
            message = "Enter the email address that the invitation is sent to."
            self.add_error("invite_email", message)
        return data

    @property
    def asks_to_invite(self) -> bool:
        """Whether anything was typed about somebody to invite."""
        typed = ("invite_name", "invite_email")
        return any(self.data.get(name) for name in typed)

    @property
    def signers(self) -> Signers:
        chosen = set(self.cleaned_data["people"])
        email = self.cleaned_data["invite_email"]
        return Signers(
            people=[user for user in self.offered if str(user.pk) in chosen],
            needs=self.cleaned_data["needs"],
            invited=[one for one in self.invited if _invited_key(one) in chosen],
            newcomer=Newcomer(
                name=self.cleaned_data["invite_name"],
                email=email,
                role=self.cleaned_data["invite_as"] or Membership.Role.REVIEWER,
            )
            if email
            else None,
        )


class PeopleOfSlot(ApproversForm):
    seen = forms.IntegerField(error_messages={"required": _GONE, "invalid": _GONE})


class SlotSetup(_OfSlot):
    """Whether a slot is required, after which others it comes, what it is about."""

    seen = forms.IntegerField(error_messages={"required": _GONE, "invalid": _GONE})
    is_required = forms.BooleanField(
        required=False,
        label="Required",
        help_text="The plan isn’t approved without it.",
    )
    after = forms.MultipleChoiceField(
        label="Comes after",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOICE,
    )
    covers = forms.MultipleChoiceField(
        label="Covers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOICE,
    )

    def __init__(
        self,
        *args: Any,
        slot: ApprovalStatus,
        others: Sequence[ApprovalStatus],
        headings: Sequence[str],
    ) -> None:
        super().__init__(*args, slot_id=slot.approval.pk)
        covers = slot.approval.covers
        gone = [heading for heading in covers if heading not in headings]
        named = [(heading, heading or BEFORE_HEADINGS) for heading in headings]
        lost = [(name, f"{name or BEFORE_HEADINGS} (not in the plan)") for name in gone]
        self.offer("covers", named + lost)
        self.offer("after", [(s.approval.pk, s.approval.role) for s in others])
        present = {other.approval.pk for other in others}
        earlier = [other.approval.pk for other in slot.waits_for]
        self.initial = {
            "is_required": slot.approval.is_required,
            "after": [pk for pk in earlier if pk in present],
            "covers": covers,
        }


class Replacement(_OfSlot):
    """One person signs in place of another. `members`: who may sign in this team."""

    leaves = forms.ChoiceField(label="Current approver", error_messages=_CHOICE)
    comes = forms.ChoiceField(
        label="New approver",
        error_messages={"required": "Choose the new approver."} | _CHOICE,
    )
    comment = forms.CharField(
        label="Why",
        max_length=MAX_COMMENT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in the record.",
        error_messages={
            "required": "Enter a reason. It is kept in the record.",
            "max_length": COMMENT_TOO_LONG,
        },
    )

    def __init__(
        self, *args: Any, slot: ApprovalStatus, members: Sequence[User]
    ) -> None:
        super().__init__(*args, slot_id=slot.approval.pk)
        seated = [approver.user for approver in slot.approvers]
        self.people = {str(user.pk): user for user in [*seated, *members]}
        self.offer("leaves", [(user.pk, _called(user)) for user in seated])
        coming = [user for user in members if user not in seated]
        named = [(user.pk, _called(user)) for user in coming]
        self.offer("comes", [("", "Choose an approver"), *named])


def _invited_key(seat: InvitedSeat) -> str:
    return f"invited-{seat.pk}"


def _called(user: User) -> str:
    """A name, with the user name, for two people may be called the same."""
    return f"{user.name} ({user.username})"
