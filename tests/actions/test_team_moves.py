"""A plan that goes to another team: what goes with it, and what ends."""

import pytest

from plans.actions.assignments import assign
from plans.actions.guests import invite_guest
from plans.actions.sharing import share_plan
from plans.actions.tags import change_tags
from plans.actions.team_moves import move_effects, move_plan
from plans.errors import NotAllowed, Refused
from plans.models import Guest, Membership, Plan, ShareLink, Tag
from plans.reviews.approved_file import approved_file
from plans.reviews.identify import identify_versions
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


@pytest.fixture
def pilots(alice, dana):
    """Alice owns it too; of the others, Dana alone is in it."""
    team = make.make_team("Pilots")
    make.make_member(alice, team, Membership.Role.OWNER)
    make.make_member(dana, team, Membership.Role.REVIEWER)
    return team


def fresh(plan):
    return Plan.objects.select_related("team").get(pk=plan.pk)


def test_only_who_owns_both_teams_moves_a_plan(plan, pilots, alice, bob, dana):
    for person in (bob, dana):
        with pytest.raises(NotAllowed):
            move_plan(plan=plan, actor=person, team=pilots)
    Membership.objects.filter(user=alice, team=pilots).update(role="editor")
    with pytest.raises(NotAllowed, match="teams that you own"):
        move_plan(plan=plan, actor=alice, team=pilots)
    with pytest.raises(Refused, match="another team"):
        move_plan(plan=plan, actor=alice, team=plan.team)
    assert fresh(plan).change_number == plan.change_number


def test_what_was_signed_still_holds_and_is_verified(team, pilots, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    before, text = review_status(plan), approved_file(plan, review_status(plan)).text
    assert before.is_approved
    move_plan(plan=fresh(plan), actor=alice, team=pilots)
    moved = fresh(plan)
    assert moved.team == pilots
    assert review_status(moved).is_approved
    report = verify_evidence(moved)
    assert report.problem == ""
    record = moved.records.last()
    assert (record.kind, record.details) == (
        "moved",
        {"from": "Harbour", "to": "Pilots"},
    )
    (match,) = identify_versions(text)
    assert match.is_valid
    page = signed_in(alice).get(url_of("evidence", moved))
    assert "From Harbour to Pilots." in words_of(page)
    history = words_of(signed_in(dana).get(url_of("history", moved)))
    assert "moved to another team: Tide tables: Harbour → Pilots" in history
    # Taken out of the evidence, it is missed.
    record.delete()
    assert "has no record" in verify_evidence(moved).problem


def test_who_is_not_in_the_new_team_sees_it_no_more(
    plan, pilots, alice, bob, dana, victor
):
    move_plan(plan=plan, actor=alice, team=pilots)
    for person, status in ((alice, 200), (dana, 200), (bob, 404), (victor, 404)):
        assert signed_in(person).get(url_of("plan", plan)).status_code == status
        listed = plan.title in words_of(signed_in(person).get(url_of("plan_list")))
        assert listed == (status == 200)


def test_what_others_gave_out_ends_and_the_mover_s_stays(plan, team, pilots, alice):
    olga = make.make_user("olga", team=team, role="owner")
    for owner in (alice, olga):
        share_plan(plan=plan, actor=owner, days=3)
        mail = f"{owner.username}@customer.example"
        name = f"Guest of {owner.name}"
        invite_guest(plan=plan, actor=owner, name=name, email=mail, days=2)
    effects = move_effects(plan, pilots)
    assert (effects.links, effects.guests) == (1, 1)
    move_plan(plan=plan, actor=alice, team=pilots)
    assert [link.created_by for link in ShareLink.objects.live()] == [alice]
    assert [guest.invited_by for guest in Guest.objects.live()] == [alice]


def test_tags_become_the_new_team_s(plan, pilots, alice):
    change_tags(plan=plan, actor=alice, add=["Harbour", "Q3"])
    other = make.make_plan(team=pilots, actor=alice, text="# Plan: Buoys\n")
    change_tags(plan=other, actor=alice, add=["q3"])
    move_plan(plan=fresh(plan), actor=alice, team=pilots)
    assert [str(tag) for tag in plan.tags.all()] == ["Harbour", "q3"]
    assert {tag.team for tag in Tag.objects.all()} == {pilots}


def test_what_will_change_is_shown_before(team, pilots, alice, bob):
    """On a page, by the names of those whom it concerns."""
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    storage = make.find(plan, label="Storage")
    assign(plan=plan, actor=alice, item=storage, assignee=bob, due=None)
    make.edit(plan, bob, label="Technical Design", value="Bob")
    client = signed_in(alice)
    page = client.get(url_of("plan_move", plan))
    words = words_of(page)
    assert "Bob can’t sign it any more" in words
    assert "parts of it that are assigned to them" in words
    form = soup(page).select_one("main form")
    fields = {i["name"]: i.get("value", "") for i in form.select("input")}
    answer = client.post(url_of("plan_move", plan), fields)
    assert answer["Location"] == plan.get_absolute_url()
    assert fresh(plan).team == pilots
    for person, status in ((bob, 404), (make.make_user("zoe"), 404)):
        assert signed_in(person).get(url_of("plan_move", plan)).status_code == status


def test_who_owns_no_other_team_is_told_so(plan, team):
    olga = make.make_user("olga", team=team, role="owner")
    page = signed_in(olga).get(url_of("plan_move", plan))
    assert "You own no other team" in words_of(page)
    answer = signed_in(olga).post(url_of("plan_move", plan), {"team": "pilots"})
    assert answer.status_code == 422
