"""Loads templates without their indentation and the lines that only tags are on, which
are for people who read them.

They were two fifths of a plan's page. What people wrote is not touched: only the
sources of templates are, before they are compiled.
"""

import re

from django.template.base import Origin
from django.template.loaders import app_directories, filesystem

_INDENTATION = re.compile(r"\n\s+")
# A line of such tags alone leaves no line; the one before it has ended already.
_TAGS = "|".join(
    [
        *("if", "elif", "else", "endif", "for", "empty", "endfor", "with", "endwith"),
        *("load", "block", "endblock", "include", "url"),
    ]
)
_ONLY_TAGS = re.compile(
    rf"(?<=\n)((?:{{%\s*(?:{_TAGS})\b(?:(?!%}}).)*%}}|{{#(?:(?!#}}).)*#}})+)\n"
)
# Where white space is text.
_VERBATIM = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL)


def compact(source: str) -> str:
    """`source` with one line end for each run of line ends, indentation and tags that
    say nothing by themselves."""
    pieces = _VERBATIM.split(source)
    # Each verbatim element, and its name: what the groups of the pattern hold.
    for index in range(0, len(pieces), 3):
        lines = _INDENTATION.sub("\n", pieces[index])
        pieces[index] = _ONLY_TAGS.sub(r"\1", lines)
    del pieces[2::3]
    return "".join(pieces)


class Filesystem(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        return _compact_html(super().get_contents(origin), origin)


class AppDirectories(app_directories.Loader):
    def get_contents(self, origin: Origin) -> str:
        return _compact_html(super().get_contents(origin), origin)


def _compact_html(source: str, origin: Origin) -> str:
    """Mails are text: their lines stay."""
    return compact(source) if str(origin.name).endswith(".html") else source
