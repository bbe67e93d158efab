"""A value at rest as HTML: rendered Markdown, with what is still open marked in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from plans import document as doc
from plans.markdown.rendering import markdown_html
from plans.page.view_models import Control, ItemView

# A value follows its label, or fills a cell: its first characters begin no list,
# heading or quote. So it is rendered behind a character that begins none either.
_LEAD = ". "
_LEAD_HTML = re.compile(r'\A<p( dir="auto")?>\. ?')
_ONLY_PARAGRAPH = re.compile(
    r'\A<p( dir="auto")?>((?:(?!</?p\b).)*)</p>\s*\Z', re.DOTALL
)


def view_html(
    control: Control,
    *,
    dom_id: str,
    kind: str,
    unit: str,
    address: str,
    can_edit: bool,
    is_stop: bool,
) -> SafeString:
    """`#item-N-NAME-view`: a value at rest, and all that its control is made from
    (static/js/editor/values.js).

    A page has hundreds, so this is a function where all else is a template: it takes a
    tenth of the time; and single words have no quotation marks, as in templates.
    `kind`, `unit`, `address`: of the item.
    """
    css_class = '"value is-blank"' if control.is_blank else "value"
    start = f'<div class={css_class} id="{dom_id}-{control.name}-view"'
    inner: str = shown_html(control, kind, can_edit=can_edit)
    if can_edit:
        start += f" data-control={control.widget}"
        if not _is_read_from(inner, control.shown):
            start += f' data-stored="{escape(control.shown)}"'
        if prompt := control.prompt:
            start += f' data-hint="{escape(prompt)}"'
        if control.is_question:
            start += " data-is-question"
        if control.choices:
            # JSON is full of quotation marks, so it stands in single ones.
            choices = escape(control.choices_json).replace("&quot;", '"')
            start += f" data-choices='{choices}'"
    if can_edit:
        name = escape(f"Edit {control.label or unit}")
        tab = "" if is_stop else " tabindex=-1"
        link = f'<a class=edit href="{escape(address)}"{tab} aria-label="{name}"></a>'
        inner += f"\n{link}"
    return mark_safe(f"{start}>{inner}</div>")  # noqa: S308


# Where a value begins and ends at rest, and what its simplest markup was written as.
# The scripts do the same (static/js/editor/source-of.js).
_WHOLE = re.compile(
    r'<(?:div class="markdown"(?: dir="auto")?|span class="tag [\w-]+"|pre class="raw")'
    r">(.*)</(?:div|span|pre)>",
    re.DOTALL,
)
_WRITTEN_AS = {
    "<code>": "`",
    "</code>": "`",
    "<strong>": "**",
    "</strong>": "**",
    "<em>": "*",
    "</em>": "*",
}
_PARAGRAPHS = re.compile(r'\A<p(?: dir="auto")?>|</p>\s*<p(?: dir="auto")?>|</p>\s*\Z')


def _is_read_from(html: str, text: str) -> bool:
    """Whether the scripts can read the text from what is shown, as they can for most
    values; the others carry it as an attribute."""
    whole = _WHOLE.fullmatch(html)
    # HTML drops a line end at the start of a `pre`, and rewrites others.
    if not whole or text.startswith("\n") or "\r" in text:
        return False
    shown = _PARAGRAPHS.sub("\n\n", whole[1])
    pieces = _TAG.split(shown.strip("\n") if shown != whole[1] else shown)
    for number in range(1, len(pieces), 2):
        if (written := _WRITTEN_AS.get(pieces[number])) is None:
            return False
        pieces[number] = written
    return unescape("".join(pieces)) == text


def shown_html(control: Control, kind: str, *, can_edit: bool) -> SafeString:
    """A value at rest, or what stands in its place while it has no text."""
    if control.shown:
        return value_html(control, kind)
    if can_edit or control.is_waiting:
        return format_html('<span class="blank">{}</span>', control.invitation)
    return mark_safe('<span class="muted">—</span>')


def value_html(control: Control, kind: str) -> SafeString:
    """What a control shows at rest. `kind`: that of its item (`ItemKind`)."""
    if kind in ("code", "front_matter"):
        return format_html('<pre class="raw">{}</pre>', control.shown)
    html = _rendered(control.shown, kind)
    if control.questions or control.placeholders:
        html = _marked(html, control.placeholders)
    direction = ""
    if kind not in ("passage", "raw") and (only := _ONLY_PARAGRAPH.match(html)):
        direction, html = only[1] or "", only[2]
    if control.tint:
        start = format_html('<span class="tag {}">', control.tint)
        return mark_safe(f"{start}{html}</span>")  # noqa: S308
    return mark_safe(f'<div class="markdown"{direction}>{html}</div>')  # noqa: S308


def shown_text(part: ItemView, key: str) -> str:
    """The text of a value at rest, with one space for each white space: what the page's
    scripts find stretches of it in (static/js/editor/anchors.js)."""
    control = next((each for each in part.controls if each.name == key), None)
    if control is None or not control.shown:
        return ""
    return " ".join(unescape(_TAG.sub("", value_html(control, part.kind))).split())


def _rendered(text: str, kind: str) -> str:
    """As the file shows it in its place: what would begin a block there is escaped."""
    if doc.is_plain(text):
        return f"<p>{text}</p>\n"
    return _rendered_in_full(text, kind)


def _rendered_in_full(text: str, kind: str) -> str:
    match kind:
        case "passage":
            return markdown_html(doc.escape_passage(text))
        case "raw":
            return markdown_html(text)
        case "entry":
            return markdown_html(doc.escape_value(text, after="bullet"))
        case "row":
            words = text.replace("\n", "<br>")
        case _:
            words = doc.escape_value(text, after="mark")
    html = markdown_html(_LEAD + words)
    if not _LEAD_HTML.match(html):
        return markdown_html(words)  # too large to be rendered: shown as it is written
    return _LEAD_HTML.sub(r"<p\1>", html)


# --- What is still open --------------------------------------------------------------

# A tag, as the sanitizer writes it: it leaves no quotation mark inside an attribute.
_TAG = re.compile(r'(<[^>"]*(?:"[^"]*"[^>"]*)*>)')
_INLINE = re.compile(
    r"</?(?:a|b|code|del|em|i|ins|kbd|s|samp|span|strong|sub|sup|var)\b"
)
_CODE = re.compile(r"<(/?)(?:code|pre)\b")


@dataclass(frozen=True)
class _Mark:
    """A part of the text: from `start` to `end`, of which `words` (a start and an end)
    are shown, marked."""

    start: int
    end: int
    words: tuple[int, int]
    css_class: str


def _marked(html: str, placeholders: tuple[str, ...]) -> str:
    """Marks open questions, without the words that say that they are some, and
    placeholders. Only texts between tags change, so no mark ends up in an attribute."""
    pieces = _TAG.split(html)  # a text, a tag, a text, ...
    texts = [
        _text_of_tag(piece) if number % 2 else unescape(piece)
        for number, piece in enumerate(pieces)
    ]
    marks = [*_question_marks(_without_code(pieces, texts))]
    marks += _placeholder_marks("".join(texts), placeholders, marks)
    marks.sort(key=lambda mark: mark.start)
    place = 0
    for number, text in enumerate(texts):
        start, place = place, place + len(text)
        if number % 2 == 0:
            touching = [m for m in marks if m.start < place and m.end > start]
            if touching:
                pieces[number] = _marked_text(text, start, touching)
    return "".join(pieces)


def _text_of_tag(tag: str) -> str:
    """What a reader sees of it: the edge of a block is the end of a line."""
    return "" if _INLINE.match(tag) else "\n"


def _without_code(pieces: list[str], texts: list[str]) -> str:
    """The text with nothing to read in its code, where there are no questions."""
    depth, result = 0, []
    for number, (piece, text) in enumerate(zip(pieces, texts, strict=True)):
        if number % 2 and (code := _CODE.match(piece)):
            depth += -1 if code[1] else 1
        is_code = depth > 0 and number % 2 == 0
        result.append("\ufffc" * len(text) if is_code else text)
    return "".join(result)


def _question_marks(text: str) -> list[_Mark]:
    marks = []
    for question in doc.open_questions(text):
        start, end = question.start, question.end
        # Its words are the last part of it.
        at = text.rfind(question.text, start, end) if question.text else -1
        words = (at, at + len(question.text)) if at >= 0 else (start, end)
        marks.append(_Mark(start, end, words, "open-question"))
    return marks


def _placeholder_marks(
    text: str, placeholders: tuple[str, ...], taken: list[_Mark]
) -> list[_Mark]:
    marks, place = [], 0
    for placeholder in placeholders:
        start = text.find(placeholder, place)
        if start < 0:
            continue  # it has markup inside, or is none for a browser
        place = end = start + len(placeholder)
        if not any(mark.start < end and mark.end > start for mark in taken):
            marks.append(_Mark(start, end, (start, end), "placeholder"))
    return marks


def _marked_text(text: str, offset: int, marks: list[_Mark]) -> str:
    """A text that stands `offset` characters into the whole, with its marks."""
    result, place = "", 0

    def local(position: int) -> int:
        return min(max(position - offset, place), len(text))

    for mark in marks:
        result += escape(text[place : local(mark.start)])
        first, last = (local(position) for position in mark.words)
        if words := text[first:last]:
            result += f'<mark class="{mark.css_class}">{escape(words)}</mark>'
        place = local(mark.end)
    return result + escape(text[place:])
