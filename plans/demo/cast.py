"""The demo's teams, the people in them, and their password."""

from __future__ import annotations

from dataclasses import dataclass

from plans.errors import Refused
from plans.models import Membership, Team, User
from plans.permissions import Role

PASSWORD = "meter-reading"  # noqa: S105 (printed on purpose)


@dataclass(frozen=True)
class CastMember:
    username: str
    display_name: str
    # In the team that they belong to first.
    role: Role


@dataclass(frozen=True)
class Company:
    """One of the demo's teams: its address, its name, and each member's role."""

    slug: str
    name: str
    roles: dict[str, Role]


PEOPLE = [
    CastMember("alice", "Alice Moreau", Role.OWNER),
    CastMember("bob", "Bob Tanaka", Role.EDITOR),
    CastMember("dana", "Dana Okafor", Role.REVIEWER),
    CastMember("emil", "Emil Brandt", Role.REVIEWER),
    CastMember("frida", "Frida Nyström", Role.EDITOR),
    CastMember("hana", "Hana Kim", Role.EDITOR),
    CastMember("idris", "Idris Cole", Role.EDITOR),
    CastMember("karin", "Karin Solberg", Role.OWNER),
    CastMember("mateo", "Mateo Ruiz", Role.REVIEWER),
    CastMember("victor", "Victor Adeyemi", Role.VIEWER),
]
WATER_WORKS = Company(
    "water-works",
    "Water works",
    {
        "alice": Role.OWNER,
        "bob": Role.EDITOR,
        "dana": Role.REVIEWER,
        "emil": Role.REVIEWER,
        "frida": Role.EDITOR,
        "victor": Role.VIEWER,
    },
)
CUSTOMER_SERVICES = Company(
    "customer-services",
    "Customer services",
    {
        "alice": Role.OWNER,
        "bob": Role.EDITOR,
        "dana": Role.REVIEWER,
        "emil": Role.REVIEWER,
        "hana": Role.EDITOR,
        "idris": Role.EDITOR,
        "mateo": Role.REVIEWER,
    },
)
NETWORK_OPERATIONS = Company(
    "network-operations",
    "Network operations",
    {
        "alice": Role.REVIEWER,
        "dana": Role.REVIEWER,
        "emil": Role.REVIEWER,
        "frida": Role.EDITOR,
        "idris": Role.EDITOR,
        "karin": Role.OWNER,
        "mateo": Role.REVIEWER,
    },
)
DATA_PLATFORM = Company(
    "data-platform",
    "Data platform",
    {
        "alice": Role.OWNER,
        "bob": Role.EDITOR,
        "dana": Role.REVIEWER,
        "emil": Role.REVIEWER,
        "hana": Role.EDITOR,
        "idris": Role.EDITOR,
        "karin": Role.REVIEWER,
    },
)


def make_people() -> dict[str, User]:
    """The demo's people by username, without a team.

    Raises Refused where accounts have these names already: they would become members
    of teams that they never joined, and signers of their plans.
    """
    names = [person.username for person in PEOPLE]
    others = User.objects.filter(username__in=names)
    taken = sorted(others.values_list("username", flat=True))
    if taken:
        raise Refused(
            "The demo was not loaded: its people are called "
            f"{', '.join(names)}, and other accounts here have these names: "
            f"{', '.join(taken)}. Name another database in DATABASE_URL to try it."
        )
    return {
        person.username: User.objects.create_user(
            username=person.username,
            password=PASSWORD,
            display_name=person.display_name,
        )
        for person in PEOPLE
    }


def make_team(company: Company, people: dict[str, User]) -> Team:
    team, _ = Team.objects.get_or_create(
        slug=company.slug, defaults={"name": company.name}
    )
    for username, role in company.roles.items():
        Membership.objects.create(team=team, user=people[username], role=role)
    return team
