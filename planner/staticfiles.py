"""Static files: the style sheets as one file, and names that contain their hash."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = "css/planner.css"
_INDEX = "css/index.css"
_IMPORT = re.compile(r'^@import url\("([^"]+)"\) layer\((\w+)\);$', re.MULTILINE)
_URL = re.compile(r'url\("([^":]+)"\)')


class HashedStorage(CompressedManifestStaticFilesStorage):
    # Our JavaScript modules import one another by their unhashed names.
    support_js_module_import_aggregation = True
    # One for each level of imports; Django's five are for style sheets.
    max_post_process_passes = 20


class StylesFinder(BaseFinder):
    """Finds css/planner.css: what css/index.css imports, in one file.

    The sources have one component each. Over HTTP/1.1, fifty small files would cost a
    browser several round trips before it shows a page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "styles")

    def find(self, path: str, find_all: bool = False) -> Any:
        if path != STYLES:
            return []
        target = self._built()
        return [str(target)] if find_all else str(target)

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        self._built()
        yield STYLES, self.storage

    def _built(self) -> Path:
        target = Path(self.storage.path(STYLES))
        styles = bundled(settings.BASE_DIR / "static" / _INDEX)
        if not target.exists() or target.read_text() != styles:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Another process may be reading it.
            draft = target.with_suffix(f".{id(self)}.tmp")
            draft.write_text(styles)
            draft.replace(target)
        return target


def bundled(index: Path) -> str:
    """The style sheet with its imports in their places."""

    def inlined(match: re.Match[str]) -> str:
        name, layer = match.groups()
        folder = PurePosixPath(name).parent
        text = (index.parent / name).read_text()
        text = _URL.sub(lambda url: f'url("{_relative(folder, url[1])}")', text)
        return f"@layer {layer} {{\n{text}}}\n"

    return _IMPORT.sub(inlined, index.read_text())


def _relative(folder: PurePosixPath, url: str) -> str:
    """An address in a file of `folder`, as a file above it has to write it."""
    for _ in folder.parts:
        url = url.removeprefix("../")
    return url
    return url
