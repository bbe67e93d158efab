"""From the sign-in to a signed plan.md, through the page's own controls."""

import hashlib
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from plans import document as doc
from tests.browser import steps
from tests.effort import thorough_only

pytestmark = [pytest.mark.once, thorough_only]

# The values that still wait: blank, with a placeholder, or with an open question.
WAITING = (
    "() => { const storedOf = "
    + steps.STORED_OF
    + r""";
  const found = [];
  for (const item of document.querySelectorAll("#plan-body .item")) {
    const own = (selector) => [...item.querySelectorAll(selector)]
      .filter((each) => each.closest(".item") === item);
    const [asked] = own(".question-form textarea");
    if (asked) {
      found.push({ item: item.id, id: asked.id, kind: "question", label: "" });
      continue;
    }
    if (own(".options").length) {
      found.push({ item: item.id, id: "", kind: "options", label: "" });
      continue;
    }
    const ready = /Definition of Ready/.test(
      item.closest(".section").querySelector("h1, h2, h3")?.textContent ?? "");
    for (const box of own("input[type=checkbox][name=done]")) {
      if (ready && !box.checked) {
        found.push({ item: item.id, id: box.id, kind: "checkbox", label: "" });
      }
    }
    for (const value of own(".value[data-control]:not(.field-label)")) {
      if (!value.checkVisibility()) continue; // a list stands in its place
      const control = value.querySelector("textarea, select, input");
      const text = (control?.value ?? storedOf(value)).trim();
      if (text && !/\[(?!P\])[^\]]+\]/.test(text)) continue;
      found.push({
        item: item.id, id: value.id, text,
        kind: value.hasAttribute("data-is-question") ? "asked" : value.dataset.control,
        label: value.querySelector(".edit, [aria-label]").getAttribute("aria-label")
          .replace("Edit ", ""),
      });
    }
  }
  return found;
}"""
)

# What a team would say, by the label of the control.
ANSWERS = {
    "Tags": "Tide tables, Harbour",
    "Spec": "[spec.md](./spec.md)",
    "Text": "Show the tides of each harbour from the gauges of its office.",
    "Language/Version": "Python 3.13",
    "Primary Dependencies": "Django 5.2",
    "Storage": "PostgreSQL 17",
    "Testing": "pytest, Playwright",
    "Target Platform": "Linux server",
    "Project Type": "web",
    "Performance Goals": "200 req/s",
    "Constraints": "<200ms p95, works on a phone",
    "Scale/Scope": "40 harbours, 10k readers",
    "Owner": "Bob",
    "Duration": "2 weeks",
    "Parallel Tasks": "None",
    "Description": "The gauges fall silent | for a day",
    "Timeline": "2026-05-01",
    "Execution": "Every commit",
    "Coverage Target": "≥ 80% of lines",
    "Launch Approval": "Alice",
    "Technical Design": "Dana",
    "Security Review": "Bob",
    "Product Sign-off": "Alice",
}


# To a question.
DECIDED = "All harbours of the coast, decided with the office"


def fill_in(page, waiting) -> None:
    place = page.locator(f"[id='{waiting['id']}']")
    match waiting["kind"]:
        case "question":
            place.fill(DECIDED)
            form = page.locator(".question-form").filter(has=place)
            form.get_by_role("button", name="Answer").click()
            expect(place).to_have_count(0)
        case "options":
            options = page.locator(f"#{waiting['item']} .options")
            options.get_by_text("Web application").click()
            page.get_by_role("button", name="Use this structure").click()
            expect(options).to_have_count(0)
        case "checkbox":
            place.check()
        case _:
            # A date that is open covers the start of the next cell.
            page.keyboard.press("Escape")
            expect(page.locator(".value.is-open")).to_have_count(0)
            place.click(position={"x": 4, "y": 4})
            write(place.locator("textarea, select, input"), waiting)


def write(control, waiting) -> None:
    expect(control).to_be_focused()
    match waiting["kind"]:
        case "asked":
            control.fill(DECIDED)
        case "date":
            control.fill("2026-03-02")
            control.press("Escape")  # in a table it lies over the next cell
            expect(control).to_have_count(0)
        case "choice":
            control.select_option(index=1)
        case _ if "[" in waiting["text"]:
            # Only the bracket is replaced, as a person would.
            answer = "004-tide-tables" if "###" in waiting["text"] else "80"
            if "NEEDS" in waiting["text"]:
                answer = ANSWERS.get(waiting["label"], "Every tide is shown")
            control.fill(re.sub(r"\[[^\]]+\]", answer, waiting["text"]))
        case _:
            label = waiting["label"].strip()
            control.fill(ANSWERS.get(label, f"{label}, as agreed"))


def values_on(page) -> list[str]:
    return page.evaluate(
        "() => { const storedOf = "
        + steps.STORED_OF
        + """;
          return [...document.querySelectorAll(
            "#plan-body .item :is(.value[data-control]:not(.field-label), "
              + "[type=checkbox])")]
          .map((each) => `${each.id}: ${each.checked ?? storedOf(each)}`); }"""
    )


def new_plan(page) -> None:
    page.goto("/")
    steps.sign_in(page, "alice")
    page.get_by_role("link", name="New plan").first.click()
    page.get_by_label("Feature").fill("Tide tables")
    page.get_by_label("Branch").fill("004-tide-tables")
    page.get_by_label("Area").fill("Harbour")
    page.get_by_role("button", name="Create plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tide tables")


def remove_all(page, kind, *, but=0) -> None:
    """Remove a section's rows or entries by their menu."""
    while (left := kind.count()) > but:
        steps.choose(page, kind.last, "Remove")
        expect(kind).to_have_count(left - 1)


def section(page, heading):
    return page.locator(".section").filter(
        has=page.get_by_role("heading", name=heading)
    )


def test_a_plan_is_filled_in_downloaded_and_signed(visit, alice, bob, dana, tmp_path):
    page = visit()
    new_plan(page)
    remove_all(page, section(page, "Constitution Check").locator("tr.row"))
    remove_all(page, section(page, "Additional References").locator(".entry"), but=2)
    for _ in range(4):
        waiting = page.evaluate(WAITING)
        if not waiting:
            break
        for each in waiting:
            fill_in(page, each)
        page.locator("h1").first.click()
        steps.expect_all_saved(page)
    assert page.evaluate(WAITING) == []

    filled = values_on(page)
    page.reload()
    assert values_on(page) == filled
    expect(page.locator("#panel-problems")).to_contain_text("The plan can be finished")
    expect(page.locator("#panel-questions")).to_contain_text("No open question")
    expect(page.locator("#plan-progress")).to_have_text("Complete")

    page.get_by_role("link", name="Preview").first.click()
    text = steps.downloaded(page, page.get_by_role("link", name="Download plan.md"))
    assert_finished(text.decode())
    (tmp_path / "plan.md").write_bytes(text)
    # Leaves with an error when something is in the way.
    call_command("check_plan", str(tmp_path / "plan.md"))
    signs_off(page, visit(dana), text)


def assert_finished(text: str) -> None:
    assert not [p for p in doc.check(doc.read(text)) if p.is_error]
    linked = re.sub(r"\[[^\]]+\]\([^)]+\)", "", text)
    assert set(re.findall(r"\[[^\]]*\]", linked)) <= {"[ ]", "[x]", "[P]"}
    assert "<!--" not in text
    assert "Option" not in text
    assert "NEEDS CLARIFICATION" not in text
    assert re.findall(r"^## (\d+)\.", text, re.MULTILINE) == list(
        map(str, range(1, 11))
    )


def signs_off(page, danas, text: bytes) -> None:
    page.goto(page.url.replace("preview/", "review/"))
    page.get_by_role("button", name="Submit for sign-off").click()
    digest = hashlib.sha256(text).hexdigest()
    expect(page.locator(".facts .digest")).to_have_attribute("title", digest)

    danas.goto("/inbox/")
    danas.get_by_role("link", name="asks you to sign Tide tables").click()
    danas.locator('[name="decision"][value="approved"]').check()
    danas.get_by_label("Your password").fill("dana")
    danas.get_by_role("button", name="Sign as Dana").click()
    signature = danas.locator(".signature").filter(has_text="Technical Design").first
    expect(signature).to_contain_text("Dana")
    expect(signature.locator(".digest")).to_have_attribute("title", digest)
    frozen = steps.downloaded(
        danas, danas.get_by_role("link", name="plan.md of this version")
    )
    assert hashlib.sha256(frozen).hexdigest() == digest
