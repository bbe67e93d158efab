"""The style sheets: in layers, with no dead class and no stray colour."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "static/css"
SHEETS = sorted(path for path in CSS.rglob("*.css") if path.name != "index.css")
# Where markup is written, apart from the templates.
SOURCES = [
    *(ROOT / "static/js").rglob("*.js"),
    *(ROOT / "plans").rglob("*.py"),
    *(ROOT / "planner").rglob("*.py"),
]
# Classes that a library writes: Markdown renderers, htmx.
LIBRARY = {
    "contains-task-list",
    "errorlist",
    "fence-info",
    "footnotes",
    "helptext",
    "htmx-request",
    "markdown-alert",
    "markdown-alert-caution",
    "markdown-alert-title",
    "markdown-alert-warning",
    "target",
    "task-list-item",
    "task-list-item-checkbox",
}
# What templates put behind "is-": kinds of changes, states of a sign-off and its seats.
STATES = {
    f"is-{state}"
    for state in [
        *("added", "removed", "changed"),
        *("draft", "review", "approved", "superseded", "stale", "error"),
        *("pending", "condition", "changes", "declined", "rejected"),
        *("entry",),
    ]
}
COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b"
    r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|light-dark)\(",
    re.IGNORECASE,
)
NAME = r"[a-zA-Z][\w-]*"


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def selectors(text):
    """What stands before each brace that is no at-rule."""
    for head in re.findall(r"([^{}]+)\{", without_comments(text)):
        head = head.rsplit(";", 1)[-1].strip()
        if not head.startswith("@"):
            yield head


def declarations(text):
    return re.findall(r"[\w-]+\s*:[^;{}]*;", without_comments(text))


def styled_classes():
    return {
        name
        for sheet in SHEETS
        for selector in selectors(sheet.read_text())
        for name in re.findall(rf"\.({NAME})", re.sub(r'"[^"]*"', "", selector))
    }


def strings(text):
    """What stands between quotes in a script or a module, docstrings too."""
    return re.findall(r"""[\"'`]([^\"'`]*)(?=[\"'`])""", text)


def written_classes():
    """Classes of our markup, and the beginnings of those that are put together.

    A template has them in class attributes and in strings of its tags; what it puts
    together is marked by § here. Modules and scripts have them in strings.
    """
    names, beginnings, of_templates = set(), set(), {}
    for source in (ROOT / "templates").rglob("*.html"):
        text = source.read_text()
        names.update(re.findall(r"{% block body_class %}([\w-]+)", text))
        for tag in re.findall(r"(?s)\{\{.*?\}\}|\{%.*?%\}", text):
            names.update(re.findall(NAME, " ".join(strings(tag))))
        text = re.sub(r"(?s)\{%.*?%\}", " ", re.sub(r"(?s)\{\{.*?\}\}", "§", text))
        for name in " ".join(re.findall(r'class="([^"]*)"', text)).split():
            if "§" in name or name.endswith("-"):
                beginnings.add(name.split("§")[0])
            else:
                of_templates.setdefault(name, source.name)
    for source in SOURCES:
        for text in strings(source.read_text()):
            names.update(re.findall(NAME, text))
            beginnings.update(re.findall(rf"({NAME}-)(?:\$?\{{|$)", text))
    beginnings = {each for each in beginnings if each.endswith("-")} - {"is-", "has-"}
    return names | set(of_templates), beginnings, of_templates


def test_every_styled_class_is_in_some_markup():
    names, beginnings, _ = written_classes()
    dead = {
        name
        for name in styled_classes() - LIBRARY - STATES - names
        if not name.startswith(tuple(beginnings))
    }
    assert dead == set()


def test_every_class_in_a_template_is_styled_or_a_hook():
    """A hook is looked for by a script or a test."""
    known = styled_classes()
    lookers = "\n".join(
        path.read_text()
        for path in [
            *(ROOT / "static/js").rglob("*.js"),
            *(ROOT / "tests").rglob("*.py"),
        ]
    )
    unknown = {
        f"{name} in {source}"
        for name, source in written_classes()[2].items()
        if name not in known and not re.search(rf"[.\"' ]{re.escape(name)}\b", lookers)
    }
    assert unknown == set()


def test_no_value_is_styled_by_what_an_element_around_it_has():
    """Whenever a value opened, a browser would go through those of the whole page: it
    remembers which classes stand somewhere behind `:has()`, not behind which one."""
    slow = set()
    for sheet in SHEETS:
        for selector in selectors(sheet.read_text()):
            count = 1
            while count:
                selector, count = re.subn(r"\([^()]*\)", "", selector)
            slow.update(
                re.findall(r"[^,]*:has[^,\s]*\s[^,]*(?:\.value|\btd)\b", selector)
            )
    assert slow == set()


@pytest.mark.parametrize(
    "sheet", SHEETS, ids=[str(sheet.relative_to(CSS)) for sheet in SHEETS]
)
def test_colours_are_named_in_tokens(sheet):
    if sheet.name == "tokens.css":
        return
    stray = [line for line in declarations(sheet.read_text()) if COLOUR.search(line)]
    assert not stray


def test_every_name_of_a_token_is_defined_and_used():
    everything = "\n".join(without_comments(sheet.read_text()) for sheet in SHEETS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", everything))
    used = set(re.findall(r"var\((--[\w-]+)", everything))
    assert used - defined == set()
    assert defined - used == set()


def test_every_animation_is_defined_and_used():
    everything = "\n".join(without_comments(sheet.read_text()) for sheet in SHEETS)
    defined = set(re.findall(r"@keyframes ([\w-]+)", everything))
    used = set(re.findall(r"animation:\s*([\w-]+)", everything))
    assert defined == used


def test_every_sheet_is_imported_once_into_a_layer():
    index = (CSS / "index.css").read_text()
    layers = re.search(r"@layer ([^;]+);", index)[1].split(", ")
    imports = re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\);', index)
    assert index.count("@import") == len(imports)
    names = [name for name, _ in imports]
    assert sorted(names) == [str(sheet.relative_to(CSS)) for sheet in SHEETS]
    order = [layers.index(layer) for _, layer in imports]
    assert order == sorted(order)


def test_the_pages_get_one_sheet_whose_addresses_lead_somewhere():
    sheet = Path(finders.find("css/index.css"))
    text = sheet.read_text()
    assert "@import" not in text
    assert all(f"@layer {layer}" in text for layer in ("tokens", "utilities"))
    addresses = set(re.findall(r'url\("([^"]+)"\)', text))
    assert addresses
    for address in addresses:
        assert (sheet.parent / address).resolve().is_file(), address
