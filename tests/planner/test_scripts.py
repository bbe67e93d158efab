"""The bundles: of the newest sources, with no module that a page does not import."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from planner import staticfiles

pytestmark = pytest.mark.once

FOLDER = Path(settings.BASE_DIR) / "static/js"
ENTRIES = sorted(path.name for path in (FOLDER / "pages").glob("*.js"))


@pytest.fixture(scope="module")
def modules_of(tmp_path_factory):
    """Which modules of ours esbuild puts into the bundle of an entry."""

    def modules(entry):
        target = tmp_path_factory.mktemp("bundle")
        facts = target / "facts.json"
        subprocess.run(
            [
                *(staticfiles.esbuild(), *staticfiles.OPTIONS),
                *(FOLDER / entry, f"--outdir={target}", f"--metafile={facts}"),
            ],
            cwd=FOLDER,
            check=True,
        )
        return {
            name
            for name in json.loads(facts.read_text())["inputs"]
            if not name.startswith("..")
        }

    return modules


def test_a_page_without_a_plan_has_no_editor(modules_of):
    """Of the feed, what the number of the inbox needs."""
    modules = modules_of("pages/base.js")
    assert "menus.js" in modules and "finding/palette.js" in modules
    assert not modules & {"finding/plan-choices.js", "finding/find.js"}
    assert not [name for name in modules if name.startswith("editor/")]
    feed = {name for name in modules if name.startswith("feed/")}
    assert feed == {"feed/connection.js", "feed/feed.js"}


def test_a_page_that_is_refreshed_has_the_feed_and_no_editor(modules_of):
    modules = modules_of("pages/refreshed.js")
    assert "feed/connection.js" in modules
    assert not [name for name in modules if name.startswith("editor/")]


def test_every_module_belongs_to_a_page(modules_of):
    """Or to the worker, or is loaded before anything else."""
    loaded = set()
    for entry in (
        "enabled.js",
        "feed/worker.js",
        *(f"pages/{each}" for each in ENTRIES),
    ):
        loaded |= modules_of(entry)
    assert loaded == {
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js")
    }


@pytest.fixture
def project(settings, tmp_path):
    """A small project whose scripts and styles can be changed."""
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    (tmp_path / "node_modules").symlink_to(FOLDER.parents[1] / "node_modules")
    shutil.copy(FOLDER.parents[1] / "package-lock.json", tmp_path)
    for name, text in {
        "css/index.css": '@layer all;\n@import url("one.css") layer(all);',
        "css/one.css": 'a { background: url("../img/a.svg") }',
        "img/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "js/words.js": 'export const word = "first";',
        "js/large.js": 'import { word } from "./words.js"; console.log("large", word);',
        "js/pages/plan.js": 'import { word } from "../words.js"; console.log(word);\n'
        'addEventListener("focus", () => import("../large.js"));',
    }.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def bundle(name="js/pages/plan.js"):
    """As a server asks for it, that was started a while ago."""
    path = (
        finders.get_finder("planner.staticfiles.BundlesFinder").__class__().find(name)
    )
    return Path(path).read_text() if path else None


def test_what_changed_is_bundled_anew(project):
    assert "first" in bundle() + everything(project)
    source = project / "static/js/words.js"
    source.write_text('export const word = "other";')
    os.utime(source, (1, 1))
    assert "other" in bundle() + everything(project)
    assert "first" not in everything(project)
    assert len(list((project / "var/bundles").iterdir())) == 1


def everything(project):
    return "".join(path.read_text() for path in (project / "var").rglob("*.js"))


def test_what_is_imported_when_needed_is_a_file_by_itself(project):
    assert "large" not in bundle().replace("chunks/large", "")
    (chunk,) = project.glob("var/bundles/*/js/chunks/large.*.js")
    assert f'import("../chunks/{chunk.name}")' in bundle()
    assert "../img/a." in bundle("css/index.css")


def test_a_mistake_in_a_script_is_told(project):
    (project / "static/js/words.js").write_text("export const word = ;")
    with pytest.raises(RuntimeError, match="words.js:1:20"):
        bundle()
    assert list((project / "var/bundles").iterdir()) == []


def test_without_esbuild_nothing_is_collected(project):
    (project / "node_modules").unlink()
    assert bundle() is None
    finder = staticfiles.BundlesFinder()
    with pytest.raises(FileNotFoundError, match="npm ci"):
        list(finder.list(None))
