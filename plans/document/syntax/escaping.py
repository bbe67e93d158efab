"""Texts that people type: cleaned, escaped when written, unescaped when read.

For every cleaned text, `unescape(escape(text)) == text`, whatever it holds. Markdown
inside a text (bold, code, links) is the author's and stays; only what would change the
structure around it is escaped, with the backslash that Markdown has for it.

Each pair here works the same way: escaping puts one backslash before a risky start *or
before one that is already escaped*, and unescaping takes one away. That makes the pair
exact inverses without a look at the context.
"""

from __future__ import annotations

import re

from plans.document.syntax.blanks import blank_of, bracket_of

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Starting only where the white space starts, for a long run of it would take hours.
_ONE_BREAK = r"(?:(?<![ \t])[ \t]+)?<br[ \t]*/?>[ \t]*"
_BREAK = re.compile(_ONE_BREAK, re.IGNORECASE)
_BREAKS = re.compile(rf"(?:{_ONE_BREAK}|\n)+", re.IGNORECASE)

# A bold label with its colon inside or behind the bold: `**Owner**:`, `**Owner:**`,
# `**Layer** (note):`, `**功能编号**：`.
_NOTE = r"(?:[ \t]*[(（][^()（）\n]{1,60}[)）])?"
LABEL = rf"\*\*(?:[^*\n]+?[:：]\*\*|[^*\n]+?\*\*{_NOTE}[ \t]*[:：])"
# What was a label in the first edition.
FIRST_LABEL = r"\*\*(?:[^*\n]+?:\*\*|[^*\n]+?\*\*[ \t]*:)"
# A longer "label" at the start of a paragraph is a sentence in bold.
_LONGEST_LABEL = 55

# What opens (or underlines) a block when it stands first in a line of a list item or
# paragraph; CommonMark 0.31, sections 4 and 5, and GFM's table delimiter row.
_LINE_START = re.compile(
    r"""^(\\*)(?:
      [-+*](?=[ \t]|$)                  # bullet
    | \#{1,6}(?=[ \t]|$)                # heading
    | >                                 # quotation
    | `{3,} | ~{3,}                     # fence
    | <(?=[A-Za-z/!?])                  # HTML block
    | \[[^\]]*\]:                       # link reference definition
    | (?:[-_*][ \t]*){3,}$              # thematic break
    | =+[ \t]*$                         # heading underline
    | [|:][|:\-\ \t]*$ | -[|:\-\ \t]*$  # table delimiter row, heading underline
    )""",
    re.VERBOSE,
)
_NUMBER_START = re.compile(r"^(\d{1,9})(\\*)(?=[.)](?:[ \t]|$))")
# What makes the first line of a list entry another kind of item.
_ITEM_START = re.compile(rf"^(\\*)(?:\[[ xX]\](?=[ \t]|$)|{LABEL})")
_OFFER = re.compile(r"^(\w+)(\\*)(/\w+/\w+)$")
# Paragraph fields that share a line: `**Branch**: x | **Date**: y`.
_NEXT_LABEL = re.compile(rf"(?<!\\)(\\*)\|(?=[ \t]*{LABEL})")


def clean_text(text: str) -> str:
    """One kind of line end, no control characters, valid Unicode; nothing else."""
    text = _NEWLINES.sub("\n", text)
    text = _CONTROLS.sub("", text)
    return _SURROGATES.sub("\ufffd", text)


def clean_line(text: str) -> str:
    """One line: headings, labels."""
    return " ".join(clean_text(text).split())


def clean_label(text: str) -> str:
    """A field's label: one line, without the bold and the colon that mark it."""
    return clean_line(text.replace("*", "")).strip(":：\\ ")


def label_of_paragraph(line: str, label: str = LABEL) -> re.Match[str] | None:
    """The label that a line starts with, unless it is a sentence in bold."""
    match = re.match(label, line)
    return match if match and is_label_of_paragraph(match[0].strip("*:： \t")) else None


def is_label_of_paragraph(label: str) -> bool:
    """Whether a paragraph that starts with it is a field, not a sentence in bold."""
    return len(label) <= _LONGEST_LABEL


def clean_value(text: str) -> str:
    """A field's value, a check's or a list entry's text: lines without outer white
    space, at most one blank line between paragraphs."""
    lines = [line.strip() for line in clean_text(text).split("\n")]
    return _paragraph_breaks("\n".join(lines)).strip()


def _paragraph_breaks(text: str) -> str:
    """Two or more breaks in a row, however written, are one blank line."""

    def merged(match: re.Match[str]) -> str:
        breaks = match[0]
        many = breaks.count("\n\n") or len(_BREAK.findall(breaks)) > 1
        return "\n\n" if many else breaks

    return _BREAKS.sub(merged, text)


def clean_cell(text: str) -> str:
    """A table cell: as a value, and `<br>` is the line break that it means."""
    value = clean_value(_BREAK.sub("\n", clean_text(text)))
    # GFM splits a row before it reads backslashes: an odd one before a pipe only says
    # that the pipe is text, which writing says anyway.
    return re.sub(r"(?<!\\)\\+(?=\|)", lambda m: m[0][: len(m[0]) // 2 * 2], value)


def clean_passage(text: str) -> str:
    """Markdown of several lines: no blank lines or indentation around it.

    White space behind a line stays: two spaces are a line break.
    """
    return clean_text(text).strip()


def clean_code(text: str) -> str:
    return clean_text(text).rstrip("\n")


# --- a value's lines ---------------------------------------------------------------


def escape_line(line: str) -> str:
    match = _LINE_START.match(line)
    if match:
        return "\\" + line
    number = _NUMBER_START.match(line)
    return f"{number[1]}\\{line[number.end(1) :]}" if number else line


def unescape_line(line: str) -> str:
    match = _LINE_START.match(line)
    if match:
        return line[1:] if match[1] else line
    number = _NUMBER_START.match(line)
    return number[1] + line[number.end(1) + 1 :] if number and number[2] else line


def escape_blank(text: str) -> str:
    """So that an answer which happens to be one bracket is not read as a blank.

    An offer without brackets gets its backslash where Markdown has one: before a slash.
    """
    offer = _escaped_offer(text)
    if offer:
        return f"{offer[1]}\\{text[offer.end(1) :]}"
    if text.startswith("\\"):
        return "\\" + text if _looks_blank(text) else text
    return "\\" + text if blank_of(text) else text


def unescape_blank(text: str) -> str:
    offer = _escaped_offer(text)
    if offer and offer[2]:
        return offer[1] + text[offer.end(1) + 1 :]
    return text[1:] if text.startswith("\\") and _looks_blank(text) else text


def _escaped_offer(text: str) -> re.Match[str] | None:
    """`High/Med/Low`, with any number of backslashes before its first slash."""
    match = _OFFER.match(text)
    is_offer = match and blank_of(match[1] + match[3])
    return match if is_offer else None


def _looks_blank(text: str) -> bool:
    return bracket_of(text.lstrip("\\")) is not None


def escape_item_start(text: str) -> str:
    return "\\" + text if _ITEM_START.match(text) else text


def unescape_item_start(text: str) -> str:
    match = _ITEM_START.match(text)
    return text[1:] if match and match[1] else text


def escape_value(value: str, *, after: str) -> str:
    """A value as it stands in a list item or a paragraph, perhaps in several lines.

    `after` says what stands before it: "bullet" (a new line, where anything could
    open a block), "mark" (a label or check mark in its line), or "label" (the label of
    a paragraph field, whose next line could start another field). A blank line would
    end the paragraph, so it is written `<br><br>`.
    """
    lines = escape_blank(value).replace("\n\n", "<br><br>").split("\n")
    first, rest = lines[0], [escape_line(line) for line in lines[1:]]
    if after == "bullet":
        first = escape_item_start(escape_line(first))
    elif after == "label":
        rest = [escape_item_start(line) for line in rest]
    text = "\n".join([first, *rest])
    return _NEXT_LABEL.sub(r"\1\\|", text) if after == "label" else text


def unescape_value(text: str, *, after: str) -> str:
    if after == "label":
        text = _NEXT_LABEL.sub(lambda match: match[0].removeprefix("\\"), text)
    first, *rest = text.split("\n")
    if after == "bullet":
        first = unescape_line(unescape_item_start(first))
    elif after == "label":
        rest = [unescape_item_start(line) for line in rest]
    lines = [first, *(unescape_line(line) for line in rest)]
    return unescape_blank(_paragraph_breaks("\n".join(lines)))


# --- cells and headings ------------------------------------------------------------


def escape_cell(value: str) -> str:
    return escape_blank(value).replace("|", "\\|").replace("\n", "<br>")


def unescape_cell(text: str) -> str:
    text = _BREAK.sub("\n", text.replace("\\|", "|"))
    return unescape_blank(text)


_CLOSING_HASHES = re.compile(r"(^|[ \t])(\\*)(?=#+$)")


def escape_heading(text: str) -> str:
    """So that a heading's last `#` is not taken for its closing sequence."""
    return _CLOSING_HASHES.sub(r"\1\\\2", text, count=1)


def unescape_heading(text: str) -> str:
    match = _CLOSING_HASHES.search(text)
    if not match or not match[2]:
        return text
    return text[: match.start(2)] + text[match.start(2) + 1 :]
