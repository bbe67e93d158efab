"""What becomes of threads when something else happens: a comment, or an edit."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from plans.content.anchors import questions_in
from plans.content.values import change_label, values_of_row
from plans.models import Item, Section, Thread, User
from plans.notifications.conversations import tell_question_resolved


def set_resolved(thread: Thread, by: User | None) -> None:
    thread.resolved_by = by
    thread.resolved_at = timezone.now() if by else None
    thread.save(update_fields=["resolved_by", "resolved_at"])


def count_open_threads(place: Item | Section) -> None:
    place.open_threads = place.threads.open().count()
    type(place).objects.filter(pk=place.pk).update(open_threads=place.open_threads)


def follow_questions(
    item: Item, actor: User, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Resolve the threads of questions that an edit took out of an item's values, and
    reopen those of questions that came back. No query where no question changed."""
    was, now = set(questions_in(before)), set(questions_in(after))
    gone, back = was - now, now - was
    if not back and not (gone and item.open_threads):
        return
    changed = False
    for thread in Thread.objects.filter(item=item, is_question=True):
        question = (thread.key, thread.quote)
        if question in gone and not thread.resolved_at:
            set_resolved(thread, actor)
            label = change_label(values_of_row(item)[0], item)
            tell_question_resolved(thread.plan, thread, actor, label)
            changed = True
        elif question in back and thread.resolved_at:
            set_resolved(thread, None)
            changed = True
    if changed:
        count_open_threads(item)
