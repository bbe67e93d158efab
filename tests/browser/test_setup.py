"""An owner says how a plan is signed, without a line of script."""

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.once


@pytest.mark.parametrize("javascript", [True, False])
def test_an_owner_sets_up_who_signs(visit, team, alice, bob, dana, javascript):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    design, launch = make.slot_of(plan), make.slot_of(plan, "Launch Approval")
    page = visit(alice, java_script_enabled=javascript)
    page.goto(plan.get_absolute_url() + "review/setup/")

    page.get_by_role("switch", name="The last editor of a version").uncheck()
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_text("The rules were saved.")).to_be_visible()
    switch = page.get_by_role("switch", name="The last editor of a version")
    expect(switch).not_to_be_checked()

    card = page.locator(f"#slot-{design.pk}")
    card.locator("summary", has_text="Who signs").click()
    card.get_by_label("Bob (bob)").check()
    card.get_by_label("Any one of them").check()
    card.get_by_role("button", name="Save to plan").click()
    expect(
        card.get_by_text("Dana or Bob").or_(card.get_by_text("Bob or Dana"))
    ).to_be_visible()

    card = page.locator(f"#slot-{launch.pk}")
    card.locator("summary", has_text="Order and parts").click()
    card.get_by_role("checkbox", name="Technical Design").check()
    card.get_by_role("button", name="Save", exact=True).click()
    expect(card.locator(".setup-facts")).to_contain_text("Technical Design")

    # Somebody who is not in the team yet; the seat waits for the invitation.
    card.locator("summary", has_text="Who signs").click()
    card.locator("summary", has_text="Invite someone by email").click()
    card.get_by_role("textbox", name="Name").fill("Nora Lind")
    card.get_by_label("Email address").fill("nora@firm.example")
    card.get_by_role("button", name="Save to plan").click()
    expect(page.get_by_text("Nora Lind is asked to sign there.")).to_be_visible()
    expect(card).to_contain_text("Nora Lind (invited, hasn’t joined yet)")

    page.goto(plan.get_absolute_url() + "review/")
    expect(page.locator("main")).to_contain_text("Bob")
    expect(page.locator("main")).to_contain_text("Asked to sign as soon as they join.")
    make.slot_of(plan, "Launch Approval").refresh_from_db()
    assert list(make.slot_of(plan, "Launch Approval").after.all()) == [design]
