"""Static files: the bundles of our scripts and styles.

esbuild puts the modules of a page into one file, and all style sheets into another: a
hundred small files would cost several round trips before a page shows.
"""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import get_files
from django.core.files.storage import FileSystemStorage

# What a page loads by name. All else is imported by these.
ENTRIES = ("css/index.css", "js/enabled.js", "js/feed/worker.js", "js/pages/*.js")
OPTIONS = (
    "--bundle",
    "--format=esm",
    # Of a file alone: it is imported when it is needed (`import("…")`).
    "--splitting",
    "--minify",
    "--sourcemap",
    "--target=es2023",
    "--loader:.svg=file",
    # Two folders deep as all other scripts: static/js/addresses.js counts on it.
    "--chunk-names=js/chunks/[name].[hash]",
    "--asset-names=img/[name].[hash]",
    "--log-level=warning",
)


class BundlesFinder(BaseFinder):
    """Finds the bundles, and makes them anew when a source is newer.

    A development server, the tests and `collectstatic` take the same files from here.
    """

    _building = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.folder = settings.VAR_DIR / "bundles"

    def find(self, path: str, find_all: bool = False) -> Any:
        program = esbuild()
        if not path.startswith(("css/", "js/", "img/")) or not program:
            return []
        target = self._built(program) / path
        if not target.is_file():
            return []
        return [str(target)] if find_all else str(target)

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        program = esbuild()
        if not program:
            raise FileNotFoundError("esbuild is missing. Run `npm ci` to install it.")
        storage = FileSystemStorage(location=self._built(program))
        # The patterns leave out the sources, which have the same names.
        for name in get_files(storage):
            yield name, storage

    def _built(self, program: str) -> Path:
        with self._building:
            target = self.folder / _digest_of_sources()
            if target.exists():
                return target
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix="draft-", dir=self.folder))
            try:
                build(draft, program)
                self._publish(draft, target)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            return target

    def _publish(self, draft: Path, target: Path) -> None:
        try:
            draft.rename(target)
        except OSError:
            # Another process made the same meanwhile.
            if not target.exists():
                raise
        for old in self.folder.iterdir():
            if old != target and not old.name.startswith("draft-"):
                shutil.rmtree(old, ignore_errors=True)


def build(target: Path, program: str) -> None:
    """Write all bundles to a folder.

    Each entry by itself: esbuild puts what several entries share in files of their own,
    but then runs modules in another order than they are imported in.
    """
    sources = settings.BASE_DIR / "static"
    command = [program, *OPTIONS, f"--outbase={sources}", f"--outdir={target}"]
    runs = [
        subprocess.Popen([*command, entry], stderr=subprocess.PIPE, text=True)  # noqa: S603
        for pattern in ENTRIES
        for entry in sorted(sources.glob(pattern))
    ]
    # Warnings as well: an import that is not there is only warned of in a style sheet.
    if problems := "".join([run.communicate()[1] for run in runs]):
        raise RuntimeError(f"A script or a style sheet cannot be bundled.\n{problems}")


def esbuild() -> str | None:
    """The program, which needs no Node.js: npm installs the one for this machine."""
    programs = (settings.BASE_DIR / "node_modules/@esbuild").glob("*/bin/esbuild")
    return next(map(str, programs), None)


def _digest_of_sources() -> str:
    """Changes whenever a source, a library or this module does."""
    root = settings.BASE_DIR
    sources = [
        *(root / "static/css").rglob("*.css"),
        *(root / "static/js").rglob("*.js"),
        *(root / "static/img").glob("*.svg"),
        root / "package-lock.json",
        Path(__file__),
    ]
    stats = [(str(path), path.stat()) for path in sorted(sources)]
    facts = [(path, stat.st_mtime_ns, stat.st_size) for path, stat in stats]
    return sha256(repr(facts).encode()).hexdigest()[:16]
