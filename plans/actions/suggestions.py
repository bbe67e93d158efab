"""Suggestions: made, accepted, declined, withdrawn.

Until one is accepted nothing of the plan changes. Accepting writes as a save does:
merged with what is stored by now, under the plan's lock, one Change; it names both
people. Each action counts `open_suggestions` of the item again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from plans import formats, permissions
from plans.actions.change_log import lock_plan, require
from plans.actions.membership import membership
from plans.actions.merging import Bases, Typed, rewrite_of
from plans.actions.reasons import sound_reason
from plans.actions.saving import log_item_change, present_row, write_typed
from plans.actions.values import check_length
from plans.content import limits
from plans.content.suggestions import suggestions_of
from plans.content.values import value_of, values_of_row
from plans.document import ItemKind
from plans.errors import NotAllowed, Outdated, Refused, Stale
from plans.models import Change, Item, Membership, Plan, Suggestion, User

State = Suggestion.State
Verb = Change.Verb

SAME = "The suggestion is the same as the text of the plan. Change the text first."
OUTDATED = (
    "The text has changed since this was suggested, and the two can’t be merged. Edit "
    "the suggestion and accept it, or decline it."
)


@transaction.atomic
def suggest(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    key: str,
    text: str,
    reason: str = "",
    based_on: Bases | None = None,
    member: Membership | None = None,
) -> Suggestion:
    """Propose another text for one value of an item.

    `based_on`: as in `save_item`; what others changed since is merged with what was
    typed.

    Raises Stale when that cannot be, Refused for a text that the plan cannot hold.
    """
    require(permissions.may_suggest(membership(plan, actor, member)))
    check_length({key: text})
    reason = sound_reason(reason)
    number = lock_plan(plan)
    item = present_row(plan, item)
    if item.kind == ItemKind.GUIDANCE:
        raise Refused("You can’t suggest changes of guidance. Write a comment.")
    if not isinstance(value_of(values_of_row(item)[0], key), str) or key == "label":
        raise Refused("This item has no such text. Reload the page.")
    rewrite = rewrite_of(item, Typed({key: text}, based_on or {}, item.version))
    if rewrite is None:
        raise Refused(SAME)
    _refuse_if_too_many(plan, item)
    before, _ = values_of_row(item)
    suggestion = Suggestion.objects.create(
        plan=plan,
        item=item,
        key=key,
        base=value_of(before, key),
        text=value_of(rewrite.after, key),
        reason=reason,
        author=actor,
    )
    _finish(plan, actor, number, suggestion, item, Verb.SUGGESTION_ADDED, reason)
    return suggestion


@transaction.atomic
def accept(
    *,
    plan: Plan,
    suggestion: Suggestion,
    actor: User,
    text: str | None = None,
    based_on: Bases | None = None,
    member: Membership | None = None,
) -> Item:
    """Put a suggestion into the plan. `text`: what an editor made of it, instead of
    what was suggested; `based_on`: the text they were looking at.

    Raises Outdated where it cannot be merged with what is stored, Stale where an edited
    one cannot.
    """
    require(permissions.may_decide(membership(plan, actor, member)))
    key, item = suggestion.key, suggestion.item
    if text is None:
        typed = Typed({key: suggestion.text}, {key: suggestion.base}, item.version)
    else:
        check_length({key: text})
        typed = Typed({key: text}, based_on or {}, item.version)
    try:
        written = write_typed(plan, item, actor, typed)
    except Stale:
        if text is not None:
            raise
        raise Outdated(OUTDATED) from None
    number = written.number or lock_plan(plan)
    _decide(suggestion, actor, State.ACCEPTED)
    change = log_item_change(
        plan,
        actor,
        number,
        Verb.SUGGESTION_ACCEPTED,
        written.item,
        written.part,
        written.edits,
        suggested_by=suggestion.author,
    )
    Suggestion.objects.filter(pk=suggestion.pk).update(accepted_in=change)
    _count(written.item)
    return written.item


@transaction.atomic
def decline(
    *,
    plan: Plan,
    suggestion: Suggestion,
    actor: User,
    reason: str = "",
    member: Membership | None = None,
) -> None:
    """Leave the text as it is. `reason` is for the suggestion's author."""
    require(permissions.may_decide(membership(plan, actor, member)))
    reason = sound_reason(reason)
    number = lock_plan(plan)
    _decide(suggestion, actor, State.DECLINED, reason)
    verb = Verb.SUGGESTION_DECLINED
    _finish(plan, actor, number, suggestion, suggestion.item, verb, reason)


@transaction.atomic
def withdraw(
    *,
    plan: Plan,
    suggestion: Suggestion,
    actor: User,
    member: Membership | None = None,
) -> None:
    """Take back the actor's own suggestion."""
    require(permissions.may_withdraw(membership(plan, actor, member), suggestion))
    number = lock_plan(plan)
    _decide(suggestion, actor, State.WITHDRAWN)
    verb = Verb.SUGGESTION_WITHDRAWN
    _finish(plan, actor, number, suggestion, suggestion.item, verb)


def accept_all(
    *, plan: Plan, actor: User, author: User, member: Membership | None = None
) -> tuple[list[int], int]:
    """Accept the open suggestions of one person, each as a change of its own. Those
    that cannot be accepted stay open. Returns the ids of the items, one for each that
    was accepted, and how many stay."""
    member = membership(plan, actor, member)
    require(permissions.may_decide(member))
    accepted: list[int] = []
    left = 0
    for suggestion in suggestions_of(plan).open().filter(author=author):
        try:
            accept(plan=plan, suggestion=suggestion, actor=actor, member=member)
            accepted.append(suggestion.item_id)
        except NotAllowed:
            raise
        except Refused:
            left += 1
    plan.refresh_from_db(fields=["change_number"])  # a refusal gave its turn back
    return accepted, left


def decline_all(
    *, plan: Plan, actor: User, author: User, member: Membership | None = None
) -> list[int]:
    """Decline the open suggestions of one person; returns the ids of their items."""
    member = membership(plan, actor, member)
    require(permissions.may_decide(member))
    rows = suggestions_of(plan).open().filter(author=author)
    return _close_all(decline, rows, plan, actor, member)


def withdraw_all(
    *,
    plan: Plan,
    actor: User,
    first: int,
    last: int,
    member: Membership | None = None,
) -> list[int]:
    """Withdraw the actor's open suggestions with ids from `first` to `last`, as one
    update from a file made them; returns the ids of their items."""
    member = membership(plan, actor, member)
    require(permissions.may_suggest(member))
    rows = suggestions_of(plan).open().filter(author=actor, pk__range=(first, last))
    return _close_all(withdraw, rows, plan, actor, member)


def _close_all(
    close: Callable[..., object],
    rows: Iterable[Suggestion],
    plan: Plan,
    actor: User,
    member: Membership | None,
) -> list[int]:
    """Have `decline` or `withdraw` close each; returns the ids of their items."""
    closed: list[int] = []
    for suggestion in rows:
        try:
            close(plan=plan, suggestion=suggestion, actor=actor, member=member)
            closed.append(suggestion.item_id)
        except Outdated:
            continue  # decided on meanwhile
    plan.refresh_from_db(fields=["change_number"])
    return closed


def follow_undo(change: Change, actor: User) -> None:
    """A suggestion is open again when its acceptance is undone, and accepted again when
    that is redone. `change`: the one that is being reversed."""
    first, is_undone = _first_of(change)
    if first.verb != Verb.SUGGESTION_ACCEPTED:
        return
    suggestions = Suggestion.objects.filter(accepted_in=first)
    if is_undone:
        rows = suggestions.filter(state=State.ACCEPTED)
        count = rows.update(state=State.OPEN, decided_by=None, decided_at=None)
    else:
        rows = suggestions.filter(state=State.OPEN)
        now = timezone.now()
        count = rows.update(state=State.ACCEPTED, decided_by=actor, decided_at=now)
    if not count:
        raise Refused("This suggestion was decided on again since. Edit the text.")
    if first.item:
        _count(first.item)


def follow_undone_update(plan: Plan, reversal: Change) -> None:
    """Withdraw the suggestions that an update made, if `reversal` takes it back and
    nobody has answered them; open those again if it does the update again."""
    assert reversal.undoes is not None
    first, is_undone = _first_of(reversal.undoes)
    if first.verb not in (Verb.PLAN_UPDATED, Verb.PLAN_UP_TO_DATE):
        return
    suggestions = Suggestion.objects.filter(made_in=first).select_related("item")
    if is_undone:
        verb, rows = Verb.SUGGESTION_WITHDRAWN, suggestions.open()
        state, actor, at = State.WITHDRAWN, reversal.actor, reversal.created_at
    else:
        # The others were withdrawn by hand.
        verb, state, actor, at = Verb.SUGGESTION_ADDED, State.OPEN, None, None
        undone_at = reversal.undoes.created_at
        rows = suggestions.filter(state=State.WITHDRAWN, decided_at=undone_at)
    for suggestion in rows:
        number = lock_plan(plan)
        Suggestion.objects.filter(pk=suggestion.pk).update(
            state=state, decided_by=actor, decided_at=at
        )
        _finish(plan, reversal.actor, number, suggestion, suggestion.item, verb)


def _first_of(change: Change) -> tuple[Change, bool]:
    """The change that a chain of undo and redo goes back to, and whether reversing
    `change` undoes it."""
    first, is_undone = change, True
    while first.undoes is not None:
        first, is_undone = first.undoes, not is_undone
    return first, is_undone


# --- What they share ------------------------------------------------------------------


def _refuse_if_too_many(plan: Plan, item: Item) -> None:
    waiting = Suggestion.objects.open()
    for rows, most, place in (
        (waiting.filter(item=item), limits.MAX_SUGGESTIONS_OF_ITEM, "This item"),
        (waiting.filter(plan=plan), limits.MAX_SUGGESTIONS, "This plan"),
    ):
        if rows.count() >= most:
            raise Refused(
                f"{place} already has {formats.number(most)} open suggestions. Ask "
                "an editor to "
                "decide on some of them first."
            )


def _decide(
    suggestion: Suggestion, actor: User, state: State, answer: str = ""
) -> None:
    """Under the plan's lock. Raises Outdated where someone has decided already."""
    now = timezone.now()
    rows = Suggestion.objects.open().filter(pk=suggestion.pk)
    if rows.update(state=state, decided_by=actor, decided_at=now, answer=answer):
        suggestion.state = state
        return
    suggestion.refresh_from_db()
    name = suggestion.decided_by.name if suggestion.decided_by else "Someone"
    raise Outdated(f"{name} has already {suggestion.state} this suggestion.")


def _count(item: Item) -> None:
    item.open_suggestions = Suggestion.objects.open().filter(item=item).count()
    Item.objects.filter(pk=item.pk).update(open_suggestions=item.open_suggestions)


def _finish(
    plan: Plan,
    actor: User,
    number: int,
    suggestion: Suggestion,
    item: Item,
    verb: Change.Verb,
    note: str = "",
) -> None:
    _count(item)
    part, _ = values_of_row(item)
    author = suggestion.author
    log_item_change(
        plan, actor, number, verb, item, part, [], suggested_by=author, note=note
    )
