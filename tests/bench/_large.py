"""What is large by itself, for tests/bench/scale.py: a plan of 300 versions, and plans
of 5,000 items, one of them submitted. Made by the real actions."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from plans.actions.plans import import_plan
from plans.actions.reviews import request_review
from plans.live.channel import load_side_panels
from plans.models import Membership, Plan, Team, User
from plans.reviews.identify import identify_versions
from tests import make as factories
from tests.bench._many import prototype
from tests.bench._samples import of_about

VERSIONS = 300
ITEMS = 5_000


def make() -> None:
    """Fill a database that has tables and nothing in them."""
    team = Team.objects.create(name="Large", slug="large")
    owner = User.objects.create_user("owner")
    for number, role in enumerate(("owner", "editor", "reviewer", "reviewer")):
        user = User.objects.create_user(f"signer-000-{number + 1}")
        Membership.objects.create(team=team, user=user, role=role)
    Membership.objects.create(team=team, user=owner, role="owner")
    versions = import_plan(team=team, actor=owner, text=prototype("versions"))
    for number in range(VERSIONS):
        factories.edit(versions, owner, label="Part 31", value=f"It counts {number}")
        request_review(plan=versions, actor=owner)
    for title in ("submitted", "draft"):
        text = of_about(ITEMS).replace("# ", f"# {title}, ", 1)
        plan = import_plan(team=team, actor=owner, text=text)
        if title == "submitted":
            request_review(plan=plan, actor=owner)


def works() -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="owner"))
    versions, submitted, draft = Plan.objects.order_by("pk")
    newest = versions.versions.order_by("number").last()
    assert newest is not None

    def page(name: str, plan: Plan, query: str = "") -> Callable[[], object]:
        address = reverse(f"plans:{name}", args=[plan.slug]) + query

        def get() -> None:
            assert client.get(address).status_code == 200

        return get

    def verify() -> None:
        (match,) = identify_versions(newest.markdown)
        assert match.is_valid

    return {
        f"evidence_{VERSIONS}_versions": page("evidence", versions),
        f"evidence_{VERSIONS}_versions_all": page("evidence", versions, "?all=1"),
        f"verify_{VERSIONS}_versions": verify,
        f"sign_off_{ITEMS}_items": page("review", submitted),
        f"panels_{ITEMS}_items": lambda: load_side_panels(draft.pk, {True, False}),
    }
