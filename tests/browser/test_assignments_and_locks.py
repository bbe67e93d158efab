"""Assigning in the dialogs of the page, and the page of a plan that is locked."""

from datetime import date

from playwright.sync_api import expect

from plans.actions.assignments import assign
from plans.actions.locks import lock_editing, unlock_editing
from plans.actions.questions import ask
from tests import make
from tests.browser import steps
from tests.browser.test_every_page import PHONE


def test_an_item_is_assigned_in_its_menu_and_a_section_in_its_own(
    visit, plan, alice, bob
):
    alice.region = "de"
    alice.save()
    page, other = visit(alice), steps.open_plan(visit(bob, locale="en-US"), plan)
    steps.open_plan(page, plan)
    expect(other.locator("#live-state")).to_have_text("Live")
    storage = make.find(plan, label="Storage")
    steps.value(page, storage).locator(".edit").focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Assign").press("Enter")
    dialog = page.get_by_role("dialog", name="Assign")
    expect(dialog).to_contain_text("Storage")
    dialog.get_by_label("Assigned to").select_option("Bob")
    dialog.get_by_label("Due").fill("2020-01-31")
    dialog.get_by_role("button", name="Assign").click()
    # Each reads the day as they write it, from the same markup of the live feed.
    for each, day in ((page, "31. Jan 2020"), (other, "Jan 31, 2020")):
        expect(steps.item(each, storage)).to_contain_text(
            f"Assigned to Bob · overdue since {day}"
        )
    heading = page.locator(".section-heading", has_text="7. RISKS")
    heading.hover()
    heading.get_by_role("link", name="Actions for").click()
    dialog = page.get_by_role("dialog", name="7. RISKS & MITIGATIONS")
    dialog.get_by_label("Assigned to").select_option("Alice")
    dialog.get_by_role("button", name="Assign").click()
    for each in (page, other):
        expect(each.locator(".section-heading", has_text="7. RISKS")).to_contain_text(
            "Assigned to Alice"
        )


def test_a_plan_is_locked_and_unlocked_under_people_s_eyes(visit, plan, alice, bob):
    page, owner = visit(bob), visit(alice)
    steps.open_plan(page, plan)
    steps.open_plan(owner, plan)
    for each in (page, owner):
        expect(each.locator("#live-state")).to_have_text("Live")
    lock_editing(plan=plan, actor=alice, reason="Waiting for the harbour master")
    note = page.get_by_role("region", name="Editing")
    expect(note).to_contain_text("Alice locked this plan")
    expect(note.get_by_role("button", name="Unlock")).to_be_hidden()
    storage = make.find(plan, label="Storage")
    steps.value(page, storage).locator(".edit").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Waiting for the harbour master")
    expect(page.locator(f"#item-{storage.pk}-value")).to_have_count(0)
    check = steps.item(page, make.find(plan, text="Problem statement clear"))
    check.get_by_role("checkbox").click()
    expect(check.get_by_role("checkbox")).not_to_be_checked()
    owner.get_by_role("button", name="Unlock").click()
    expect(note).to_be_hidden()
    steps.value(page, storage).locator(".edit").press("Enter")
    expect(page.locator(f"#item-{storage.pk}-value")).to_be_focused()


def test_a_locked_plan_shows_no_form_that_cannot_be_sent(visit, plan, alice, bob):
    summary = make.find(plan, text="Show the tides of a harbour.")
    words = "Which harbour?"
    ask(plan=plan, item=summary, actor=bob, key="text", question=words, seen=None)
    page = steps.open_plan(visit(bob), plan)
    expect(page.locator("#live-state")).to_have_text("Live")
    item = steps.item(page, summary)
    answer = item.get_by_role("textbox", name="Answer: Which harbour?")
    expect(answer).to_be_visible()
    lock_editing(plan=plan, actor=alice)
    expect(item).to_contain_text("The plan is open for reading. Answer in its thread:")
    expect(answer).to_be_hidden()
    for name in ("Answer", "Dismiss"):
        expect(item.get_by_text(name, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Undo my last change")).to_be_hidden()
    item.get_by_role("link", name="Discuss").click()
    threads = page.locator("#threads")
    threads.get_by_role("textbox", name="Answer: Which harbour?").fill("The old one")
    threads.get_by_role("button", name="Answer", exact=True).click()
    expect(threads).to_contain_text("The old one")
    unlock_editing(plan=plan, actor=alice)
    # Half-typed text stays in view.
    expect(answer).to_be_visible()
    answer.fill("The new one")
    lock_editing(plan=plan, actor=alice)
    expect(page.get_by_role("region", name="Editing")).to_be_visible()
    expect(answer).to_have_value("The new one")
    expect(answer).to_be_visible()


def test_a_phone_has_room_for_the_heading_of_an_assigned_section(
    visit, plan, alice, bob
):
    section = make.section_of(plan, "7. RISKS & MITIGATIONS")
    long_ago = date(2020, 1, 31)
    assign(plan=plan, actor=alice, section=section, assignee=bob, due=long_ago)
    page = visit(alice, **PHONE)
    page.set_viewport_size({"width": 320, "height": 700})
    steps.open_plan(page, plan)
    heading = page.locator(".section-heading", has_text="7. RISKS")
    expect(heading).to_contain_text("overdue since 31 Jan 2020")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    name = heading.get_by_role("heading").bounding_box()
    assert name["width"] > 150
    assert heading.locator(".assignment").bounding_box()["y"] > name["y"]
