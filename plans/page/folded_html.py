"""The HTML of a version with additions to its blocks, and its sections as parts that
fold. Additions are markup that is safe already; the version's own stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from plans.markdown.signing import SPOT, SigningBlock, SigningPage

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class Addition:
    """`kind`: how the block changed, if it did; `tools`: at the end of its text;
    `note`: below it."""

    kind: str = ""
    tools: str = ""
    note: str = ""


def folded_html(
    page: SigningPage, additions: Mapping[int, Addition], *, folds: bool
) -> SafeString:
    """`folds`: whether parts without a change begin folded."""
    return mark_safe(_Folding(page, additions, folds).html())  # noqa: S308


class _Folding:
    def __init__(
        self, page: SigningPage, additions: Mapping[int, Addition], folds: bool
    ) -> None:
        self.page = page
        self.additions = additions
        self.folds = folds
        self.out: list[str] = []
        # The levels of the parts that are open: a chapter, and a part of it.
        self.open: list[int] = []
        self.headings = {
            number: int(block.tag[1])
            for number, block in enumerate(page.blocks)
            if block.is_top and block.tag in HEADINGS
        }
        # A plan's title is no part of it that could be folded.
        self.top = min((each for each in self.headings.values() if each > 1), default=0)
        self.changed = [number for number, each in additions.items() if each.kind]

    def html(self) -> str:
        pieces = SPOT.split(self.page.html)
        self.out.append(pieces[0])
        for letter, digits, text in zip(
            pieces[1::3], pieces[2::3], pieces[3::3], strict=True
        ):
            number = int(digits)
            addition = self.additions.get(number)
            match letter:
                case "b":
                    if number in self.headings:
                        self._start_part(number)
                    if addition and addition.kind:
                        text = _with_kind(text, addition.kind)
                case "e":
                    self.out.append(addition.tools if addition else "")
                case "n":
                    if self._has_part(number):
                        self.out.append("</summary>\n")
                    if addition and addition.note:
                        self.out.append(self._note(number, addition.note))
            self.out.append(text)
        self._end_parts(0)
        return "".join(self.out)

    def _has_part(self, number: int) -> bool:
        return bool(self.top) and self.headings.get(number, 0) >= self.top

    def _start_part(self, number: int) -> None:
        level = self.headings[number]
        is_chapter = level <= self.top
        self._end_parts(0 if is_chapter else 1)
        if not self._has_part(number):
            return
        if not self.open and not is_chapter:
            is_chapter = True  # a part below no chapter is one
        self.open.append(level)
        is_open = not self.folds or self._is_changed(number, is_chapter)
        self.out.append(
            f'<details class="version-part" id="part-{number}"'
            f"{' open' if is_open else ''}>\n<summary>"
        )

    def _end_parts(self, left: int) -> None:
        while len(self.open) > left:
            self.open.pop()
            self.out.append("</details>\n")

    def _is_changed(self, number: int, is_chapter: bool) -> bool:
        later = (
            other
            for other, level in self.headings.items()
            if other > number and (level <= self.top or not is_chapter)
        )
        end = next(later, len(self.page.blocks))
        return any(number <= each < end for each in self.changed)

    def _note(self, number: int, note: str) -> str:
        block: SigningBlock = self.page.blocks[number]
        if block.tag != "tr":
            return note
        width = _cells_in(self.page.html, number)
        return f'<tr class="change-row"><td colspan="{width}">{note}</td></tr>'


def _with_kind(text: str, kind: str) -> str:
    """With the attribute by which a block shows that it changed."""
    at = len(text) - len(text.lstrip())
    end = at + 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return f'{text[:end]} data-change="{escape(kind)}"{text[end:]}'


def _cells_in(html: str, number: int) -> int:
    _, _, behind = html.partition(f"<!--b{number}-->")
    row, _, _ = behind.partition(f"<!--n{number}-->")
    return max(1, row.count("<td") + row.count("<th"))
