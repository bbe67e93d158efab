"""Who looks after a section or an item: said in its menu, shown at it, in no file."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from plans.actions import teams
from plans.actions.assignments import assign
from plans.actions.undo import redo, undo
from plans.models import Change, Plan
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from tests import make
from tests.kept import kept_plan, small_plan
from tests.pages import OpenPage
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once

YESTERDAY = timezone.localdate() - timedelta(days=1)
FAR = date(2099, 12, 31)


def storage_of(plan):
    return make.find(plan, label="Storage")


def risks_of(plan):
    return make.section_of(plan, "7. RISKS & MITIGATIONS")


def shown_at(client, plan, place) -> str:
    """What the page says at a part of the plan."""
    page = soup(client.get(url_of("plan", plan)))
    mark = page.select_one(f"#{place} .assignment")
    return " ".join(mark.get_text().split()) if mark else ""


def assigned_to_me(user, **query) -> list[str]:
    answer = signed_in(user).get(url_of("inbox", kind="assigned", **query))
    return [
        strong.get_text(strip=True) for strong in soup(answer).select(".entry strong")
    ]


def test_an_editor_gives_an_item_to_a_colleague(plan, alice, bob):
    client = signed_in(alice)
    item = storage_of(plan)
    before = make.text_of(plan)
    form = soup(client.get(url_of("item_assign", plan, item.pk), headers=HTMX))
    names = [option.get_text(strip=True) for option in form.select("option")]
    assert names == ["No one", "Alice", "Bob", "Dana"]
    page = OpenPage(client.get(url_of("plan", plan)).content.decode())
    values = {"assignee": bob.pk, "due": "2099-12-31"}
    answer = client.post(url_of("item_assign", plan, item.pk), values, headers=HTMX)
    assert answer.status_code == 200
    assert "Assigned to Bob." in words_of(answer)
    page.apply(answer.content.decode())
    fresh = OpenPage(client.get(url_of("plan", plan)).content.decode())
    assert page.lines() == fresh.lines()
    place = f"item-{item.pk}"
    assert shown_at(client, plan, place) == "Assigned to Bob · due 31 Dec 2099"
    assert make.text_of(plan) == before
    assert make.row_of(plan, item.pk).version == item.version


def test_a_section_is_given_without_javascript(plan, alice, bob, dana):
    client = signed_in(bob)
    section = risks_of(plan)
    page = soup(client.get(url_of("section", plan, section.pk)))
    assert page.select_one("select[name=assignee]")
    answer = client.post(
        url_of("section_assign", plan, section.pk), {"assignee": dana.pk}
    )
    assert answer["Location"].endswith(f"#section-{section.pk}")
    assert shown_at(client, plan, f"section-{section.pk}") == "Assigned to Dana"


def test_an_item_s_own_page_leads_to_a_form_that_works_alone(plan, bob):
    client = signed_in(bob)
    item = storage_of(plan)
    url = url_of("item_assign", plan, item.pk)
    page = soup(client.get(url_of("item", plan, item.pk)))
    assert page.select_one(f'noscript a[href="{url}"]')
    assert soup(client.get(url)).select_one(f'form[action="{url}"]')
    answer = client.post(url, {"assignee": bob.pk, "due": ""})
    assert answer["Location"].endswith(f"#item-{item.pk}")


@pytest.mark.slow
def test_what_is_overdue_says_so_in_words(plan, alice, bob):
    item = storage_of(plan)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=YESTERDAY)
    client = signed_in(bob)
    assert "overdue since" in shown_at(client, plan, f"item-{item.pk}")
    assert "Overdue since" in words_of(client.get(url_of("plan_list")))
    assert "Overdue since" in words_of(client.get(url_of("inbox")))
    check = make.find(plan, text="Problem statement clear")
    assign(plan=plan, actor=alice, item=check, assignee=bob, due=YESTERDAY)
    assert len(assigned_to_me(bob)) == 2
    client.post(url_of("item", plan, check.pk), {"has-done": "1", "done": "on"})
    assert "overdue" not in shown_at(client, plan, f"item-{check.pk}")
    assert len(assigned_to_me(bob)) == 1


@pytest.mark.slow
def test_it_is_undone_and_done_again_like_any_change(plan, alice, bob):
    item, section = storage_of(plan), risks_of(plan)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=FAR)
    assign(plan=plan, actor=alice, item=item, assignee=alice, due=None)
    assign(plan=plan, actor=alice, section=section, assignee=bob, due=FAR)
    client, places = signed_in(alice), (f"item-{item.pk}", f"section-{section.pk}")
    seen = []
    for step in (undo, undo, undo, redo):
        step(plan=plan, actor=alice)
        seen.append([shown_at(client, plan, place) for place in places])
    mine, bobs = "Assigned to Alice", "Assigned to Bob · due 31 Dec 2099"
    assert seen == [[mine, ""], [bobs, ""], ["", ""], [bobs, ""]]


def test_history_says_who_gave_what_to_whom(plan, alice, bob):
    item = storage_of(plan)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=FAR)
    words = words_of(signed_in(bob).get(url_of("history", plan)))
    assert "Alice changed the assignment of" in words
    assert "Bob" in words and "2099-12-31" in words
    words = words_of(signed_in(bob).get(url_of("item_history", plan, item.pk)))
    assert "changed the assignment of this" in words


def test_no_sign_off_and_no_author_comes_from_it(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    assign(
        plan=plan,
        actor=dana_as_editor(dana),
        item=storage_of(plan),
        assignee=bob,
        due=FAR,
    )
    state = review_status(Plan.objects.get(pk=plan.pk))
    assert not state.is_edited
    assert [slot.approval.role for slot in state.valid_slots] == ["Technical Design"]
    client = signed_in(dana)
    assert "Edited since" not in words_of(client.get(url_of("review", plan)))


def dana_as_editor(dana):
    dana.memberships.update(role="editor")
    return dana


def test_the_same_again_is_no_change(plan, alice, bob):
    item = storage_of(plan)
    for _ in range(2):
        assign(plan=plan, actor=alice, item=item, assignee=bob, due=FAR)
    assert plan.changes.filter(verb=Change.Verb.ITEM_ASSIGNED).count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("dana", 403), ("victor", 403), ("charlie", 404)]
)
def test_only_editors_assign(request, plan, who, status):
    client = signed_in(request.getfixturevalue(who))
    item = storage_of(plan)
    for name, pk in (("item_assign", item.pk), ("section_assign", risks_of(plan).pk)):
        assert client.post(url_of(name, plan, pk), {}).status_code == status
    assert client.get(url_of("item_assign", plan, item.pk)).status_code == status


def test_signed_out_or_by_another_method(client, plan, alice):
    section, item = risks_of(plan), storage_of(plan)
    answer = client.post(url_of("item_assign", plan, item.pk), {})
    assert "login" in answer["Location"]
    editor = signed_in(alice)
    assert editor.get(url_of("section_assign", plan, section.pk)).status_code == 405
    assert editor.put(url_of("item_assign", plan, item.pk)).status_code == 405


@pytest.mark.parametrize(
    "values",
    [
        {"due": "2026-02-31"},
        {"due": "soon"},
        {"assignee": "x"},
        {"assignee": "999999"},
    ],
)
def test_what_is_no_day_and_no_member_is_refused(plan, alice, values):
    url = url_of("item_assign", plan, storage_of(plan).pk)
    answer = signed_in(alice).post(url, values, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose a member" in words_of(answer) or "such as" in words_of(answer)


def test_somebody_else_s_person_is_none_to_choose(plan, alice, charlie):
    url = url_of("item_assign", plan, storage_of(plan).pk)
    answer = signed_in(alice).post(url, {"assignee": charlie.pk}, headers=HTMX)
    assert answer.status_code == 422


def test_who_leaves_the_team_keeps_it_for_the_others_alone(plan, team, alice, bob):
    item = storage_of(plan)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=None)
    teams.remove_member(team=team, actor=alice, member=bob)
    assert assigned_to_me(bob) == []
    assert "Storage" not in words_of(signed_in(bob).get(url_of("plan_list")))
    client = signed_in(alice)
    assert shown_at(client, plan, f"item-{item.pk}") == "Assigned to Bob"
    url = url_of("item_assign", plan, item.pk)
    form = soup(client.get(url, headers=HTMX))
    chosen = form.select_one("option[selected]").get_text(strip=True)
    assert chosen == "Bob (no longer in the team)"
    answer = client.post(url, {"assignee": bob.pk, "due": "2099-12-31"}, headers=HTMX)
    assert answer.status_code == 200
    other = url_of("section_assign", plan, risks_of(plan).pk)
    assert client.post(other, {"assignee": bob.pk}, headers=HTMX).status_code == 422


# --- The list of what is mine ---


def test_what_is_overdue_comes_first_and_what_has_no_day_last(plan, alice, bob):
    for label, due in (("Storage", None), ("Category", FAR), ("Goal", YESTERDAY)):
        item = make.find(plan, label=label)
        assign(plan=plan, actor=alice, item=item, assignee=bob, due=due)
    assign(
        plan=plan,
        actor=alice,
        section=risks_of(plan),
        assignee=bob,
        due=date(2098, 1, 1),
    )
    ends = [label.split("›")[-1].strip() for label in assigned_to_me(bob)]
    assert ends == ["Goal", "7. RISKS & MITIGATIONS", "Category", "Storage"]
    assert "You look after" not in words_of(signed_in(alice).get(url_of("plan_list")))
    assert "Alice assigned Phase 0: Research › Goal to you" in words_of(
        signed_in(bob).get(url_of("plan_list"))
    )


def test_archived_plans_and_removed_parts_are_on_no_list(plan, alice, bob):
    item = make.find(plan, cell="R-001")
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=None)
    assert len(assigned_to_me(bob)) == 1
    signed_in(alice).post(url_of("section_remove", plan, risks_of(plan).pk))
    assert assigned_to_me(bob) == []
    signed_in(alice).post(url_of("undo", plan))
    assert len(assigned_to_me(bob)) == 1
    signed_in(alice).post(url_of("archive", plan), {"archived": "1"})
    assert assigned_to_me(bob) == []


def test_an_item_on_a_later_page_of_its_table_is_reached(team, alice, bob):
    rows = "\n".join(
        f"| R-{n:03} | Reef {n} | Low | Low | - | Bob |" for n in range(150)
    )
    text = make.SMALL.replace("| R-001 |", f"{rows}\n| R-001 |")
    plan = make.make_plan(team=team, actor=alice, text=text)
    row = make.find(plan, cell="R-140")
    answer = signed_in(alice).post(
        url_of("item_assign", plan, row.pk), {"assignee": bob.pk}
    )
    assert f"rows-{row.block_id}=2" in answer["Location"]


# --- Mail ---


def test_whoever_gets_something_is_told_and_oneself_is_not(
    plan, alice, bob, mailoutbox
):
    for user in (alice, bob):
        user.email = f"{user.username}@harbour.test"
        user.save()
    item = storage_of(plan)
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=FAR)
    # The day alone is no news to tell by mail.
    assign(plan=plan, actor=alice, item=item, assignee=bob, due=None)
    assign(plan=plan, actor=alice, section=risks_of(plan), assignee=alice, due=FAR)
    Outbox().send_due()
    (mail,) = mailoutbox
    assert mail.to == ["bob@harbour.test"]
    assert "Storage" in mail.subject and "Tide tables" in mail.subject
    assert "Alice assigned this to you" in mail.body
    assert f"#item-{item.pk}" in mail.body and "due 31 December 2099" in mail.body
