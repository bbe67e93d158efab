"""axe-core on a page: what it finds wrong for people who use it with other senses."""

from pathlib import Path

from playwright.sync_api import Page

from planner import settings

SCRIPT = Path(settings.BASE_DIR / "node_modules/axe-core/axe.min.js")
# Its best practices too.
RUN = """async () => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
    });
    const lineOf = ({ id, help }, { html, target }) =>
        `${id} (${help}): ${target} ${html.slice(0, 160)}`;
    return violations.flatMap((rule) => rule.nodes.map((node) => lineOf(rule, node)));
}"""


def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text())
    return page.evaluate(RUN)
