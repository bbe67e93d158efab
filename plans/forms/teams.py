"""Forms about people: teams, invitations, the user's profile, sharing."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django import forms

from plans import formats
from plans.actions.days_off import LONGEST_NAME
from plans.actions.sharing import LONGEST_SHARED
from plans.models import Membership
from plans.models.people import COLOURS


class NewTeam(forms.Form):
    name = forms.CharField(max_length=100, label="Team name")


class Invite(forms.Form):
    email = forms.EmailField(
        required=False,
        label="Email address",
        help_text=(
            "The invitation link is sent there. Leave empty to share the link yourself."
        ),
    )
    role = forms.ChoiceField(
        choices=Membership.Role.choices, initial=Membership.Role.EDITOR, label="Role"
    )


@cache
def zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name)
    return [
        ("", ("Server time zone")),
        *((name, name.replace("_", " ")) for name in names),
    ]


def regions() -> list[tuple[str, str]]:
    return [("", "As the browser asks"), *formats.regions().items()]


class Profile(forms.Form):
    display_name = forms.CharField(
        max_length=100,
        required=False,
        label="Name",
        help_text="Shown to others and printed with your signatures.",
    )
    colour = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "Any"),
            *((number, str(number + 1)) for number in range(COLOURS)),
        ],
        widget=forms.RadioSelect,
        label="Colour of your initials",
    )
    time_zone = forms.ChoiceField(
        required=False,
        choices=zones,
        label="Time zone",
        help_text="Used for times on pages. Sign-offs are always shown in UTC.",
    )
    region = forms.ChoiceField(
        required=False, choices=regions, label="Dates and numbers as in"
    )


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day such as 2026-12-25."},
    )


class NewDaysOff(forms.Form):
    first = _day("First day")
    last = _day("Last day", required=False, help_text="Empty for a single day.")
    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label="What for",
        help_text="Such as Christmas. Shown to the team.",
    )


class Share(forms.Form):
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_SHARED, initial=14, label="Expires after (days)"
    )
