"""What the measurements are taken on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from plans.actions.plans import import_plan
from plans.models import Membership, Plan, Team, User

_CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
_HEAD = (
    "| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |\n"
    "|---------|-------------|--------|------------|---------------------|-------|\n"
)


@cache
def largest_corpus_file() -> str | None:
    paths = sorted(_CORPUS.glob("*/*.md"), key=lambda path: path.stat().st_size)
    return paths[-1].read_bytes().decode() if paths else None


@cache
def finished_plan() -> str:
    """The demo's longest plan, with nothing left to fill in."""
    demo = files("plans.demo")
    return demo.joinpath("offline-readings.md").read_bytes().decode()


def of_185_items() -> str:
    """The demo's plan, which has 156, with a list behind it."""
    entries = "".join(
        f"- Note {number} about the readings\n" for number in range(1, 30)
    )
    return f"{finished_plan().rstrip()}\n\n## Notes\n\n{entries}"


def of_about(items: int) -> str:
    """The demo's plan, with so many lists of thirty behind it that it has so many."""
    text = finished_plan().rstrip()
    for part in range(1, max(0, items - 156) // 30 + 1):
        entries = "".join(
            f"- Note {number} about the **readings** of `{part}`\n"
            for number in range(1, 31)
        )
        text += f"\n\n## Notes {part}\n\n{entries}"
    return text


def of_name(name: str) -> str | None:
    """`demo`, `corpus` (the largest file there, if there are any), or a number."""
    match name:
        case "demo":
            return finished_plan()
        case "corpus":
            return largest_corpus_file()
    return of_about(int(name))


def long_table(rows: int) -> str:
    """A plan whose risk table has this many rows."""
    body = "".join(
        f"| R-{number:03d} | The gauge {number} falls silent | High | Low "
        "| Show the age of the reading | Bob |\n"
        for number in range(1, rows + 1)
    )
    return f"# Plan\n\n## Risks\n\n{_HEAD}{body}"


def stored(text: str, owner: User | None = None) -> Plan:
    """The text as a plan, owned by somebody with a team."""
    owner = owner or someone()
    team = Team.objects.get(memberships__user=owner)
    return import_plan(team=team, actor=owner, text=text)


def someone() -> User:
    user, is_new = User.objects.get_or_create(username="measurer")
    if is_new:
        team = Team.objects.create(name="Measurements", slug="measurements")
        Membership.objects.create(team=team, user=user, role=Membership.Role.OWNER)
    return user
