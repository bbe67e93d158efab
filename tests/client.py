"""A test client that looks at every HTML answer, and a look at fragments.

What it refuses would be refused, or misread, by browsers: scripts and styles that the
Content-Security-Policy forbids, template syntax that was never rendered, two elements
with one id, a control whose description is not there.
"""

import gzip
import re
from html.parser import HTMLParser
from typing import Any

import brotli
from django.http import HttpResponse
from django.test import Client

from tests.pages import comparable, parsed

# People write `{{ x }}` in their plans, and see it there.
PEOPLES_TEXT = {"textarea", "pre", "code"}
DECOMPRESSED = {"br": brotli.decompress, "gzip": gzip.decompress}


class CheckingClient(Client):
    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        if not response.streaming and is_html(response):
            path = request.get("PATH_INFO", "")
            content = response.content
            if way := response.headers.get("Content-Encoding"):
                content = DECOMPRESSED[way](content)
            faults = faults_of(content.decode(), path)
            assert not faults, f"{path} answered with " + "; ".join(faults)
        return response


def is_html(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def faults_of(html: str, path: str = "") -> list[str]:
    return [] if is_surely_clean(html, path) else faults_read(html, path)


def faults_read(html: str, path: str = "") -> list[str]:
    """What a reader of all tags finds."""
    reader = FaultFinder()
    reader.feed(html)
    reader.close()
    missing = reader.described_by - reader.ids if is_whole(html, path) else set()
    return reader.faults + [f"nothing has the id {name}" for name in sorted(missing)]


# --- A glance, which takes a small part of the time of reading all tags ---

START = re.compile(r"<[a-z]", re.IGNORECASE)
TAG = re.compile(r"""<[a-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>""", re.IGNORECASE)
VALUE = re.compile(r""""[^"]*"|'[^']*'""")
# In tags without their values.
SUSPECT_NAME = re.compile(
    r"""<style|[\s"/](?:style|on|hx-on)|[\s"/](?:id|aria-describedby)(?!="")""",
    re.IGNORECASE,
)
# In tags with them.
SUSPECT_VALUE = re.compile(
    r"""<script(?![^>]*\ssrc=)(?![^>]*\stype="application/json")"""
    r"""|hx-[^\s=]*\s*=\s*["']?(?:js:|javascript:|&)""",
    re.IGNORECASE,
)
TEMPLATE_SYNTAX = re.compile(r"\{[{%]|&#0*123|&#x0*7b|&lbrace|&lcub", re.IGNORECASE)
IDENTITY = re.compile(r'[\s"/]id="([^"]*)"', re.IGNORECASE)
DESCRIBED_BY = re.compile(r'[\s"/]aria-describedby="([^"]*)"', re.IGNORECASE)


def is_surely_clean(html: str, path: str) -> bool:
    """Whether a reader of all tags would find nothing; a doubt is no."""
    tags = TAG.findall(html)
    whole = "".join(tags)
    # Values in single quotes are JSON: no ids.
    written = VALUE.sub(lambda m: m[0] if m[0][0] == '"' else "''", whole)
    identities = IDENTITY.findall(written)
    if (
        TEMPLATE_SYNTAX.search(html)
        # Markup in a value.
        or len(tags) != len(START.findall(html))
        or SUSPECT_NAME.search(VALUE.sub('""', written))
        or SUSPECT_VALUE.search(whole)
        or any("&" in identity for identity in identities)
        or len(set(identities)) != len(identities)
    ):
        return False
    named = {name for names in DESCRIBED_BY.findall(written) for name in names.split()}
    return named <= set(identities) or not is_whole(html, path)


# --- Every tag ---


def is_whole(html: str, path: str) -> bool:
    """A fragment may be described by what stands around it; the admin's pages are not
    ours."""
    return "<main" in html and not path.startswith("/admin/")


class FaultFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.described_by: set[str] = set()
        self.depth_of_peoples_text = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        where = f"<{tag}> at line {self.getpos()[0]}"
        if tag == "style" or "style" in attributes:
            self.faults.append(f"an inline style: {where}")
        # Data that scripts read is no script.
        is_data = attributes.get("type") == "application/json"
        if tag == "script" and "src" not in attributes and not is_data:
            self.faults.append(f"an inline script: {where}")
        for name, value in attributes.items():
            if name.startswith(("on", "hx-on")):
                self.faults.append(f"an inline handler, {name}: {where}")
            if name.startswith("hx-") and value.startswith(("js:", "javascript:")):
                self.faults.append(f"a script in {name}: {where}")
            if name.startswith("hx-"):
                self.look_for_template_syntax(value)
        self.described_by.update(attributes.get("aria-describedby", "").split())
        identity = attributes.get("id")
        if identity in self.ids:
            self.faults.append(f"two elements with the id {identity}")
        if identity:
            self.ids.add(identity)
        self.depth_of_peoples_text += tag in PEOPLES_TEXT

    def handle_endtag(self, tag: str) -> None:
        self.depth_of_peoples_text -= tag in PEOPLES_TEXT

    def handle_data(self, data: str) -> None:
        if not self.depth_of_peoples_text:
            self.look_for_template_syntax(data)

    def look_for_template_syntax(self, text: str) -> None:
        for mark in ("{{", "{%"):
            if mark in text:
                excerpt = text[text.index(mark) :][:40]
                self.faults.append(f"template syntax, {excerpt!r}")


def assert_fragment_matches_page(
    fragment: HttpResponse, page: HttpResponse, selector: str
) -> None:
    """What htmx swaps in must be what a reload would have shown in that place."""
    assert lines_of(fragment, selector) == lines_of(page, selector)


def lines_of(response: HttpResponse, selector: str) -> list[str]:
    return comparable(parsed(response.content.decode()), selector)
