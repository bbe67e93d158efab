"""What the pages show of a plan's comments. Nothing here writes, or needs a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from plans import document as doc
from plans import permissions
from plans.content import storage
from plans.content.rows import DETAILS
from plans.content.storage import Loaded
from plans.content.values import values_of_row
from plans.markdown.comments import comment_html, comment_words
from plans.models import (
    Comment,
    Item,
    Membership,
    Plan,
    Section,
    Thread,
    ThreadReader,
    User,
)
from plans.page import items
from plans.page.thread_texts import (
    asked_in,
    is_gone,
    is_there,
    questions_without_thread,
)
from plans.permissions import Decision

_LONGEST_NAME = 60
# What a thread is about, for `select_related`: all that a label of it needs.
PLACES = (
    "section",
    "item__block__section",
    *(f"item__{name}" for name in DETAILS),
)


# --- The button of a place -----------------------------------------------------------


def button_html(
    plan: Plan,
    place: Item | Section,
    part: doc.Item | None = None,
    *,
    can_edit: bool = False,
) -> SafeString:
    """The link that opens the comments of a place, with the number of open threads.

    Root: `#item-N-comments` or `#section-N-comments`. `part`: the document's item, for
    callers that have it; otherwise the item's row brings its block and its details.
    For an editor, Tab goes from item to item, and an item's menu has its comments.
    """
    kind = "item" if isinstance(place, Item) else "section"
    if isinstance(place, Item):
        name, url = place_name(part or values_of_row(place)[0]), plan.url
    else:
        # On the plan's own page alone, from which addresses are.
        name, url = place.heading, ""
    is_in_menu = can_edit and kind == "item"
    return _button(url, kind, place.pk, place.open_threads, name, is_in_menu)


def _button(
    url: str, kind: str, pk: int, count: int, name: str, is_in_menu: bool
) -> SafeString:
    """A page has hundreds, of which nearly all open no thread: these are the template's
    markup with other words, a fiftieth of the time that it takes."""
    if count:
        return _template_button(url, kind, pk, count, name, is_in_menu)
    html: str = _template_button(_URL, kind, _ID, 0, _NAME, is_in_menu)
    html = html.replace(_URL, escape(url)).replace(str(_ID), str(pk))
    # Last, for a name may contain anything.
    return mark_safe(html.replace(_NAME, escape(name or _NO_NAME)))  # noqa: S308


_URL, _ID, _NAME, _NO_NAME = "/the-url/", 1_234_567_890, "the-name", "this part"


@lru_cache(maxsize=1_000)
def _template_button(
    url: str, kind: str, pk: int, count: int, name: str, is_in_menu: bool
) -> SafeString:
    context = {
        "url": url,
        "kind": kind,
        "id": pk,
        "count": count,
        "name": name or _NO_NAME,
        "is_in_menu": is_in_menu,
    }
    return render_to_string("plans/_comment_button.html", context)


def place_name(part: doc.Item) -> str:
    """What an item is called, in a few words; empty when it says nothing."""
    words = part.label if isinstance(part, doc.Field) else ""
    if not words and part.kind not in (doc.ItemKind.CODE, doc.ItemKind.RAW):
        words = next((value for value in doc.values_of(part) if value.strip()), "")
    return shortened(words)


def place_label(place: Item | Section) -> str:
    """Where a place is: `Risks › R-001`."""
    if isinstance(place, Section):
        return place.heading or "Introduction"
    return _label_under(place.block.section.heading, values_of_row(place)[0])


def _label_under(heading: str, part: doc.Item) -> str:
    name = place_name(part)
    return f"{heading or 'Introduction'}{' › ' if name else ''}{name}"


def shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…"


# --- The side panel ------------------------------------------------------------------


@dataclass
class OpenThread:
    """A line of the panel: how a thread starts, where it is, how many answered; which
    comment is its newest, and whose; up to which one the reader has read it.
    """

    start: Comment
    replies: int
    words: str
    label: str
    place: str
    newest: int
    newest_by: int
    read_until: int

    @property
    def dom_id(self) -> str:
        """The element of its place on the plan's page."""
        thread = self.start.thread
        return (
            f"item-{thread.item_id}"
            if thread.item_id
            else f"section-{thread.section_id}"
        )

    @property
    def query(self) -> str:
        return self.start.thread.query


def open_threads(
    plan: Plan, loaded: Loaded, places: dict[int, str], reader: User | None = None
) -> list[OpenThread]:
    """The open threads on what is in the plan, newest first; one query, and none where
    the rows say that there are none."""
    rows: Iterable[Item | Section] = chain(
        loaded.items.values(), loaded.sections.values()
    )
    if not any(row.open_threads for row in rows):
        return []
    read = ThreadReader.objects.filter(thread=OuterRef("thread"), user=reader)
    same_thread = Comment.objects.filter(thread=OuterRef("thread"), removed_by=None)
    count = same_thread.order_by().values("thread").annotate(n=Count("pk")).values("n")
    newest = same_thread.order_by("-pk")
    starts = (
        Comment.objects.filter(
            ~Exists(same_thread.filter(pk__lt=OuterRef("pk"))),
            thread__plan=plan,
            thread__resolved_at=None,
            removed_by=None,
        )
        .select_related("thread", "author")
        .annotate(
            comment_count=Coalesce(Subquery(count), 0),
            newest=Subquery(newest.values("pk")[:1]),
            newest_by=Subquery(newest.values("author")[:1]),
            read_until=Coalesce(Subquery(read.values("read_until")[:1]), 0),
        )
    )
    labels: dict[int | None, str] = {
        item.id: _label_under(section.heading, item)
        for section, _, item in loaded.document.walk()
    }
    threads = []
    for start in starts.order_by("-pk"):
        thread = start.thread
        if thread.item_id in loaded.items:
            label = labels[thread.item_id]
            place = places.get(thread.item_id, f"#item-{thread.item_id}")
        elif thread.section_id in loaded.sections:
            label = loaded.sections[thread.section_id].heading or "Introduction"
            place = f"#section-{thread.section_id}"
        else:
            continue  # on something that was removed
        threads.append(
            OpenThread(
                start,
                replies=start.comment_count - 1,
                words=shortened(comment_words(start.text)),
                label=label,
                place=place,
                newest=start.newest,
                newest_by=start.newest_by,
                read_until=start.read_until,
            )
        )
    return threads


# --- The threads themselves ----------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """Which threads are asked for: those of an item, of a section, or of the plan.

    The plan's include those that are resolved only when `resolved` says so.
    """

    item_id: int | None = None
    section_id: int | None = None
    resolved: bool = False

    @property
    def is_place(self) -> bool:
        return bool(self.item_id or self.section_id)

    @property
    def query(self) -> str:
        """The address's query that asks for it."""
        if self.item_id:
            return f"item={self.item_id}"
        if self.section_id:
            return f"section={self.section_id}"
        return "resolved=1" if self.resolved else ""


@dataclass
class CommentView:
    row: Comment
    html: SafeString
    may_change: Decision
    may_remove: Decision
    is_new: bool


@dataclass
class ThreadView:
    row: Thread
    comments: list[CommentView]
    label: str
    place: str
    is_gone: bool
    is_asked: bool = False
    is_quote_gone: bool = False
    read_until: int = 0

    @property
    def reply_name(self) -> str:
        """What the button of a new comment in it says."""
        if self.is_asked:
            return "Answer"
        return "Reply and reopen" if self.row.resolved_at else "Reply"

    @property
    def dom_id(self) -> str:
        return f"thread-{self.row.pk}"


def threads_context(
    plan: Plan, member: Membership, scope: Scope, place: Item | Section | None
) -> dict[str, Any]:
    """What `_threads.html` needs. `place`: what the scope names, with its details."""
    members = permissions.mentionable(plan, member.user)
    rows = (
        Thread.objects.filter(plan=plan, **_named_in(scope))
        .select_related("resolved_by", *PLACES)
        .prefetch_related(
            Prefetch(
                "comments", Comment.objects.select_related("author", "removed_by")
            ),
            Prefetch("readers", ThreadReader.objects.filter(user=member.user_id)),
        )
    )
    if not scope.is_place and not scope.resolved:
        rows = rows.open()
    places = {} if scope.is_place else items.places(storage.load(plan).document)
    parts = [_thread_part(row, list(members), member, places) for row in rows]
    return {
        "plan": plan,
        "scope": scope,
        "questions": questions_without_thread(
            place, {(view.row.key, view.row.quote) for view in parts if view.is_asked}
        ),
        "may_write": permissions.may_write(member, plan),
        "open_threads": [part for part in parts if not part.row.resolved_at],
        "resolved_threads": [part for part in parts if part.row.resolved_at],
        "members": members,
        "label": place_label(place) if place else "",
        "place": _anchor(place) if place else "",
        "is_gone": place is not None and is_gone(place),
        "may_comment": permissions.may_comment(member),
    }


def _named_in(scope: Scope) -> Mapping[str, int]:
    if scope.item_id:
        return {"item": scope.item_id}
    return {"section": scope.section_id} if scope.section_id else {}


def _thread_part(
    row: Thread, members: list[User], member: Membership, places: dict[int, str]
) -> ThreadView:
    place = row.place
    read_until = max((reader.read_until for reader in row.readers.all()), default=0)
    return ThreadView(
        row=row,
        comments=[
            CommentView(
                comment,
                comment_html(comment.text, members),
                permissions.may_change_comment(member, comment),
                permissions.may_remove_comment(member, comment),
                comment.pk > read_until and comment.author_id != member.user_id,
            )
            for comment in row.comments.all()
        ],
        label=place_label(place),
        place=places.get(row.item_id or 0, _anchor(place)),
        is_gone=is_gone(place),
        is_asked=row.is_question and (row.key, row.quote) in asked_in(place),
        read_until=read_until,
        is_quote_gone=row.is_about_a_stretch and not is_there(row),
    )


def _anchor(place: Item | Section) -> str:
    return f"#{'item' if isinstance(place, Item) else 'section'}-{place.pk}"
