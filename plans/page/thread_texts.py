"""The texts that threads are about: are they there, and which have no thread?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from plans.content.anchors import questions_in
from plans.content.values import attributes, values_of_row
from plans.models import Item, Section, Thread
from plans.page import items
from plans.page.value_html import shown_text


def is_gone(place: Item | Section) -> bool:
    """Whether it was removed from the plan, alone or with what contains it."""
    if isinstance(place, Section):
        return place.removed
    return place.removed or place.block.removed or place.block.section.removed


def is_there(thread: Thread) -> bool:
    """Whether the stretch that a thread is about stands in its item."""
    item = thread.item
    return (
        item is not None
        and not is_gone(item)
        and thread.quote in shown_text(items.view_of_row(item), thread.key)
    )


def asked_in(place: Item | Section | None) -> list[tuple[str, str]]:
    """The open questions of an item: the name of the value, and what is asked."""
    if not isinstance(place, Item) or is_gone(place):
        return []
    return questions_in(attributes(values_of_row(place)[0]))


@dataclass(frozen=True)
class AskedQuestion:
    """An open question that nobody has answered in a thread yet."""

    item_id: int
    key: str
    text: str


def questions_without_thread(
    place: Item | Section | None, known: Collection[tuple[str, str]]
) -> list[AskedQuestion]:
    """The open questions of an item, apart from those that have a thread (`known`)."""
    if place is None:
        return []
    questions = dict.fromkeys(asked_in(place))
    return [AskedQuestion(place.pk, *each) for each in questions if each not in known]
