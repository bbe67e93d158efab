"""An owner shares a plan, in the dialog and on the page without a script."""

import pytest
from playwright.sync_api import expect

from plans.models import Guest, Invitation, InvitedSeat, ShareLink
from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE

pytestmark = [pytest.mark.once, pytest.mark.slow]

WAYS = {"desktop": {}, "phone": PHONE, "page": {"java_script_enabled": False}}


@pytest.mark.parametrize("way", WAYS)
def test_an_owner_invites_and_makes_a_link_that_they_see_again(
    visit, team, alice, bob, way
):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    page = visit(alice, **WAYS[way])
    page.goto(plan.get_absolute_url())
    if way == "phone":
        page.locator("#plan-links").get_by_label("More", exact=True).tap()
    page.locator("#plan-links").get_by_role("link", name="Share").click()
    sharing = page.locator("#sharing")
    expect(sharing).to_be_visible()
    assert ("/sharing/" in page.url) == (way == "page")
    expect(page.get_by_role("dialog", name="Share")).to_have_count(int(way != "page"))

    # Somebody new signs, as an editor of the team.
    sharing.get_by_label("Email address").fill("nora@firm.example")
    sharing.get_by_label("As", exact=True).select_option("editor")
    sharing.get_by_label("Signs").select_option("Launch Approval")
    sharing.get_by_role("button", name="Invite", exact=True).click()
    # A name is missing; nothing that was typed is.
    expect(sharing.get_by_text("Enter the name of the person")).to_be_visible()
    expect(sharing.get_by_label("Email address")).to_have_value("nora@firm.example")
    sharing.get_by_role("textbox", name="Name").fill("Nora Lind")
    sharing.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("Invitation sent to Nora Lind.").first).to_be_visible()
    assert InvitedSeat.objects.get().name == "Nora Lind"
    assert Invitation.objects.get().role == "editor"

    # A guest of this plan alone.
    sharing.get_by_label("Email address").fill("greta@customer.example")
    sharing.get_by_label("As", exact=True).select_option("guest")
    sharing.get_by_role("textbox", name="Name").fill("Greta Moss")
    sharing.get_by_label("Guest access ends after").fill("7")
    sharing.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("Invitation sent to Greta Moss.").first).to_be_visible()
    expect(sharing.get_by_text("greta@customer.example")).to_be_visible()
    assert Guest.objects.get().user.name == "Greta Moss"

    # A link, and the same link again.
    sharing.get_by_role("button", name="Create link").click()
    secret = sharing.get_by_label("Link to the plan")
    expect(secret).to_be_visible()
    address = secret.input_value()
    assert way == "page" or violations(page) == []  # axe is a script
    page.goto(f"{plan.get_absolute_url()}sharing/")
    sharing.get_by_role("button", name="Show the link").click()
    expect(secret).to_have_value(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    reader = visit(None)
    reader.goto(address[address.index("/shared/") :])
    expect(reader.get_by_role("heading", name=plan.title).first).to_be_visible()
    sharing.get_by_role("button", name="Revoke the link").click()
    expect(page.get_by_text("The link was revoked.").first).to_be_visible()
    assert not ShareLink.objects.live().exists()


def test_the_dialog_gives_the_focus_back_and_reads_out_refusals(
    visit, team, alice, plan
):
    page = visit(alice)
    page.goto(plan.get_absolute_url())
    share = page.locator("#plan-links").get_by_role("link", name="Share")
    share.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Expires after").fill("400")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Expires after")).to_be_focused()
    expect(dialog.get_by_label("Expires after")).to_have_value("400")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(share).to_be_focused()
