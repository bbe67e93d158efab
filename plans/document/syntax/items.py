"""One item's text: read into values, and written from values in the same manner.

`parsed(kind, source)` gives the values and the blank that a source holds. `written`
is its inverse: the source itself while it still says what the values say, otherwise
the values in the manner of the source (bullet, indentation, padding, fence), or in the
planner's own manner when there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from plans.document.editions import NEWEST, Edition
from plans.document.model import Check, Entry, Field, Item, ItemKind, Row, Text
from plans.document.syntax.blanks import Blank, blank_of
from plans.document.syntax.escaping import (
    LABEL,
    clean_cell,
    clean_code,
    clean_label,
    clean_passage,
    clean_text,
    clean_value,
    escape_cell,
    escape_line,
    escape_value,
    label_of_paragraph,
    unescape_cell,
    unescape_item_start,
    unescape_line,
    unescape_value,
)
from plans.document.syntax.lines import pairs
from plans.document.syntax.parsing import FENCE_OPENING, block_tokens, fence_ends, unix
from plans.document.syntax.passages import (
    ends_in_rule,
    escape_passage,
    is_open,
    unescape_passage,
    with_fence_closed,
)

_BULLET = r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)"
_FIELD = re.compile(
    rf"(?P<lead>(?:{_BULLET})?[ \t]*)(?P<label>{LABEL})(?P<gap>[ \t]*)(?P<raw>.*)",
    re.DOTALL,
)
_CHECK = re.compile(
    rf"(?P<lead>{_BULLET}\[)(?P<mark>[ xX])(?P<gap>\](?:[ \t]+|(?=\n|$)))(?P<raw>.*)",
    re.DOTALL,
)
_NUMBER = re.compile(r"[ \t]*(\d{1,9}[.)])(?=[ \t\r\n]|$)")
_ENTRY = re.compile(rf"(?P<lead>{_BULLET})(?P<raw>.*)", re.DOTALL)
_BULLET_LEAD = re.compile(_BULLET)
_RULE = re.compile(r"(?:[-*][ \t]*){3,}(?:\n|$)")
_RAW_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t\n]|$)")
_CELL = re.compile(r"(?:[^|\\]|\\.|\\$)*", re.DOTALL)

# Stands where a text is missing and its absence would change the structure.
EMPTY = "[...]"


@dataclass
class Parsed:
    """What an item's source says. `blanks`: one for each of `values`, or None.

    Kept and shared: whoever needs other values makes other lists.
    """

    values: list[str]
    blanks: list[Blank | None]
    label: str = ""
    done: bool = False


def parsed(kind: ItemKind, source: str) -> Parsed:
    """The values in an item's source, which must be of that kind (or empty)."""
    if len(source) > _LONGEST_KEPT:
        return _parsed(kind, source)
    return _kept(kind, source)


# Writing a plan and checking it ask what each item's source says half a dozen times,
# and nearly all of it is what it said a second ago.
_LONGEST_KEPT = 1_000


def _parsed(kind: ItemKind, source: str) -> Parsed:
    source = unix(source)
    return _PARSERS[kind](source) if source else Parsed([], [])


_kept = lru_cache(maxsize=10_000)(_parsed)


def values_of(item: Item) -> list[str]:
    """The texts a person can change in an item, in the order of `parsed().values`."""
    match item:
        case Field():
            return [item.value]
        case Row():
            return item.cells
        case Check() | Entry() | Text():
            return [item.text]
    raise TypeError(f"no item: {item!r}")


def must_have_text(item: Item) -> bool:
    """Whether an item without a text is not filled in, hint or none."""
    if isinstance(item, Field):
        return not item.children
    return item.kind in (ItemKind.CHECK, ItemKind.ENTRY, ItemKind.PASSAGE)


def is_part_of_entry(item: Item) -> bool:
    """Whether an item is a paragraph, quotation, fence ... inside a list entry."""
    source = unix(item.source)
    return item.kind is ItemKind.RAW and _RAW_BULLET.match(source) is None


def number_of(item: Item) -> str:
    """An item's number in its list, with what stands behind it: `3.` or `3)`, or ""."""
    match = _NUMBER.match(item.source)
    return match[1] if match else ""


def blanks_of(item: Item) -> list[Blank | None]:
    """For each value of an item: the blank that its source had there, or None."""
    blanks = as_expected(item, parsed(item.kind, item.source).blanks)
    return blanks + [None] * (len(values_of(item)) - len(blanks))


def as_expected(item: Item, blanks: list[Blank | None]) -> list[Blank | None]:
    """Those of an item's blanks that a person is to fill in."""
    if not isinstance(item, Row) or not item.later:
        return blanks
    return [None if i in item.later else blank for i, blank in enumerate(blanks)]


def value_as_read(item: Item, index: int = 0) -> str:
    """What an item's source says there; "" for a blank and where it has no source."""
    values = parsed(item.kind, item.source).values
    return values[index] if index < len(values) else ""


def says(item: Item) -> bool:
    """Whether an item's source still says what its values say."""
    if not item.source:
        return False
    said = parsed(item.kind, item.source)
    match item:
        case Field():
            return said.label == item.label and said.values == [item.value]
        case Check():
            return said.done == item.done and said.values == [item.text]
        case Row():
            return _trimmed(said.values) == _trimmed(item.cells)
    return said.values == values_of(item)


def written(item: Item, edition: Edition = NEWEST) -> str:
    """An item's text without its last line end; "\\n" inside where it was edited."""
    if says(item):
        return item.source
    anew = _WRITERS[item.kind](item)
    if edition is Edition.FIRST:
        return ("\n" if is_part_of_entry(item) else "") + anew
    return _off_the_margin(item, _with_lines_kept(item, anew))


def _off_the_margin(item: Item, text: str) -> str:
    """A label in a later line of a list entry, indented: at the margin it would be a
    field of its own."""
    bullet = _BULLET_LEAD.match(text)
    if bullet is None or isinstance(item, Row | Text):
        return text
    indent = " " * len(bullet[0].expandtabs(4))
    return "\n".join(
        indent + line if number and label_of_paragraph(line) else line
        for number, line in enumerate(text.split("\n"))
    )


def ended(kind: ItemKind, text: str, newline: str) -> str:
    """A text that something follows. At the end of a file a block needs no end of its
    own; anywhere else it would swallow the rest."""
    if kind is ItemKind.CODE:
        lines = unix(text).split("\n")
        opening = FENCE_OPENING.match(lines[0])
        if opening and not fence_ends(lines):
            return f"{text}{newline}{opening['indent']}{opening['mark']}"
    if kind is ItemKind.PASSAGE and is_open(unix(text)):
        return escape_passage(unescape_passage(unix(text))).replace("\n", newline)
    return text


def clean(item: Item) -> None:
    """Bring what was typed into the form in which it can be written and read back."""
    match item:
        case Field():
            item.label = clean_label(item.label) or "Field"
            item.value = clean_value(item.value)
        case Check() | Entry():
            item.text = clean_value(item.text)
        case Row():
            item.cells = [clean_cell(cell) for cell in item.cells]
        case Text(kind=ItemKind.CODE):
            before = "".join(parsed(item.kind, item.source).values)
            end = before[len(before.rstrip("\n")) :]
            is_as_read = item.text.endswith(end)
            item.text = clean_code(item.text) + (end if is_as_read else "")
        case Text(kind=ItemKind.FRONT_MATTER):
            item.text = clean_text(item.text).strip("\n").rstrip()
        case Text(kind=ItemKind.PASSAGE):
            lead = item.source[: len(item.source) - len(item.source.lstrip(" \t"))]
            is_as_read = item.text.startswith(lead)
            item.text = (lead if is_as_read else "") + clean_passage(item.text)
        case Text(kind=ItemKind.RAW):
            text = _bulleted(clean_passage(item.text), unix(item.source))
            item.text = with_fence_closed(text)


def new_like(sibling: Item, *, with_children: bool = False) -> Item:
    """A blank item in the manner of its sibling; the sibling's blanks are its blanks.

    A field keeps its label; with children, each child is blanked in the same way.
    """
    children = (
        [
            new_like(child, with_children=True)
            for child in sibling.children
            if not is_part_of_entry(child)  # what it says is about its own entry
        ]
        if with_children
        else []
    )
    source, tail = sibling.source, sibling.tail
    match sibling:
        case Field():
            return Field(
                label=sibling.label, source=source, tail=tail, children=children
            )
        case Check():
            return Check(source=source, tail=tail, children=children)
        case Entry():
            return Entry(source=source, tail=tail, children=children)
        case Row():
            cells = [""] * len(sibling.cells)
            return Row(cells=cells, source=source, tail=tail, later=sibling.later)
        case Text(kind=ItemKind.RAW) if match := _BULLET_LEAD.match(unix(source)):
            return Entry(source=match[0] + EMPTY, tail=tail)
        case Text():
            return Text(kind=sibling.kind, source=source, tail=tail)
    raise TypeError(f"no item: {sibling!r}")


def raw_value(source: str) -> str:
    """What stands behind a field's label, as it is written but on one line."""
    match = _FIELD.match(unix(source))
    return " ".join(_joined(match["raw"]).split()) if match else ""


def label_end(source: str) -> int:
    """Where a field's label ends in its source, the colon included."""
    match = _FIELD.match(source)
    return match.end("label") if match else 0


# --- lines that an edit left alone ---------------------------------------------------


def _with_lines_kept(item: Item, anew: str) -> str:
    """The text of an edited item with the bytes of the lines that did not change."""
    source = unix(item.source)
    if "\n" not in source:
        return anew
    match item:
        case Text(kind=ItemKind.CODE):
            text = _with_code_kept(item, source)
        case Text(kind=ItemKind.RAW):
            text = _with_raw_kept(item, source)
        case Field() | Check() | Entry():
            text = _with_words_kept(item, source, anew)
        case Text(kind=ItemKind.PASSAGE) if anew.endswith("\n\\" + _last(source)):
            text = anew.removesuffix("\\" + _last(source)) + _last(source)
            return text if ends_in_rule(source) and ends_in_rule(text) else anew
        case _:
            return anew
    said, expected = parsed(item.kind, text), parsed(item.kind, anew)
    return text if said == expected else anew


def _last(text: str) -> str:
    return text.rsplit("\n", 1)[-1]


def _with_words_kept(item: Item, source: str, anew: str) -> str:
    old, new = source.split("\n"), anew.split("\n")
    if isinstance(item, Field | Check) and _is_below_its_mark(source):
        new = _below_its_mark(anew)
    is_alone = source.startswith("**")
    text, is_escaped = list(new), True
    both = list(pairs(_said_by(item, old, is_alone), _said_by(item, new, is_alone)))
    if not any(pair.is_same for pair in both):
        return anew
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
        return kept if _is_one_paragraph(kept) else anew
    return kept


def _said_by(item: Item, lines: list[str], is_alone: bool) -> list[str]:
    """What each line says, to compare; the first one is like no other."""
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
        match = _BULLET_LEAD.match(line)
        return match.end() if match else 0
    return 0 if not number else len(line) - len(line.lstrip(" \t"))


def _is_below_its_mark(source: str) -> bool:
    match = _FIELD.match(source) or _CHECK.match(source)
    return match is not None and match["raw"].startswith("\n")


def _below_its_mark(text: str) -> list[str]:
    """The lines of a text, its value below the label."""
    first, *rest = text.split("\n")
    match = _FIELD.match(first) or _CHECK.match(first)
    if match is None:
        return [first, *rest]
    return [first[: match.start("raw")].rstrip(" \t"), match["raw"], *rest]


def _is_one_paragraph(text: str) -> bool:
    """Whether a list item or a paragraph is all that a text is."""
    kinds = [token.type for token in block_tokens(text.lstrip(" \t"))]
    return kinds.count("inline") == 1 and len(kinds) in (3, 7)


def _with_raw_kept(item: Text, source: str) -> str:
    old, new = source.split("\n"), (item.text or EMPTY).split("\n")
    indent = _raw_indent(source)
    text = [" " * indent + line if line else "" for line in new]
    bare = [_dedented(line, indent) for line in old]
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
    bare = [_dedented(line, len(lead)) for line in inner]
    for before, after, is_same in pairs(bare, new):
        if is_same:
            text[after] = inner[before]
    longer = _longer_than_in(item.text, mark, behind=r"[ \t]*$")
    if longer != mark:
        return "\n".join([lead + longer + opening["info"], *text, lead + longer])
    return "\n".join([old[0], *text, *(old[-1:] if fence_ends(old) else [])])


# --- fields, checks, entries ---------------------------------------------------------


def starts_field(text: str, label: str = LABEL) -> bool:
    """Whether a list item's or paragraph's text begins with a bold label."""
    match = _FIELD.match(unix(text))
    return match is not None and re.match(label, match["label"]) is not None


def is_bare_label(text: str) -> bool:
    """Whether a text is a paragraph field's label and nothing else."""
    return re.fullmatch(LABEL, text.rstrip()) is not None


def starts_check(text: str) -> bool:
    return _CHECK.match(unix(text)) is not None


def _joined(raw: str) -> str:
    """The lines of a list item or paragraph without what only indents them."""
    return "\n".join(line.strip(" \t") for line in raw.split("\n")).strip("\n")


def _one(raw: str, after: str) -> tuple[list[str], list[Blank | None]]:
    blank = blank_of(raw)
    return ["" if blank else unescape_value(raw, after=after)], [blank]


def _parse_field(source: str) -> Parsed:
    match = _FIELD.match(source)
    if match is None:
        return Parsed([], [])
    after = "mark" if match["lead"].strip() else "label"
    values, blanks = _one(_joined(match["raw"]), after)
    return Parsed(values, blanks, label=clean_label(match["label"]))


def _write_field(item: Item) -> str:
    assert isinstance(item, Field)
    source = unix(item.source)
    match = _FIELD.match(source)
    lead, label, gap, raw = match.groups() if match else ("- ", "", " ", "")
    if clean_label(label) != item.label:
        inside = label.endswith((":**", "：**"))
        colon = "：" if "：" in label[-3:] else ":"
        label = f"**{item.label}{colon}**" if inside else f"**{item.label}**{colon}"
    is_bulleted = bool(lead.strip())
    if not _still_says(ItemKind.FIELD, source, item.value):
        after = "mark" if is_bulleted else "label"
        raw = _continued(escape_value(item.value, after=after), lead)
    gap = gap or ("" if label.endswith("：") else " ")
    return (lead + label + gap + raw).rstrip(" \t")


def _still_says(kind: ItemKind, source: str, value: str) -> bool:
    """Whether the text of a source is (or, for a blank, stands for) this value."""
    said = parsed(kind, source).values
    return said == [value]


def _parse_check(source: str) -> Parsed:
    match = _CHECK.match(source)
    if match is None:
        return Parsed([], [])
    values, blanks = _one(_joined(match["raw"]), "mark")
    return Parsed(values, blanks, done=match["mark"] != " ")


def _write_check(item: Item) -> str:
    assert isinstance(item, Check)
    match = _CHECK.match(unix(item.source))
    lead, mark, gap, raw = match.groups() if match else ("- [", " ", "] ", "")
    if item.done != (mark != " "):
        mark = "x" if item.done else " "
    if not _still_says(ItemKind.CHECK, unix(item.source), item.text):
        raw = _continued(escape_value(item.text, after="mark"), lead[:-1])
    gap = gap if gap.endswith((" ", "\t")) else "] "
    return (lead + mark + gap + raw).rstrip(" \t")


def _parse_entry(source: str) -> Parsed:
    match = _ENTRY.match(source)
    if match is None:
        return Parsed([], [])
    values, blanks = _one(_joined(match["raw"]), "bullet")
    return Parsed(values, blanks)


def _write_entry(item: Item) -> str:
    assert isinstance(item, Entry)
    match = _ENTRY.match(unix(item.source))
    lead, raw = match.groups() if match else ("- ", "")
    lead = lead if lead.endswith((" ", "\t")) else lead + " "
    if not item.text:
        return lead + (raw if blank_of(_joined(raw)) else EMPTY)
    return lead + _continued(escape_value(item.text, after="bullet"), lead)


def _continued(text: str, lead: str) -> str:
    """The next lines of a list item, indented to where its text starts."""
    if "\n" not in text:
        return text
    bullet = _BULLET_LEAD.match(lead)
    indent = " " * len(bullet[0].expandtabs(4)) if bullet else ""
    return text.replace("\n", "\n" + indent)


# --- rows ----------------------------------------------------------------------------


def cell_spans(line: str) -> list[tuple[int, int]]:
    """Where the cells of a table row start and end, padding included (GFM 4.10)."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    if line[start:end].startswith("|"):
        start += 1
    spans = []
    while start <= end:
        match = _CELL.match(line, start, end)
        stop = match.end() if match else end
        spans.append((start, stop))
        start = stop + 1
    if len(spans) > 1 and spans[-1][0] >= spans[-1][1]:
        spans.pop()  # the pipe at the end of the row opens no cell
    return spans


def split_row(line: str) -> list[str]:
    """The cells of a table row, as written, without their padding."""
    return [line[a:b].strip(" \t") for a, b in cell_spans(line)]


def _parse_row(source: str) -> Parsed:
    cells = split_row(source)
    blanks = [blank_of(cell.replace("\\|", "|")) for cell in cells]
    values = [
        "" if blank else unescape_cell(cell)
        for cell, blank in zip(cells, blanks, strict=True)
    ]
    return Parsed(values, blanks)


def _write_row(item: Item) -> str:
    assert isinstance(item, Row)
    source = unix(item.source)
    said = parsed(ItemKind.ROW, source)
    if not source.lstrip().startswith("|"):
        return _plain_row(item.cells, said, source)
    text = source.rstrip()
    spans = cell_spans(source)
    for column, (start, end) in reversed(list(enumerate(spans))):
        value = item.cells[column] if column < len(item.cells) else ""
        if value == said.values[column]:
            continue
        padded = f" {escape_cell(value)} ".ljust(end - start)
        closed = source[end : end + 1] == "|"
        text = source[:start] + padded + ("" if closed else "|") + text[end:]
        source = text
    missing = item.cells[len(spans) :]
    if any(missing):
        text = text if text.endswith("|") and not text.endswith("\\|") else text + " |"
        text += "".join(f" {escape_cell(cell)} |" for cell in missing)
    return text


def _plain_row(cells: list[str], said: Parsed, source: str) -> str:
    written_cells = split_row(source) if source else []
    parts = []
    for column, value in enumerate(cells):
        is_kept = column < len(said.values) and said.values[column] == value
        parts.append(written_cells[column] if is_kept else escape_cell(value))
    return "| " + " | ".join(parts) + " |"


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


# --- texts ---------------------------------------------------------------------------


def _parse_passage(source: str) -> Parsed:
    blank = blank_of(source)
    return Parsed(["" if blank else unescape_passage(source)], [blank])


def _write_passage(item: Item) -> str:
    assert isinstance(item, Text)
    if not item.text:
        return item.source if blank_of(unix(item.source)) else EMPTY
    return escape_passage(item.text)


def _parse_code(source: str) -> Parsed:
    lines = source.split("\n")
    opening = FENCE_OPENING.match(lines[0])
    indent = len(opening["indent"]) if opening else 0
    content = lines[1:-1] if fence_ends(lines) else lines[1:]
    return Parsed(["\n".join(_dedented(line, indent) for line in content)], [None])


def _dedented(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]


def _write_code(item: Item) -> str:
    assert isinstance(item, Text)
    lines = unix(item.source).split("\n")
    opening = FENCE_OPENING.match(lines[0])
    mark = opening["mark"] if opening else "```"
    info = opening["info"] if opening else ""
    mark = _longer_than_in(item.text, mark)
    body = item.text + "\n" if item.text else ""
    return f"{mark}{info}\n{body}{mark}"


def _longer_than_in(code: str, mark: str, behind: str = "") -> str:
    """A fence's mark, made longer where a line of the code (`behind` it nothing but
    this) would end the fence."""
    line = re.compile(rf"^ {{0,3}}({re.escape(mark[0])}{{3,}}){behind}", re.MULTILINE)
    return mark[0] * max([len(mark), *(len(run) + 1 for run in line.findall(code))])


def _parse_verbatim(source: str) -> Parsed:
    return Parsed([source], [None])


def _write_verbatim(item: Item) -> str:
    assert isinstance(item, Text)
    return item.text


def _raw_indent(source: str) -> int:
    lines = [line for line in source.split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)


def _parse_raw(source: str) -> Parsed:
    indent = _raw_indent(source)
    lines = [_dedented(line, indent) for line in source.split("\n")]
    return Parsed(["\n".join(lines).strip("\n")], [None])


def _bulleted(text: str, source: str) -> str:
    """A whole list item stays one: where its source has a bullet, so has its text."""
    bullet = _RAW_BULLET.match(source.lstrip(" \t"))
    if bullet is None or _RAW_BULLET.match(text):
        return text
    lead = bullet[0].rstrip() + " "
    if _RULE.match(lead + text):
        text = "\\" + text  # `- --` is a rule
    return lead + (text or EMPTY).replace("\n", "\n" + " " * len(lead))


def _write_raw(item: Item) -> str:
    assert isinstance(item, Text)
    indent = " " * (_raw_indent(unix(item.source)) or 2 * is_part_of_entry(item))
    lines = (item.text or EMPTY).split("\n")
    return "\n".join(indent + line if line else "" for line in lines)


_PARSERS = {
    ItemKind.FIELD: _parse_field,
    ItemKind.CHECK: _parse_check,
    ItemKind.ENTRY: _parse_entry,
    ItemKind.ROW: _parse_row,
    ItemKind.PASSAGE: _parse_passage,
    ItemKind.CODE: _parse_code,
    ItemKind.GUIDANCE: _parse_verbatim,
    ItemKind.FRONT_MATTER: _parse_verbatim,
    ItemKind.RAW: _parse_raw,
}
_WRITERS = {
    ItemKind.FIELD: _write_field,
    ItemKind.CHECK: _write_check,
    ItemKind.ENTRY: _write_entry,
    ItemKind.ROW: _write_row,
    ItemKind.PASSAGE: _write_passage,
    ItemKind.CODE: _write_code,
    ItemKind.GUIDANCE: _write_verbatim,
    ItemKind.FRONT_MATTER: _write_verbatim,
    ItemKind.RAW: _write_raw,
}
