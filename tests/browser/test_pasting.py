"""What is pasted: formatted text, lines, and the cells of a spreadsheet."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

PASTE = """(control, { html, text }) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste",
    { clipboardData: data, bubbles: true, cancelable: true });
  if (control.dispatchEvent(event)) document.execCommand("insertText", false, text);
}"""


@pytest.fixture
def page(visit, alice, plan):
    return steps.open_plan(visit(alice), plan)


def paste(control, text, html=""):
    expect(control).to_be_focused()
    control.evaluate(PASTE, {"html": html, "text": text})


HTML = """<meta charset="utf-8"><b style="font-weight:normal;"><h2>Why &amp; how</h2>
<p>Some <b>bold</b> and <i>soft</i> <code>a*b</code>, <a href="https://x.example/">here</a>
and <a href="javascript:alert(1)">there</a>.</p><script>document.title = "no"</script>
<ul><li>one</li><li>two<ol><li>deep</li></ol></li></ul>
<img src="/never-asked-for.png" onerror="document.title = 'no'">
<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></b>"""

MARKDOWN = """**Why & how**

Some **bold** and *soft* `a*b`, [here](https://x.example/) and there.

- one
- two
  1. deep

| A   | B   |
| --- | --- |
| 1   | 2   |"""


def test_formatted_text_becomes_markdown_and_nothing_in_it_runs(page, plan):
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    summary = make.find(plan, text="Show the tides of a harbour.")
    control = steps.control(page, summary, "text")
    control.press("Control+A")
    paste(control, "plain", HTML)
    expect(control).to_have_value(MARKDOWN)
    expect(page.locator("#toasts")).to_contain_text("Images aren’t kept")
    expect(page).not_to_have_title("no")
    assert not [url for url in addresses if "never-asked" in url]
    control.press("Control+Z")
    expect(control).to_have_value("Show the tides of a harbour.")
    control.press("Control+A")
    keys = {"key": "V", "ctrlKey": True, "shiftKey": True}
    control.dispatch_event("keydown", keys)
    paste(control, "plain", HTML)
    expect(control).to_have_value("plain")
    paste(control, " text", "<span style='color: red'> text</span>")
    expect(control).to_have_value("plain text")


def test_lines_become_entries_and_one_undo_takes_them_back(page, plan):
    gauges = make.find(plan, text="A list of gauges")
    control = steps.control(page, gauges, "text")
    control.press("Home")
    paste(control, "- tides\n\n* harbours\n3. ")
    expect(page.locator(".toast")).to_contain_text("Pasted")
    assert "  - tides\n  - harboursA list of gauges\n" in make.text_of(plan)
    steps.undo(page)
    expect(page.locator(".entry", has_text="tides")).to_have_count(0)
    assert make.text_of(plan) == make.SMALL


def test_cells_are_shown_before_they_become_rows(page, plan):
    risk = make.find(plan, cell="R-001")
    control = steps.control(page, risk, "cell-1")
    paste(
        control,
        "Owner\tDescription\tCost\nBob\tIce | snow\t3\nAlice\tFog\t4",
    )
    window = page.get_by_role("dialog", name="Paste 2 rows")
    expect(window).to_contain_text("left out: “Cost”")
    expect(window.get_by_role("row").nth(1)).to_have_text(re.compile("Ice | snow.*Bob"))
    expect(window.get_by_role("button", name="Paste", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    steps.expect_texts(page, "Risk ID", ["R-001", "R-003", "R-004", "R-002"])
    text = make.text_of(plan)
    assert re.search(r"\| R-003 \| Ice \\\| snow +\|.*\| Bob", text)
    steps.expect_all_saved(page)
    page.keyboard.press("Escape")
    steps.undo(page)
    steps.expect_texts(page, "Risk ID", ["R-001", "R-002"])
    assert make.text_of(plan) == make.SMALL


def test_cells_fill_an_empty_row_or_are_pasted_as_a_text(page, plan):
    steps.control(page, make.find(plan, cell="R-002"), "cell-1").press("Control+Enter")
    control = steps.risks(page).nth(2).get_by_label("Description")
    table = "<table><tr><td>Ice</td><td>High</td></tr><tr><td>Fog</td></tr></table>"
    paste(control, "Ice\tHigh\nFog", table)
    expect(page.get_by_role("dialog")).to_contain_text("2 rows from here on")
    page.get_by_role("button", name="Cancel").click()
    expect(control).to_be_focused()
    paste(control, "Ice\tHigh\nFog", table)
    page.get_by_role("dialog").get_by_role("button", name="Paste", exact=True).click()
    steps.expect_texts(page, "Risk ID", ["R-001", "R-002", "R-003", "R-004"])
    steps.expect_texts(page, "Impact", ["High", "Med", "High", ""])
    page.keyboard.press("Escape")
    control = steps.control(page, make.find(plan, cell="R-004"), "cell-4")
    paste(control, "a\tb")
    page.get_by_role("button", name="Paste as one text").click()
    expect(page.get_by_label("Mitigation Strategy", exact=True)).to_have_value("a\tb")
