"""Loads templates without their indentation, the lines that only tags are on, and
quotation marks around single words, which are for people who read them.

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
_TEMPLATE_TAG = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
# An attribute whose value is one word, and surely ends. What names an element stays
# quoted: many look for it.
_ONE_WORD = re.compile(
    r'(?<=\s)(?!id=|aria-describedby=)([a-z][a-z-]*)="([\w.-]+)"(?=[\s>])'
)


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


def unquote(source: str) -> str:
    """`source` without the quotation marks that HTML does not need, around words that
    no template tag makes."""
    pieces = _TEMPLATE_TAG.split(source)
    pieces[::2] = [_ONE_WORD.sub(r"\1=\2", piece) for piece in pieces[::2]]
    return "".join(pieces)


class Filesystem(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        return _compact_html(super().get_contents(origin), origin)


class AppDirectories(app_directories.Loader):
    def get_contents(self, origin: Origin) -> str:
        return _compact_html(super().get_contents(origin), origin)


def _compact_html(source: str, origin: Origin) -> str:
    """Mails are text: their lines stay. A plan's page has thousands of attributes; all
    else keeps its quotation marks."""
    if not str(origin.name).endswith(".html"):
        return source
    is_of_plan = str(origin.template_name).startswith("plans/")
    return unquote(compact(source)) if is_of_plan else compact(source)
