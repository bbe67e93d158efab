"""That plans begin as their template or file says, whole or not at all."""

from datetime import date

import pytest

from plans import document as doc
from plans.actions import plans as plan_actions
from plans.actions.plans import (
    Start,
    archive_plan,
    create_from_template,
    import_plan,
    own_team,
)
from plans.content.limits import Unreadable
from plans.errors import NotAllowed, Refused
from plans.models import Approval, Change, Item, Plan, Team
from tests.make import SMALL, make_member, make_plan, make_user, text_of

TEMPLATE = doc.default_template()


def test_a_template_is_filled_in_with_what_is_known(team, alice):
    start = Start("Ebb", "012-ebb", "sea", date(2026, 3, 1))
    plan = create_from_template(team=team, actor=alice, start=start)
    text = text_of(plan)
    assert text.startswith(
        "# Implementation Plan: Ebb - Technical Approach & Architecture\n"
    )
    for line in (
        "- **Tags**: Ebb, sea\n",
        "- **Branch**: `012-ebb`\n",
        "- **Date**: 2026-03-01\n",
        "- **Spec**: [spec.md](/specs/012-ebb/spec.md)\n",
        "Feature specification from `/specs/012-ebb/spec.md`\n",
        "specs/012-ebb/\n",
    ):
        assert line in text
    assert (plan.title, plan.slug) == ("Ebb", "012-ebb")
    assert Change.objects.get().verb == "plan.created"


def test_what_is_not_known_stays_blank(team, alice):
    plan = create_from_template(team=team, actor=alice, start=Start("Ebb"))
    assert text_of(plan) == TEMPLATE.replace("[FEATURE]", "Ebb")


@pytest.mark.parametrize(
    "feature", ["A | B", "[x]", "# A", "`a`", "<b>", "- a", "e\n f"]
)
def test_any_name_of_a_feature_leaves_the_template_as_it_is(team, alice, feature):
    plan = create_from_template(team=team, actor=alice, start=Start(feature, feature))
    sections = doc.read(text_of(plan)).sections
    assert [s.heading for s in sections[2:]] == [
        s.heading for s in doc.read(TEMPLATE).sections[2:]
    ]
    assert plan.slug


def test_a_feature_has_a_name(team, alice):
    with pytest.raises(Refused, match="Enter the feature’s name"):
        create_from_template(team=team, actor=alice, start=Start(" "))


def test_a_teams_own_template_brings_its_own_blanks(team, alice):
    template = "# Plan: [Our Product]\n\n- **Cost**: about [sum] a month\n"
    plan = create_from_template(
        team=team, actor=alice, start=Start("Ebb"), template=template
    )
    assert plan.own_placeholders == ["Our Product", "sum"]
    assert Item.objects.get().blank == 1


def test_an_imported_plan_links_its_approvers(plan, dana):
    assert list(Approval.objects.get(role="Technical Design").approvers.all()) == [dana]


def test_a_text_with_a_stray_nul_comes_back_as_it_was(team):
    text = "# A\n\nb\0c ␀\n"
    plan = make_plan(text=text)
    assert text_of(plan) == text
    assert "\0" not in Item.objects.get().text


@pytest.mark.parametrize(
    ("text", "title", "slug"),
    [
        ("# Implementation Plan: Ebb\n", "Ebb", "ebb"),
        ("# Plan: Ebb\n", "Ebb", "ebb"),
        ("## 1. First\n", "1. First", "1-first"),
        ("no heading", "Untitled plan", "from-a-file"),
        ("# 実装計画\n", "実装計画", "shi-zhuang-ji-hua"),
        ("# " + "x" * 400, "x" * 300, "x" * 60),
    ],
)
def test_a_plan_has_a_title_and_an_address(team, text, title, slug):
    plan = make_plan(text=text, name="from a file")
    assert (plan.title, plan.slug) == (title, slug)
    assert text_of(plan) == text


def test_no_two_plans_share_an_address(plan):
    assert [make_plan().slug for _ in range(2)] == ["tide-tables-2", "tide-tables-3"]
    assert make_plan(text=SMALL.replace("Tide tables", "Tide")).slug == "tide"


@pytest.mark.parametrize("role", ["reviewer", "viewer", None])
def test_only_owners_and_editors_add_plans(team, role):
    rita = make_user("rita", team=team if role else None, role=role)
    with pytest.raises(NotAllowed, match="Only owners and editors of Harbour"):
        import_plan(team=team, actor=rita, text=SMALL)


def test_a_plan_with_too_many_items_is_not_stored_by_half(team, alice):
    with pytest.raises(Unreadable, match="can be edited together"):
        import_plan(team=team, actor=alice, text="- a\n" * 5_001)
    assert not Plan.objects.exists()


def test_a_plan_that_breaks_while_it_is_stored_leaves_nothing(team, alice, monkeypatch):
    def breaks(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(plan_actions, "log_change", breaks)
    with pytest.raises(OSError):
        import_plan(team=team, actor=alice, text=SMALL)
    assert not Plan.objects.exists()
    assert not Item.objects.exists()


def test_an_owner_archives_a_plan_and_restores_it(plan, alice, bob):
    archive_plan(plan=plan, actor=alice)
    assert not Plan.objects.current().exists()
    archive_plan(plan=plan, actor=alice, archived=False)
    assert Plan.objects.current().exists()
    verbs = list(Change.objects.values_list("verb", flat=True))
    assert verbs == ["plan.restored", "plan.archived", "plan.imported"]
    with pytest.raises(NotAllowed, match="Only an owner of Harbour"):
        archive_plan(plan=plan, actor=bob)


def test_plans_go_to_the_first_team_one_may_edit_in(team, bob, dana):
    assert own_team(actor=bob) == team
    other = own_team(actor=dana)
    assert (other.name, other.slug) == ("Dana’s team", "dana")
    assert own_team(actor=dana) == other
    make_member(
        make_user("dana!"), Team.objects.create(name="x", slug="dana-2"), "viewer"
    )
    assert own_team(actor=make_user("dana+")).slug == "dana-3"
