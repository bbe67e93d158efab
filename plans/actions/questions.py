"""Open questions: asked on an item, answered, dropped.

The marker in the item's text is the question; the change log keeps who asked and what
was answered. People answer in a thread (`comments.comment`) until one of the answers
takes the question's place.
"""

from __future__ import annotations

from plans import document as doc
from plans import permissions
from plans.actions.change_log import require
from plans.actions.items import save_item
from plans.actions.membership import membership
from plans.actions.merging import Typed
from plans.actions.reasons import sound_reason
from plans.actions.saving import present_row, save_typed
from plans.actions.values import check_length
from plans.content.values import value_of, values_of_row
from plans.errors import Refused
from plans.models import Change, Comment, Item, Membership, Plan, User

GONE = "That question is gone: it has already been answered."


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
    reason: str,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Take an open question out of a value, and say why: the history keeps that."""
    reason = sound_reason(reason)
    if not reason:
        raise Refused("Say why the question is dismissed. The history will show it.")
    return _replace(
        plan,
        item,
        actor,
        key,
        number,
        "",
        seen,
        member,
        verb=Change.Verb.QUESTION_DISMISSED,
        note=reason,
    )


def dismiss(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    question: str,
    reason: str,
    member: Membership | None = None,
) -> Item:
    """As `drop`, of a question known by what it asks."""
    return drop(
        plan=plan,
        item=item,
        actor=actor,
        member=member,
        key=key,
        number=_number_of(item, key, question),
        reason=reason,
        seen=None,
    )


def use_answer(
    *, plan: Plan, comment: Comment, actor: User, member: Membership | None = None
) -> Item:
    """Put an answer from the thread of a question in the place of the question."""
    thread = comment.thread
    if not thread.is_question or thread.item is None or comment.is_removed:
        raise Refused("This is no answer to a question. Reload the page.")
    item = present_row(plan, thread.item)
    return _replace(
        plan,
        item,
        actor,
        thread.key,
        _number_of(item, thread.key, thread.quote),
        comment.text,
        None,
        member,
        verb=Change.Verb.QUESTION_ANSWERED,
        suggested_by=comment.author,
    )


def _number_of(item: Item, key: str, question: str) -> int:
    questions = doc.questions(value_at(item, key))
    if question not in questions:
        raise Refused(GONE)
    return questions.index(question)


def _replace(
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    number: int,
    text: str,
    seen: int | None,
    member: Membership | None = None,
    *,
    verb: Change.Verb | None = None,
    suggested_by: User | None = None,
    note: str = "",
) -> Item:
    require(permissions.may_edit(membership(plan, actor, member)))
    try:
        value = doc.replace_question(value_at(item, key), number, text)
    except IndexError:
        raise Refused(GONE) from None
    check_length({key: value})
    typed = Typed({key: value}, {}, item.version if seen is None else seen)
    return save_typed(
        plan, item, actor, typed, verb=verb, suggested_by=suggested_by, note=note
    )


def value_at(item: Item, key: str) -> str:
    """One of an item's values by its name. Raises Refused when it has none such."""
    part, _ = values_of_row(item)
    value = value_of(part, key)
    if isinstance(value, str):
        return value
    raise Refused("This item has no such text. Reload the page.")
