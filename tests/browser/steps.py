"""What people do on a plan's page, in the words of the tests."""

import re

from playwright.sync_api import Locator, Page, TimeoutError, expect

# Milliseconds between two looks at a page; Playwright's own way draws it each time.
POLLING = 50


def open_plan(page: Page, plan) -> Page:
    page.goto(plan.get_absolute_url())
    return page


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_role("button", name="Sign in", exact=True).click()


def item(page: Page, row) -> Locator:
    """An item of the page, by its row."""
    return page.locator(f"#item-{row.pk}")


def value(page: Page, row, name: str = "value") -> Locator:
    """A value of an item, at rest or open."""
    return page.locator(f"#item-{row.pk}-{name}-view")


# Asked and done at once: a value may open by itself between the two.
CLICK = """([link]) => link?.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }))"""


def control(page: Page, row, name: str = "value") -> Locator:
    """The control of a value, which is opened by a click where it is at rest."""
    at_rest = page.locator(f"#item-{row.pk}-{name}-view:not(.is-open) .edit")
    at_rest.evaluate_all(CLICK)
    return page.locator(f"#item-{row.pk}-{name}")


def written_in(place: Locator, label: str) -> Locator:
    """The control of a value known by its label; it is opened by the keyboard."""
    link = place.get_by_role("link", name=f"Edit {label}", exact=True)
    control = place.get_by_label(label, exact=True)
    expect(link.or_(control).first).to_be_visible()
    if link.count():
        try:
            link.press("Enter", timeout=2_000)
        except TimeoutError:  # it has opened by itself meanwhile
            expect(control).to_be_visible()
    return control


# The stored text of a value at rest, as static/js/editor/source-of.js reads it.
STORED_OF = """(value) => {
    const written = (node) => {
        if (node instanceof Text) return node.data;
        const mark = { CODE: "`", STRONG: "**", EM: "*" }[node.nodeName] ?? "";
        return mark + [...node.childNodes].map(written).join("") + mark;
    };
    if (!value || "stored" in value.dataset) return value?.dataset.stored;
    const shown = value.querySelector(":scope > :is(.markdown, .tag, .raw)");
    const paragraphs = [...(shown?.children ?? [])].filter((each) => each.matches("p"));
    if (paragraphs.length) return paragraphs.map(written).join("\\n\\n");
    return shown ? written(shown) : undefined;
}"""

HAS_TEXT = f"""([id, text]) => {{
    const control = document.getElementById(id);
    const value = document.getElementById(`${{id}}-view`);
    return (control?.value ?? ({STORED_OF})(value)) === text;
}}"""


def expect_text(
    page: Page, row, name: str, text: str, *, timeout: float | None = None
) -> None:
    """What a value says, whether somebody is writing in it or not."""
    control = f"item-{row.pk}-{name}"
    try:
        page.wait_for_function(
            HAS_TEXT, arg=[control, text], timeout=timeout, polling=POLLING
        )
    except TimeoutError as error:
        raise AssertionError(f"{control} does not say {text!r}") from error


SAY = f"""([unit, texts]) => {{
    const said = [...document.querySelectorAll(".value")].flatMap((value) => {{
        const [control] = value.querySelectorAll("textarea, select, input");
        const label = (control ?? value.querySelector(".edit"))
            ?.getAttribute("aria-label")?.replace(/^Edit /, "");
        return label === unit ? [control?.value ?? ({STORED_OF})(value)] : [];
    }});
    return JSON.stringify(said) === JSON.stringify(texts);
}}"""


def expect_texts(page: Page, unit: str, texts: list[str]) -> None:
    """What all values of this name say, in their order, at rest or open."""
    try:
        page.wait_for_function(SAY, arg=[unit, texts], polling=POLLING)
    except TimeoutError as error:
        raise AssertionError(f"{unit}: not {texts}") from error


def expect_at_rest(page: Page, row, name: str = "value") -> None:
    """A value has the focus, and is not open."""
    expect(value(page, row, name).locator(".edit")).to_be_focused()


def edit_signed(page: Page) -> None:
    """Begin to edit a plan that opened for reading, because people sign it."""
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("dialog", name="Edit what people sign?").get_by_role(
        "button", name="Edit", exact=True
    ).click()


def press(page: Page, row, name: str) -> None:
    """Choose from an item's menu by the keyboard: Move up, Remove, …"""
    page.keyboard.press("Escape")
    item(page, row).locator(".edit").first.focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def choose(page: Page, at: Locator, name: str) -> None:
    """Choose from the menu of an item by the mouse."""
    open_menu(page, at)
    page.get_by_role("menuitem", name=name, exact=True).click()


def open_menu(page: Page, at: Locator) -> None:
    at.hover()
    page.locator("#item-more").click()


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo my last change").click()


def status(page: Page, row) -> Locator:
    return page.locator(f"#item-{row.pk}-status")


def expect_saved(page: Page, row) -> None:
    expect(status(page, row)).to_have_attribute("data-state", "saved")
    expect(status(page, row)).to_have_text("Saved")


def expect_all_saved(page: Page) -> None:
    """Nothing is on its way, nothing was refused."""
    expect(page.locator('.item-status[data-state="saving"]')).to_have_count(0)
    expect(page.locator('.item-status[data-state="error"]')).to_have_count(0)


def risks(page: Page) -> Locator:
    """The rows of the table of risks."""
    table = page.locator("table", has=page.get_by_role("columnheader", name="Risk ID"))
    return table.locator("tr.row")


def downloaded(page: Page, link: Locator) -> bytes:
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def slow_saves(page, seconds=1.0) -> list[str]:
    """Each save takes this much longer; returns the bodies as they are sent."""
    bodies = []

    def slowly(route):
        if route.request.method == "POST":
            bodies.append(route.request.post_data)
            page.wait_for_timeout(seconds * 1000)
        route.continue_()

    page.route(re.compile(r"/items/\d+/$"), slowly)
    return bodies
