"""axe-core on a page: what it finds wrong for people who use it with other senses."""

from pathlib import Path

from playwright.sync_api import Page

from planner import settings

SCRIPT = Path(settings.BASE_DIR / "node_modules/axe-core/axe.min.js")
# Best practices too, without the rules that are about a page's author's taste.
RUN = """async () => {
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
        rules: { "region": { enabled: true } },
    });
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, target }) => `${id} (${help}): ${target} ${html.slice(0, 160)}`));
}"""


def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text())
    return page.evaluate(RUN)
