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
    if not gone and not back:
        return
    # A thread that is resolved is looked for only when its question came back.
    rows = Thread.objects.filter(item=item, is_question=True)
    looks = back or item.open_threads
    threads = {(each.key, each.quote): each for each in rows} if looks else {}
    ended = [each for each in gone & threads.keys() if not threads[each].resolved_at]
    begun = [each for each in back & threads.keys() if threads[each].resolved_at]
    for question in ended:
        set_resolved(threads[question], actor)
    for question in begun:
        set_resolved(threads[question], None)
    if ended or begun:
        count_open_threads(item)
    label = change_label(values_of_row(item)[0], item) if gone else ""
    for question in sorted(gone):
        thread = threads.get(question)
        tell_question_resolved(item, question[1], thread, actor, label)
