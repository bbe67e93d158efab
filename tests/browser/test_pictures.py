"""Pictures in a browser: a cell filters its table, folding is remembered, and a change
of a colleague is seen."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.steps import control, item, open_plan, risks

pytestmark = pytest.mark.once


@pytest.fixture
def plan(team, alice, bob, dana):
    row = "| R-003 | A storm | Med | High | Wait | Bob |\n"
    text = make.SMALL.replace("\n## 8", f"{row}\n## 8")
    return make.make_plan(team=team, actor=alice, text=text)


def cell(page, words):
    return page.get_by_role("link", name=words)


def test_a_cell_shows_its_risks_alone_until_all_are_shown(visit, plan, victor):
    page = open_plan(visit(victor), plan)
    rows = risks(page)
    expect(rows).to_have_count(3)
    cell(page, "2 risks R-002 R-003: impact medium, likelihood high").click()
    expect(rows.filter(visible=True)).to_have_count(2)
    note = page.locator("main").get_by_text("The table shows 2 of 3 risks")
    expect(note).to_be_visible()
    # Another one, by the keyboard.
    cell(page, "impact high, likelihood low").press("Enter")
    expect(rows.filter(visible=True)).to_have_count(1)
    page.get_by_role("button", name="Show all").press("Enter")
    expect(rows.filter(visible=True)).to_have_count(3)
    expect(note).to_be_hidden()
    expect(cell(page, "impact high, likelihood low")).to_be_focused()


def test_a_filter_follows_what_a_colleague_changes(visit, plan, alice, bob):
    page, theirs = open_plan(visit(alice), plan), open_plan(visit(bob), plan)
    cell(page, "2 risks R-002 R-003: impact medium, likelihood high").click()
    expect(risks(page).filter(visible=True)).to_have_count(2)
    storm = make.find(plan, cell="R-003")
    control(theirs, storm, "cell-2").select_option("High")
    theirs.keyboard.press("Escape")
    expect(cell(page, "1 risk R-003: impact high, likelihood high")).to_be_visible()
    expect(item(page, storm)).to_be_hidden()
    note = page.locator("main").get_by_text("The table shows 1 of 3 risks")
    expect(note).to_be_visible()
    # A row that comes later is there to be filled in.
    page.get_by_role("button", name="Add a risk").click()
    expect(risks(page).filter(visible=True)).to_have_count(2)
    # Finding looks everywhere, and for what is in the plan.
    page.get_by_role("button", name="Find in this plan").first.click()
    expect(item(page, storm)).to_be_visible()
    page.get_by_role("searchbox", name="Find in this plan").fill("R-003")
    expect(page.get_by_text("1 of 1", exact=True).first).to_be_visible()


def test_a_picture_that_is_folded_away_stays_so(visit, plan, alice):
    page = open_plan(visit(alice), plan)
    folded = page.get_by_role("group").filter(has_text="Phases in order")
    link = page.get_by_role("link", name="Phase 0 Research")
    expect(link.last).to_be_visible()
    page.get_by_text("Phases in order").click()
    expect(folded.get_by_role("link")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Risks by impact")).to_be_visible()
    expect(folded.get_by_role("link")).to_have_count(0)
    page.get_by_text("Phases in order").click()
    expect(folded.get_by_role("link").first).to_be_visible()


def test_without_javascript_a_cell_leads_to_the_table(visit, plan, alice):
    page = open_plan(visit(alice, java_script_enabled=False), plan)
    cell(page, "impact high, likelihood low").click()
    assert page.url.endswith(f"#block-{make.find(plan, cell='R-001').block_id}")
    expect(page.get_by_role("button", name="Show all")).to_be_hidden()
