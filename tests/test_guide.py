"""README and guide: their links lead somewhere, and all pictures are used."""

import re

import pytest
from django.conf import settings

from tests import screenshots

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"")


def targets(page):
    links = ("".join(groups) for groups in LINK.findall(page.read_text()))
    return [
        (page.parent / link).resolve() for link in links if not link.startswith("http")
    ]


def test_every_link_leads_to_a_file():
    assert len(PAGES) == 4
    missing = {
        f"{page.name}: {target}"
        for page in PAGES
        for target in targets(page)
        if not target.exists()
    }
    assert missing == set()


def test_each_picture_is_made_by_the_command_and_shown():
    pictures = {f"{name}.webp" for name in screenshots.names()}
    shown = {
        target.name
        for page in PAGES
        for target in targets(page)
        if target.parent.name == "images"
    }
    kept = {path.name for path in (ROOT / "docs" / "images").iterdir()}
    assert pictures == kept == shown


def test_pictures_are_small():
    images = (ROOT / "docs" / "images").iterdir()
    assert sum(image.stat().st_size for image in images) < screenshots.MOST


def test_buttons_of_the_guide_are_named_as_in_the_interface():
    """What is in italics is in a template, or in a script."""
    places = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]
    interface = " ".join(" ".join(p.read_text().split()) for p in places)
    interface += " ".join(p.read_text() for p in ROOT.glob("plans/**/*.py"))
    named = {
        " ".join(words.split())
        for page in PAGES[1:]
        for words in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", page.read_text())
    }
    assert len(named) > 20
    assert {words for words in named if words not in interface} == set()
