"""The form by which an owner invites to a plan, and the one for a one-time code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from plans.actions.guests import LONGEST_ACCESS, LONGEST_NAME
from plans.actions.signers import GUEST, GUEST_DAYS, Newcomer
from plans.models import Approval, Membership, Team

Role = Membership.Role
_NEEDED = {
    "name": "Enter the name of the person you invite.",
    "email": "Enter the email address that the invitation is sent to.",
}
_OF_THE_TEAM = [
    (Role.REVIEWER.value, "Reviewer: comments and signs"),
    (Role.EDITOR.value, "Editor: writes plans"),
    (Role.VIEWER.value, "Viewer: reads"),
    (Role.OWNER.value, "Owner: leads the team"),
]


class InviteToPlan(forms.Form):
    """Somebody joins the team, or becomes a guest of one plan. `slots`: the approvals
    of the plan, one of which they can be named for."""

    email = forms.EmailField(
        required=False,
        label="Email address",
        help_text="The invitation is sent there. Empty: you get a link to pass on.",
        error_messages={"invalid": "Enter an email address such as name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="As", initial=Role.REVIEWER)
    name = forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        label="Name",
        help_text="Needed for a guest, and for who is to sign.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    slot = forms.ChoiceField(
        required=False,
        label="Signs",
        help_text="Adds their name to this line of the plan’s Approvals.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_ACCESS,
        initial=GUEST_DAYS,
        required=False,
        label="Guest access ends after (days)",
    )

    def __init__(
        self, *args: Any, team: Team, slots: Iterable[Approval], **kwargs: Any
    ) -> None:
        kwargs["auto_id"] = "invite-%s"
        super().__init__(*args, **kwargs)
        self.slots = {str(slot.pk): slot for slot in slots}
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [
            (f"In {team.name}, for all its plans", _OF_THE_TEAM),
            ("For this plan alone", [(GUEST, "Guest: reviews and signs, no password")]),
        ]
        choice = self.fields["slot"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", "Nothing"),
            *((pk, slot.role) for pk, slot in self.slots.items()),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_guest, slot = data.get("role") == GUEST, data.get("slot")
        for name in ("name", "email"):
            if (is_guest or slot) and name in data and not data[name]:
                self.add_error(name, _NEEDED[name])
        if slot and data.get("role") == Role.VIEWER:
            self.add_error("role", "Viewers can’t sign. Choose another role.")
        return data

    @property
    def chosen_slot(self) -> Approval | None:
        return self.slots.get(self.cleaned_data["slot"])

    @property
    def newcomer(self) -> Newcomer:
        data = self.cleaned_data
        days = data["days"] or GUEST_DAYS
        return Newcomer(data["name"], data["email"], data["role"], days)


class EnterCode(forms.Form):
    code = forms.CharField(
        max_length=20,
        label="Code from the email",
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )
