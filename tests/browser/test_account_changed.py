"""Somebody else signs in in another tab, while a page of the first is open."""

import re

import pytest
from playwright.sync_api import expect

from plans.models import Change, Comment
from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page_of_alice(visit, alice, bob, plan):
    """Alice's page; whoever sits at the browser is bob since."""
    page = steps.open_plan(visit(alice), plan)
    expect(page.locator("#live-state")).to_contain_text("Live")
    other = page.context.new_page()
    become(other, "bob")
    page.bring_to_front()
    return page


def become(tab, name) -> None:
    tab.goto("/")
    if tab.locator(".user-menu").count():
        tab.locator(".user-menu summary").click()
        tab.get_by_role("button", name="Sign out").click()
        expect(tab.locator(".user-menu")).to_have_count(0)
    tab.goto("/accounts/login/")
    steps.sign_in(tab, name)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Plans")


def test_typing_waits_for_whom_the_page_is_of(page_of_alice, alice, bob, plan):
    page = page_of_alice
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    control = steps.control(page, goal)
    control.fill("A page")
    expect(steps.status(page, goal)).to_contain_text("Alice")
    expect(steps.status(page, goal)).to_contain_text("Not saved")
    expect(control).to_have_value("A page")
    expect(page.locator("#live-note")).to_contain_text("Alice")
    assert not Change.objects.filter(actor=bob).exists()
    become(page.context.pages[1], "alice")
    page.bring_to_front()
    control.press("End")
    page.keyboard.type("!")
    steps.expect_saved(page, goal)
    assert "**Goal**: A page!" in make.text_of(plan)
    expect(page.locator("#live-state")).to_contain_text("Live")
    assert Change.objects.latest("pk").actor == alice


def test_a_comment_waits_too(visit, alice, bob, plan):
    page = visit(alice)
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    page.goto(f"{plan.url}comments/?item={goal.pk}")
    become(page.context.new_page(), "bob")
    page.bring_to_front()
    box = page.get_by_role("textbox").first
    box.fill("Who reads the gauges?")
    page.get_by_role("button", name=re.compile("Comment")).first.click()
    expect(page.locator(".toast")).to_contain_text("Bob is now signed in")
    expect(box).to_have_value("Who reads the gauges?")
    assert not Comment.objects.exists()


def test_a_page_without_htmx_shows_what_was_typed(visit, alice, bob, team):
    page = visit(alice)
    page.goto("/profile/")
    become(page.context.new_page(), "bob")
    page.bring_to_front()
    page.get_by_label("Name").first.fill("Alice of the harbour")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Bob is now signed in")
    expect(page.locator("main")).to_contain_text("Alice of the harbour")
    bob.refresh_from_db()
    assert bob.name == "Bob"


def test_a_section_s_menu_waits_too(page_of_alice, plan):
    page = page_of_alice
    section = make.section_of(plan, "7. RISKS & MITIGATIONS")
    page.locator(f"#section-{section.pk} [data-do='section-menu']").first.click()
    expect(page.locator(".toast")).to_contain_text("Sign in as Alice again")
    assert page.url.endswith(plan.get_absolute_url())
