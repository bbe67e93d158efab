"""A team's template from the first paste to a plan that is brought up to its second
version: an owner and an editor, on a screen and on a phone."""

import pytest
from playwright.sync_api import expect

from plans.actions.items import save_item
from plans.models import Plan
from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE, WIDER_THAN_THE_PAGE

pytestmark = pytest.mark.once

FIRST = """\
# Implementation Plan: [FEATURE]

## Context

- **Storage**: [e.g., files]
- **Priority**: [P0 | P1 | P2]
- **Budget**: [How much?]

## Old ways

[What was done before]
"""
SECOND = FIRST.replace("**Storage**", "**Data store**").replace(
    """- **Budget**: [How much?]

## Old ways

[What was done before]
""",
    """- **Region**: [Where it runs]

## Support

- **On call**: [Name]
""",
)


def test_from_the_first_paste_to_a_plan_that_is_up_to_date(visit, team, alice, bob):
    owner = visit(alice)
    owner.goto(f"/teams/{team.slug}/")
    owner.get_by_role("link", name="Templates").click()
    assert not violations(owner)
    owner.get_by_role("link", name="New template").click()
    owner.get_by_label("Name", exact=True).fill("Service plan")
    owner.get_by_label("Text of the template").fill(FIRST)
    look = owner.locator("#template-look")
    expect(look.get_by_role("heading", name="Old ways")).to_be_visible()
    expect(look.locator(".look-choices li")).to_have_text(["P0", "P1", "P2"])
    owner.get_by_label("Guidance that stays out").fill("## Context\n\nAsk Dana first.")
    assert not violations(owner)
    owner.get_by_role("button", name="Save template").click()
    owner.get_by_role("button", name="Make default").click()
    expect(owner.locator(".version-row", has_text="Service plan")).to_contain_text(
        "Default"
    )

    editor = visit(bob)
    editor.goto("/new/")
    expect(editor.locator("#template-look")).to_contain_text("Old ways")
    editor.get_by_label("Template", exact=False).first.select_option("built-in")
    expect(editor.locator("#template-look")).to_contain_text("10. REFERENCES")
    editor.get_by_label("Template", exact=False).first.select_option("")
    expect(editor.locator("#template-look")).to_contain_text("Old ways")
    editor.get_by_label("Feature").fill("Tide tables")
    assert not violations(editor)
    editor.get_by_role("button", name="Create plan").click()
    expect(editor.locator("#plan")).to_contain_text("Old ways")
    editor.get_by_text("How to fill this in").first.click()
    expect(editor.get_by_text("Ask Dana first.")).to_be_visible()
    plan = Plan.objects.get()
    for label, text in (("Storage", "A file each"), ("Budget", "Two weeks")):
        row = make.find(plan, label=label)
        save_item(plan=plan, item=row, actor=bob, values={"value": text}, seen=None)

    owner.get_by_role("link", name="Service plan").click()
    owner.get_by_role("link", name="Edit", exact=True).click()
    owner.get_by_label("Text of the template").fill(SECOND)
    owner.get_by_label("What is new").fill("Who is called at night")
    owner.get_by_role("button", name="Save as the next version").click()
    owner.get_by_text("What changed since version 1").click()
    expect(owner.get_by_text("Support").first).to_be_visible()
    assert not violations(owner)

    phone = visit(bob, color_scheme="dark", **PHONE)
    phone.goto(f"{plan.get_absolute_url()}template/")
    expect(phone.get_by_text("Version 2: Who is called at night")).to_be_visible()
    kept = phone.locator(".change-choice", has_text="Two weeks")
    expect(kept.get_by_role("checkbox")).not_to_be_checked()
    renamed = phone.locator(".change-choice", has_text="Data store")
    expect(renamed.get_by_role("checkbox")).to_be_checked()
    assert phone.evaluate(WIDER_THAN_THE_PAGE) == []
    assert not violations(phone)
    phone.get_by_role("button", name="Take", exact=False).first.click()
    expect(phone.get_by_text("up to date with Service plan, version 2")).to_be_visible()
    text = make.text_of(plan)
    assert "- **Data store**: A file each\n" in text
    assert "- **Budget**: Two weeks\n" in text
    assert "- **On call**: [Name]\n" in text and "Old ways" not in text
    # The page that was open follows by itself.
    expect(editor.locator("#plan")).to_contain_text("Data store")
    expect(editor.locator(".template-origin")).to_contain_text("version 2")
    editor.goto(f"{plan.get_absolute_url()}template/")
    expect(editor.get_by_text("The plan is up to date")).to_be_visible()
    phone.get_by_role("button", name="Undo").first.click()
    expect(phone.locator("#plan")).to_contain_text("Old ways")
    assert "- **Storage**: A file each\n" in make.text_of(plan)


def test_without_javascript(visit, team, alice):
    page = visit(alice, java_script_enabled=False)
    page.goto(f"/teams/{team.slug}/templates/new/")
    page.get_by_label("Name", exact=True).fill("Service plan")
    page.get_by_label("Text of the template").fill(FIRST)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#template-look")).to_contain_text("Old ways")
    expect(page.get_by_label("Text of the template")).to_have_value(FIRST)
    page.get_by_role("button", name="Save template").click()
    expect(page.get_by_role("heading", name="Service plan")).to_be_visible()
