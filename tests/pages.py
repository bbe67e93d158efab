"""A page as a browser has it, to which answers and events are applied.

The morph that htmx does ends with the new markup in the place of the old; a placeholder
(`data-keep`) keeps what the page has. That a real browser does so is tested in
tests/browser; here it lets thousands of pages live.
"""

import re

from bs4 import BeautifulSoup, Tag

BODY = "#plan-body"
# With what belongs beside it.
PARTS = (BODY, "#plan-side", "#plan-outline", "#plan-progress", "#plan-state")
# Where spaces and line ends are what people typed.
VERBATIM = {"pre", "textarea"}


class OpenPage:
    """Applies partials; `lines(selector)` is what it shows, for a comparison."""

    def __init__(self, html: str) -> None:
        self.soup = parsed(html)

    def apply(self, html: str) -> None:
        for partial in parsed(html).find_all("hx-partial"):
            target = self.soup.find(id=partial["hx-target"].removeprefix("#"))
            new = partial.find(True)
            if target is None or partial["hx-swap"] != "outerMorph":
                continue  # on another page of a long table; a toast
            assert target["id"] == new["id"]
            for placeholder in new.select("[data-keep]"):
                kept = self.soup.find(id=placeholder["id"])
                assert kept is not None, f"the page has no {placeholder['id']}"
                assert kept.name == placeholder.name
                placeholder.replace_with(kept.extract())
            # A frame may hold the very element that its target was in.
            self.soup.find(id=target["id"]).replace_with(new.extract())

    def lines(self, selector: str = BODY) -> list[str]:
        return comparable(self.soup, selector)


def parsed(html: str) -> BeautifulSoup:
    # The parser that leaves a lone `<tr>` where it stands.
    return BeautifulSoup(html, "html.parser")


def comparable(page: BeautifulSoup, selector: str) -> list[str]:
    """An element, a tag or text a line, without what differs at each request."""
    elements = selected(page, selector)
    assert len(elements) == 1, f"{selector} is there {len(elements)} times"
    lines: list[str] = []
    write_lines(elements[0], lines)
    return lines


def selected(page: BeautifulSoup, selector: str) -> list[Tag]:
    """An id is looked for here: a general selector takes ten times as long."""
    if not re.fullmatch(r"#[\w-]+", selector):
        return list(page.select(selector))
    tags = (element for element in page.descendants if isinstance(element, Tag))
    return [tag for tag in tags if tag.attrs.get("id") == selector[1:]]


def write_lines(element: Tag, lines: list[str]) -> None:
    """Walks the tree as it is: pages are compared too often to write and read them."""
    attributes = dict(sorted(element.attrs.items()))
    if attributes.get("name") == "csrfmiddlewaretoken":
        return  # what has no request has none: a header carries it
    # "Saved" is about the request, not about the item.
    if attributes.get("data-state") == "saved":
        return
    lines.append(f"<{element.name} {attributes}>")
    # "now" is "a second ago" when it is read again.
    for child in [] if element.name == "time" else element.children:
        if isinstance(child, Tag):
            write_lines(child, lines)
        elif element.name in VERBATIM:
            lines.append(repr(str(child)))
        else:
            # Comments are strings here too.
            lines += [line for line in child.strip().splitlines() if line.strip()]
    lines.append(f"</{element.name}>")


_WRITTEN_AS = {"code": "`", "strong": "**", "em": "*"}


def stored_in(value: Tag) -> str:
    """The stored text of a value at rest, as static/js/editor/source-of.js reads it."""
    if "data-stored" in value.attrs:
        return value["data-stored"]
    [shown] = value.select(":scope > :is(.markdown, .tag, .raw)")
    paragraphs = shown.find_all("p", recursive=False)
    return "\n\n".join(map(_written, paragraphs)) if paragraphs else _written(shown)


def _written(element: Tag) -> str:
    mark = _WRITTEN_AS.get(element.name, "")
    inner = [
        _written(child) if isinstance(child, Tag) else str(child)
        for child in element.children
    ]
    return mark + "".join(inner) + mark
