"""Sections and phases through their dialog; a file through the import."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once


@pytest.fixture
def page(visit, alice, plan):
    return steps.open_plan(visit(alice), plan)


# The bar of a text that is open stands over the start of the line.
BESIDE_THE_BAR = {"x": 480, "y": 8}


def open_menu(page, heading):
    page.get_by_role("heading", name=heading).hover(position=BESIDE_THE_BAR)
    page.get_by_label(f"Actions for {heading}").click()
    return page.get_by_role("dialog", name=heading)


def headings(plan) -> list[str]:
    lines = make.text_of(plan).split("\n")
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def test_a_section_is_renamed(page, plan):
    menu = open_menu(page, "Summary")
    menu.get_by_label("Heading", exact=True).fill("Abstract")
    menu.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Abstract")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#plan-outline")).to_contain_text("Abstract")
    assert "### Abstract\n" in make.text_of(plan)


def test_a_section_is_added_filled_moved_and_removed(page, plan):
    menu = open_menu(page, "Summary")
    menu.get_by_label("New section after this one").fill("Glossary")
    menu.get_by_role("button", name="Add section").click()
    section = page.locator(".section", has=page.get_by_role("heading", name="Glossary"))
    expect(section).to_be_visible()
    assert headings(plan).index("Glossary") == headings(plan).index("Summary") + 1
    steps.written_in(section, "text").fill("Gauge: what measures the water.")
    steps.expect_all_saved(page)

    menu = open_menu(page, "Glossary")
    menu.get_by_label("Add to this section").select_option(label="Checklist")
    menu.get_by_role("button", name="Add", exact=True).click()
    steps.written_in(section, "text of the check").fill("Every word is explained")
    steps.expect_all_saved(page)
    assert "Gauge: what measures the water.\n\n- [ ] Every word" in make.text_of(plan)

    open_menu(page, "Glossary").get_by_role("button", name="Move up").click()
    expect(page.locator(".section h3").first).to_have_text("Glossary")
    assert headings(plan).index("Glossary") == headings(plan).index("Summary") - 1

    open_menu(page, "Glossary").get_by_role("button", name="Remove section").click()
    expect(section).to_have_count(0)
    expect(page.locator("#announcer")).to_contain_text("Removed “Glossary”")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(section).to_be_visible()
    assert "Every word is explained" in make.text_of(plan)


def test_a_phase_is_added_and_filled_in(page, plan):
    page.get_by_role("button", name="Add a phase").click()
    heading = page.get_by_role("heading", name="Phase 2")
    expect(heading).to_be_visible()
    phase = page.locator(".section", has=heading)
    steps.written_in(phase, "Owner").fill("Alice")
    steps.expect_all_saved(page)
    assert make.text_of(plan).count("- **Owner**: Alice\n") == 1


# What a tidy file would not hold: a BOM, CRLF, no last newline, an unclosed fence.
ODD = (
    "\ufeff# Plan: Quays\r\n\r\n## 1. OBJECTIVE\r\n\r\n- **Storage**: [e.g., files]\r\n"
    "* [ ] a check\r\n\r\n| Metric | Target |\r\n|--|:-:|\r\n| Wait | `<a|b>` |\r\n"
    "\r\n```\r\nnever closed"
)


def test_a_file_is_looked_at_stored_and_comes_back_byte_for_byte(page, tmp_path):
    path = tmp_path / "plan.md"
    path.write_bytes(ODD.encode())
    page.goto("/")
    page.get_by_role("link", name="Import").first.click()
    page.get_by_label("A plan.md file").set_input_files(path)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan: Quays")
    legend = page.get_by_role("complementary", name="Recognised")
    for count in ("Field 1", "Metric 1"):
        expect(legend.get_by_role("listitem").filter(has_text=count)).to_have_count(1)
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".notice")).to_contain_text("character for character")
    page.get_by_role("link", name="Preview").first.click()
    link = page.get_by_role("link", name="Download the draft")
    assert steps.downloaded(page, link) == ODD.encode()


def test_pasted_text_is_stored_too(page):
    page.goto("/import/")
    page.get_by_label("Or paste its text").fill("# Quays\n\n- **Owner**: Bob\n")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("main")).to_contain_text("Owner Bob")


def test_what_is_no_plan_is_refused_in_a_sentence(page, tmp_path):
    path = tmp_path / "plan.md"
    path.write_bytes(b"PK\x03\x04 \xff\xfe")
    page.goto("/import/")
    page.get_by_label("A plan.md file").set_input_files(path)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
