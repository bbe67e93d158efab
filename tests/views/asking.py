"""Asking views as a browser does, with htmx and without it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

from bs4 import BeautifulSoup, NavigableString, Tag
from django.urls import reverse

from tests.client import CheckingClient
from tests.pages import VERBATIM, stored_in

HTMX = {"HX-Request": "true"}
# Of whose content a person reads nothing.
HIDDEN = {"script", "style", "template", "rt", "rp"}
TAG = re.compile(r"""<([a-zA-Z][\w-]*)(?:\s[^<>"']*(?:"[^"]*"[^<>"']*)*)?>""")
# Elements at whose edges a space is between two words.
AMONG_WORDS = {"code", "del", "em", "ins", "mark", "span", "strong"}


def signed_in(user) -> CheckingClient:
    client = CheckingClient()
    client.force_login(user)
    return client


LARGEST = 10**18 - 1  # plans.urls.RowIdConverter


def url_of(name, plan=None, *args, **query) -> str:
    """`url_of("item", plan, 7)`; keywords become the query, lists several values.

    A number too large for any of our addresses was typed by hand.
    """
    known = [min(one, LARGEST) if isinstance(one, int) else one for one in args]
    path = reverse(f"plans:{name}", args=[*([plan.slug] if plan else []), *known])
    for typed in (one for one in args if isinstance(one, int) and one > LARGEST):
        path = path.replace(f"{LARGEST}", f"{typed}")
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def soup(response) -> BeautifulSoup:
    """The answer's HTML, with spaces as a browser shows them: line ends and indentation
    between words are one space, and none at the edge of an element."""
    page = BeautifulSoup(response.content.decode(), "html.parser")
    for text in list(strings_of(page)):
        shown = re.sub(r"[ \t\r\n]+", " ", text)
        if text.parent.name not in AMONG_WORDS:
            shown = shown.lstrip(" ") if text.previous_sibling is None else shown
            shown = shown.rstrip(" ") if text.next_sibling is None else shown
        if shown != text:
            text.replace_with(NavigableString(shown))
    return page


def strings_of(element) -> Iterator[NavigableString]:
    """All that are no comments and stand in nothing verbatim. A search that asks each
    for its parents takes as long as reading the page."""
    for child in element.children:
        if type(child) is NavigableString:
            yield child
        elif isinstance(child, Tag) and child.name not in VERBATIM:
            yield from strings_of(child)


def words_of(response) -> str:
    """The text that a person reads, on one line."""
    reader = WordReader()
    reader.feed(response.content.decode())
    reader.close()
    return " ".join(" ".join(reader.texts).split())


class WordReader(HTMLParser):
    """What `soup(response).get_text(" ")` says, without a tree, and without a look at
    attributes: in a fourth of the time."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]
        self.hidden_in: list[str] = []

    def parse_starttag(self, i: int) -> int:
        if not (tag := TAG.match(self.rawdata, i)):
            return super().parse_starttag(i)
        self.handle_starttag(tag[1].lower(), [])
        return tag.end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts.append("")
        if tag in HIDDEN:
            self.hidden_in.append(tag)
            if tag in self.CDATA_CONTENT_ELEMENTS:
                self.set_cdata_mode(tag)

    def handle_endtag(self, tag: str) -> None:
        self.texts.append("")
        if tag in self.hidden_in:
            self.hidden_in.remove(tag)

    def handle_comment(self, data: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        # A tag is what parts one text from the next, not a sign that is no tag.
        if not self.hidden_in:
            self.texts[-1] += data


def typed_in(response) -> list[str]:
    """What stands in the controls that a person can type into."""
    page = soup(response)
    areas = [
        area.get_text().removeprefix("\r\n").removeprefix("\n")
        for area in page("textarea")
    ]
    boxes = [box.get("value", "") for box in page.select("input:not([type=hidden])")]
    chosen = [option["value"] for option in page.select("option[selected]")]
    if is_fragment(response):  # the page makes a control from each value it opens
        values = page.select(".value[data-control]:not([data-control=label])")
        areas += [stored_in(value) for value in values]
    return areas + boxes + chosen


def is_fragment(response) -> bool:
    """Whether an answer is made of parts to swap in and of nothing else."""
    tags = [tag.name for tag in soup(response).find_all(recursive=False)]
    return bool(tags) and set(tags) == {"hx-partial"}


def targets_of(response) -> list[str]:
    return [part["hx-target"] for part in soup(response)("hx-partial")]
