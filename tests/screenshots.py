"""The pictures of README and guide, made from the demo plans: `make screenshots`.

Each is of a page as somebody sees it, in WebP, as Chromium itself writes it. The same
demo gives the same pictures, apart from what says how long ago something was.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.chromium import CHROMIUM, CHROMIUM_FLAGS
from tests.processes import PROJECT, Processes, serving

IMAGES = PROJECT / "docs" / "images"
MOST = 1_500_000  # bytes, of all of them
WIDE = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PASSWORD = "meter-reading"  # of everybody in the demo (plans/demo)
FULL, EMPTY = "Offline Meter Readings", "Leak Alerts"


@dataclass
class Studio:
    """Signs people of the demo in, each once, and keeps what their pages look like."""

    browser: Browser
    url: str
    pages: list[Page] = field(default_factory=list)
    cookies: dict[str, list] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)  # of plans, by their titles

    def visit(self, name: str, path: str = "/", **options) -> Page:
        context = self.browser.new_context(
            base_url=self.url, reduced_motion="reduce", **(options or WIDE)
        )
        context.set_default_timeout(20_000)
        context.add_cookies(self.cookies_of(name))
        page = context.new_page()
        self.pages.append(page)
        page.goto(path)
        return page

    def cookies_of(self, name: str) -> list:
        if name not in self.cookies:
            context = self.browser.new_context(base_url=self.url)
            page = context.new_page()
            page.goto("/accounts/login/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.get_by_role("heading", name="Plans", exact=True).wait_for()
            for link in page.locator(".plan-row-title").all():
                self.addresses[link.inner_text()] = str(link.get_attribute("href"))
            self.cookies[name] = context.cookies()
            context.close()
        return self.cookies[name]

    def open(self, name: str, title: str, heading: str = "", **options) -> Page:
        """A plan, at a heading."""
        self.cookies_of(name)
        page = self.visit(name, self.addresses[title], **options)
        page.get_by_text("Live", exact=True).wait_for(state="attached")
        if heading:
            scroll_to(page.get_by_role("heading", name=heading, exact=True))
        return page

    def keep(self, page: Page, name: str) -> None:
        page.wait_for_timeout(400)  # what arrives by itself has arrived
        session = page.context.new_cdp_session(page)
        answer = session.send(
            "Page.captureScreenshot", {"format": "webp", "quality": 78}
        )
        (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(answer["data"]))
        print(f"docs/images/{name}.webp", flush=True)

    def leave(self) -> None:
        for page in self.pages:
            page.context.close()
        self.pages.clear()


def scroll_to(what: Locator) -> None:
    what.evaluate("(e) => e.scrollIntoView({ block: 'start', behavior: 'instant' })")


def edit(page: Page, label: str) -> None:
    """Open a value of a plan that people sign."""
    page.get_by_role("button", name="Edit", exact=True).click()
    dialog = page.get_by_role("dialog", name="Edit what people sign?")
    dialog.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("link", name=f"Edit {label}", exact=True).press("Enter")


# --- The pictures ---


def plan(studio: Studio) -> None:
    """Two people write."""
    mine = studio.open("bob", FULL, "Technical Context")
    theirs = studio.open("frida", FULL)
    edit(theirs, "Storage")
    edit(mine, "Performance Goals")
    scroll_to(mine.get_by_role("heading", name="Technical Context"))
    studio.keep(mine, "plan")


def phone(studio: Studio) -> None:
    page = studio.open("bob", FULL, "7. RISKS & MITIGATIONS", **PHONE)
    studio.keep(page, "phone")


def dark(studio: Studio) -> None:
    page = studio.open("bob", FULL, "8. DEPENDENCIES", **WIDE, color_scheme="dark")
    studio.keep(page, "dark")


def empty(studio: Studio) -> None:
    studio.keep(studio.open("bob", EMPTY), "empty")


def full(studio: Studio) -> None:
    page = studio.open("victor", FULL, "4. IMPLEMENTATION PHASES")
    studio.keep(page, "full")


def risks(studio: Studio) -> None:
    page = studio.open("bob", FULL, "7. RISKS & MITIGATIONS")
    page.get_by_role("link", name="2 risks").or_(
        page.get_by_role("link", name="impact high, likelihood medium")
    ).first.click()
    scroll_to(page.get_by_role("heading", name="7. RISKS & MITIGATIONS"))
    studio.keep(page, "risks")


def suggestion(studio: Studio) -> None:
    page = studio.open("emil", FULL, "Rollback Guardrails")
    section = page.get_by_role("region", name="Rollback Guardrails")
    section.get_by_text("Runbook").first.click()
    dialog = page.get_by_role("dialog", name="Suggest a change")
    dialog.get_by_label("Your text").fill(
        "Runbook “Field app: back to online readings” in "
        "`docs/runbooks/offline-readings.md`, tried once in each district"
    )
    dialog.get_by_label("Reason").fill("The rehearsal in May skipped it.")
    studio.keep(page, "suggestion")


def sign_off(studio: Studio) -> None:
    page = studio.open("alice", FULL)
    page.get_by_role("link", name="Sign").filter(visible=True).first.click()
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.evaluate("scrollTo(0, 0)")
    studio.keep(page, "sign-off")


def history(studio: Studio) -> None:
    page = studio.open("alice", FULL)
    page.get_by_role("link", name="History").filter(visible=True).first.click()
    studio.keep(page, "history")


def home(studio: Studio) -> None:
    page = studio.visit("alice")
    page.locator("#inbox-count:not([hidden])").wait_for()
    studio.keep(page, "home")


def plans(studio: Studio) -> None:
    """Two of them are selected."""
    page = studio.visit("alice", "/?page=1#plan-rows")
    scroll_to(page.get_by_role("navigation", name="States"))
    for title in ("Payment Plans", "Pump Maintenance Calendar"):
        page.get_by_label(f"Select {title}", exact=True).check(force=True)
    studio.keep(page, "plans")


def registers(studio: Studio) -> None:
    studio.keep(studio.visit("alice", "/registers/risks/"), "registers")


def search(studio: Studio) -> None:
    page = studio.visit("alice", "/search/?q=reception")
    for _ in range(20):  # the plans of the demo are new, and are being indexed
        if page.get_by_text("still being indexed").count():
            page.wait_for_timeout(500)
            page.reload()
    studio.keep(page, "search")


def template(studio: Studio) -> None:
    page = studio.visit("alice", "/teams/water-works/templates/")
    page.get_by_role("link", name="Plan of the water works").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    studio.keep(page, "template")


def update(studio: Studio) -> None:
    page = studio.open("bob", EMPTY)
    address = studio.addresses[EMPTY]
    text = page.request.get(f"{address}plan.md").text()
    for before, after in (
        ("[e.g., Python 3.11, Swift 5.9, Rust 1.75 or NEEDS CLARIFICATION]", "Go 1.26"),
        ("[if applicable, e.g., PostgreSQL, CoreData, files or N/A]", "TimescaleDB"),
    ):
        assert before in text
        text = text.replace(before, after)
    page.goto(f"{address}update/")
    page.get_by_label("Or paste its text").fill(text)
    page.get_by_role("button", name="Show the changes").click()
    page.get_by_role("button", name="Take").first.wait_for()
    studio.keep(page, "update")


def rules(studio: Studio) -> None:
    page = studio.open("alice", FULL)
    page.get_by_role("link", name="Sign").filter(visible=True).first.click()
    page.get_by_role("link", name="Sign-off rules").first.click()
    studio.keep(page, "rules")


def sharing(studio: Studio) -> None:
    page = studio.open("alice", EMPTY)
    page.get_by_role("link", name="Share", exact=True).first.click()
    studio.keep(page, "sharing")


PICTURES: list[Callable[[Studio], None]] = [
    plan,
    phone,
    dark,
    empty,
    full,
    risks,
    suggestion,
    sign_off,
    history,
    home,
    plans,
    registers,
    search,
    template,
    update,
    rules,
    sharing,
]


def names() -> list[str]:
    return [picture.__name__.replace("_", "-") for picture in PICTURES]


# --- The server of the demo ---


@contextmanager
def demo(folder: Path):
    environment = {
        "PLANNER_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
        "DJANGO_SETTINGS_MODULE": "planner.settings",
    }
    for command in ("migrate", "load_demo"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--verbosity", "0"],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    with serving(environment, folder / "log") as server:
        yield server


def main(wanted: list[str]) -> None:
    """All pictures, or those that are named."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, demo(Path(folder)) as server:
        take_all(server, wanted)
    size = sum(image.stat().st_size for image in IMAGES.glob("*.webp"))
    print(f"{size:,} bytes in all")
    if size > MOST:
        sys.exit(f"The pictures are larger than {MOST:,} bytes together.")


def take_all(server: Processes, wanted: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_FLAGS
        )
        studio = Studio(browser, server.url)
        for name, picture in zip(names(), PICTURES, strict=True):
            if not wanted or name in wanted:
                picture(studio)
                studio.leave()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
