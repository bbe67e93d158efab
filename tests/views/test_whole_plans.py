"""The menu of a plan, and what it does with the plan as a whole."""

from contextlib import suppress

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from plans import document as doc
from plans.actions.comments import comment
from plans.actions.plans import archive_plan, duplicate_plan
from plans.actions.tags import change_tags
from plans.content.limits import Unreadable
from plans.errors import NotAllowed, Refused
from plans.models import Plan, Tag
from plans.models.tag import MOST_TAGS_OF_TEAM
from tests import make
from tests.document import texts
from tests.effort import examples
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def entries_of(plan, user, **query):
    answer = signed_in(user).get(url_of("plan_menu", plan, **query), headers=HTMX)
    return [
        " ".join(entry.get_text().split()) for entry in soup(answer).select("a, button")
    ]


def test_the_menu_offers_what_a_person_may_do(plan, alice, bob, dana):
    assert {"Download plan.md", "Lock…", "Archive"} <= {*entries_of(plan, alice)}
    for person in (bob, dana):
        assert "Download plan.md" in entries_of(plan, person)
        assert not {"Lock…", "Archive"} & {*entries_of(plan, person)}
    Plan.objects.update(archived=True)
    assert "Restore" in entries_of(plan, alice)


def test_without_javascript_the_menu_is_a_page(plan, alice):
    client = signed_in(alice)
    row = soup(client.get(url_of("plan_list"))).select_one(
        ".plan-row .plan-menu-button"
    )
    page = soup(client.get(row["href"]))
    assert page.select_one("h1").get_text() == "Actions for this plan"
    form = page.select_one(".plan-menu form")
    assert form.select_one("[name=next]")["value"] == url_of("plan_list")


def test_what_was_archived_is_restored_by_the_button_of_its_message(plan, alice):
    client = signed_in(alice)
    there = url_of("plan_list", q="tide")
    fields = {"archived": "1", "next": there}
    answer = client.post(url_of("archive", plan), fields)
    assert answer["Location"] == there
    page = soup(client.get(there))
    (message,) = page.select(".messages .notice")
    assert "Archived “Tide tables”." in message.get_text()
    form = message.select_one("form")
    posted = {one["name"]: one.get("value", "") for one in form.select("input")}
    answer = client.post(form["action"], posted)
    assert answer["Location"] == there
    assert "Restored “Tide tables”." in words_of(client.get(there))
    assert not Plan.objects.get().archived


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "x:y"])
def test_nobody_is_led_away(plan, alice, where):
    answer = signed_in(alice).post(
        url_of("archive", plan), {"archived": "1", "next": where}
    )
    assert answer["Location"] == plan.get_absolute_url()
    assert where not in words_of(
        signed_in(alice).get(url_of("plan_menu", plan, next=where))
    )


# --- Duplicates ---


def test_a_copy_has_the_text_and_nothing_else(plan, alice, bob, dana):
    comment(plan=plan, actor=dana, item=make.find(plan, label="Storage"), text="Why?")
    change_tags(plan=plan, actor=alice, add=["Harbour"])
    client = signed_in(bob)
    page = soup(client.get(url_of("plan_duplicate", plan)))
    assert page.select_one("[name=title]")["value"] == "Tide tables (copy)"
    answer = client.post(url_of("plan_duplicate", plan), {"title": "Currents"})
    copy = Plan.objects.get(title="Currents")
    assert answer["Location"] == copy.get_absolute_url()
    before = make.text_of(plan)
    assert make.text_of(copy) == before.replace("Tide tables", "Currents", 1)
    assert [str(tag) for tag in copy.tags.all()] == ["Harbour"]
    assert not copy.threads.exists() and not copy.versions.exists()
    (change,) = copy.changes.all()
    assert str(change) == "1: bob plan.copied Tide tables"
    assert not copy.records.exists()


def test_a_copy_goes_to_a_team_that_one_writes_for(plan, alice, victor):
    """Whoever may read a plan may copy it to a team of their own, and to no other."""
    own = make.make_team("Pilots")
    make.make_member(victor, own, "owner")
    change_tags(plan=plan, actor=alice, add=["Harbour"])
    client = signed_in(victor)
    client.post(url_of("plan_duplicate", plan), {"title": "Mine", "team": "harbour"})
    copy = Plan.objects.get(title="Mine")
    assert copy.team == own and not copy.tags.exists()
    with pytest.raises(NotAllowed):
        duplicate_plan(source=plan, actor=victor, team=plan.team, title="Theirs")


@pytest.mark.parametrize("title", ["", " \0 ", "x" * 201, "\u2028"])
def test_a_copy_without_a_usable_title_is_refused(plan, bob, title):
    answer = signed_in(bob).post(url_of("plan_duplicate", plan), {"title": title})
    assert answer.status_code == 422
    assert Plan.objects.count() == 1


@pytest.mark.slow
@settings(max_examples=examples(8), suppress_health_check=list(HealthCheck))
@given(document=texts.documents, title=st.text(min_size=1, max_size=40))
def test_every_text_is_copied_as_it_is(team, alice, document, title):
    """Only the heading that the title comes from is another one."""
    text = document if isinstance(document, str) else doc.write(document)
    with transaction.atomic():
        with suppress(Refused, Unreadable):
            plan = make.make_plan(team=team, actor=alice, text=text)
            copy = duplicate_plan(source=plan, actor=alice, team=team, title=title)
            before, after = (doc.read(make.text_of(one)) for one in (plan, copy))
            pairs = list(zip(before.sections, after.sections, strict=True))
            assert sum(one != other for one, other in pairs) <= 1
        transaction.set_rollback(True)


# --- Tags ---


def tagged(plan):
    return [tag.name for tag in plan.tags.all()]


def test_an_editor_gives_a_plan_tags_and_takes_them(plan, bob):
    client = signed_in(bob)
    there = url_of("plan_list")
    answer = client.post(
        url_of("plan_tags", plan), {"new": "Q3,  Harbour ,q3,", "next": there}
    )
    assert answer["Location"] == there
    assert tagged(plan) == ["Harbour", "Q3"]
    for page in (client.get(there), client.get(url_of("plan", plan))):
        assert [t.get_text().strip() for t in soup(page).select(".plan-tag")] == [
            "Harbour",
            "Q3",
        ]
    form = soup(client.get(url_of("plan_tags", plan)))
    checked = [c["value"] for c in form.select("[name=tags][checked]")]
    assert checked == ["Harbour", "Q3"]
    change_tags(plan=plan, actor=bob, add=["Meanwhile"])
    client.post(url_of("plan_tags", plan), {"tags": ["Q3"], "before": checked})
    assert tagged(plan) == ["Meanwhile", "Q3"]
    # A word that no plan has any more is no tag of the team.
    assert not Tag.objects.filter(key="harbour").exists()
    assert "changed the tags of Tide tables: −Harbour" in words_of(
        client.get(url_of("history", plan))
    )


def test_a_word_is_the_team_s_in_any_capitals(plan, team, alice):
    other = make.make_plan(team=team, actor=alice, text="# Plan: Buoys\n")
    change_tags(plan=plan, actor=alice, add=["Straße"])
    change_tags(plan=other, actor=alice, add=["STRASSE", "#ｆｕｌｌ\u200b width"])
    assert tagged(other) == ["full width", "Straße"]
    assert Tag.objects.count() == 2
    assert not change_tags(plan=other, actor=alice, add=["strasse"], remove=["none"])


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("x" * 41, "too long"),
        (",".join(f"t{n}" for n in range(11)), "up to 10 tags"),
        ("\ud800", ""),
    ],
)
def test_tags_that_cannot_be_are_refused(plan, bob, new, says):
    new = new.encode("utf-8", "replace").decode()
    answer = signed_in(bob).post(url_of("plan_tags", plan), {"new": new})
    assert answer.status_code == (422 if says else 302)
    if says:
        assert says in words_of(answer)
        assert soup(answer).select_one("[name=new]")["value"] == new
        assert tagged(plan) == []


def test_a_team_has_as_many_tags_as_anybody_can_choose_from(plan, team, alice):
    Tag.objects.bulk_create(
        Tag(team=team, name=f"t{n}", key=f"t{n}") for n in range(MOST_TAGS_OF_TEAM)
    )
    plan.tags.set(Tag.objects.all())
    other = make.make_plan(team=team, actor=alice)
    change_tags(plan=other, actor=alice, add=["T7"])
    with pytest.raises(Refused, match="tags already"):
        change_tags(plan=other, actor=alice, add=["new"])


# --- Several at once ---


def test_selected_plans_are_archived_and_come_back_by_undo(team, alice):
    titles = ["One", "Two", "Three"]
    plans = [
        make.make_plan(team=team, actor=alice, text=f"# Plan: {title}\n")
        for title in titles
    ]
    archive_plan(plan=plans[2], actor=alice)
    client = signed_in(alice)
    ids = [plan.pk for plan in plans]
    answer = client.post(url_of("plans_bulk"), {"do": "archive", "plan": ids})
    assert answer["Location"] == url_of("plan_list")
    assert not Plan.objects.filter(archived=False).exists()
    (message,) = soup(client.get(answer["Location"])).select(".messages .notice")
    assert "Archived 2 plans." in message.get_text()
    form = message.select_one("form")
    fields = {}
    for field in form.select("input"):
        fields.setdefault(field["name"], []).append(field.get("value", ""))
    client.post(form["action"], fields)
    # What was archived before stays so.
    assert {p.title for p in Plan.objects.filter(archived=True)} == {"Three"}


def test_a_tag_is_added_to_those_where_one_may(plan, team, alice, bob, charlie):
    other = charlie.memberships.get().team
    make.make_member(bob, other, "viewer")
    theirs = make.make_plan(team=other, actor=charlie, text="# Plan: Theirs\n")
    far = make.make_team("Far")
    hidden = make.make_plan(team=far, actor=make.make_user("zoe", team=far))
    client = signed_in(bob)
    ids = [plan.pk, theirs.pk, hidden.pk]
    there = url_of("plan_list", state="draft")
    data = {"do": "tag", "tag": " Q3 ", "plan": ids, "next": there}
    page = client.get(client.post(url_of("plans_bulk"), data)["Location"])
    assert "Tagged “Tide tables” with “Q3”." in words_of(page)
    assert "Not “Theirs”: You can read this plan but not edit it." in words_of(page)
    assert tagged(plan) == ["Q3"] and not tagged(theirs) and not tagged(hidden)
    undo = soup(page).select_one(".messages form")
    assert [i["value"] for i in undo.select("[name=plan]")] == [str(plan.pk)]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "archive"},
        {"do": "remove", "plan": "1"},
        {"do": "tag", "plan": "1"},
        {"do": "tag", "tag": "\0 ,", "plan": "1"},
        {"do": "archive", "plan": ["²", "9" * 30, "x"]},
    ],
)
def test_nonsense_changes_nothing(plan, alice, data):
    data = {**data, "plan": plan.pk} if data.get("plan") == "1" else data
    answer = signed_in(alice).post(url_of("plans_bulk"), data)
    assert answer.status_code in (400, 422)
    assert Plan.objects.get().change_number == plan.change_number
