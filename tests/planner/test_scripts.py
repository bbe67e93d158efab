"""The modules of a page: preloaded, each once, and only those that it imports."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from plans.templatetags.scripts import imports_of, modules

pytestmark = pytest.mark.once

FOLDER = Path(settings.BASE_DIR) / "static/js"
ENTRIES = sorted(path.name for path in (FOLDER / "pages").glob("*.js"))


def test_imports_are_followed_each_once():
    names = imports_of("pages/plan.js")
    assert len(names) == len(set(names))
    assert {"pages/base.js", "editor/pipeline.js", "feed/feed.js"} <= set(names)
    assert "pages/plan.js" not in names


def test_a_page_without_a_plan_has_no_editor():
    names = imports_of("pages/base.js")
    assert not [name for name in names if name.startswith(("editor/", "feed/"))]


def test_a_page_that_is_refreshed_has_the_feed_and_no_editor():
    names = imports_of("pages/refreshed.js")
    assert "feed/connection.js" in names
    assert not [name for name in names if name.startswith("editor/")]


def test_the_tag_preloads_what_the_module_imports():
    html = modules("pages/review.js", htmx=True)
    preloads = re.findall(r'rel="modulepreload" href="/static/js/([^"]+)"', html)
    assert preloads == list(imports_of("pages/review.js"))
    assert html.index("htmx.min.js") < html.index('type="module"')
    assert html.count("<script") == 2


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_import_is_there(entry):
    for name in imports_of(f"pages/{entry}"):
        assert (FOLDER / name).is_file()


def test_every_module_belongs_to_a_page():
    """Or to the worker, or is loaded before anything else."""
    loaded = {"enabled.js", "feed/worker.js"}
    for entry in ENTRIES:
        loaded |= {f"pages/{entry}", *imports_of(f"pages/{entry}")}
    modules = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js")}
    assert modules == loaded
