"""What holds for every address of a plan: who may come in, and how one may ask.

What each of them does is told in the file of its view.
"""

import pytest
from django.urls import reverse

from plans.models import Membership
from plans.urls import of_a_plan, urlpatterns
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views import (
    test_comments,
    test_question_threads,
    test_reviews,
    test_setup,
    test_suggestions,
)
from tests.views.asking import (
    HTMX,
    is_fragment,
    signed_in,
    soup,
    targets_of,
    url_of,
    words_of,
)

pytestmark = [pytest.mark.once, pytest.mark.slow]

# Pages and files that every member may read.
READ = [
    "plan",
    "side",
    "body",
    "preview",
    "download",
    "compare",
    "review",
    "review_setup",
    "evidence",
    "evidence_file",
    "comments",
    "history",
    "item_history",
    "sharing",
]

# What changes a plan: its name, what its address names, and what a form posts there.
WRITE = [
    ("item", "field", {"value": "SQLite"}),
    ("item_move", "row", {"direction": "down"}),
    ("item_duplicate", "row", {}),
    ("item_paste", "row", {"rows": '[{"cell-1": "x"}]'}),
    ("item_remove", "row", {}),
    ("item_choose", "field", {"option": "1"}),
    ("item_restore", "field", {"number": "1"}),
    ("question", "goal", {"do": "drop", "key": "value", "number": "0", "reason": "No"}),
    ("item_add", "block", {}),
    ("block_remove", "block", {}),
    ("phase_add", "", {}),
    ("section_rename", "section", {"heading": "Dangers"}),
    ("section_add", "section", {"heading": "More"}),
    ("section_duplicate", "section", {}),
    ("section_move", "section", {"direction": "up"}),
    ("section_remove", "section", {}),
    ("block_add", "section", {"kind": "list"}),
    ("undo", "", {}),
    ("redo", "", {}),
    ("review_request", "", {}),
]
WRITERS = [name for name, *_ in WRITE]


team, plan = kept_plan(small_plan)


@pytest.fixture
def victor(team):
    return make.make_user("victor", team=team, role=Membership.Role.VIEWER)


def read_url(plan, name) -> str:
    item = name == "item_history"
    return url_of(name, plan, *([make.find(plan, label="Storage").pk] if item else []))


def write_url(plan, name) -> str:
    what = next(what for writer, what, _ in WRITE if writer == name)
    row = make.find(plan, cell="R-001")
    places = {
        "": (),
        "field": (make.find(plan, label="Storage").pk,),
        "goal": (make.find(plan, label="Goal").pk,),
        "row": (row.pk,),
        "block": (row.block_id,),
        "section": (row.block.section_id,),
    }
    return url_of(name, plan, *places[what])


def data_of(name) -> dict[str, str]:
    return next(data for writer, _, data in WRITE if writer == name)


def test_every_address_of_a_plan_is_looked_at_here():
    named = {pattern.name for pattern in of_a_plan if hasattr(pattern, "name")}
    for below in (p for p in of_a_plan if not hasattr(p, "name")):
        named |= {pattern.name for pattern in below.url_patterns}
    # These have rules of their own: test_{reviews,sections,comments,setup,sharing}.py,
    # test_confirm.py, test_assignments.py, test_locks.py, test_suggestions.py,
    # test_question_threads.py, test_versions.py, test_previewing.py, test_guests.py,
    # test_whole_plans.py, test_updating.py, ../evidence/test_files.py,
    # ../notifications/test_reminders.py.
    named -= {
        "item_preview",
        "sharing_invite",
        "guest_end",
        "guest_code",
        "approvals",
        "reminders",
        "version",
        "section",
        "columns",
        "slot_confirm",
        *test_comments.POSTS,
    }
    named -= {"item_assign", "section_assign", *test_suggestions.POSTS}
    named -= {*test_question_threads.POSTS}
    named -= {"versions", "version_name", "version_restore", "saved_version"}
    named -= {"template_update", "plan_update", "plan_update_take"}
    named -= {"template_follow", "template_unfollow"}
    named -= {*test_reviews.POSTS, *test_setup.POSTS}
    named -= {
        "section_signing",
        "archive",
        "lock",
        "plan_menu",
        "plan_duplicate",
        "plan_tags",
        "plan_move",
        "sharing_open",
        "sharing_link",
        "sharing_show",
        "sharing_end",
    }
    assert named == {*READ, *WRITERS}
    assert {p.name for p in urlpatterns if hasattr(p, "name")} == {
        "help",
        "guest",
        "identify",
        "notice_settings",
        "planner_keys",
        "unsubscribe",
        "plan_list",
        "plans_bulk",
        "registers",
        "register",
        "register_csv",
        "register_json",
        "search",
        "search_suggest",
        "palette_places",
        "filter_save",
        "filter_rename",
        "filter_delete",
        "inbox",
        "inbox_count",
        "inbox_mark",
        "plan_new",
        "plan_new_look",
        "plan_import",
        "plan_import_store",
        "profile",
        "team_list",
        "join",
        "shared",
        "shared_download",
    }


@pytest.mark.parametrize("name", READ)
def test_every_member_may_read(plan, alice, bob, dana, victor, name):
    for member in (alice, bob, dana, victor):
        answer = signed_in(member).get(read_url(plan, name), headers=HTMX)
        assert answer.status_code == 200, member


@pytest.mark.parametrize("name", [*READ, *WRITERS])
def test_a_stranger_is_told_that_there_is_no_plan(plan, charlie, name):
    client = signed_in(charlie)
    if name in READ:
        answer = client.get(read_url(plan, name))
    else:
        answer = client.post(write_url(plan, name), data_of(name))
    assert answer.status_code == 404
    assert "Tide" not in words_of(answer)


@pytest.mark.parametrize("name", [*READ, *WRITERS])
def test_a_plan_that_is_not_there_looks_the_same_to_anybody(plan, alice, name):
    url = read_url(plan, name) if name in READ else write_url(plan, name)
    url = url.replace(plan.slug, "no-such-plan")
    ask = signed_in(alice).get if name in READ else signed_in(alice).post
    assert ask(url).status_code == 404


@pytest.mark.parametrize("name", READ)
def test_a_page_sends_who_is_signed_out_to_the_sign_in_and_back(plan, client, name):
    url = read_url(plan, name)
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", WRITERS)
def test_a_form_posted_signed_out_leads_to_the_sign_in_and_then_to_a_page(
    plan, client, alice, name
):
    before = make.text_of(plan)
    answer = client.post(write_url(plan, name), data_of(name))
    assert answer.status_code == 302
    login = answer["Location"]
    assert login.startswith(reverse("account_login"))
    assert make.text_of(plan) == before
    back = client.post(login, {"login": "alice", "password": "alice"})
    assert client.get(back["Location"]).status_code == 200


@pytest.mark.parametrize("name", [*READ, *WRITERS])
def test_a_fragment_asked_for_signed_out_says_so_in_a_toast(plan, client, name):
    if name in READ:
        answer = client.get(read_url(plan, name), headers=HTMX)
    else:
        answer = client.post(write_url(plan, name), data_of(name), headers=HTMX)
    assert answer.status_code == 401
    assert is_fragment(answer)
    assert targets_of(answer) == ["#toasts"]
    assert "session has ended" in words_of(answer)


@pytest.mark.parametrize("name", READ)
def test_a_page_is_not_posted_to(plan, alice, name):
    assert signed_in(alice).post(read_url(plan, name)).status_code == 405


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "item"])
def test_nothing_changes_by_following_a_link(plan, alice, name):
    assert signed_in(alice).get(write_url(plan, name)).status_code == 405


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("name", WRITERS)
def test_readers_are_refused_with_the_reason(plan, dana, victor, name, headers):
    before, changes = make.text_of(plan), plan.changes.count()
    for reader in (dana, victor):
        client = signed_in(reader)
        answer = client.post(write_url(plan, name), data_of(name), headers=headers)
        assert answer.status_code == 403, reader
        assert "You can read this plan but not edit it" in words_of(answer)
        assert "Harbour" in words_of(answer)
        # There is no fragment without htmx, and no page with it.
        if name != "review_request":
            assert is_fragment(answer) is bool(headers)
    assert make.text_of(plan) == before
    assert plan.changes.count() == changes


def test_readers_see_no_control_that_writes(plan, dana, victor):
    for reader in (dana, victor):
        page = soup(signed_in(reader).get(url_of("plan", plan)))
        forms = page.select("#plan form, .toolbar form")
        assert not forms
        assert not page.select("#plan textarea, #plan input:not([disabled])")


@pytest.mark.parametrize("name", WRITERS)
def test_a_colleague_may_write(plan, bob, name):
    refusing = ("redo", "undo", "review_request", "item_choose", "item_restore")
    answer = signed_in(bob).post(write_url(plan, name), data_of(name), headers=HTMX)
    # Nothing to undo or restore yet, not finished, no options: they refuse, but not the
    # person.
    assert answer.status_code == (422 if name in refusing else 200)


@pytest.mark.parametrize("name", [n for n in WRITERS if n not in ("undo", "redo")])
def test_without_htmx_a_form_leads_back_to_a_place_on_the_page(plan, alice, name):
    client = signed_in(alice)
    answer = client.post(write_url(plan, name), data_of(name))
    if name in ("review_request", "item_choose", "item_restore"):
        assert answer.status_code == 422
        assert soup(answer).find("h1")
        return
    assert answer.status_code == 302
    path, _, anchor = answer["Location"].partition("#")
    page = client.get(path)
    assert page.status_code == 200
    removes = name in ("section_remove", "block_remove")
    assert removes or soup(page).find(id=anchor), anchor


# What is asked for in the addresses and forms can be anything.
NONSENSE = ["", "x", "-1", "\N{SUPERSCRIPT TWO}", "9" * 30, "9" * 5_000]
NUMBERS = [
    ("item", "seen"),
    ("item_add", "after"),
    ("item_add", "parent"),
    ("item_choose", "option"),
    ("item_choose", "seen"),
    ("item_restore", "number"),
    ("question", "number"),
    ("question", "seen"),
    ("section_rename", "seen"),
]


@pytest.mark.parametrize("text", NONSENSE, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize(("name", "field"), NUMBERS)
def test_a_number_that_is_none_breaks_nothing(plan, alice, name, field, text):
    data = data_of(name) | {field: text}
    answer = signed_in(alice).post(write_url(plan, name), data, headers=HTMX)
    assert answer.status_code in (200, 404, 409, 422)


@pytest.mark.parametrize("number", [0, 10**10, 10**30])
@pytest.mark.parametrize(
    "name",
    [n for n in WRITERS if n not in ("phase_add", "undo", "redo", "review_request")],
)
def test_a_place_that_is_not_there_is_not_found(plan, alice, name, number):
    url = url_of(name, plan, number)
    assert signed_in(alice).post(url, data_of(name), headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    "name", ["item", "item_move", "item_remove", "item_restore", "question"]
)
def test_an_item_of_another_plan_is_not_found(team, plan, alice, name):
    other = make.make_plan(team=team, actor=alice)
    item = make.find(other, label="Storage")
    answer = signed_in(alice).post(url_of(name, plan, item.pk), data_of(name))
    assert answer.status_code == 404
