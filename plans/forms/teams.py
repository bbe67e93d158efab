"""Forms about people: teams, invitations, the user's profile, sharing."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django import forms

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


class Share(forms.Form):
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_SHARED, initial=14, label="Expires after (days)"
    )
