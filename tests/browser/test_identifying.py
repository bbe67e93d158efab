"""A file is dropped on the page that identifies files."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.axe import violations
from tests.browser.test_every_page import PHONE

pytestmark = [pytest.mark.once, pytest.mark.slow]

# As from a folder of the desktop: over the page, and let go anywhere on it.
DRAG = """([type, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], "plan.md", { type: "text/markdown" }));
  const options = { dataTransfer: files, bubbles: true, cancelable: true };
  const event = new DragEvent(type, options);
  return !document.querySelector("h1").dispatchEvent(event);
}"""


def test_a_file_that_is_dropped_is_identified(visit, team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    page = visit(dana)
    page.goto("/identify/")
    form = page.locator("form.drop-file")
    text = plan.versions.get().markdown
    assert page.evaluate(DRAG, ["dragover", text]), "the browser would open the file"
    expect(form).to_have_class("stack card drop-file is-dropping")
    assert page.evaluate(DRAG, ["dragleave", text]) is False
    expect(form).not_to_have_class("is-dropping")
    page.evaluate(DRAG, ["drop", text])
    expect(page.get_by_role("heading", name="Version 1 of Tide tables")).to_be_visible()
    assert violations(page) == []
    page.evaluate(DRAG, ["drop", text + "\n"])
    expect(page.get_by_text("plan.md is no version that you can see")).to_be_visible()


def test_a_phone_chooses_the_file(visit, team, alice, bob, dana, tmp_path):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    file = tmp_path / "plan.md"
    file.write_bytes(plan.versions.get().markdown.encode())
    page = visit(dana, **PHONE, color_scheme="dark")
    page.goto("/identify/")
    page.get_by_label("A plan.md file").set_input_files(file)
    page.get_by_role("button", name="Identify").tap()
    expect(page.get_by_role("heading", name="Version 1 of Tide tables")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
