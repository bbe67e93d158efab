"""Items as markup: the same on the page, in an answer and in the live feed.

It is made without a request, and kept, so that it is made once for everybody. What is a
person's own, the token that a form posts, is put in when a page is made; an answer and
the live feed carry none, because with JavaScript each post has it in a header.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from planner.server.disconnects import check_client
from plans import document as doc
from plans import formats
from plans.models import Plan
from plans.page.assignments import Assignment, assignment_view
from plans.page.comments import button_html
from plans.page.value_html import view_html
from plans.page.view_models import Control, ItemView

# Placeholder for a page's token. It is random, so no plan can contain it beforehand.
_TOKEN = secrets.token_hex(16)
_TOKEN_INPUT = f'<input type="hidden" name="csrfmiddlewaretoken" value="{_TOKEN}">'
_SAVED = '<span class="item-status" id="{}-status" data-state="saved">Saved</span>\n'
_UNITS = {
    "check": "text of the check",
    "code": "code or directory tree",
    "front_matter": "front matter",
    "passage": "text",
    "raw": "text",
}
_ARRANGED = ("check", "entry", "field", "row")
# The markup of so many items is kept: some 3 kB for each, and their texts.
_KEPT = 5_000
_LONGEST_KEPT = 20_000


@dataclass(frozen=True, kw_only=True)
class RenderedItem:
    """Everything that the markup of an item depends on; its template gets nothing else.

    So equal items share their cached markup.
    `url`: where it is saved.
    """

    dom_id: str
    url: str
    comment_button: SafeString
    kind: str
    version: str
    outer_tag: str
    controls: tuple[Control, ...]
    options: tuple[doc.Option, ...]
    can_edit: bool
    number: str = ""
    label: str = ""
    done: bool = False
    done_by: str = ""
    done_at: datetime | None = None
    # The formats and the zone of its dates, where it shows some.
    written_for: tuple[str, ...] = ()
    error: str = ""
    conflict: tuple[tuple[str, str], ...] = ()
    author_id: str = ""
    author_name: str = ""
    comment_name: str = ""
    assignment: Assignment | None = None
    suggestions: int = 0
    comments_url: str = ""

    @property
    def attributes(self) -> SafeString:
        """What the form of an item is made from, as attributes of its root."""
        if not self.can_edit:
            return SafeString("")
        version = format_html('data-version="{}"', self.version)
        if not self.author_id:
            return version
        who = ' data-author="{}" data-author-name="{}"'
        return version + format_html(who, self.author_id, self.author_name)

    def view(self, control: Control) -> SafeString:
        """One of its values at rest."""
        return view_html(
            control,
            dom_id=self.dom_id,
            kind=self.kind,
            unit=self.unit,
            # Of its own page, from that of the plan.
            address=f"items/{self.dom_id.removeprefix('item-')}/",
            can_edit=self.can_edit,
            # The first is the stop of the Tab key; arrows lead to the others.
            is_stop=control is self.main,
        )

    @property
    def main_view(self) -> SafeString:
        return self.view(self.main)

    @property
    def main(self) -> Control:
        return self.controls[0]

    @property
    def unit(self) -> str:
        """What its one value is called where it has no label."""
        number = f" {self.number}" if self.number else ""
        return _UNITS.get(self.kind, f"list entry{number}")

    @property
    def is_arranged(self) -> bool:
        """Whether it can be moved and removed by itself."""
        return self.kind in _ARRANGED

    @property
    def state(self) -> SafeString:
        return SafeString(' data-state="error"' if self.error else "")

    @property
    def status(self) -> str:
        """The state of the last save; the page's scripts write the same words."""
        return "Not saved" if self.conflict else self.error

    @property
    def is_waiting(self) -> bool:
        return any(control.is_waiting for control in self.controls)

    @property
    def is_lasting(self) -> bool:
        """Whether anybody will see it again: not what one person typed in vain."""
        is_passing = self.error or self.conflict
        length = sum(len(control.value) for control in self.controls)
        return not is_passing and length <= _LONGEST_KEPT


def written_for() -> tuple[str, ...]:
    """What dates in markup depend on, beside themselves."""
    return (formats.current(), timezone.get_current_timezone_name())


def rendered_item(part: ItemView, plan: Plan, can_edit: bool) -> RenderedItem:
    label, done, done_by = "", False, ""
    done_at: datetime | None = None
    assignment = assignment_view(part.row)
    match part.item:
        case doc.Field():
            label = part.item.label
        case doc.Check():
            done, check = part.item.done, part.row.checklist_item
            if check.done_by and check.done_at:
                done_by, done_at = check.done_by.name, check.done_at
    # While a field is being edited, a page learns from the markup who changed its text.
    author = part.row.updated_by if can_edit else None
    return RenderedItem(
        dom_id=part.dom_id,
        url=f"{plan.url}items/{part.row.pk}/",
        comment_button=button_html(plan, part.row, part.item, can_edit=can_edit),
        kind=part.kind,
        version=str(part.row.version),
        outer_tag=part.outer_tag,
        controls=tuple(part.controls),
        options=tuple(part.options),
        can_edit=can_edit,
        number=doc.number_of(part.item),
        label=label,
        done=done,
        done_by=done_by,
        done_at=done_at,
        written_for=written_for() if done_at or assignment else (),
        error=part.error,
        conflict=tuple(part.conflict),
        author_id=str(author.pk) if author else "",
        author_name=author.name if author else "",
        comment_name=part.comment_name,
        assignment=assignment,
        suggestions=part.row.open_suggestions,
        comments_url=f"{plan.url}comments/?item={part.row.pk}",
    )


def item_html(part: ItemView, plan: Plan, can_edit: bool) -> SafeString:
    """`#item-N`: an item without what is nested in it. For `with_token`."""
    check_client()
    item = rendered_item(part, plan, can_edit)
    html = _kept_html(item) if item.is_lasting else _html(item)
    if part.is_saved:
        # The rest is what the live feed has rendered for everybody else.
        at = html.rfind("<", 0, html.find(f'id="{item.dom_id}-comments"'))
        saved = _SAVED.format(item.dom_id)
        html = mark_safe(html[:at] + saved + html[at:])  # noqa: S308
    return html


def _html(item: RenderedItem) -> SafeString:
    template = "passage" if item.kind == "raw" else item.kind
    return rendered(f"plans/items/{template}.html", item=item, can_edit=item.can_edit)


@lru_cache(maxsize=_KEPT)
def _kept_html(item: RenderedItem) -> SafeString:
    return _html(item)


def forget() -> None:
    """Empties what is kept, for measurements."""
    _kept_html.cache_clear()


def node_html(part: ItemView, plan: Plan, can_edit: bool) -> SafeString:
    """`#node-N`: an item with what is nested in it. For `with_token`.

    The nested ones are made first: a template in a template in a template would reach
    Python's limit of recursion with what people nest.
    """
    tag = part.outer_tag
    if part.keep:
        return mark_safe(f'<{tag} id="{part.outer_id}" data-keep></{tag}>\n')  # noqa: S308
    if part.keep_own:
        own = mark_safe(f'<div id="{part.dom_id}" data-keep></div>')  # noqa: S308
    else:
        own = item_html(part, plan, can_edit)
    if not part.has_node:
        return own
    nested, has_list = "", ""
    if part.children:
        nested, has_list = _nested_html(part, plan, can_edit), " has-list"
    if part.template_hint and isinstance(part.item, doc.Field):
        # Beside the item, which is made anew without it after each save.
        nested = _hint_html(part.item.label, part.template_hint) + nested
    start = f'<{tag} class="node node-{part.kind}{has_list}" id="{part.outer_id}">'
    return mark_safe(f"{start}\n{own}\n{nested}</{tag}>\n")  # noqa: S308


@lru_cache(maxsize=500)
def _hint_html(label: str, text: str) -> SafeString:
    context = {"label": label, "text": text}
    return render_to_string("plans/_field_hint.html", context)


def _nested_html(part: ItemView, plan: Plan, can_edit: bool) -> SafeString:
    nested = "".join([node_html(each, plan, can_edit) for each in part.children])
    return rendered(
        "plans/_nested.html",
        item=part,
        nested=mark_safe(nested),  # noqa: S308
        plan=plan,
        can_edit=can_edit,
    )


def with_token(html: str, token: str = "") -> SafeString:
    """The markup with a person's token in its forms, or with none."""
    if token:
        return mark_safe(html.replace(_TOKEN, token))  # noqa: S308
    return mark_safe(html.replace(_TOKEN_INPUT, ""))  # noqa: S308


def rendered(template: str, **context: object) -> SafeString:
    """A template's markup with the placeholder for a token. For `with_token`."""
    return render_to_string(template, context | {"csrf_token": _TOKEN})
