"""A plan for the people who sign it: as it is rendered, with all that rendering drops.

Comments, definitions of links, titles, cells beyond a table's last column and much else
render to nothing, but are signed, and read by agents. So each block's visible words are
compared with its lines in the file. Where they are not the same, the lines are shown in
a mark below the block: nothing has to be known about what hides them.

`signing_page` also says which lines each block is, and where something can be added to
it: a mark of a change, a link to its comments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

from plans.document.syntax.parsing import split_lines
from plans.markdown.rendering import as_written, clean_html, for_page, github_html

_BLOCKS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"}
    | {"pre", "section", "table", "tr", "ul"}
)
# A mark cannot stand in these; it goes below the element that they are in.
_ROWS = frozenset({"tr"})
_INSIDE = frozenset({"blockquote", "div", "li"})
# What belongs to a text can stand at its end.
_WITH_TEXT = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})
_LINES = {tag: {"data-sourcepos"} for tag in _BLOCKS - {"hr"}} | {
    "hr": {"data-sourcepos"},
    "code": {"data-meta"},
    "a": {"data-sourcepos"},
}

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")  # as the sanitizer writes it
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_POSITION = re.compile(r"(\d+):(\d+)-(\d+):\d+")

# Characters that are invisible to people, though programs read them. Joiners are needed
# in words of some scripts, and in emoji.
_UNSEEN = re.compile(
    "<[^>]*>"  # a tag, which stays as it is
    "|([\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
    "|(?<=[\x00-\x7f])[\u200c\u200d])"
)

# What is no syntax: letters, digits, and all that is beyond ASCII.
_NO_WORDS = re.compile(r"[^0-9A-Za-z\x80-\U0010ffff]|\s")
_MARKERS = re.compile(r"[\s>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[xX]\][ \t])?)+")
_PLAIN_TAGS = re.compile(
    r"</?(?:b|blockquote|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|ins|kbd|li|ol|p"
    r"|pre|s|samp|strong|sub|summary|sup|table|tbody|td|th|thead|tr|ul|var)\s*/?>",
    re.IGNORECASE,
)


@dataclass
class _Block:
    """A block of the page: its lines in the file, and the words that it shows.

    `number`: in the order of the page. `has_spot`: whether the spots in it are set; of
    an entry that begins with a paragraph, they are the paragraph's.
    """

    first: int
    last: int
    lines: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tag: str = ""
    is_top: bool = False
    number: int = 0
    has_spot: bool = False
    shares: _Block | None = None

    def hides_something(self, lines: list[str]) -> bool:
        source = "".join(lines[number] for number in self.lines)
        shown = _words("".join(self.words))
        if _words(source) == shown:
            return False
        bare = unescape(_PLAIN_TAGS.sub("", source))
        return shown not in (
            _words(_MARKERS.sub("", source, count=1)),
            _words(bare),
            _words(_MARKERS.sub("", bare, count=1)),
        )


def _words(text: str) -> str:
    return _NO_WORDS.sub("", text).casefold()


@dataclass(frozen=True)
class SigningBlock:
    """A block of a version's page: its first and last line in the file, from 0.
    `is_top`: it is in no other element."""

    first: int
    last: int
    tag: str
    is_top: bool


@dataclass(frozen=True)
class SigningPage:
    """Sanitised HTML of a version, and its blocks in order.

    For block 7, the HTML has up to three comments, which are the only ones in it:
    `<!--b7-->` before its tag, `<!--e7-->` at the end of its text, and `<!--n7-->`
    where a note about it can stand.
    """

    html: str
    blocks: tuple[SigningBlock, ...]


# A spot of SigningPage, in two groups: its letter and the number of its block.
SPOT = re.compile(r"<!--([ben])(\d+)-->")

# The markup of versions, by the SHA-256 of their texts, up to so many characters.
_MOST_KEPT = 10_000_000
_kept: dict[bytes, SigningPage] = {}


def signing_html(text: str) -> SafeString:
    """Sanitised HTML of a version, with marks for what Markdown does not show."""
    return mark_safe(SPOT.sub("", signing_page(text).html))  # noqa: S308


def signing_page(text: str) -> SigningPage:
    """The same, with its blocks."""
    key = sha256(text.encode("utf-8", "surrogatepass")).digest()
    page = _kept.get(key)
    if page is None:
        page = _signing_page(text)
        if sum(len(kept.html) for kept in _kept.values()) + len(page.html) > _MOST_KEPT:
            _kept.clear()
        if len(page.html) <= _MOST_KEPT:
            _kept[key] = page
    return page


def _signing_page(text: str) -> SigningPage:
    # An element that claims lines by itself could hide them.
    html = None
    if "data-sourcepos" not in text.lower():
        html = github_html(text, with_lines=True)
    if html is None:
        return SigningPage(_with_unseen(as_written(text)), ())
    page = _Page(split_lines(text.removeprefix("\ufeff")))
    marked = page.marked(clean_html(html, _LINES))
    shown = for_page(marked, is_whole=True, with_targets=False)
    blocks = tuple(
        SigningBlock(block.first, block.last, block.tag, block.is_top)
        for block in page.blocks
    )
    return SigningPage(_with_unseen(shown), blocks)


def _with_unseen(html: str) -> str:
    """Each character without a look by its number."""

    def named(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        return f'<span class="unseen-character">U+{ord(match[1]):04X}</span>'

    return _UNSEEN.sub(named, html)


@dataclass
class _Page:
    lines: list[str]
    out: list[str] = field(default_factory=list)
    # The open elements, each with the block that it is, if it is one.
    open: list[tuple[str, _Block | None]] = field(default_factory=list)
    # All blocks in order. Between those of the top are gaps, for what is in no block.
    blocks: list[_Block] = field(default_factory=list)
    gaps: list[_Block] = field(default_factory=lambda: [_Block(0, 0)])
    # Where in `out` the mark of a block goes.
    places: list[tuple[int, _Block]] = field(default_factory=list)
    rows: list[_Block] = field(default_factory=list)
    # Where in `out` the last cell ended.
    cell_end: int = 0
    # Where the open link leads, whether it says just that, and what it says.
    link: str = ""
    is_bare: bool = False
    linked: list[str] = field(default_factory=list)

    def marked(self, html: str) -> str:
        at = 0
        for tag in _TAG.finditer(html):
            self._text(html[at : tag.start()])
            at = tag.end()
            attributes = dict(_ATTRIBUTE.findall(tag[3]))
            if tag[1]:
                self._end(tag[2], tag[0])
            else:
                self._start(tag[2], tag[0], attributes)
        self._text(html[at:])
        self._place(self.gaps[-1])
        self._share_out()
        return self._joined()

    def _text(self, html: str) -> None:
        if html:
            text = unescape(html)
            self._block().words.append(text)
            self.linked.append(text)
            self.out.append(html)

    def _block(self) -> _Block:
        """The innermost open one, or the gap that we are in."""
        inner = (block for _, block in reversed(self.open) if block)
        return next(inner, self.gaps[-1])

    def _start(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        block = None
        position = _POSITION.fullmatch(attributes.get("data-sourcepos", ""))
        tag = re.sub(r' data-(?:sourcepos|meta)="[^"]*"', "", tag)
        if name == "a":
            self._start_link(attributes, position)
        elif position:
            if not any(block for _, block in self.open):
                self._place(self.gaps[-1])
                self.gaps.append(_Block(int(position[1]) - 1, 0))
            block = _Block(int(position[1]) - 1, int(position[3]) - 1)
            block.tag, block.is_top = name, not self.open
            block.number = len(self.blocks)
            self._start_in_entry(block)
            self.blocks.append(block)
            self.out.append(f"<!--b{block.number}-->")
        if name == "details":
            tag = "<details open>"
        if name == "code" and self.open and self.open[-1][0] == "pre":
            self._info(attributes)
        self.out.append(tag)
        if name in ("br", "hr", "input"):
            if block:
                self._place(block)
                self._spots(block)
            return
        self.open.append((name, block))

    def _start_in_entry(self, block: _Block) -> None:
        """The text of an entry ends where the first block in it begins, unless that is
        the paragraph with this text."""
        outer = next((block for _, block in reversed(self.open) if block), None)
        if outer is None or outer.tag != "li" or outer.has_spot:
            return
        if block.tag == "p":
            outer.has_spot, block.shares = True, outer
        else:
            self._spots(outer)

    def _spots(self, block: _Block, letters: str = "en") -> None:
        """Says that what belongs to a block can stand here."""
        block.has_spot = True
        for each in (block, block.shares):
            if each is not None:
                spots = "".join(f"<!--{letter}{each.number}-->" for letter in letters)
                self.out.append(spots)

    def _start_link(
        self, attributes: dict[str, str], position: re.Match[str] | None
    ) -> None:
        self.link, self.linked = unescape(attributes.get("href", "")), []
        if title := unescape(attributes.get("title", "")):
            self.link += f' "{title}"'
        line, column = map(int, position.groups()[:2]) if position else (0, 0)
        source = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        self.is_bare = source.encode("utf-8", "replace")[column - 1 : column] != b"["

    def _info(self, attributes: dict[str, str]) -> None:
        """The words behind the opening of a fence."""
        language = attributes.get("class", "").removeprefix("language-")
        info = " ".join(filter(None, (language, attributes.get("data-meta", ""))))
        if info:
            self._block().words.append(unescape(info))
            self.out.append(f'<span class="fence-info">{info}</span>\n')

    def _end(self, name: str, tag: str) -> None:
        _, block = self.open.pop()
        if name == "a":
            self._target()
        if block and name in _INSIDE:
            self._place(block)
        if block and name == "li" and not block.has_spot:
            self._spots(block)
        if block and name in _WITH_TEXT:
            self._spots(block, "e")
        if name in ("td", "th"):
            self.cell_end = len(self.out)
        self.out.append(tag)
        if block and name in _ROWS:
            self.rows.append(block)
            last = self.cell_end
            self.out[last] = f"<!--e{block.number}-->{self.out[last]}"
            self.out.append(f"<!--n{block.number}-->")
        elif block and name not in _INSIDE:
            self._place(block)
        if block and name in _WITH_TEXT:
            self._spots(block, "n")
        elif block and not block.has_spot and name not in _ROWS:
            self._spots(block)
        if name == "table":
            for row in self.rows:
                self._place(row)
            self.rows = []

    def _target(self) -> None:
        """Where a link leads, unless it says so itself."""
        words = _words("".join(self.linked))
        own = [_words(scheme) + words for scheme in ("", "http", "https", "mailto")]
        if not (self.is_bare and _words(self.link) in own):
            self._block().words.append(self.link)
            self.out.append(f' <span class="target">({escape(self.link)})</span>')
        self.link, self.linked = "", []

    def _place(self, block: _Block) -> None:
        self.places.append((len(self.out), block))

    def _share_out(self) -> None:
        """Each line to the innermost block that has it, or to a gap."""
        owners: list[_Block | None] = [None] * len(self.lines)
        for block in self.blocks:
            end = min(block.last + 1, len(self.lines))
            owners[block.first : end] = [block] * max(0, end - block.first)
        gaps = sorted(self.gaps, key=lambda gap: gap.first)
        starts = [gap.first for gap in gaps]
        for number, owner in enumerate(owners):
            gap = gaps[bisect_right(starts, number) - 1]
            (owner or gap).lines.append(number)

    def _joined(self) -> str:
        pieces: list[str] = []
        at = 0
        for place, block in self.places:
            pieces += self.out[at:place]
            at = place
            if block.hides_something(self.lines):
                pieces.append(self._mark(block))
        return "".join([*pieces, *self.out[at:]])

    def _mark(self, block: _Block) -> str:
        source = "".join(self.lines[number] for number in block.lines)
        if not source.strip():
            return ""
        return (
            '<div class="unseen"><p class="unseen-title">In the file, but not fully '
            f"shown above:</p><pre>{escape(source.strip(chr(10)))}</pre></div>"
        )
