"""Who gets in where: every address with every kind of person, signed out ones too.

The URL configuration is walked, so an address that says nothing here about who may use
it fails; and whoever may not is refused with nothing written, on the plan of one's own
team and on that of another.
"""

from contextlib import contextmanager
from functools import cache

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from plans.actions import guests, sharing, teams
from plans.actions.comments import comment
from plans.actions.suggestions import suggest
from plans.actions.templates import add_template, add_template_version
from plans.actions.versions import save_version
from plans.live.subscribers import load_subscriber
from plans.models import Guest, Membership, Plan, SavedFilter, Webhook
from plans.notifications.guests import guest_path
from plans.notifications.unsubscribing import unsubscribe_path
from plans.views import account_urls as accounts
from tests import make
from tests.client import CheckingClient
from tests.views.asking import signed_in

pytestmark = [pytest.mark.once, pytest.mark.slow]

# Who may use an address: the least role in the plan's or the team's own, or whether one
# has to be signed in at all. What the other applications bring decides for itself
# (FOREIGN).
MEMBERS = ("owner", "editor", "reviewer", "viewer")
TALKERS = MEMBERS[:3]
WRITERS = MEMBERS[:2]
OWNERS = MEMBERS[:1]
SIGNED_IN = (*MEMBERS, "removed", "stranger")
EVERYBODY = (*SIGNED_IN, "nobody")
# Of the plan, of another one of the team, and of the plan until a moment ago.
GUESTS = ("guest", "guest elsewhere", "guest that was")
PEOPLE = (*EVERYBODY, *GUESTS)

REFUSED = (403, 404, 409, 422)

FOREIGN = ("admin/", "accounts/", "_allauth/")
OF_A_PLAN = [
    "plan",
    "side",
    "body",
    "preview",
    "download",
    "history",
    "compare",
    "item_history",
    "comments",
    "review",
    "review_setup",
    "reminders",
    "evidence",
    "evidence_file",
    "approvals",
    "sharing",
    "version",
    "versions",
    "saved_version",
    "section",
    "columns",
    "item",
    "plan_menu",
    "plan_duplicate",
    "lock",
    "team",
    "templates",
    "days_off",
    "template",
    "template_download",
]
OF_ONES_OWN = [
    "plan_list",
    "inbox",
    "inbox_count",
    "registers",
    "register",
    "register_csv",
    "register_json",
    "search",
    "search_suggest",
    "palette_places",
    "plan_new",
    "plan_import",
    "identify",
    "help",
    "profile",
    "notice_settings",
    "team_list",
]
READING = dict.fromkeys(OF_A_PLAN, MEMBERS) | dict.fromkeys(OF_ONES_OWN, SIGNED_IN)
EVERYBODYS = ("join", "shared", "shared_download", "planner_keys", "guest")
READING |= dict.fromkeys(EVERYBODYS, EVERYBODY)
READING["unsubscribe"] = EVERYBODY
READING |= dict.fromkeys(
    ("webhooks", "template_new", "template_edit", "plan_move"), OWNERS
)
# Dialogs and forms that only editors have a use for.
EDITORS_PAGES = ("section", "item_assign", "columns", "version_restore")
EDITORS_PAGES += ("plan_update", "template_update", "template_follow")
READING |= dict.fromkeys(EDITORS_PAGES, WRITERS)
READING["suggest"] = TALKERS
OF_EDITORS = [
    "template_update",
    "template_follow",
    "template_unfollow",
    "plan_tags",
    "undo",
    "redo",
    "item",
    "item_preview",
    "item_move",
    "item_duplicate",
    "item_paste",
    "item_remove",
    "item_choose",
    "versions",
    "version_name",
    "version_restore",
    "plan_update",
    "plan_update_take",
    "item_assign",
    "section_assign",
    "question",
    "item_restore",
    "item_add",
    "block_remove",
    "columns",
    "phase_add",
    "section_rename",
    "section_add",
    "section_move",
    "section_duplicate",
    "section_remove",
    "block_add",
    "review_request",
    "review_remind",
    "review_expire",
    "slot_confirm",
    "slot_people",
    "slot_add",
    "slot_drop",
    "approvals_add",
    "answer_use",
    "question_dismiss",
    "suggestion_accept",
    "suggestion_decline",
    "suggestions_decide",
]
OF_OWNERS = [
    "plan_move",
    "section_signing",
    "review_rules",
    "reminders",
    "webhooks",
    "webhook_test",
    "webhook_remove",
    "days_off",
    "day_off_remove",
    "template_new",
    "template_edit",
    "template_rename",
    "template_archive",
    "template_default",
    "template_editors",
    "slot_setup",
    "slot_replace",
    "archive",
    "lock",
    "sharing_open",
    "sharing_link",
    "sharing_show",
    "sharing_end",
    "sharing_invite",
    "guest_end",
    "team_invite",
    "invitation_revoke",
    "invitation_show",
    "member_role",
    "member_remove",
]
OF_TALKERS = [
    "comment_add",
    "comment_edit",
    "comment_remove",
    "comment_reply",
    "thread_resolve",
    "thread_reopen",
    "suggest",
]
WRITING = dict.fromkeys(OF_EDITORS, WRITERS) | dict.fromkeys(OF_OWNERS, OWNERS)
WRITING |= dict.fromkeys(OF_TALKERS, TALKERS)
# Of these an owner may the most; the rest is for the author, or for who is named.
WRITING |= {"comment_edit": (), "comment_remove": OWNERS}
WRITING |= {"suggestion_withdraw": ()}
WRITING |= dict.fromkeys(("review_sign", "review_withdraw", "review_condition"), ())
# Mail programs post here, with nothing but the link.
WRITING["unsubscribe"] = EVERYBODY
# Each marks entries of their own inbox alone.
WRITING |= {"inbox_mark": SIGNED_IN}
# They write nothing.
WRITING |= {"template_look": MEMBERS, "plan_new_look": SIGNED_IN}
WRITING |= {"plan_import_store": SIGNED_IN, "join": EVERYBODY, "guest": EVERYBODY}
# For a guest alone; what it writes is a code (tests/views/test_guests.py).
WRITING |= {"guest_code": ("guest",)}
# What is asked for with GET and posted to: whoever may read it may post a form to it.
# Copied to a team of one's own; several plans, each as one may.
WRITING |= {"plan_duplicate": MEMBERS, "plans_bulk": SIGNED_IN}
# One's own filters; another's are not there.
WRITING |= {"filter_save": SIGNED_IN, "filter_rename": (), "filter_delete": ()}
BOTH = {"plan_new": SIGNED_IN, "plan_import": SIGNED_IN, "profile": SIGNED_IN}
BOTH |= {"team_list": SIGNED_IN, "notice_settings": SIGNED_IN}
BOTH |= {"identify": SIGNED_IN}


# A guest is a reviewer on these pages of their plan; the others are closed.
OF_A_GUEST = (
    *("plan", "side", "body", "preview", "download", "history", "compare", "item"),
    *("item_history", "comments", "review", "evidence", "evidence_file", "version"),
    *("versions", "saved_version", "approvals", "suggest", "help"),
    *("shared", "shared_download", "guest", "unsubscribe", "planner_keys"),
    *("search", "search_suggest", "palette_places"),
)
# Where links lead that are on every page: it sends a guest to their plan.
TO_ONES_PLAN = "plan_list"


def addresses():
    """Every address of ours: its name (None is one that says nothing) and its path."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            path = f"{prefix}{pattern.pattern}"
            if path.startswith(FOREIGN):
                continue
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, path)
            else:
                yield pattern.name, list(pattern.pattern.regex.groupindex), path

    return [(name, path) for name, _, path in walk(get_resolver().url_patterns)]


def test_every_address_says_who_may_use_it():
    names = {name for name, _ in addresses()} - {"login", "logout"}
    known = READING.keys() | WRITING.keys()
    assert names - known == set(), "say in this file who may use these"
    assert known - names == set(), "these are no addresses any more"


def test_whatever_needs_a_plan_is_asked_for_by_its_slug():
    """So that the one getter which authorises is the only way to one."""
    for name, path in addresses():
        is_of_a_plan = name in {*READING, *WRITING} and path.startswith("plans/")
        assert not is_of_a_plan or path.startswith("plans/<slug:slug>/"), path


# --- The people, and what they come for ---


def of_template(plan, owner):
    """The plan came from this version, and there is a newer one."""
    version = add_template(
        team=plan.team, actor=owner, name="Service plan", markdown=make.SMALL
    )
    add_template_version(template=version.template, actor=owner, markdown="# B\n")
    Plan.objects.filter(pk=plan.pk).update(template_version=version)
    return version


@pytest.fixture
def world(team, alice, bob, dana, victor, charlie):
    """A plan with one of everything that has an address."""
    erin = make.make_user("erin", team=team)
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    teams.remove_member(team=team, actor=alice, member=erin)
    save_version(plan=plan, actor=alice, name="Before")
    remark = comment(
        plan=plan,
        actor=make.make_user("ines", team=team, role="reviewer"),
        item=make.find(plan, label="Storage"),
        text="Nobody who asks wrote this",
    )
    invitation, _ = teams.invite(team=team, actor=alice, role="viewer")
    proposal = suggest(
        plan=plan,
        actor=remark.author,
        item=make.find(plan, label="Storage"),
        key="value",
        text="Files",
    )
    share, share_token = sharing.share_plan(plan=plan, actor=alice, days=3)
    _, join_token = teams.invite(team=team, actor=alice, role="viewer")
    row = make.find(plan, cell="R-001")
    arguments = {
        "slug": plan.slug,
        "item_id": make.find(plan, label="Storage").pk,
        "block_id": row.block_id,
        "section_id": row.block.section_id,
        "comment_id": remark.pk,
        "thread_id": remark.thread_id,
        "suggestion_id": proposal.pk,
        "approval_id": make.slot_of(plan, "Launch Approval").pk,
        "number": 1,
        "name": "risks",
        "user_id": remark.author_id,
        "filter_id": SavedFilter.objects.create(user=remark.author, name="Mine").pk,
        "invitation_id": invitation.pk,
        "template_id": of_template(plan, alice).template_id,
        "webhook_id": Webhook.objects.create(
            team=team, created_by=alice, format="chat"
        ).pk,
    }
    people = {
        "owner": make.make_user("olga", team=team, role="owner"),
        "editor": bob,
        "reviewer": dana,
        "viewer": victor,
        "removed": erin,
        "stranger": charlie,
        "nobody": None,
    }
    other = make.make_plan(team=team, actor=alice)
    for who, one in zip(GUESTS, (plan, other, plan), strict=True):
        mail = f"{who.replace(' ', '-')}@customer.example"
        guest = guests.invite_guest(
            plan=one, actor=alice, name=who.capitalize(), email=mail, days=2
        )
        people[who] = guest.user
    Guest.objects.filter(pk=guest.pk).update(expires_at=timezone.now())
    tokens = {"join": join_token, "shared": share_token, "shared_download": share_token}
    tokens["unsubscribe"] = unsubscribe_path(bob, "mention").split("/")[-2]
    tokens["guest"] = guest_path(people["guest"]).split("/")[-2]
    return plan, people, arguments, tokens


def url_kwargs(name):
    """Of the address: whether it is of a plan or a team."""
    path = next(path for known, path in addresses() if known == name)
    return [part for part in ("slug", "token") if f":{part}>" in path]


def url_for(world, name):
    plan, _, arguments, tokens = world
    path = next(path for known, path in addresses() if known == name)
    kwargs = {key: value for key, value in arguments.items() if f":{key}>" in path}
    if path.startswith("teams/") and "slug" in kwargs:
        kwargs["slug"] = plan.team.slug
    if ":token>" in path:
        kwargs["token"] = tokens[name]
    return reverse(f"plans:{name}", kwargs=kwargs)


@contextmanager
def undone():
    """What happens in here did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows():
    """How many rows every table has, and the plans' numbers: whether something was
    written. Sessions aside, for a sign-in that is looked at may be touched."""
    counts = [
        f"(SELECT COUNT(*) FROM {connection.ops.quote_name(table)})"  # noqa: S608
        for table in tables()
    ]
    changes = "(SELECT SUM(change_number) FROM plans_plan)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([*counts, changes])}")
        numbers = cursor.fetchone()
    members = Membership.objects.order_by("pk").values_list("user", "role")
    return dict(zip([*tables(), "changes"], numbers, strict=True)), list(members)


@cache
def tables():
    names = connection.introspection.table_names()
    return [
        name
        for name in names
        if name.startswith("plans_")
        and name not in ("plans_session", "plans_plancounts")
    ]


def client_of(person):
    return signed_in(person) if person else CheckingClient()


def check(world, name, who, method, allowed):
    """One request; whoever is not allowed is refused, and wrote nothing."""
    _, people, _, _ = world
    url = url_for(world, name)
    with undone():
        client = client_of(people[who])
        before = rows()
        answer = getattr(client, method)(url)
        if who in GUESTS:
            is_open = name in OF_A_GUEST and "slug" not in url_kwargs(name)
            if who == "guest" and method == "get":
                is_open = name in OF_A_GUEST
            if is_open or (who in allowed and method == "post"):
                assert answer.status_code not in (401, 403, 404, 405), (who, url)
            elif who != "guest that was" and name == TO_ONES_PLAN and method == "get":
                assert "/review/" in answer["Location"]
            else:
                refused = REFUSED if who == "guest" else (404,)
                assert answer.status_code in refused, (who, method, url)
                assert rows() == before, (who, method, url)
            return
        if who in allowed:
            assert answer.status_code not in (401, 403, 404, 405), (who, method, url)
            return
        is_to_sign_in = answer.status_code == 302 and "/login/" in answer["Location"]
        if who == "nobody":
            assert is_to_sign_in, (who, method, url, answer.status_code)
        elif who in ("removed", "stranger"):
            assert answer.status_code == 404, (who, method, url)
        else:
            # A form that is not filled in may be refused before its sender is.
            assert answer.status_code in REFUSED, (who, method, url)
        assert rows() == before, (who, method, url)


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_are_read_by_those_who_may(world, who):
    for name, allowed in READING.items():
        if name in (*EDITORS_PAGES, "item") and who in (*MEMBERS, "guest"):
            continue  # a dialog and a form of editors: as below
        check(world, name, who, "get", allowed)


@pytest.mark.parametrize("who", PEOPLE)
def test_what_changes_something_is_for_those_who_may(world, who):
    for name, allowed in (WRITING | BOTH).items():
        if who in allowed or (who == "guest" and name in OF_TALKERS):
            continue  # each has tests of its own
        check(world, name, who, "post", allowed)


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer"])
def test_an_open_plan_is_read_by_strangers_and_written_by_none_of_them(world, who):
    """The roles of one team are nothing in another."""
    plan, people, _, _ = world
    sharing.open_plan(plan=plan, actor=people["owner"], is_open=True)
    elsewhere = make.make_team("Upstream")
    people["visitor"] = make.make_user("vera", team=elsewhere, role=who)
    for name in ("plan", "preview", "review", "evidence", "history", "comments"):
        assert signed_in(people["visitor"]).get(url_for(world, name)).status_code == 200
    not_of_plans = {"plan_import_store", "join", "unsubscribe", "inbox_mark", "guest"}
    not_of_plans |= {"plan_new_look"}
    for name in WRITING.keys() - not_of_plans:
        is_of_team = url_for(world, name).startswith("/teams/")
        with undone():
            before = rows()
            answer = signed_in(people["visitor"]).post(url_for(world, name))
            refused = (404,) if is_of_team else REFUSED
            assert answer.status_code in refused, (name, answer.status_code)
            assert rows() == before, name


def test_what_belongs_to_another_plan_is_not_reached_by_ones_own(world):
    """An owner's own plan in the address, and the parts of somebody else's."""
    plan, people, arguments, _ = world
    own = make.make_plan(team=people["stranger"].teams.get(), actor=people["stranger"])
    client = signed_in(people["stranger"])
    for name in [*WRITING, "item_history", "section"]:
        path = next(path for known, path in addresses() if known == name)
        if not path.startswith("plans/") or "_id>" not in path:
            continue
        url = url_for(world, name).replace(f"/{plan.slug}/", f"/{own.slug}/")
        before = rows()
        ask = client.get if name in ("item_history", "section") else client.post
        answer = ask(url)
        assert answer.status_code == 404, url
        assert rows() == before


def test_the_owner_of_another_team_leads_nothing_here(world):
    _, people, _, _ = world
    client = signed_in(people["stranger"])
    for name in ("team_invite", "invitation_revoke", "member_role", "member_remove"):
        assert client.post(url_for(world, name)).status_code == 404


@pytest.mark.parametrize("who", PEOPLE)
def test_the_stream_carries_what_its_reader_may_see(world, who):
    """Of the plan here and of one elsewhere; none for who is not signed in."""
    plan, people, _, _ = world
    there = people["stranger"]
    other = make.make_plan(team=there.teams.get(), actor=there)
    key = client_of(people[who]).session.session_key if people[who] else ""
    visitor = load_subscriber(key, [plan.slug, other.slug])
    seen = (
        {seat.slug: seat.may_edit for seat in visitor.grants.values()}
        if visitor
        else {}
    )
    expected = {plan.slug: who in WRITERS} if who in (*MEMBERS, "guest") else {}
    if who == "stranger":
        expected = {other.slug: True}
    assert seen == expected
    assert (visitor is None) == (who == "nobody")


def test_what_we_added_to_signing_in_is_for_those_who_are(db):
    """These stand among allauth's addresses, which are not walked."""
    for pattern in accounts.urlpatterns:
        url = reverse(f"accounts:{pattern.name}")
        for method in ("get", "post"):
            answer = getattr(CheckingClient(), method)(url)
            is_to_sign_in = answer.status_code == 302 and "login" in answer["Location"]
            assert is_to_sign_in or answer.status_code == 405, (method, url)
