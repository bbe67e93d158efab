"""Block structure of Markdown, by markdown-it-py: which lines are which block.

Inline parsing is off: the planner only needs lines, and values keep their Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from plans.document.editions import NEWEST, Edition
from plans.document.syntax.escaping import label_of_paragraph

# CommonMark's three line ends; str.splitlines() knows more and would split inside text.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

_DELIMITERS = re.compile(r"[ \t>]*(?=[^-\r\n]*-)[|:\- \t]+[\r\n]*")

FENCE_OPENING = re.compile(r"(?P<indent> {0,3})(?P<mark>`{3,}|~{3,})(?P<info>.*)")

MAY_BE_RULE = re.compile(r"^ {0,3}(?:[-_*][ \t]*){3,}$", re.MULTILINE)

MAX_NESTING = 100


@cache
def _parser(edition: Edition, *, has_front_matter: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    if has_front_matter:
        # Where there can be none, the plugin takes an entry `- a---` for it.
        parser.use(front_matter_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    if edition > Edition.FIRST:
        ends: RuleOptionsType = {"alt": ["paragraph"]}
        parser.block.ruler.before("paragraph", "label", _is_label, ends)
    return parser


def _is_label(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """Whether a line at the margin right below a list is a label: it ends the list.

    For Markdown it belongs to the last entry; for the scripts of the template's family,
    and for those who write such plans, it is a field of its own.
    """
    is_lazy = silent and state.sCount[line] == 0 < state.blkIndent
    start = state.bMarks[line]
    return is_lazy and bool(label_of_paragraph(state.src[start : state.eMarks[line]]))


def split_lines(text: str) -> list[str]:
    """Lines with their line ends, so that joining them gives the text."""
    return _LINE.findall(text)


def row_widths(lines: list[str]) -> list[int]:
    """How many cells each line has that may be a row of a table, as the line below the
    table's head says; without reading the text. Short rows are filled up to that."""
    widths: list[int] = []
    width = 0
    for line in lines:
        if "|" in line and _DELIMITERS.fullmatch(line):
            width = line.count("|") + 1
        elif not line.strip(" \t\r\n>"):
            width = 0
        if width:
            widths.append(width)
    return widths


def block_tokens(text: str, edition: Edition = NEWEST) -> list[Token]:
    """Block tokens in order; `map` is [first line, line after the last)."""
    return _parser(edition, has_front_matter=text.startswith("---")).parse(text)


def definitions_in(text: str) -> dict[str, str]:
    """The definition of each label, as it is written; the first, as in Markdown."""
    if "]:" not in text:
        return {}
    env: dict[str, Any] = {}
    _parser(NEWEST, has_front_matter=text.startswith("---")).parse(text, env)
    lines = split_lines(text)
    return {
        normalizeReference(label): "".join(lines[slice(*reference["map"])])
        for label, reference in env.get("references", {}).items()
    }


def normalize_label(text: str) -> str:
    """The label in brackets as `definitions_in` has it."""
    return normalizeReference(text)


@dataclass(slots=True)
class Node:
    """A block and the blocks in it. `map`: as a token's; None for a row's cells."""

    type: str
    tag: str
    map: list[int] | None
    children: list[Node] = field(default_factory=list)


def block_tree(text: str, edition: Edition = NEWEST) -> list[Node]:
    """The top-level blocks of a text, as trees.

    markdown-it-py's own tree takes a time that grows with the depth of each token.
    """
    top: list[Node] = []
    open_blocks = [top]
    for token in block_tokens(text, edition):
        if token.nesting < 0:
            open_blocks.pop()
        elif token.type != "inline":
            node = Node(token.type.removesuffix("_open"), token.tag, token.map)
            open_blocks[-1].append(node)
            if token.nesting > 0:
                open_blocks.append(node.children)
    return top


def fence_ends(lines: list[str]) -> bool:
    """Whether the lines of a fence, from its opening on, hold its closing too."""
    opening = FENCE_OPENING.match(lines[0])
    if opening is None or len(lines) < 2:
        return False
    mark = opening["mark"]
    closing = rf" {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*"
    return re.fullmatch(closing, lines[-1]) is not None


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
