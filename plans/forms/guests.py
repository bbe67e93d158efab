"""The form by which an owner invites a guest, and the one for a one-time code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from plans.actions.guests import LONGEST_ACCESS, LONGEST_NAME
from plans.models import Approval


class InviteGuest(forms.Form):
    """`slots`: the approvals of the plan, one of which the guest can be named for."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        label="Name",
        help_text="Printed with their signature.",
    )
    email = forms.EmailField(
        label="Email address",
        help_text="The link and every one-time code are sent there.",
        error_messages={"invalid": "Enter an email address such as name@example.org."},
    )
    slot = forms.ChoiceField(
        required=False,
        label="Signs",
        help_text="Adds their name to this line of the plan’s Approvals.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_ACCESS,
        initial=14,
        label="Access ends after (days)",
    )

    def __init__(self, *args: Any, slots: Iterable[Approval], **kwargs: Any) -> None:
        kwargs["auto_id"] = "guest-%s"
        super().__init__(*args, **kwargs)
        self.slots = {str(slot.pk): slot for slot in slots}
        choice = self.fields["slot"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", "Nothing, only reviews"),
            *((pk, slot.role) for pk, slot in self.slots.items()),
        ]

    @property
    def chosen_slot(self) -> Approval | None:
        return self.slots.get(self.cleaned_data["slot"])


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
