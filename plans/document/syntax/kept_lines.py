"""An edit of some words keeps the bytes of the item's other lines."""

from __future__ import annotations

from plans.document.model import Check, Entry, Field, Item, ItemKind, Text
from plans.document.syntax.escaping import (
    escape_line,
    unescape_item_start,
    unescape_line,
    unescape_value,
)
from plans.document.syntax.lines import pairs
from plans.document.syntax.list_items import BULLET_LEAD, CHECK, FIELD
from plans.document.syntax.parsed import EMPTY
from plans.document.syntax.parsing import FENCE_OPENING, block_tokens, fence_ends, unix
from plans.document.syntax.passages import ends_in_rule
from plans.document.syntax.texts import dedented, longer_mark, raw_indent


def with_lines_kept(item: Item, rewritten: str) -> str:
    """The text of an edited item with the bytes of the lines that did not change.

    `rewritten`: the text that its values give. What this returns may say something else
    in rare cases: the caller reads it again.
    """
    source = unix(item.source)
    if "\n" not in source:
        return rewritten
    match item:
        case Text(kind=ItemKind.CODE):
            text = _with_code_kept(item, source)
        case Text(kind=ItemKind.RAW):
            text = _with_raw_kept(item, source)
        case Field() | Check() | Entry():
            text = _with_words_kept(item, source, rewritten)
        case Text(kind=ItemKind.PASSAGE) if rewritten.endswith("\n\\" + _last(source)):
            text = rewritten.removesuffix("\\" + _last(source)) + _last(source)
            return text if ends_in_rule(source) and ends_in_rule(text) else rewritten
        case _:
            return rewritten
    return text


def _last(text: str) -> str:
    return text.rsplit("\n", 1)[-1]


def _with_words_kept(item: Item, source: str, rewritten: str) -> str:
    old, new = source.split("\n"), rewritten.split("\n")
    if isinstance(item, Field | Check) and _is_below_its_mark(source):
        new = _below_its_mark(rewritten)
    is_alone = source.startswith("**")
    text, is_escaped = list(new), True
    both = list(
        pairs(_comparable(item, old, is_alone), _comparable(item, new, is_alone))
    )
    if not any(pair.is_same for pair in both):
        return rewritten
    for before, after, is_same in both:
        line = old[before]
        start = _start_of_words(item, line, after)
        words = new[after][_start_of_words(item, new[after], after) :]
        bare = line[start:].rstrip(" \t")
        if unescape_line(bare) == bare != escape_line(bare):
            # It could do without a backslash where it stood. Ask whether it still can.
            words, is_escaped = unescape_line(words), False
        if is_same:
            text[after] = line
            is_escaped &= bare == words
        else:
            lead = line[:start] if after else new[0][: _start_of_words(item, new[0], 0)]
            text[after] = lead + words + line[len(line.rstrip(" \t")) :]
    kept = "\n".join(text).rstrip(" \t")
    if _is_below_its_mark(source) or not is_escaped:
        return kept if _is_one_paragraph(kept) else rewritten
    return kept


def _comparable(item: Item, lines: list[str], is_alone: bool) -> list[str]:
    """What each line says, for a comparison; the first one is like no other."""
    first, *rest = lines
    after = "label" if is_alone else "mark"
    start = _start_of_words(item, first, 0)
    words = unescape_line(unescape_item_start(first[start:].rstrip(" \t")))
    bare = ("\n" + line.strip(" \t") for line in rest)
    return [
        f"{first[:start]}\n{words}",
        *(unescape_value(line, after=after) for line in bare),
    ]


def _start_of_words(item: Item, line: str, number: int) -> int:
    """Where a line's words start: behind the bullet of an entry, or the indentation."""
    if not number and isinstance(item, Entry):
        match = BULLET_LEAD.match(line)
        return match.end() if match else 0
    return 0 if not number else len(line) - len(line.lstrip(" \t"))


def _is_below_its_mark(source: str) -> bool:
    match = FIELD.match(source) or CHECK.match(source)
    return match is not None and match["raw"].startswith("\n")


def _below_its_mark(text: str) -> list[str]:
    """The lines of a text, its value below the label."""
    first, *rest = text.split("\n")
    match = FIELD.match(first) or CHECK.match(first)
    if match is None:
        return [first, *rest]
    return [first[: match.start("raw")].rstrip(" \t"), match["raw"], *rest]


def _is_one_paragraph(text: str) -> bool:
    """Whether a list item or a paragraph is all that a text is."""
    kinds = [token.type for token in block_tokens(text.lstrip(" \t"))]
    return kinds.count("inline") == 1 and len(kinds) in (3, 7)


def _with_raw_kept(item: Text, source: str) -> str:
    old, new = source.split("\n"), (item.text or EMPTY).split("\n")
    indent = raw_indent(source)
    text = [" " * indent + line if line else "" for line in new]
    bare = [dedented(line, indent) for line in old]
    for before, after, is_same in pairs(bare, new):
        line = old[before]
        lead = line[: len(line) - len(bare[before])]
        text[after] = line if is_same else lead + new[after]
    return "\n".join(text)


def _with_code_kept(item: Text, source: str) -> str:
    old, new = source.split("\n"), item.text.split("\n") if item.text else []
    opening = FENCE_OPENING.match(old[0])
    if opening is None:
        return source
    lead, mark = opening["indent"], opening["mark"]
    inner = old[1:-1] if fence_ends(old) else old[1:]
    text = [lead + line if line else "" for line in new]
    bare = [dedented(line, len(lead)) for line in inner]
    for before, after, is_same in pairs(bare, new):
        if is_same:
            text[after] = inner[before]
    longer = longer_mark(item.text, mark, behind=r"[ \t]*$")
    if longer != mark:
        return "\n".join([lead + longer + opening["info"], *text, lead + longer])
    end = old[-1:] if fence_ends(old) else []
    if not end and text and (not text[-1] or text[-1][-1].isspace()):
        # White space at the end of an open fence would not be read as code.
        end = [lead + mark]
    return "\n".join([old[0], *text, *end])
