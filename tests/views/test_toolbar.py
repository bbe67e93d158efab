"""The toolbar of a plan's pages: where one is, how far the plan is, what comes next."""

import pytest

from plans.actions.reviews import request_review
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import signed_in, soup, url_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once

# Every page of a plan, and the link of the toolbar that leads to it or above it.
PAGES = {
    "history": "History",
    "compare": "History",
    "sharing": "Share",
    "preview": "Preview and download",
    "review": "Sign-off",
    "review_setup": "Sign-off",
    "evidence": "Sign-off",
    "comments": None,
}


def toolbar(plan, user, name="plan", *args):
    page = soup(signed_in(user).get(url_of(name, plan, *args)))
    (bar,) = page.select("[aria-label='This plan']")
    return bar


def primary(plan, user, name="plan"):
    """Label and address of the one primary button, without the menu that repeats it."""
    buttons = toolbar(plan, user, name).select(".toolbar-wide .button-primary")
    assert len(buttons) <= 1
    return [(one.get_text(), one.get("href")) for one in buttons]


def name_of(link):
    return link.get("aria-label") or link.get_text()


@pytest.mark.parametrize("name", PAGES)
def test_is_on_every_page_of_a_plan_and_marks_where_one_is(plan, alice, name):
    bar = toolbar(plan, alice, name)
    (back,) = bar.select(".toolbar-plan")
    assert (back.get_text(), back["href"]) == (plan.title, plan.url)
    assert bar.select("#plan-state")[0].get_text().split() == [
        "Sign-off:",
        "Draft",
        "Draft",
    ]
    marked = [name_of(a) for a in bar.select(".toolbar-wide [aria-current]")]
    assert marked == [PAGES[name]] * (PAGES[name] is not None)


def test_counts_what_the_plan_page_counts(plan, alice):
    of_plan = toolbar(plan, alice).select("#plan-progress")[0].get_text()
    assert "/" in of_plan
    for name in PAGES:
        assert toolbar(plan, alice, name).select("#plan-progress")[0].get_text() == (
            of_plan
        )


def test_an_item_and_a_section_lead_back_to_their_place(plan, alice):
    item = make.find(plan, label="Storage")
    section = make.section_of(plan, "Summary")
    for name, pk, place in [
        ("item", item.pk, f"#item-{item.pk}"),
        ("section", section.pk, f"#section-{section.pk}"),
    ]:
        (back,) = toolbar(plan, alice, name, pk).select(".toolbar-plan")
        assert back["href"] == plan.url + place


def test_a_writer_goes_to_the_next_blank_until_there_is_none(plan, alice, victor):
    assert primary(plan, alice) == [("Next blank", None)]
    assert primary(plan, alice, "history") == [("Continue editing", plan.url)]
    assert primary(plan, victor) == []


def test_a_complete_plan_is_submitted_and_then_signed(team, alice, bob, dana):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    review = url_of("review", plan)
    assert primary(plan, bob) == [("Submit for sign-off", review)]
    assert primary(plan, dana) == []
    request_review(plan=plan, actor=bob)
    for user in (bob, dana):
        assert primary(plan, user) == [("Sign-off", review)]
    assert primary(plan, dana, "review") == []


def test_an_edit_after_submitting_is_submitted_again(team, alice, bob):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.edit(plan, bob, value="Plan of other tides")
    assert primary(plan, bob) == [("Submit for sign-off", url_of("review", plan))]


def test_an_approved_plan_is_downloaded(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    for user in (bob, dana):
        ((label, href),) = primary(plan, user)
        assert label == "Download plan.md"
        file = signed_in(user).get(href)
        assert file["X-Plan-Version"] == "1"
