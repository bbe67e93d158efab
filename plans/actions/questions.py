"""Open questions: asked on an item, answered, dropped.

The marker in the item's text is the question; the change log keeps who asked and what
was answered.
"""

from __future__ import annotations

from plans import document as doc
from plans.actions.items import save_item
from plans.content.values import value_of, values_of_row
from plans.errors import Refused
from plans.models import Item, Membership, Plan, User


def ask(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    question: str,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Put an open question behind a value. `key`: `value`, `text` or `cell-N`."""
    if not question.strip():
        raise Refused("Enter a question.")
    text = f"{value_at(item, key)} {doc.question_marker(question)}".strip()
    return save_item(
        plan=plan, item=item, actor=actor, values={key: text}, seen=seen, member=member
    )


def answer(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    number: int,
    text: str,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Put an answer in the place of a value's open question `number` (from 0)."""
    if not text.strip():
        raise Refused("Enter an answer, or dismiss the question.")
    return _replace(plan, item, actor, key, number, text, seen, member)


def drop(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    number: int,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Take an open question out of a value."""
    return _replace(plan, item, actor, key, number, "", seen, member)


def _replace(
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    number: int,
    text: str,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    try:
        value = doc.replace_question(value_at(item, key), number, text)
    except IndexError:
        raise Refused("That question is gone: it has already been answered.") from None
    return save_item(
        plan=plan, item=item, actor=actor, values={key: value}, seen=seen, member=member
    )


def value_at(item: Item, key: str) -> str:
    """One of an item's values by its name. Raises Refused when it has none such."""
    part, _ = values_of_row(item)
    value = value_of(part, key)
    if isinstance(value, str):
        return value
    raise Refused("This item has no such text. Reload the page.")
