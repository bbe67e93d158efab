"""No name, title, label or comment that the forms accept makes any page fail."""

from contextlib import contextmanager

import pytest
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from plans.models import User
from tests import make
from tests.effort import examples
from tests.views.asking import url_of

pytestmark = pytest.mark.slow

# Where the names of people, teams, plans, sections and labels are shown.
OF_A_PLAN = (
    "plan",
    "side",
    "preview",
    "history",
    "comments",
    "review",
    "review_setup",
    "evidence",
    "sharing",
)
OF_ALL = ("plan_list", "inbox", "profile", "team_list", "plan_new", "plan_import")

# Letters, punctuation, spaces of all kinds, what is not seen, and what turns text over.
odd = st.text(
    st.sampled_from(".,-_@+ \t\n/\\'\"<>&{}%()[]|*#`~—…")
    | st.characters(blacklist_categories=["Cs"]),
    max_size=20,
)
usernames = st.text(
    st.sampled_from(".@+-_aZ9") | st.characters(whitelist_categories=["L", "N"]),
    min_size=1,
    max_size=12,
)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(person):
    """Without a look at the HTML: people may write `{{ x }}` into a name."""
    client = Client()
    client.force_login(person)
    return client


def walk(person, plan, colleague):
    """Every page that shows their names: a colleague's and their own."""
    team = url_of("team", None, plan.team.slug)
    of_a_plan = [url_of(name, plan) for name in OF_A_PLAN]
    of_all = [reverse(f"plans:{name}") for name in OF_ALL]
    for reader, addresses in ((colleague, [team, *of_a_plan]), (person, of_all)):
        client = signed_in(reader)
        for address in addresses:
            assert client.get(address).status_code == 200, address


@settings(
    max_examples=examples(1),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example("..", "...", "..", "...", "..", "...")
@example(".", "", "C++", "?", ".", ".")
@given(usernames, odd, odd, odd, odd, odd)
def test_no_name_makes_a_page_fail(
    plan, alice, bob, username, name, team_name, title, label, comment
):
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        assume(False)
    assume(not User.objects.filter(username__iexact=username).exists())
    with undone():
        User.objects.filter(pk=bob.pk).update(username=username)
        person = signed_in(bob)
        person.post(reverse("plans:profile"), {"display_name": name})
        person.post(reverse("plans:team_list"), {"name": team_name})
        item = make.find(plan, label="Storage")
        section, slot = item.block.section, make.slot_of(plan, "Launch Approval").item
        forms = {
            url_of("section_rename", plan, section.pk): {"heading": title},
            url_of("section_add", plan, section.pk): {"heading": label},
            url_of("item", plan, item.pk): {"label": label, "value": name},
            url_of("item", plan, slot.pk): {"label": label, "value": name},
            url_of("comment_add", plan): {"item": item.pk, "comment": comment},
            url_of("plan_new"): {"feature": title, "area": label, "branch": name},
        }
        for address, form in forms.items():
            assert person.post(address, form).status_code < 500, address
        walk(User.objects.get(pk=bob.pk), plan, alice)
