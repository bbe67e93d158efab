"""Forms about notices: what a person gets by mail."""

from __future__ import annotations

from typing import Any

from django import forms

from plans.actions.reminders import LONGEST
from plans.models import Notice, NoticeSettings, Webhook

# What a team is told of, where the model says what a person is.
WEBHOOK_LABELS = {
    Notice.Kind.SIGN_OFF: "Requests for sign-off, and reminders",
    Notice.Kind.CHANGES: "Requested changes",
    Notice.Kind.DECISION: "Other decisions",
    Notice.Kind.ASSIGNED: "Assigned sections and items",
    Notice.Kind.MENTION: "Mentions in comments",
    Notice.Kind.ANSWER: "Answers to comments and questions",
    Notice.Kind.OVERDUE: "Overdue sign-offs",
}
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class NoticeChoices(forms.Form):
    """A choice for each kind of notice, named as the kind, and the digest's hour."""

    digest_hour = forms.TypedChoiceField(
        label="Hour of the daily digest", choices=HOURS, coerce=int
    )

    def __init__(self, *args: Any, own: NoticeSettings) -> None:
        super().__init__(*args)
        for kind in Notice.CHOSEN_KINDS:
            self.fields[kind] = forms.ChoiceField(
                label=kind.label, choices=NoticeSettings.When.choices
            )
        self.order_fields([*Notice.CHOSEN_KINDS, "digest_hour"])
        self.initial = {kind: own.when(kind) for kind in Notice.CHOSEN_KINDS}
        self.initial["digest_hour"] = own.digest_hour

    @property
    def choices(self) -> dict[str, str]:
        """The When by kind."""
        return {str(kind): self.cleaned_data[kind] for kind in Notice.CHOSEN_KINDS}


class NewWebhook(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=Webhook.LONGEST_URL,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text="Starts with https://. The planner posts JSON to it.",
    )
    format = forms.ChoiceField(
        label="Format", choices=Webhook.Format.choices, initial=Webhook.Format.STANDARD
    )
    kinds = forms.MultipleChoiceField(
        label="Events",
        choices=[(kind, WEBHOOK_LABELS[kind]) for kind in Notice.CHOSEN_KINDS],
        initial=[
            Notice.Kind.SIGN_OFF,
            Notice.Kind.CHANGES,
            Notice.Kind.DECISION,
            Notice.Kind.OVERDUE,
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )


def _working_days(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=LONGEST,
    )


class Reminders(forms.Form):
    """Numbers of working days after a request; empty for never."""

    due_after = _working_days(
        "Decision due after (working days)",
        "Approvers see the day in the email that asks them.",
    )
    remind_after = _working_days(
        "Remind approvers every (working days)",
        "Those whose turn it is and who have not decided.",
    )
    escalate_after = _working_days(
        "Tell the team’s owners after (working days)",
        "Once for each request that still waits for somebody.",
    )
