"""The JavaScript modules of a page."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r"""^import\b[^"';]*"([^"]+)";""", re.MULTILINE)


@register.simple_tag
def modules(entry: str, htmx: bool = False) -> SafeString:
    """A module of static/js, and preloads of all that it imports.

    The browser learns from the page what it needs, and asks for all of it at once: not
    for one level of imports after another. `htmx`: the page uses htmx as well.
    """
    imported = [static(f"js/{name}") for name in imports_of(entry)]
    preloads = format_html_join(
        "\n  ", '<link rel="modulepreload" href="{}">', [(url,) for url in imported]
    )
    library = (
        format_html('<script src="{}" defer></script>\n  ', static("htmx/htmx.min.js"))
        if htmx
        else ""
    )
    main = static(f"js/{entry}")
    return format_html(
        '{}{}\n  <script type="module" src="{}"></script>', library, preloads, main
    )


@cache
def imports_of(entry: str) -> tuple[str, ...]:
    """Names of all modules that a module needs, without itself."""
    names: dict[str, None] = {}

    def visit(name: str) -> None:
        names[name] = None
        source = (_folder() / name).read_text()
        for target in _IMPORT.findall(source):
            path = _folder() / PurePosixPath(name).parent / target
            imported = path.resolve().relative_to(_folder()).as_posix()
            if imported not in names:
                visit(imported)

    visit(entry)
    return tuple(name for name in names if name != entry)


def _folder() -> Path:
    return (Path(settings.BASE_DIR) / "static/js").resolve()
