"""Where the palette leads a person from any page: their plans, teams and own pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from plans.models import Plan, User

# The newest; the search knows the others by their titles.
MOST_PLANS = 12
# Names of addresses, and what they are called.
_ACTIONS = {"plan_new": "New plan", "plan_import": "Import a plan.md"}
_PAGES = {
    "plan_list": "Plans",
    "inbox": "For you",
    "search": "Search all plans",
    "team_list": "Teams",
    "profile": "Profile",
    "notice_settings": "Notifications",
}
_REGISTERS = {
    "risks": "Risks of all plans",
    "dependencies": "Dependencies of all plans",
    "questions": "Open questions of all plans",
    "approvals": "Approvals of all plans",
    "metrics": "Metrics of all plans",
}


@dataclass(frozen=True)
class Place:
    """A line of the palette. `kind`: in one word."""

    name: str
    kind: str
    url: str


def places_of(user: User) -> list[Place]:
    """What was changed last comes first. Three queries, for a guest one."""
    plans = Plan.objects.visible_to(user).current().order_by("-updated_at", "-pk")
    places = [Place(plan.title, "Plan", plan.url) for plan in plans[:MOST_PLANS]]
    if not user.is_guest:
        places += [_page(*each, kind="Action") for each in _ACTIONS.items()]
        places += [_page(*each) for each in _PAGES.items()]
        places += [
            Place(label, "Register", reverse("plans:register", args=[name]))
            for name, label in _REGISTERS.items()
        ]
        archive = f"{reverse('plans:plan_list')}?state=archived"
        places += [
            Place("Archived plans", "Page", archive),
            Place("Security", "Page", reverse("mfa_index")),
        ]
        for team in user.teams.order_by("name"):
            places += [
                Place(team.name, "Team", reverse("plans:team", args=[team.slug])),
                Place(
                    f"Templates of {team.name}",
                    "Page",
                    reverse("plans:templates", args=[team.slug]),
                ),
            ]
    return [*places, _page("help", "Help")]


def _page(name: str, label: str, kind: str = "Page") -> Place:
    return Place(label, kind, reverse(f"plans:{name}"))
